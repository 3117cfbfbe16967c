import type { AccessGrid } from './access-grid.ts'

/** About the number of cells that a step of ten microseconds reads. */
export const cellsPerStep = 1000

/** The number of cells in the rectangle around a grant before any row or column is dropped. */
export function cellsAround({ rowOffset, columnOffset, rowColumn, grantRow }: AccessGrid, g: number): number {
  const row = grantRow[g]!
  const column = rowColumn[g]!
  return (rowOffset[row + 1]! - rowOffset[row]!) * (columnOffset[column + 1]! - columnOffset[column]!)
}
