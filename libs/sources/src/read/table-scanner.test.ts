import { parse } from 'csv-parse'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TableScanner } from './table-scanner.ts'

interface Scanned {
  readonly records: readonly { readonly line: number; readonly cells: readonly string[] }[]
  readonly failure: string | undefined
  readonly failedLine: number | string | undefined
}

function scanned(text: string, delimiter: string, skippedLines: number, pieceLength: number): Scanned {
  const bytes = Buffer.from(text)
  const scanner = new TableScanner({ delimiter: Buffer.from(delimiter), skippedLines, recordLength: 40 })
  const records: { line: number; cells: string[] }[] = []
  const take = () => {
    for (let record = 0; record < scanner.count; record++) {
      const cells: string[] = []
      for (let cell = scanner.first[record]!; cell < scanner.first[record + 1]!; cell++) {
        cells.push(scanner.bytes.toString('utf8', scanner.starts[cell], scanner.ends[cell]))
      }
      records.push({ line: scanner.lines[record]!, cells })
    }
  }
  for (let at = 0; at < bytes.length && scanner.failure === undefined; at += pieceLength) {
    scanner.push(bytes.subarray(at, at + pieceLength))
    take()
  }
  if (scanner.failure === undefined) {
    scanner.end()
    take()
  }
  return { records, failure: scanner.failure, failedLine: scanner.failure && scanner.nextLine }
}

/** The slow twin: csv-parse with settings that give the same result as the scanner. */
async function parsed(text: string, delimiter: string, skippedLines: number): Promise<Scanned> {
  const records: { line: number; cells: string[] }[] = []
  let line = skippedLines + 1
  let failure: string | undefined
  const parser = parse({
    delimiter,
    from_line: skippedLines + 1,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: 40,
    skip_empty_lines: true,
    on_record: (cells: string[], { lines }: { lines: number }) => {
      records.push({ cells, line })
      line = lines + 1
      return null
    },
  })
  await new Promise<void>((resolve) => {
    parser.once('error', (error) => {
      failure = 'code' in error && error.code === 'CSV_MAX_RECORD_SIZE' ? 'too long' : 'quote not closed'
      resolve()
    })
    parser.once('end', () => resolve())
    parser.resume()
    if (text !== '') parser.write(text)
    parser.end()
  })
  return { records, failure, failedLine: failure && line }
}

const piece = fc.constantFrom(
  '"',
  '""',
  ',',
  ',',
  '\n',
  '\n',
  '\r\n',
  '\r',
  'a',
  'bc',
  ' ',
  'é',
  '€,',
  ';',
  '',
  '"x"',
  ',"',
  '",',
)

describe('a scanner of delimited text', () => {
  test('cuts what csv-parse cuts, wherever the pieces of the text begin', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom(',', ';', '€'),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 9 }),
        async (pieces, delimiter, skippedLines, pieceLength) => {
          // The scanner leaves blanks around quotes out, csv-parse does not.
          const text = pieces.join('').replaceAll(/ (?= *")|(?<=" *) /g, 'd')
          const wanted = await parsed(text, delimiter, skippedLines)
          expect(scanned(text, delimiter, skippedLines, pieceLength)).toEqual(wanted)
          expect(scanned(text, delimiter, skippedLines, 1000)).toEqual(wanted)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('leaves blanks around the quotes of a cell out, wherever the pieces of the text begin', () => {
    const cell = fc.constantFrom('', 'a', 'b, c', 'd "e" f', ' g ', 'h\ni', '\u20ac')
    const blanks = fc.constantFrom('', ' ', '   ')
    const aligned = fc.record({ content: cell, before: blanks, after: blanks }).map(({ content, before, after }) => ({
      content,
      // The opening quote of a cell with line breaks must begin the cell: blanks before it may be those of a text.
      text: `${content.includes('\n') ? '' : before}"${content.replaceAll('"', '""')}"${after}`,
    }))
    fc.assert(
      fc.property(
        fc.array(fc.array(aligned, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 9 }),
        (rows, pieceLength) => {
          const text = rows.map((row) => `${row.map((one) => one.text).join(',')}\r\n`).join('')
          const { records, failure } = scanned(text, ',', 0, pieceLength)
          expect(failure).toBeUndefined()
          expect(records.map(({ cells }) => cells)).toEqual(rows.map((row) => row.map(({ content }) => content)))
        },
      ),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['a quote inside a cell behind blanks', ' 5" pipe,b\n', [' 5" pipe', 'b']],
    ['a quote that the line does not close', ' "a,b\n', [' "a', 'b']],
    ['a cell that goes on behind its quotes', ' "Bo" Kurt,b\n', [' "Bo" Kurt', 'b']],
    ['a cell that goes on behind blanks', '"Bo"  Kurt,b\n', ['"Bo"  Kurt', 'b']],
    ['blanks alone', '  ,  b \n', ['  ', '  b ']],
  ])('cuts %s as it stands', (_, text, cells) => {
    for (const pieceLength of [1, 2, 3, 1000]) {
      expect(scanned(text, ',', 0, pieceLength).records).toEqual([{ line: 1, cells }])
    }
  })
})
