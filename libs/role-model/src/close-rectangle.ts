import { type AccessGrid, isGranted, type Rectangle } from './access-grid.ts'
import type { Partners } from './partners.ts'

/**
 * The rectangle with every further row that has all its columns, and then with every further column that all rows have and that
 * is allowed beside its columns. Both ascending.
 */
export function closeRectangle(grid: AccessGrid, partners: Partners, { rows, columns }: Rectangle): Rectangle {
  const { rowOffset, rowColumn, columnOffset, columnRow } = grid
  let shortest = columns[0]!
  for (const column of columns) {
    if (columnOffset[column + 1]! - columnOffset[column]! < columnOffset[shortest + 1]! - columnOffset[shortest]!) {
      shortest = column
    }
  }
  const allRows: number[] = []
  for (let at = columnOffset[shortest]!; at < columnOffset[shortest + 1]!; at++) {
    const row = columnRow[at]!
    let hasAll = true
    for (let j = 0; j < columns.length && hasAll; j++) hasAll = isGranted(grid, row, columns[j]!)
    if (hasAll) allRows.push(row)
  }
  let smallest = rows[0]!
  for (const row of rows) {
    if (rowOffset[row + 1]! - rowOffset[row]! < rowOffset[smallest + 1]! - rowOffset[smallest]!) smallest = row
  }
  const more: number[] = []
  let j = 0
  for (let g = rowOffset[smallest]!; g < rowOffset[smallest + 1]!; g++) {
    const column = rowColumn[g]!
    // Both lists ascend, so one pass compares them.
    while (j < columns.length && columns[j]! < column) j++
    if (columns[j] === column) continue
    if (partners?.[column]?.some((partner) => columns.includes(partner) || more.includes(partner)) === true) continue
    let isInAll = true
    for (let i = 0; i < allRows.length && isInAll; i++) isInAll = isGranted(grid, allRows[i]!, column)
    if (isInAll) more.push(column)
  }
  return {
    rows: Uint32Array.from(allRows),
    columns: more.length === 0 ? columns.slice() : Uint32Array.from([...columns, ...more]).sort(),
  }
}
