import type { MatrixOverview, MatrixWindow } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { type CellKind, kindsOf, planeOf, tileCounts, tileSize } from './cells.ts'
import { bytesOfColour, type Colours } from './colours.ts'
import type { Show } from './look.ts'
import type { Chunk } from './sheets.ts'

/** A part of a sheet, painted once with a pixel for each unit: one picture for each kind, which frames only copy. */
export interface Painted {
  /** `kind` is undefined for tiles, whose picture has colours and no kinds. */
  readonly layers: readonly { readonly kind: CellKind | undefined; readonly picture: ImageBitmap }[]
  readonly chunk: Chunk
}

/** Paints the cells of a window. */
export async function paintCells(window: MatrixWindow, chunk: Chunk, show: Show, colours: Colours): Promise<Painted> {
  const layers: { kind: CellKind; picture: ImageBitmap }[] = []
  for (const kind of kindsOf[show]) {
    const plane = planeOf(window, show, kind)
    if (plane === undefined) continue
    const pixels = new ImageData(window.columnCount, window.rowCount)
    fillPixels(pixels, plane, window.rowBytes, pixelOf(bytesOfColour(colours.kinds[kind])))
    layers.push({ kind, picture: await createImageBitmap(pixels) })
  }
  return { layers, chunk }
}

function fillPixels({ data, width, height }: ImageData, plane: Uint8Array, rowBytes: number, pixel: number): void {
  const pixels = new Uint32Array(data.buffer)
  for (let row = 0; row < height; row++) {
    const end = (row + 1) * rowBytes
    for (let at = row * rowBytes; at < end; at++) {
      const byte = plane[at] ?? 0
      if (byte === 0) continue
      const from = row * width + (at - row * rowBytes) * 8
      for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) pixels[from + bit] = pixel
    }
  }
}

/** A colour in the byte order of a picture in memory; browsers run on little-endian machines. */
function pixelOf([red, green, blue]: ReturnType<typeof bytesOfColour>, alpha = 255): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

/** Paints tiles. A fuller tile is darker; its colour is that of its most frequent kind. */
export async function paintTiles(
  overview: MatrixOverview,
  size: { readonly rowCount: number; readonly columnCount: number },
  show: Show,
  colours: Colours,
): Promise<Painted> {
  const { tileRowCount: rows, tileColumnCount: columns } = overview
  const chunk = { rowStart: 0, rowCount: rows, columnStart: 0, columnCount: columns }
  if (rows === 0 || columns === 0) return { layers: [], chunk }
  const image = new ImageData(columns, rows)
  const pixels = new Uint32Array(image.data.buffer)
  // Read once, and not for each of up to 40,000 tiles.
  const bytes = new Map(kindsOf[show].map((kind) => [kind, bytesOfColour(colours.kinds[kind])]))
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const tile = row * columns + column
      const { kind, count } = mostOf(tileCounts(overview, show, tile))
      const colour = kind === undefined ? undefined : bytes.get(kind)
      if (colour === undefined) continue
      // A nearly empty tile is still visible.
      const share = count / tileSize(overview, size, row, column)
      pixels[tile] = pixelOf(colour, Math.round(255 * (0.15 + 0.85 * share)))
    }
  }
  return { layers: [{ kind: undefined, picture: await createImageBitmap(image) }], chunk }
}

/** The main kind of a tile, where gains and losses come before cells that stay, and the number of its cells that have a kind. */
function mostOf(counts: Readonly<Partial<Record<CellKind, number>>>): { kind: CellKind | undefined; count: number } {
  let count = 0
  let kind: CellKind | undefined
  let most = 0
  for (const one in counts) {
    const cells = counts[one as CellKind] ?? 0
    count += cells
    const weight = one === 'gain' || one === 'loss' ? cells * 2 : cells
    if (weight > most) [kind, most] = [one as CellKind, weight]
  }
  return { kind, count }
}
