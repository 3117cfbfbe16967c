import type { MatrixOverview, MatrixWindow } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import type { Show } from './look.ts'

/** The kinds of cells. Each has its shape: full, ring, dot, plus, minus. */
export const cellKinds = ['assigned', 'group', 'modelled', 'kept', 'gain', 'loss'] as const
export type CellKind = (typeof cellKinds)[number]

/** The kinds of cells in each display. */
export const kindsOf: Readonly<Record<Show, readonly CellKind[]>> = {
  'as-is': ['assigned', 'group'],
  modelled: ['modelled'],
  difference: ['kept', 'group', 'gain', 'loss'],
}

type Bits = Pick<MatrixWindow, 'rowCount' | 'columnCount' | 'rowBytes' | 'assigned' | 'byGroup' | 'modelled'>

/** The kind of the cell in a row and a column of a window. */
export function cellKind(bits: Bits, show: Show, row: number, column: number): CellKind | 'none' {
  const place = row * bits.rowBytes + (column >> 3)
  const has = (plane: Uint8Array) => (((plane[place] ?? 0) >> (column & 7)) & 1) === 1
  if (show === 'modelled') return has(bits.modelled) ? 'modelled' : 'none'
  const [isAssigned, isByGroup] = [has(bits.assigned), has(bits.byGroup)]
  if (show === 'as-is') return isAssigned ? 'assigned' : isByGroup ? 'group' : 'none'
  const isModelled = has(bits.modelled)
  if (isAssigned) return isModelled ? 'kept' : 'loss'
  if (isByGroup) return 'group'
  return isModelled ? 'gain' : 'none'
}

/** The bits of one kind, computed from the planes eight cells at a time; undefined when no cell has that kind. */
export function planeOf(bits: Bits, show: Show, kind: CellKind): Uint8Array | undefined {
  const { assigned, byGroup, modelled } = bits
  const plane = new Uint8Array(bits.rowBytes * bits.rowCount)
  let any = 0
  for (let at = 0; at < plane.length; at++) {
    const byte = byteOf(kind, show, assigned[at] ?? 0, byGroup[at] ?? 0, modelled[at] ?? 0)
    plane[at] = byte
    any |= byte
  }
  return any === 0 ? undefined : plane
}

function byteOf(kind: CellKind, show: Show, assigned: number, byGroup: number, modelled: number): number {
  switch (kind) {
    case 'assigned':
      return assigned
    case 'group':
      return show === 'difference' ? byGroup & ~assigned : byGroup
    case 'modelled':
      return modelled
    case 'kept':
      return assigned & modelled
    case 'gain':
      return modelled & ~(assigned | byGroup) & 0xff
    case 'loss':
      return assigned & ~modelled & 0xff
  }
}

/** Counts of a tile by kind. */
export function tileCounts(
  overview: MatrixOverview,
  show: Show,
  tile: number,
): Readonly<Partial<Record<CellKind, number>>> {
  const of = (counts: readonly number[]) => counts[tile] ?? 0
  if (show === 'modelled') return { modelled: of(overview.modelled) }
  if (show === 'as-is') return { assigned: of(overview.assigned), group: of(overview.byGroup) }
  const losses = of(overview.losses)
  return {
    kept: of(overview.assigned) - losses,
    group: of(overview.byGroup),
    gain: of(overview.gains),
    loss: losses,
  }
}

/** Cells of a tile; at the ends of the matrix tiles are smaller. */
export function tileSize(
  { rowsPerTile, columnsPerTile }: MatrixOverview,
  { rowCount, columnCount }: { readonly rowCount: number; readonly columnCount: number },
  row: number,
  column: number,
): number {
  const rows = Math.min(rowsPerTile, rowCount - row * rowsPerTile)
  return rows * Math.min(columnsPerTile, columnCount - column * columnsPerTile)
}
