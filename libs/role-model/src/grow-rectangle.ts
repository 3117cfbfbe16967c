import type { AccessGrid, Rectangle } from './access-grid.ts'
import { closeRectangle } from './close-rectangle.ts'
import type { Partners } from './partners.ts'

/** Grows a full rectangle around a grant, with as much weight as it can get. */
export type GrowRectangle = (grant: number, weight: Float64Array) => Rectangle

/**
 * A grower for one grid. It reuses its working arrays in each call. `weight` has, for each grant, what covering it is worth.
 *
 * It starts with all holders of the grant's column and all columns of its row; many of these cells may be zero. It drops the
 * row or column with the most zeros for its weight until no zero is left. Rows and columns without weight go first. At the end,
 * dropped rows and columns that fit come back.
 */
export function rectangleGrower(grid: AccessGrid, partners: Partners): GrowRectangle {
  const grower = new RectangleGrower(grid, partners)
  return (grant, weight) => grower.grow(grant, weight)
}

/**
 * The rows and columns around one grant at a time. `i` is the position of a row among these rows, `j` the position of a column.
 */
class RectangleGrower {
  private readonly grid: AccessGrid
  private readonly partners: Partners
  /** The position `j` of each column of the grid, -1 if it is not one of these. */
  private readonly place: Int32Array
  private readonly rowName: Uint32Array
  private readonly columnName: Uint32Array
  private readonly rowZeros: Int32Array
  private readonly columnZeros: Int32Array
  private readonly rowWeight: Float64Array
  private readonly columnWeight: Float64Array
  private readonly rowIn: Uint8Array
  private readonly columnIn: Uint8Array
  /** By row and column: -1 if the cell is not granted, otherwise the weight of the grant. */
  private cells = new Float64Array(1024)
  private rows = 0
  private columns = 0

  constructor(grid: AccessGrid, partners: Partners) {
    const { rowCount, columnCount } = grid
    this.grid = grid
    this.partners = partners
    this.place = new Int32Array(columnCount).fill(-1)
    this.rowName = new Uint32Array(rowCount)
    this.columnName = new Uint32Array(columnCount)
    this.rowZeros = new Int32Array(rowCount)
    this.columnZeros = new Int32Array(columnCount)
    this.rowWeight = new Float64Array(rowCount)
    this.columnWeight = new Float64Array(columnCount)
    this.rowIn = new Uint8Array(rowCount)
    this.columnIn = new Uint8Array(columnCount)
  }

  grow(grant: number, weight: Float64Array): Rectangle {
    const { grid, partners } = this
    const row = grid.grantRow[grant]!
    const column = grid.rowColumn[grant]!
    this.takeColumns(row)
    if (partners !== undefined) this.dropPartners(partners, this.place[column]!)
    this.takeRows(row, column, weight)
    this.dropWeightless(column)
    let zeros = this.countZeros()
    while (zeros > 0) zeros -= this.dropWorst(row)
    this.bringBack()
    const result = closeRectangle(grid, partners, {
      rows: pick(this.rowName, this.rowIn, this.rows),
      columns: pick(this.columnName, this.columnIn, this.columns),
    })
    for (let j = 0; j < this.columns; j++) this.place[this.columnName[j]!] = -1
    return result
  }

  /** All columns of the row. */
  private takeColumns(row: number): void {
    const { place, columnName, columnZeros, columnWeight, columnIn } = this
    const { rowOffset, rowColumn } = this.grid
    const begin = rowOffset[row]!
    const columns = rowOffset[row + 1]! - begin
    for (let j = 0; j < columns; j++) {
      columnName[j] = rowColumn[begin + j]!
      place[columnName[j]!] = j
      columnZeros[j] = 0
      columnWeight[j] = 0
      columnIn[j] = 1
    }
    this.columns = columns
  }

  /** All holders of the column whose grants have weight, and the row of the grant itself. */
  private takeRows(own: number, column: number, weight: Float64Array): void {
    const { columns, place, rowName, rowWeight, rowIn, columnIn } = this
    const { rowOffset, rowColumn, columnOffset, columnRow } = this.grid
    const begin = columnOffset[column]!
    const end = columnOffset[column + 1]!
    if (this.cells.length < (end - begin + 1) * columns) this.cells = new Float64Array((end - begin + 1) * columns * 2)
    const { cells } = this
    let rows = 0
    for (let at = begin; at < end; at++) {
      const row = columnRow[at]!
      const line = rows * columns
      cells.fill(-1, line, line + columns)
      let total = 0
      for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
        const j = place[rowColumn[g]!]!
        if (j < 0 || columnIn[j] === 0) continue
        cells[line + j] = weight[g]!
        total += weight[g]!
      }
      if (total === 0 && row !== own) continue
      rowName[rows] = row
      rowWeight[rows] = total
      rowIn[rows] = 1
      rows++
    }
    this.rows = rows
  }

  /** Sums the weight of each column. Drops columns without weight, except the column of the grant itself. */
  private dropWeightless(own: number): void {
    const { rows, columns, cells, columnWeight, columnIn, columnName } = this
    for (let i = 0; i < rows; i++) {
      const line = i * columns
      for (let j = 0; j < columns; j++) {
        if (cells[line + j]! >= 0) columnWeight[j]! += cells[line + j]!
      }
    }
    for (let j = 0; j < columns; j++) {
      if (columnIn[j] === 1 && columnWeight[j] === 0 && columnName[j] !== own) columnIn[j] = 0
    }
  }

  private countZeros(): number {
    const { rows, columns, cells, columnIn, rowZeros, columnZeros } = this
    let zeros = 0
    for (let i = 0; i < rows; i++) {
      let count = 0
      const line = i * columns
      for (let j = 0; j < columns; j++) {
        if (columnIn[j] === 1 && cells[line + j]! < 0) {
          count++
          columnZeros[j]!++
        }
      }
      rowZeros[i] = count
      zeros += count
    }
    return zeros
  }

  /** Drops the row or column with the most zeros for its weight. Returns the number of zeros that this removed. */
  private dropWorst(own: number): number {
    const { rows, columns, rowIn, rowZeros, rowWeight, columnIn, columnZeros, columnWeight } = this
    let worst = 0
    let worstRow = -1
    let worstColumn = -1
    for (let i = 0; i < rows; i++) {
      if (rowIn[i] === 0 || rowZeros[i] === 0) continue
      const score = rowZeros[i]! / (rowWeight[i]! + 1e-9)
      if (score > worst) {
        worst = score
        worstRow = i
      }
    }
    for (let j = 0; j < columns; j++) {
      if (columnIn[j] === 0 || columnZeros[j] === 0) continue
      const score = columnZeros[j]! / (columnWeight[j]! + 1e-9)
      if (score > worst) {
        worst = score
        worstColumn = j
      }
    }
    return worstColumn >= 0 ? this.leaveColumn(worstColumn, own) : this.leaveRow(worstRow)
  }

  /**
   * Drops a column, and the rows that have no weight without it, except the row of the grant itself. Returns the number of
   * removed zeros.
   */
  private leaveColumn(j: number, own: number): number {
    const { rows, columns, cells, rowIn, rowZeros, rowWeight, rowName } = this
    this.columnIn[j] = 0
    let gone = this.columnZeros[j]!
    for (let i = 0; i < rows; i++) {
      if (rowIn[i] === 0) continue
      const cell = cells[i * columns + j]!
      if (cell < 0) rowZeros[i]!--
      else if (cell > 0) {
        rowWeight[i]! -= cell
        if (rowWeight[i]! < 1e-9 && rowName[i] !== own) gone += this.leaveRow(i)
      }
    }
    return gone
  }

  private leaveRow(i: number): number {
    const { columns, cells, columnIn, columnZeros, columnWeight } = this
    this.rowIn[i] = 0
    const line = i * columns
    let gone = 0
    for (let j = 0; j < columns; j++) {
      if (columnIn[j] === 0) continue
      const cell = cells[line + j]!
      if (cell < 0) {
        columnZeros[j]!--
        gone++
      } else columnWeight[j]! -= cell
    }
    return gone
  }

  /** Adds the columns, then the rows, that fit into the rectangle without a zero. */
  private bringBack(): void {
    const { rows, columns, cells, rowIn, columnIn } = this
    if (this.partners === undefined) {
      for (let j = 0; j < columns; j++) {
        if (columnIn[j] === 1) continue
        let fits = true
        for (let i = 0; i < rows && fits; i++) fits = rowIn[i] === 0 || cells[i * columns + j]! >= 0
        if (fits) columnIn[j] = 1
      }
    }
    for (let i = 0; i < rows; i++) {
      if (rowIn[i] === 1) continue
      let fits = true
      for (let j = 0; j < columns && fits; j++) fits = columnIn[j] === 0 || cells[i * columns + j]! >= 0
      if (fits) rowIn[i] = 1
    }
  }

  /** Drops the later one of two columns that must not be in one role; never the column of the grant itself. */
  private dropPartners(of: readonly (readonly number[])[], own: number): void {
    const { columns, place, columnName, columnIn } = this
    for (let i = -1; i < columns; i++) {
      const j = i < 0 ? own : i
      for (const partner of of[columnName[j]!]!) {
        const other = place[partner]!
        if (columnIn[j] === 1 && other >= 0 && columnIn[other] === 1) columnIn[other] = 0
      }
    }
  }
}

function pick(names: Uint32Array, isIn: Uint8Array, count: number): Uint32Array {
  let size = 0
  for (let i = 0; i < count; i++) size += isIn[i]!
  const picked = new Uint32Array(size)
  for (let i = 0, at = 0; i < count; i++) if (isIn[i] === 1) picked[at++] = names[i]!
  return picked
}
