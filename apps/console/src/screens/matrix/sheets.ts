import type { Place } from './look.ts'

/** One zoom: the shown part of a matrix and its scale. A unit is a cell, or a tile of cells. */
export interface Sheet {
  readonly kind: 'tiles' | 'every-nth' | 'cells'
  readonly rows: number
  readonly columns: number
  /** The number of matrix rows from one row of the sheet to the next. */
  readonly rowStep: number
  readonly columnStep: number
  /** Width and height of a unit in CSS pixels. */
  readonly unit: number
}

/** The maximum number of tiles of an overview in each direction, a limit of the service. */
const mostTiles = 200
/** Up to this number of rows, every row is shown. */
const mostExactRows = 4_000
/** The number of shown rows when only every nth row is shown. */
const rowsOfEveryNth = 2_000
const cellSizes = [4, 8, 14, 22]
/** From this size on, units have shapes, and rows and columns have names. */
export const leastShaped = 8
export const leastNamed = 14

/** The zooms of a matrix, the widest first: tiles, every nth row, cells of four sizes. Small matrices have only the cells. */
export function sheetsOf(rowCount: number, columnCount: number): readonly Sheet[] {
  const sheets: Sheet[] = []
  const step = (count: number) => Math.max(1, Math.ceil(count / mostTiles))
  if (rowCount > mostTiles || columnCount > mostTiles) {
    const [rowStep, columnStep] = [step(rowCount), step(columnCount)]
    sheets.push(sheetOf('tiles', rowCount, columnCount, rowStep, columnStep, 3))
  }
  if (rowCount > mostExactRows)
    sheets.push(sheetOf('every-nth', rowCount, columnCount, Math.ceil(rowCount / rowsOfEveryNth), 1, 4))
  for (const unit of cellSizes) sheets.push(sheetOf('cells', rowCount, columnCount, 1, 1, unit))
  return sheets
}

function sheetOf(
  kind: Sheet['kind'],
  rowCount: number,
  columnCount: number,
  rowStep: number,
  columnStep: number,
  unit: number,
): Sheet {
  const [rows, columns] = [Math.ceil(rowCount / rowStep), Math.ceil(columnCount / columnStep)]
  return { kind, rows, columns, rowStep, columnStep, unit }
}

/** The first zoom: for few people the largest cells that fit, otherwise the smallest cells, for many people tiles. */
export function usualZoom(sheets: readonly Sheet[], width: number, height: number): number {
  const [first] = sheets
  if (first?.kind === 'tiles' && sheets[1]?.kind === 'every-nth') return 0
  const fitting = sheets.findLastIndex(
    ({ kind, rows, columns, unit }) => kind === 'cells' && rows * unit <= height && columns * unit <= width,
  )
  return fitting >= 0 ? fitting : sheets.findIndex(({ kind }) => kind === 'cells')
}

/** The unit of a sheet that a cell of the matrix belongs to. */
export function unitAt({ rowStep, columnStep, rows, columns }: Sheet, { row, column }: Place): Place {
  return {
    row: within(Math.floor(row / rowStep), rows - 1),
    column: within(Math.floor(column / columnStep), columns - 1),
  }
}

/** The first cell of a unit. */
export function cellAt({ rowStep, columnStep }: Sheet, { row, column }: Place): Place {
  return { row: row * rowStep, column: column * columnStep }
}

export function within(value: number, most: number): number {
  return Math.max(0, Math.min(value, most))
}

/** The position of the window on a sheet, in units; within its ends. */
export interface Offset {
  readonly top: number
  readonly left: number
}

export function offsetWithin(
  { rows, columns, unit }: Sheet,
  { top, left }: Offset,
  width: number,
  height: number,
): Offset {
  return { top: within(top, rows - height / unit), left: within(left, columns - width / unit) }
}

/** The offset that shows a unit in the middle. */
export function offsetAround(sheet: Sheet, { row, column }: Place, width: number, height: number): Offset {
  const { unit } = sheet
  return offsetWithin(
    sheet,
    { top: row + 0.5 - height / unit / 2, left: column + 0.5 - width / unit / 2 },
    width,
    height,
  )
}

/** The nearest offset that shows a unit completely. */
export function offsetShowing(
  sheet: Sheet,
  { top, left }: Offset,
  { row, column }: Place,
  width: number,
  height: number,
): Offset {
  const [tall, wide] = [height / sheet.unit, width / sheet.unit]
  return offsetWithin(
    sheet,
    {
      top: Math.min(row, Math.max(top, row + 1 - tall)),
      left: Math.min(column, Math.max(left, column + 1 - wide)),
    },
    width,
    height,
  )
}

/** The part that is fetched at once: 2,000 rows and 500 columns around the visible ones, in steps, so that small moves fetch nothing. */
export interface Chunk {
  readonly rowStart: number
  readonly rowCount: number
  readonly columnStart: number
  readonly columnCount: number
}

const chunkRows = 2_000
const chunkColumns = 500

/** The part around a place, in units of the sheet. */
export function chunkAround({ rows, columns }: Sheet, { row, column }: Place): Chunk {
  const start = (middle: number, size: number, count: number) => {
    const step = size / 4
    return within(Math.round((middle - size / 2) / step) * step, Math.max(0, count - size))
  }
  const rowStart = start(row, chunkRows, rows)
  const columnStart = start(column, chunkColumns, columns)
  return {
    rowStart,
    rowCount: Math.min(chunkRows, rows - rowStart),
    columnStart,
    columnCount: Math.min(chunkColumns, columns - columnStart),
  }
}

/** Two corners, in any order. */
export interface Rectangle {
  readonly from: Place
  readonly to: Place
}

/** First and last row and column. */
export function sidesOf({ from, to }: Rectangle) {
  return {
    top: Math.min(from.row, to.row),
    bottom: Math.max(from.row, to.row),
    left: Math.min(from.column, to.column),
    right: Math.max(from.column, to.column),
  }
}

/** The number of rows and of columns in the grid around the active cell. */
export const near = 9

/** The first of the `near` rows or columns around a place. */
export function nearStart(place: number, count: number): number {
  return within(place - (near - 1) / 2, count - near)
}
