import type { AccessGrid } from './access-grid.ts'

/** Cells that are looked at in a step of ten microseconds, about. */
export const cellsPerStep = 1000

/** The cells of a grant's rectangle before anything leaves it. */
export function cellsAround({ rowOffset, columnOffset, rowColumn, grantRow }: AccessGrid, g: number): number {
  const row = grantRow[g]!
  const column = rowColumn[g]!
  return (rowOffset[row + 1]! - rowOffset[row]!) * (columnOffset[column + 1]! - columnOffset[column]!)
}
