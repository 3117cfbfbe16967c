import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import { BrokenRow, ClosingRow, type Row, TableRow } from '../row.ts'
import { closesTable, mostClosing } from './closing-rows.ts'
import { shownNumber } from './number-forms.ts'
import type { RowReading } from './part.ts'
import type { Sheet, Workbook } from './workbook.ts'
import { xmlChunks } from './workbook-xml.ts'

export interface SheetRow {
  readonly cells: string[]
  /** The number that the spreadsheet shows. */
  readonly number: number
}

/** The maximum width of a sheet in spreadsheet programs. */
const mostColumns = 16_384

/** The rows of a sheet that are not empty, as texts. */
export async function* sheetRows(workbook: Workbook, sheet: Sheet): AsyncGenerator<SheetRow[], void, undefined> {
  let rows: SheetRow[] = []
  let cells: string[] = []
  let number = 0
  let column = 0
  let type = ''
  let style = 0
  let text = ''
  let isText = false
  let isPhonetic = false
  const name = partName(workbook, sheet)
  const take = () => {
    if (text === '') return
    while (cells.length < column) cells.push('')
    cells[column] = cellText()
  }
  const cellText = () => {
    switch (type) {
      case 's': {
        const shared = workbook.sharedTexts[Number(text)]
        if (shared === undefined)
          throw new UnreadableFile(name, number, `names the text ${text}, which is missing; save the workbook again`)
        return shared
      }
      case 'b':
        return text === '1' ? 'true' : 'false'
      case '':
      case 'n':
        return shownNumber(text, workbook.forms[style] ?? 'number', workbook.is1904)
      default:
        return text
    }
  }
  const chunks = xmlChunks(sheet.file, {
    open: (element, attributes) => {
      if (element === 'row') {
        number = attributes.r === undefined ? number + 1 : Number(attributes.r)
        cells = []
        column = -1
      } else if (element === 'c') {
        column = attributes.r === undefined ? column + 1 : columnOf(attributes.r)
        if (!(column >= 0 && column < mostColumns))
          throw new UnreadableFile(name, number, `a cell in the place ${attributes.r}`)
        type = attributes.t ?? ''
        style = Number(attributes.s ?? 0)
        text = ''
      } else if (element === 'rPh') isPhonetic = true
      isText = (element === 'v' || element === 't') && !isPhonetic
    },
    text: (piece) => {
      if (isText) text += piece
    },
    close: (element) => {
      isText = false
      if (element === 'rPh') isPhonetic = false
      else if (element === 'c') take()
      else if (element === 'row' && cells.some((cell) => cell.trim() !== '')) rows.push({ cells, number })
    },
  })
  for await (const _ of chunks) {
    if (rows.length > 0) yield rows
    rows = []
  }
}

/** `C7` is column 2. */
function columnOf(place: string): number {
  let column = 0
  for (const character of place) {
    const letter = character.charCodeAt(0) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return column - 1
}

export function partName(workbook: Workbook, sheet: Sheet): string {
  return `${workbook.name}[${sheet.name}]`
}

/** The index of the row that names the columns, among the first rows: titles above a table have few cells. -1 when there is none. */
export function headerIndex(rows: readonly SheetRow[]): number {
  const filled = rows.map(({ cells }) => cells.filter((cell) => cell.trim() !== '').length)
  const most = Math.max(0, ...filled)
  return most < 2 ? -1 : filled.findIndex((count) => count >= 2 && count >= most * 0.6)
}

/** The maximum number of rows up to the header, with the header. */
export const rowsToHeader = 20

/** A sheet as a table. A row with cells beyond the header is broken. Rows that close the table are not rows of it. */
export async function* sheetTableRows(
  workbook: Workbook,
  sheet: Sheet,
  headerNumber: number,
  { synonyms }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const name = partName(workbook, sheet)
  let header: Header | undefined
  /** Rows that close the table, unless other rows follow. */
  let closing: SheetRow[] = []
  let before = headerNumber
  for await (const batch of sheetRows(workbook, sheet)) {
    const rows: Row[] = []
    for (const { cells, number } of batch) {
      if (number < headerNumber) continue
      const isApart = closing.length > 0 || number > before + 1
      before = number
      if (header !== undefined && closing.length < mostClosing && closesTable(cells, header.names.length, isApart)) {
        closing.push({ cells, number })
        continue
      }
      if (header === undefined) {
        header = new Header(name, number, cells, synonyms)
        continue
      }
      for (const row of closing) rows.push(tableRow(name, header, row))
      closing = []
      rows.push(tableRow(name, header, { cells, number }))
    }
    if (rows.length > 0) yield rows
  }
  if (closing.length > 0) yield closing.map(({ number }) => new ClosingRow(name, number))
}

function tableRow(name: string, header: Header, { cells, number }: SheetRow): Row {
  const { length } = header.names
  if (cells.slice(length).some((cell) => cell.trim() !== '')) {
    const reason = `a cell stands right of the last column "${header.names.at(-1)}"; delete it or name its column`
    return new BrokenRow(name, number, reason)
  }
  while (cells.length < length) cells.push('')
  return new TableRow(name, number, header, cells)
}

/** The rows from the header on, each as wide as the header. */
export async function* sheetRecords(
  workbook: Workbook,
  sheet: Sheet,
  headerNumber: number,
  width: number,
): AsyncGenerator<{ cells: string[]; line: number }[], void, undefined> {
  for await (const batch of sheetRows(workbook, sheet)) {
    yield batch
      .filter(({ number }) => number >= headerNumber)
      .map(({ cells, number }) => {
        while (cells.length < width) cells.push('')
        return { cells, line: number }
      })
  }
}
