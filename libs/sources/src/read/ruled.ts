import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import type { RowReading } from './part.ts'

/** Where the columns of a printed list begin and end, by the dashes under their names. */
interface Ruled {
  readonly names: readonly string[]
  readonly spans: readonly Span[]
  /** Bars stand between the columns. */
  readonly hasBars: boolean
}

type Span = readonly [start: number, end: number]

/**
 * Lists as sqlplus, psql, sqlcmd and PowerShell print them: names, and under them a line of dashes for each column. Undefined
 * for two lines that are no beginning of one.
 */
export function ruledColumns(header: string, rule: string): Ruled | undefined {
  if (!/^[\s+-]+$/.test(rule)) return undefined
  const spans = [...rule.matchAll(/-+/g)].map(({ 0: dashes, index }): Span => [index, index + dashes.length])
  const hasBars = rule.includes('+')
  if (spans.length < 2 || !spans.some(([start, end]) => end - start > 1)) return undefined
  const names = cellsOf(header, { spans, hasBars })
  return names === undefined || names.includes('') ? undefined : { names, spans, hasBars }
}

/** A column reaches to the next one, since some dashes are as long as the name alone; a blank stands before that. */
function cellsOf(line: string, { spans, hasBars }: Pick<Ruled, 'spans' | 'hasBars'>): string[] | undefined {
  if (hasBars) {
    const cells = line.split('|').map((cell) => cell.trim())
    return cells.length === spans.length ? cells : undefined
  }
  const cells: string[] = []
  for (const [index, [start]] of spans.entries()) {
    const next = spans[index + 1]?.[0]
    if (next !== undefined && (line[next - 1] ?? ' ').trim() !== '') return undefined
    cells.push(line.slice(start, next).trim())
  }
  return line.slice(0, spans[0]?.[0]).trim() === '' ? cells : undefined
}

/** What clients say behind the last row. */
const footer = /^(\(?\d+ rows?( selected\.?| affected)?\)?|no rows selected|PL\/SQL procedure .*|SQL> .*)$/i

/** Rows of the list; names and dashes may come again on every page. */
export async function* ruledRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
  { synonyms }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  let ruled: Ruled | undefined
  let header: Header | undefined
  let before = ''
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      if (ruled === undefined || header === undefined) {
        ruled = ruledColumns(before, text)
        if (ruled !== undefined) header = new Header(file.name, number - 1, ruled.names, synonyms)
        before = text
        continue
      }
      if (/^[\s+-]*$/.test(text) || footer.test(text.trim())) continue
      const cells = cellsOf(text, ruled)
      if (cells?.every((cell, field) => cell === ruled?.names[field])) continue
      if (cells === undefined) {
        rows.push(new BrokenRow(file.name, number, 'the line does not stand under the columns of the list'))
      } else if (cells.some((cell) => /(\.\.\.|…)$/.test(cell))) {
        rows.push(new BrokenRow(file.name, number, 'the list has cut a value off ("..."); export it as CSV'))
      } else rows.push(new TableRow(file.name, number, header, cells))
    }
    if (rows.length > 0) yield rows
  }
}
