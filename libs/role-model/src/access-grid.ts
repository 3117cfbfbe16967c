/**
 * A part of the access as a sparse matrix of zeros and ones, stored by rows and by columns. A row stands for identities, a
 * column for entitlements. A one is a grant; its name is its position in `rowColumn`.
 */
export interface AccessGrid {
  readonly rowCount: number
  readonly columnCount: number
  readonly grantCount: number
  readonly rowOffset: Uint32Array
  /** Columns of each row, ascending. */
  readonly rowColumn: Uint32Array
  readonly columnOffset: Uint32Array
  /** Rows of each column, ascending. */
  readonly columnRow: Uint32Array
  /** Parallel to `columnRow`: the grant. */
  readonly columnGrant: Uint32Array
  /** The row of each grant. */
  readonly grantRow: Uint32Array
  /** The number of identities that a row stands for, and of entitlements that a column stands for. */
  readonly rowWeight: Uint32Array
  readonly columnWeight: Uint32Array
  /** Words of 32 columns in a row of `bits`. */
  readonly words: number
  /** One bit for each cell. Empty if the matrix would be too large; then `isGranted` searches the row. */
  readonly bits: Uint32Array
}

/** 256 MB. For a larger matrix `isGranted` searches the sorted row instead of reading a bit. */
const maxBitWords = 2 ** 26

export function accessGrid(parts: {
  readonly rowOffset: Uint32Array
  readonly rowColumn: Uint32Array
  readonly columnCount: number
  readonly rowWeight: Uint32Array
  readonly columnWeight: Uint32Array
}): AccessGrid {
  const { rowOffset, rowColumn, columnCount } = parts
  const rowCount = rowOffset.length - 1
  const grantCount = rowColumn.length
  const columnOffset = new Uint32Array(columnCount + 1)
  for (let g = 0; g < grantCount; g++) columnOffset[rowColumn[g]! + 1]!++
  for (let c = 0; c < columnCount; c++) columnOffset[c + 1]! += columnOffset[c]!
  const next = columnOffset.slice(0, columnCount)
  const columnRow = new Uint32Array(grantCount)
  const columnGrant = new Uint32Array(grantCount)
  const grantRow = new Uint32Array(grantCount)
  const words = (columnCount + 31) >>> 5
  const isDense = rowCount * words <= maxBitWords
  const bits = new Uint32Array(isDense ? rowCount * words : 0)
  for (let row = 0; row < rowCount; row++) {
    const end = rowOffset[row + 1]!
    for (let g = rowOffset[row]!; g < end; g++) {
      const column = rowColumn[g]!
      const at = next[column]!++
      columnRow[at] = row
      columnGrant[at] = g
      grantRow[g] = row
      if (isDense) bits[row * words + (column >>> 5)]! |= 1 << (column & 31)
    }
  }
  return { ...parts, rowCount, grantCount, columnOffset, columnRow, columnGrant, grantRow, words, bits }
}

export function isGranted(grid: AccessGrid, row: number, column: number): boolean {
  const { bits } = grid
  if (bits.length > 0) return ((bits[row * grid.words + (column >>> 5)]! >>> (column & 31)) & 1) === 1
  return grantAt(grid, row, column) >= 0
}

/** The grant of a cell, or -1. */
export function grantAt(grid: AccessGrid, row: number, column: number): number {
  const { rowColumn } = grid
  let low = grid.rowOffset[row]!
  let high = grid.rowOffset[row + 1]! - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = rowColumn[middle]!
    if (found === column) return middle
    if (found < column) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Some rows and some columns of a grid, both ascending. It is full if each of the rows has each of the columns. */
export interface Rectangle {
  readonly rows: Uint32Array
  readonly columns: Uint32Array
}

/** The same grid with rows and columns exchanged. */
export function transposed(grid: AccessGrid): AccessGrid {
  return accessGrid({
    rowOffset: grid.columnOffset,
    rowColumn: grid.columnRow,
    columnCount: grid.rowCount,
    rowWeight: grid.columnWeight,
    columnWeight: grid.rowWeight,
  })
}
