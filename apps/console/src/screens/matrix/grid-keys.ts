import type { Place } from './look.ts'
import { type Sheet, within } from './sheets.ts'

/** The place in a sheet to which a key moves; undefined for keys that do not move. */
export function movedBy(
  key: string,
  isControl: boolean,
  { row, column }: Place,
  { rows, columns }: Pick<Sheet, 'rows' | 'columns'>,
  page: number,
): Place | undefined {
  const to = (nextRow: number, nextColumn: number) => ({
    row: within(nextRow, rows - 1),
    column: within(nextColumn, columns - 1),
  })
  switch (key) {
    case 'ArrowDown':
      return to(row + 1, column)
    case 'ArrowUp':
      return to(row - 1, column)
    case 'ArrowRight':
      return to(row, column + 1)
    case 'ArrowLeft':
      return to(row, column - 1)
    case 'PageDown':
      return to(row + page, column)
    case 'PageUp':
      return to(row - page, column)
    case 'Home':
      return to(isControl ? 0 : row, 0)
    case 'End':
      return to(isControl ? rows - 1 : row, columns - 1)
    default:
      return undefined
  }
}
