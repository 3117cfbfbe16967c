import type { AccessGrid, Rectangle } from './access-grid.ts'
import { closeRectangle } from './close-rectangle.ts'
import type { Partners } from './dominance.ts'

/** Grows a full rectangle around a grant, as heavy as it gets. */
export type GrowRectangle = (grant: number, weight: Float64Array) => Rectangle

/**
 * A grower for one grid; it keeps its working arrays between calls. `weight` says per grant what covering it is worth.
 *
 * It starts with all holders of the grant's column and all columns of its row, of which many cells may be zero, and drops
 * again and again the row or column with the most zeros for its weight, until none is left. Rows and columns without any
 * weight go first. What was dropped and fits after all comes back at the end.
 */
export function rectangleGrower(grid: AccessGrid, partners: Partners): GrowRectangle {
  const { rowOffset, rowColumn, columnOffset, columnRow, grantRow, rowCount, columnCount } = grid
  const place = new Int32Array(columnCount).fill(-1)
  const rowName = new Uint32Array(rowCount)
  const columnName = new Uint32Array(columnCount)
  const rowZeros = new Int32Array(rowCount)
  const columnZeros = new Int32Array(columnCount)
  const rowWeight = new Float64Array(rowCount)
  const columnWeight = new Float64Array(columnCount)
  const rowIn = new Uint8Array(rowCount)
  const columnIn = new Uint8Array(columnCount)
  let cells = new Float64Array(1024)

  return (grant, weight) => {
    const u = grantRow[grant]!
    const p = rowColumn[grant]!
    const columns = rowOffset[u + 1]! - rowOffset[u]!
    for (let j = 0; j < columns; j++) {
      columnName[j] = rowColumn[rowOffset[u]! + j]!
      place[columnName[j]!] = j
      columnZeros[j] = 0
      columnWeight[j] = 0
      columnIn[j] = 1
    }
    if (partners !== undefined) dropPartners(partners, place[p]!, columns)
    const holders = columnOffset[p + 1]! - columnOffset[p]!
    if (cells.length < (holders + 1) * columns) cells = new Float64Array((holders + 1) * columns * 2)
    // Cells: -1 not granted, otherwise the weight. Only rows that weigh something are worth a line.
    let rows = 0
    for (let at = columnOffset[p]!; at < columnOffset[p + 1]!; at++) {
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
      if (total === 0 && row !== u) continue
      rowName[rows] = row
      rowWeight[rows] = total
      rowIn[rows] = 1
      rows++
    }
    for (let i = 0; i < rows; i++) {
      const line = i * columns
      for (let j = 0; j < columns; j++) {
        if (cells[line + j]! >= 0) columnWeight[j]! += cells[line + j]!
      }
    }
    for (let j = 0; j < columns; j++) {
      if (columnIn[j] === 1 && columnWeight[j] === 0 && columnName[j] !== p) columnIn[j] = 0
    }
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
    while (zeros > 0) {
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
      if (worstColumn >= 0) {
        const j = worstColumn
        columnIn[j] = 0
        zeros -= columnZeros[j]!
        for (let i = 0; i < rows; i++) {
          if (rowIn[i] === 0) continue
          const cell = cells[i * columns + j]!
          if (cell < 0) rowZeros[i]!--
          else if (cell > 0) {
            rowWeight[i]! -= cell
            if (rowWeight[i]! < 1e-9 && rowName[i] !== u) {
              rowIn[i] = 0
              zeros -= leaveRow(i, columns)
            }
          }
        }
      } else {
        rowIn[worstRow] = 0
        zeros -= leaveRow(worstRow, columns)
      }
    }
    bringBack(rows, columns)
    const result = closeRectangle(grid, partners, {
      rows: pick(rowName, rowIn, rows),
      columns: pick(columnName, columnIn, columns),
    })
    for (let j = 0; j < columns; j++) place[columnName[j]!] = -1
    return result
  }

  function leaveRow(i: number, columns: number): number {
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

  /** Columns, then rows, that the rectangle as it is can take without a zero. */
  function bringBack(rows: number, columns: number): void {
    if (partners === undefined) {
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

  /** Of two columns that must not meet the later one leaves, the grant's own never. */
  function dropPartners(of: readonly (readonly number[])[], own: number, columns: number): void {
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
