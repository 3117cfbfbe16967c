import type { CellKind } from './cells.ts'
import { contextOf } from './context-of.ts'
import type { Painted } from './paint.ts'
import { drawShape } from './shapes.ts'
import { texts } from './texts.ts'

/** The approximate width and height of a tile in pixels of the canvas; a tile contains whole cells. */
const tilePixels = 128
/** The maximum number of cached tiles, of 64 kB each; others are drawn again. A window of 4,000 by 2,000 pixels has some 500. */
const mostTiles = 1_024

/** The first and the last of some tiles, along one axis. */
interface TileRange {
  readonly from: number
  readonly to: number
}

/** The visible tiles of a sheet, along one axis. */
export function tilesInSight(start: number, length: number, tile: number): TileRange {
  return { from: Math.floor(start / tile), to: Math.floor((start + length - 1) / tile) }
}

/**
 * Cells with their shapes, drawn once into tiles. A frame copies tiles to the page; only tiles that become visible are drawn.
 * The shapes are cut out for one kind after the other, a dozen passes over all pixels. Without tiles, each frame would repeat that.
 */
export class CellTiles {
  readonly #tiles = new Map<string, HTMLCanvasElement>()
  /** The cells of one kind, cut out to its shape. */
  readonly #layer = document.createElement('canvas')
  readonly #patterns = new Map<string, CanvasPattern>()
  #painted: Painted | undefined
  #unit = 0

  /**
   * Draws the cells on a canvas.
   * @param unit the size of a cell, in pixels of the canvas
   * @param shift the position of the first cell of the sheet on the canvas
   */
  draw(
    context: CanvasRenderingContext2D,
    painted: Painted,
    unit: number,
    shift: { readonly x: number; readonly y: number },
  ): void {
    if (painted !== this.#painted || unit !== this.#unit || this.#tiles.size > mostTiles) this.#tiles.clear()
    this.#painted = painted
    this.#unit = unit
    const { chunk } = painted
    const size = unit * Math.max(1, Math.round(tilePixels / unit))
    // In pixels from the first fetched cell.
    const [x, y] = [shift.x + chunk.columnStart * unit, shift.y + chunk.rowStart * unit]
    const { width, height } = context.canvas
    const columns = within(tilesInSight(-x, width, size), Math.ceil((chunk.columnCount * unit) / size))
    const rows = within(tilesInSight(-y, height, size), Math.ceil((chunk.rowCount * unit) / size))
    for (let row = rows.from; row <= rows.to; row++)
      for (let column = columns.from; column <= columns.to; column++)
        context.drawImage(this.#tileAt(painted, row, column, size), x + column * size, y + row * size)
  }

  #tileAt(painted: Painted, row: number, column: number, size: number): HTMLCanvasElement {
    const key = `${row} ${column}`
    const known = this.#tiles.get(key)
    if (known !== undefined) return known
    const tile = document.createElement('canvas')
    tile.width = size
    tile.height = size
    const context = contextOf(tile)
    const cells = size / this.#unit
    for (const { kind, picture } of painted.layers)
      if (kind !== undefined) this.#drawKind(context, kind, picture, row * cells, column * cells, cells)
    this.#tiles.set(key, tile)
    return tile
  }

  #drawKind(
    context: CanvasRenderingContext2D,
    kind: CellKind,
    picture: ImageBitmap,
    row: number,
    column: number,
    cells: number,
  ): void {
    const { width: size } = context.canvas
    if (this.#layer.width !== size) {
      this.#layer.width = size
      this.#layer.height = size
    }
    const [wide, tall] = [Math.min(cells, picture.width - column), Math.min(cells, picture.height - row)]
    const layer = contextOf(this.#layer)
    layer.globalCompositeOperation = 'copy'
    layer.imageSmoothingEnabled = false
    layer.drawImage(picture, column, row, wide, tall, 0, 0, wide * this.#unit, tall * this.#unit)
    layer.globalCompositeOperation = 'destination-in'
    layer.fillStyle = this.#patternOf(kind)
    layer.fillRect(0, 0, size, size)
    context.drawImage(this.#layer, 0, 0)
  }

  #patternOf(kind: CellKind): CanvasPattern {
    const key = `${kind} ${this.#unit}`
    const known = this.#patterns.get(key)
    if (known !== undefined) return known
    const shape = document.createElement('canvas')
    shape.width = this.#unit
    shape.height = this.#unit
    drawShape(contextOf(shape), kind, this.#unit)
    const pattern = contextOf(this.#layer).createPattern(shape, 'repeat')
    if (pattern === null) throw new Error(texts.noPattern)
    this.#patterns.set(key, pattern)
    return pattern
  }
}

/** Limits a range to existing tiles; the range is empty when `to` is less than `from`. */
function within({ from, to }: TileRange, count: number): TileRange {
  return { from: Math.max(0, from), to: Math.min(count - 1, to) }
}
