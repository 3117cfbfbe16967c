import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'

export const casbinColumns = ['kind', 'subject', 'gets', 'effect', 'ends'] as const

/**
 * The rules of a Casbin policy file (CSV without a header). `gets` is the role of a `g` rule; for a `p` rule it is everything after
 * the subject, joined by colons: object and action, after a domain if there is one. `effect` is `allow` or `deny`. `ends` is the day
 * of the last of two moments behind the role; `_` stands for no limit.
 */
export async function* casbinRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, casbinColumns)
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      if (text.trim() === '' || text.startsWith('#')) continue
      const cells = casbinCells(text)
      if (cells === undefined) {
        rows.push(new BrokenRow(file.name, number, 'the line is no rule such as "p, subject, object, action"'))
        continue
      }
      const [kind = '', subject = '', ...rest] = cells
      const last = rest.at(-1) ?? ''
      const hasEffect = kind.startsWith('p') && rest.length > 1 && /^(allow|deny)$/.test(last)
      const gets = kind.startsWith('g') ? (rest[0] ?? '') : (hasEffect ? rest.slice(0, -1) : rest).join(':')
      rows.push(
        new TableRow(file.name, number, header, [kind, subject, gets, hasEffect ? last : 'allow', endOf(cells)]),
      )
    }
    if (rows.length > 0) yield rows
  }
}

const limit = /^(_|(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d)$/

function endOf(cells: readonly string[]): string {
  const [from, to] = cells
    .slice(3)
    .slice(-2)
    .map((cell) => limit.exec(cell) ?? undefined)
  return cells[0]?.startsWith('g') && from !== undefined ? (to?.[2] ?? '') : ''
}

/** The cells of a rule: its kind, and at least a subject and what the subject gets. Undefined for other lines. */
export function casbinCells(line: string): string[] | undefined {
  const cells: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at <= line.length; at++) {
    if (line[at] === '"') isQuoted = !isQuoted
    if (at < line.length && (isQuoted || line[at] !== ',')) continue
    const cell = unquoted(line.slice(start, at))
    if (cell === '' || (cells.length === 0 && !/^[pg]\d?$/.test(cell))) return undefined
    cells.push(cell)
    start = at + 1
  }
  return cells.length < 3 || isQuoted ? undefined : cells
}

function unquoted(cell: string): string {
  const text = cell.trim()
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text
}
