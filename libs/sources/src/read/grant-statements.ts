import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'

/** `grantee_kind` is `user`, `role` or `group` where the statement says so; `object` is empty for roles and system privileges. */
export const grantColumns = ['grantee', 'grantee_kind', 'privilege', 'object'] as const

const begins = /^GRANT\s/i
const other =
  /^(REVOKE|CREATE|ALTER|DROP|SET|SELECT|COMMENT|USE|BEGIN|COMMIT|GO|FLUSH|Grants for|TO|ON|WITH|IDENTIFIED|--|\/\*|#|\\)/i

/** Whether the lines are statements of SQL, and one of them grants something, as `SHOW GRANTS` answers and dumps have them. */
export function isGrantStatements(lines: readonly string[]): boolean {
  const own = lines.map(bare).filter((line) => line !== '')
  return (
    own.some((line) => begins.test(line) && /\sTO\s/i.test(line)) &&
    own.filter((line) => begins.test(line) || other.test(line)).length * 2 > own.length
  )
}

/** A line without the bars and rules that a client draws around it. */
function bare(line: string): string {
  const text = line.trim()
  if (/^[+-]+$/.test(text)) return ''
  return text.startsWith('|') && text.endsWith('|') ? text.slice(1, -1).trim() : text
}

/** A row for each privilege or role that a GRANT gives, and each of those that it is given to. */
export async function* grantRows(
  file: InputFile,
  encoding: Encoding,
  longest: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, grantColumns)
  let pieces: string[] = []
  let length = 0
  let first = 0
  const ended = (): readonly Row[] => {
    const words = wordsOf(pieces.join(' '))
    pieces = []
    length = 0
    const cells = cellsOf(words)
    if (cells === undefined) return [new BrokenRow(file.name, first, 'the statement is no whole GRANT ... TO ...')]
    return cells.map((each) => new TableRow(file.name, first, header, each))
  }
  for await (const lines of linesOf(file.name, decoded(file, encoding), longest)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      const line = bare(text)
      // A client that prints grants ends none of them; the next statement does.
      if (pieces.length > 0 && (begins.test(line) || line === '')) rows.push(...ended())
      if (pieces.length === 0 && !begins.test(line)) continue
      if (pieces.length === 0) first = number
      length += line.length
      if (length > longest) {
        rows.push(new BrokenRow(file.name, first, `the statement is longer than ${longest} characters`))
        pieces = []
        length = 0
        continue
      }
      pieces.push(line)
      if (line.endsWith(';')) rows.push(...ended())
    }
    if (rows.length > 0) yield rows
  }
  if (pieces.length > 0) yield ended()
}

/** Words as they are written; what stands in quotes or parentheses is of one word, commas and semicolons are words. */
function wordsOf(statement: string): string[] {
  const words: string[] = []
  let word = ''
  let depth = 0
  let closing = ''
  const end = () => {
    if (word !== '') words.push(word)
    word = ''
  }
  for (const sign of statement) {
    if (closing !== '') {
      word += sign
      if (sign === closing) closing = ''
    } else if (sign === '"' || sign === '`' || sign === "'") {
      word += sign
      closing = sign
    } else if (sign === '(' || sign === ')') {
      depth += sign === '(' ? 1 : -1
      word += sign
    } else if (depth <= 0 && (sign === ',' || sign === ';')) {
      end()
      words.push(sign)
    } else if (depth <= 0 && /\s/.test(sign)) end()
    else word += sign
  }
  end()
  return words
}

/** What most may be named by one statement, so that a few lines do not make millions of rows. */
const mostCells = 100_000

function cellsOf(words: readonly string[]): string[][] | undefined {
  const at = (keyword: string, from: number) =>
    words.findIndex((word, index) => index >= from && word.toUpperCase() === keyword)
  const to = at('TO', 1)
  if (to < 0) return undefined
  const on = words.slice(0, to).findIndex((word) => word.toUpperCase() === 'ON')
  const end = words.findIndex((word, index) => index > to && /^(WITH|GRANTED|IDENTIFIED|REQUIRE|AS|;)$/i.test(word))
  const object = on < 0 ? '' : nameOf(words.slice(on + 1, to)).replace(/^TABLE /i, '')
  const named = listed(words.slice(1, on < 0 ? to : on))
  // MySQL's word for nothing at all.
  const privileges = named.filter((privilege) => object !== '*.*' || privilege.toUpperCase() !== 'USAGE')
  const grantees = listed(words.slice(to + 1, end < 0 ? words.length : end))
  if (named.length === 0 || grantees.length === 0 || privileges.length * grantees.length > mostCells) {
    return undefined
  }
  return grantees.flatMap((grantee) => {
    const [, kind = '', name = grantee] = /^(?:(USER|ROLE|GROUP) )?(.+)$/i.exec(grantee) ?? []
    return privileges.map((privilege) => [name, kind.toLowerCase(), privilege.replace(/^ROLE /i, ''), object])
  })
}

/** What stands between commas. */
function listed(words: readonly string[]): string[] {
  const found: string[] = []
  let from = 0
  for (let at = 0; at <= words.length; at++) {
    if (at < words.length && words[at] !== ',') continue
    const name = nameOf(words.slice(from, at))
    if (name !== '') found.push(name)
    from = at + 1
  }
  return found
}

function nameOf(words: readonly string[]): string {
  return words.join(' ').replaceAll(/["`']/g, '')
}
