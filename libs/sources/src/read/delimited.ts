import type { Encoding } from '../bytes/encoding.ts'
import { decodedBytes } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, ClosingRow, type Row, TableRow } from '../row.ts'
import { beginsAsSum, closesTable, mostClosing } from './closing-rows.ts'
import type { RowReading } from './part.ts'
import { type CellBytes, ColumnDictionaries, TableRows } from './table-rows.ts'
import { type ScanFailure, TableScanner } from './table-scanner.ts'

export interface Delimited {
  readonly encoding: Encoding
  readonly delimiter: string
  /** Lines before the header that are not rows: `sep=;`, `#TYPE ...`. */
  readonly skippedLines: number
  readonly recordLength: number
}

/** Yields the scanner of a text each time it has cut further records. */
async function* scans(
  file: InputFile,
  { encoding, delimiter, skippedLines, recordLength }: Delimited,
): AsyncGenerator<TableScanner, void, undefined> {
  const scanner = new TableScanner({ delimiter: Buffer.from(delimiter), skippedLines, recordLength })
  const check = () => {
    if (scanner.failure !== undefined) throw unreadable(file.name, scanner.failure, scanner.nextLine)
  }
  for await (const bytes of decodedBytes(file, encoding)) {
    scanner.push(bytes)
    if (scanner.count > 0) yield scanner
    check()
  }
  scanner.end()
  if (scanner.count > 0) yield scanner
  check()
}

function unreadable(file: string, failure: ScanFailure, line: number): UnreadableFile {
  const reason =
    failure === 'too long'
      ? 'this row goes on for more than a million characters: a quote is not closed, or this is no table'
      : 'the quote that opens here is never closed; the file may be cut off'
  return new UnreadableFile(file, line, reason)
}

/** A record of a text. */
interface TextRecord {
  readonly cells: string[]
  /** The line on which it begins. */
  readonly line: number
  /** Whether the text ends without a line end: the record may be cut off. */
  readonly isCutOff: boolean
}

/** The records of a text, in the batches of its chunks. */
export async function* recordsOf(file: InputFile, form: Delimited): AsyncGenerator<TextRecord[], void, undefined> {
  for await (const scanner of scans(file, form)) {
    yield Array.from({ length: scanner.count }, (_, record) => ({
      cells: cellsOf(scanner, record),
      line: scanner.lines[record]!,
      isCutOff: isCutOff(scanner, record),
    }))
  }
}

function isCutOff(scanner: TableScanner, record: number): boolean {
  return scanner.isCutOff && record === scanner.count - 1
}

function cellsOf({ bytes, first, starts, ends }: CellBytes, record: number): string[] {
  const cells: string[] = []
  for (let cell = first[record]!; cell < first[record + 1]!; cell++) {
    cells.push(bytes.toString('utf8', starts[cell], ends[cell]))
  }
  return cells
}

/** The rows of a table. A row with more or fewer cells than the header is broken. Rows that close the table are not rows of it. */
export async function* delimitedRows(
  file: InputFile,
  form: Delimited,
  { synonyms, hasShortRows = false }: RowReading,
): AsyncGenerator<TableRows | readonly Row[], void, undefined> {
  const dictionaries = new ColumnDictionaries()
  let header: Header | undefined
  let isFirst = true
  /** Rows that close the table, unless other rows follow. */
  let closing: { readonly cells: string[]; readonly line: number }[] = []
  for await (const scanner of scans(file, form)) {
    const { first, lines } = scanner
    let from = 0
    if (header === undefined) {
      header = new Header(file.name, lines[0]!, cellsOf(scanner, 0), synonyms)
      from = 1
    }
    const { length } = header.names
    const broken = new Map<number, string>()
    const records = new Int32Array(scanner.count)
    let count = 0
    for (let record = from; record < scanner.count; record++) {
      const cells = first[record + 1]! - first[record]!
      const isUnderHeader = isFirst
      isFirst = false
      if (isUnderHeader && isRule(scanner, record)) continue
      if (isEmpty(scanner, record)) continue
      if (mayClose(scanner, record, length)) {
        const texts = cellsOf(scanner, record)
        if (closesTable(texts, length, !isCutOff(scanner, record)) && closing.length < mostClosing) {
          closing.push({ cells: texts, line: lines[record]! })
          continue
        }
      }
      if (closing.length > 0) {
        yield rowsOf(file.name, header, closing, hasShortRows)
        closing = []
      }
      if (cells !== length && !(hasShortRows && cells < length) && !isPadded(scanner, record, length)) {
        if (isBlank(scanner, record, 0)) continue
        broken.set(record, cellCount(cells, length))
      }
      records[count++] = record
    }
    if (count === 0) continue
    const placed = { part: file.name, columns: header, atOf: (record: number) => lines[record]! }
    yield new TableRows(placed, scanner, records.subarray(0, count), dictionaries, broken)
  }
  if (closing.length > 0) yield closing.map(({ line }) => new ClosingRow(file.name, line))
}

function cellCount(cells: number, length: number): string {
  return `the row has ${cells} cells, the header ${length}; quote cells that hold the delimiter`
}

/** Rows that only looked as if they closed the table. */
function rowsOf(
  file: string,
  header: Header,
  all: readonly { readonly cells: string[]; readonly line: number }[],
  hasShortRows: boolean,
): Row[] {
  const { length } = header.names
  return all.map(({ cells, line }) => {
    const isShort = cells.length < length
    if (isShort ? !hasShortRows : cells.slice(length).some((cell) => cell.trim() !== '')) {
      return new BrokenRow(file, line, cellCount(cells.length, length))
    }
    while (cells.length < length) cells.push('')
    return new TableRow(file, line, header, cells)
  })
}

/** A cheap check, since it runs for each row: whether the row is short, has a single cell, or begins like a word for a sum. */
function mayClose({ bytes, first, starts, ends }: CellBytes, record: number, length: number): boolean {
  const behind = first[record + 1]!
  let cell = first[record]!
  if (behind - cell < length) return true
  while (cell < behind - 1 && starts[cell] === ends[cell]) cell++
  const start = starts[cell]!
  const gap = ends[behind - 1]! - ends[cell]! - (behind - 1 - cell)
  // One more when the cell is quoted.
  return gap === 0 || gap === 1 || beginsAsSum(bytes, start, ends[cell]!)
}

/** Whether no cell has content: there are only delimiters, or quotes with nothing between. */
function isEmpty({ first, starts, ends }: CellBytes, record: number): boolean {
  for (let cell = first[record]!; cell < first[record + 1]!; cell++) if (starts[cell] !== ends[cell]) return false
  return true
}

/** The line of dashes under the names that sqlcmd prints, with any separator of columns. */
function isRule({ bytes, first, starts, ends }: CellBytes, record: number): boolean {
  let hasLong = false
  for (let cell = first[record]!; cell < first[record + 1]!; cell++) {
    const text = bytes.toString('utf8', starts[cell], Math.min(ends[cell]!, starts[cell]! + 1_000))
    if (!/^-+\s*$/.test(text)) return false
    hasLong ||= text.startsWith('--')
  }
  return hasLong
}

/** Whether the row is longer than the header only by empty cells. */
function isPadded(scanner: CellBytes, record: number, length: number): boolean {
  return scanner.first[record + 1]! - scanner.first[record]! > length && isBlank(scanner, record, length)
}

/** Whether all cells from this one on contain only blanks. */
function isBlank({ bytes, first, starts, ends }: CellBytes, record: number, from: number): boolean {
  for (let cell = first[record]! + from; cell < first[record + 1]!; cell++) {
    if (starts[cell]! < ends[cell]! && bytes.toString('utf8', starts[cell], ends[cell]).trim() !== '') return false
  }
  return true
}
