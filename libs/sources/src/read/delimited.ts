import { CsvError, parse } from 'csv-parse'
import type { Encoding } from '../bytes/encoding.ts'
import { decoded } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import type { RowReading } from './part.ts'

export interface Delimited {
  readonly encoding: Encoding
  readonly delimiter: string
  /** Lines before the header that are no rows: `sep=;`, `#TYPE ...`. */
  readonly skippedLines: number
  readonly recordLength: number
}

/** Records of a text with their line, as csv-parse reads them, in the batches in which the text comes. */
export async function* recordsOf(
  file: InputFile,
  { encoding, delimiter, skippedLines, recordLength }: Delimited,
): AsyncGenerator<{ cells: string[]; line: number }[], void, undefined> {
  let batch: { cells: string[]; line: number }[] = []
  let line = skippedLines + 1
  let failure: Error | undefined
  const parser = parse({
    delimiter,
    from_line: skippedLines + 1,
    relax_column_count: true,
    // A quote inside a cell that does not begin with one is a character: names of things have inches and nicknames.
    relax_quotes: true,
    max_record_size: recordLength,
    skip_empty_lines: true,
    // Nothing goes through the stream's own queue: an object a row would cost more than the parsing.
    on_record: (cells: string[], { lines }: { lines: number }) => {
      batch.push({ cells, line })
      line = lines + 1
      return null
    },
  })
  parser.on('error', (error) => {
    failure ??= error
  })
  const written = (text: string) =>
    new Promise<void>((resolve) => {
      parser.write(text, () => resolve())
    })
  const check = () => {
    if (failure !== undefined) throw unreadable(file.name, failure, line)
  }
  for await (const text of decoded(file, encoding)) {
    await written(text)
    if (batch.length > 0) yield batch
    batch = []
    check()
  }
  await new Promise<void>((resolve) => {
    parser.once('error', () => resolve())
    parser.once('end', () => resolve())
    parser.resume()
    parser.end()
  })
  if (batch.length > 0) yield batch
  check()
}

function unreadable(file: string, error: Error, line: number): UnreadableFile {
  const code = error instanceof CsvError ? error.code : ''
  const reason =
    code === 'CSV_MAX_RECORD_SIZE'
      ? 'this row goes on for more than a million characters: a quote is not closed, or this is no table'
      : code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'the quote that opens here is never closed; the file may be cut off'
        : code === 'CSV_INVALID_CLOSING_QUOTE'
          ? 'behind the closing quote of a cell stands something else than the delimiter; double the quotes inside cells'
          : error.message
  return new UnreadableFile(file, line, reason, { cause: error })
}

/** The rows of a table; one with more or fewer cells than the header is broken. */
export async function* delimitedRows(
  file: InputFile,
  form: Delimited,
  { synonyms, hasShortRows = false }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  let header: Header | undefined
  let count = 0
  for await (const records of recordsOf(file, form)) {
    const rows: Row[] = []
    for (const { cells, line } of records) {
      if (header === undefined) {
        header = new Header(file.name, line, cells, synonyms)
        count = cells.length
        continue
      }
      if (hasShortRows) while (cells.length < count) cells.push('')
      if (cells.length !== count && !isPadded(cells, count)) {
        if (cells.every((cell) => cell.trim() === '')) continue
        const reason = `the row has ${cells.length} cells, the header ${count}; quote cells that hold the delimiter`
        rows.push(new BrokenRow(file.name, line, reason))
        continue
      }
      rows.push(new TableRow(file.name, line, header, cells))
    }
    if (rows.length > 0) yield rows
  }
}

/** Longer than the header by empty cells alone. */
function isPadded(cells: readonly string[], count: number): boolean {
  return cells.length > count && cells.slice(count).every((cell) => cell.trim() === '')
}
