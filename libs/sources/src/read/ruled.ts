import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import type { RowReading } from './part.ts'

/** The start and end of the columns of a printed list, by the dashes under their names. */
interface Ruled {
  readonly names: readonly string[]
  readonly spans: readonly Span[]
  /** Whether bars separate the columns. */
  readonly hasBars: boolean
}

type Span = readonly [start: number, end: number]

/**
 * The columns of a list as sqlplus, psql, sqlcmd and PowerShell print it: names, and under them a line of dashes for each column.
 * Undefined for two lines that do not begin such a list.
 */
export function ruledColumns(header: string, rule: string): Ruled | undefined {
  if (!/^[\s+-]+$/.test(rule)) return undefined
  const spans = [...rule.matchAll(/-+/g)].map(({ 0: dashes, index }): Span => [index, index + dashes.length])
  const hasBars = rule.includes('+')
  if (spans.length < 2 || !spans.some(([start, end]) => end - start > 1)) return undefined
  const names = cellsOf(header, { spans, hasBars })
  return names === undefined || names.includes('') ? undefined : { names, spans, hasBars }
}

/** A column extends to the next one, since some dashes are only as long as the name; a blank separates them. */
function cellsOf(line: string, { spans, hasBars }: Pick<Ruled, 'spans' | 'hasBars'>): string[] | undefined {
  if (hasBars) {
    const cells = line.split('|').map((cell) => unbraced(cell.trim()))
    return cells.length === spans.length ? cells : undefined
  }
  const cells: string[] = []
  for (const [index, [start]] of spans.entries()) {
    const next = spans[index + 1]?.[0]
    if (next !== undefined && (line[next - 1] ?? ' ').trim() !== '') return undefined
    cells.push(unbraced(line.slice(start, next).trim()))
  }
  return line.slice(0, spans[0]?.[0]).trim() === '' ? cells : undefined
}

/**
 * The columns of a list as kubectl and other command lines print it: names in capital letters, two or more blanks between, and
 * the values below their first letters. Undefined for other lines.
 */
export function alignedColumns(header: string): Ruled | undefined {
  if (!/^[A-Z][A-Z0-9_()/-]*(?: [A-Z0-9_()/-]+)*(?: {2,}[A-Z][A-Z0-9_()/-]*(?: [A-Z0-9_()/-]+)*)+ *$/.test(header)) {
    return undefined
  }
  return ruledColumns(
    header,
    header.replaceAll(/\S+(?: \S+)*/g, (name) => '-'.repeat(Math.max(2, name.length))),
  )
}

/** Whether lines are rows of the list. Of two columns each is filled: a text may begin with two words in capital letters. */
export function areAligned(lines: readonly string[], ruled: Ruled): boolean {
  const isRow = (line: string) => {
    const cells = cellsOf(line, ruled)
    return cells !== undefined && (cells.length > 2 || !cells.includes(''))
  }
  return lines.length > 0 && lines.every(isRow)
}

/** Whether the same names and dashes are repeated on another page. */
function isAgain({ names, spans }: Ruled, header: string, rule: string): boolean {
  const again = ruledColumns(header, rule)
  return again !== undefined && String([again.names, again.spans]) === String([names, spans])
}

/** PowerShell prints a list as `{a, b}`. An id such as `{1f0c...}` keeps its braces. */
function unbraced(cell: string): string {
  return cell.startsWith('{') && cell.endsWith('}') && !/^\{[\da-f-]{36}\}$/i.test(cell) ? cell.slice(1, -1) : cell
}

/** The lines that clients print after the last row. */
const footer = /^(\(?\d+ rows?( selected\.?| affected)?\)?|no rows selected|PL\/SQL procedure .*|SQL> .*)$/i

/**
 * The rows of the list; names and dashes may be repeated on every page. An aligned list has no dashes.
 * @throws UnreadableFile when names and dashes of another list follow, whose rows would be taken for rows of this one
 */
export async function* ruledRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
  { synonyms }: RowReading,
  isAligned = false,
): AsyncGenerator<readonly Row[], void, undefined> {
  let ruled: Ruled | undefined
  let header: Header | undefined
  let before = ''
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      const above = before
      before = text
      if (ruled === undefined || header === undefined) {
        ruled = isAligned ? alignedColumns(text) : ruledColumns(above, text)
        if (ruled !== undefined) header = new Header(file.name, isAligned ? number : number - 1, ruled.names, synonyms)
        continue
      }
      const next = isAligned && above.trim() === '' ? alignedColumns(text) : undefined
      if (next !== undefined && String([next.names, next.spans]) !== String([ruled.names, ruled.spans])) {
        throw new UnreadableFile(file.name, number, 'another list begins here; print each list into a file of its own')
      }
      if (/^[\s+-]+$/.test(text) && text.includes('--') && !isAgain(ruled, above, text)) {
        const reason =
          'another list begins here, or the second line of rows that were wrapped; print each list into a file of its own, with lines that are long enough'
        throw new UnreadableFile(file.name, number, reason)
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
