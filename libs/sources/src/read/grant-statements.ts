import type { Encoding } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import { folded } from '../value.ts'
import { bareLine, statementsOf } from './sql-statements.ts'

/** `grantee_kind` is `user`, `role` or `group` if the file says so; `object` is empty for roles and system privileges. */
export const grantColumns = ['grantee', 'grantee_kind', 'privilege', 'object'] as const

const begins = /^GRANT\s/i
/** Revokes more than the right to pass on. */
const takesBack = /^(REVOKE|DENY)\s+(?!(GRANT|ADMIN|INHERIT|SET)\s+OPTION\s+FOR\b)/i
const other =
  /^(REVOKE|DENY|CREATE|ALTER|DROP|EXEC|IF|PRINT|SET|SELECT|COMMENT|USE|BEGIN|COMMIT|GO|FLUSH|Grants for|TO|ON|WITH|IDENTIFIED|--|\/\*|#|\\)/i

/** Whether the lines are SQL statements with at least one GRANT, as in the output of `SHOW GRANTS` and in dumps. */
export function isGrantStatements(lines: readonly string[]): boolean {
  const own = lines.map(bareLine).filter((line) => line !== '')
  return own.some(isGrant) && own.filter((line) => begins.test(line) || other.test(line)).length * 2 > own.length
}

/** SQL is in upper case or ends with a semicolon: "Grant Bo access to the share." is a sentence. */
function isGrant(line: string): boolean {
  return (
    memberOf(line)?.isRemoved === false ||
    /^GRANT\s.*\sTO\s/.test(line) ||
    (begins.test(line) && /\sTO\s/i.test(line) && /;\s*(--.*)?$/.test(line))
  )
}

const identifier = String.raw`(?:\[[^\]]+\]|"[^"]+"|[^\s;,'"\[\]]+)`
/** SQL Server's statement that adds a member to a role, or removes it. */
const changesMember = new RegExp(`^ALTER (?:SERVER )?ROLE (${identifier}) (ADD|DROP) MEMBER (${identifier})`, 'i')
const argument = String.raw`\s*(?:@(\w+)\s*=\s*)?(?:N?'([^']+)'|\[([^\]]+)\]|([^\s,;'"]+))`
/** The procedures of SQL Server that do the same; without names of arguments, the ones for roles of the server name the member first. */
const callsForMember = new RegExp(
  String.raw`^(?:EXEC(?:UTE)?\s+)?(?:\w*\.)*sp_(add|drop)(srv)?rolemember${argument}\s*,${argument}`,
  'i',
)

/** The member and the role of a statement of SQL Server, and whether it removes the member; undefined for other statements. */
function memberOf(statement: string): { readonly cells: Cells; readonly isRemoved: boolean } | undefined {
  const [whole, role, change, member] = changesMember.exec(statement) ?? []
  if (whole !== undefined && role !== undefined && member !== undefined) {
    return { cells: [nameOf([member]), '', nameOf([role]), ''], isRemoved: change?.toUpperCase() === 'DROP' }
  }
  const call = callsForMember.exec(statement)
  if (call === null) return undefined
  const [one, other] = [call.slice(4, 7), call.slice(8, 11)].map(
    (names) => names.find((each) => each !== undefined) ?? '',
  )
  const argument = call[3]?.toLowerCase() ?? (call[2] === undefined ? 'rolename' : 'loginame')
  const [ofRole = '', ofMember = ''] = argument === 'rolename' ? [one, other] : [other, one]
  return { cells: [ofMember, '', ofRole, ''], isRemoved: call[1]?.toLowerCase() === 'drop' }
}

/** A row for each grantee and each privilege or role of a GRANT, unless it is revoked later. */
export async function* grantRows(
  file: InputFile,
  encoding: Encoding,
  longest: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, grantColumns)
  const { takenBack, roles } = await saidOfGrants(file, encoding, longest)
  for await (const statements of statementsOf(file, encoding, longest)) {
    const rows: Row[] = []
    for (const { text, number, broken } of statements) {
      const member = broken === '' ? memberOf(text) : undefined
      if (broken === '' && !begins.test(text) && (member === undefined || member.isRemoved)) continue
      const all = member !== undefined ? [member.cells] : broken === '' ? cellsOf(text, 'TO') : undefined
      if (all === undefined) {
        rows.push(new BrokenRow(file.name, number, broken || 'the statement is no whole GRANT ... TO ...'))
        continue
      }
      for (const [grantee, kind, privilege, object] of all) {
        if (isTakenBack(takenBack, [grantee, kind, privilege, object], number)) continue
        const ownKind = kind === '' && roles.has(folded(grantee)) ? 'role' : kind
        rows.push(new TableRow(file.name, number, header, [grantee, ownKind, privilege, object]))
      }
    }
    if (rows.length > 0) yield rows
  }
}

type Cells = readonly [grantee: string, kind: string, privilege: string, object: string]

/** The last line that revokes a grant, by all cells of the grant; a denial holds for all lines. */
type TakenBack = ReadonlyMap<string, number>

/** MySQL makes several roles at once. */
const madeRoles =
  /^(?:CREATE|ALTER) (?:OR REPLACE )?ROLE (?:IF NOT EXISTS )?((?:"[^"]+"|[^\s;,]+)(?:\s*,\s*(?:"[^"]+"|[^\s;,]+))*)(.*)$/i

/** A file with more of them is not a list of grants. */
const mostRemarks = 1_000_000

/** The effect of the other statements on the grants: which are revoked, and which roles cannot log in. */
async function saidOfGrants(
  file: InputFile,
  encoding: Encoding,
  longest: number,
): Promise<{ takenBack: TakenBack; roles: ReadonlySet<string> }> {
  const takenBack = new Map<string, number>()
  const roles = new Set<string>()
  const logins = new Set<string>()
  for await (const statements of statementsOf(file, encoding, longest)) {
    for (const { text, number } of statements) {
      if (takesBack.test(text)) {
        const isDenied = /^DENY/i.test(text)
        for (const cells of cellsOf(text, isDenied ? 'TO' : 'FROM') ?? []) {
          takenBack.set(keyOf(cells), isDenied ? Number.POSITIVE_INFINITY : number)
        }
      }
      const member = memberOf(text)
      if (member?.isRemoved === true) takenBack.set(keyOf(member.cells), number)
      const [, names = '', rest = ''] = member === undefined ? (madeRoles.exec(text) ?? []) : []
      for (const name of listed(wordsOf(names) ?? []).map(folded)) {
        // In PostgreSQL, users are roles that may log in.
        if (/\sLOGIN\b/i.test(rest)) logins.add(name)
        else if (/^CREATE/i.test(text) || /\sNOLOGIN\b/i.test(rest)) roles.add(name)
      }
      if (takenBack.size + roles.size + logins.size > mostRemarks) {
        throw new UnreadableFile(file.name, number, `takes back or makes more than ${mostRemarks} grants and roles`)
      }
    }
  }
  for (const login of logins) roles.delete(login)
  return { takenBack, roles }
}

function isTakenBack(takenBack: TakenBack, [grantee, kind, privilege, object]: Cells, line: number): boolean {
  if (takenBack.size === 0) return false
  const own: readonly Cells[] = [
    [grantee, kind, privilege, object],
    // Without an object, ALL does not mean the roles.
    ...(object === ''
      ? []
      : ([
          [grantee, kind, 'ALL', object],
          [grantee, kind, 'ALL PRIVILEGES', object],
          // MySQL's REVOKE ALL PRIVILEGES, GRANT OPTION FROM ... applies to all objects.
          [grantee, kind, 'GRANT OPTION', ''],
        ] as const)),
  ]
  return own.some((cells) => (takenBack.get(keyOf(cells)) ?? 0) > line)
}

function keyOf(cells: Cells): string {
  return cells.map(folded).join('\0')
}

/**
 * The words of a statement. Text in quotes or parentheses belongs to one word; commas and semicolons are words. Undefined when a
 * quote is never closed.
 */
function wordsOf(statement: string): string[] | undefined {
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
    } else if (sign === '"' || sign === '`' || sign === "'" || sign === '[') {
      word += sign
      closing = sign === '[' ? ']' : sign
    } else if (sign === '(' || sign === ')') {
      depth += sign === '(' ? 1 : -1
      word += sign
    } else if (depth <= 0 && (sign === ',' || sign === ';')) {
      end()
      words.push(sign)
    } else if (depth <= 0 && /\s/.test(sign)) end()
    else {
      // `ON shop.*TO ana` is two words to MySQL.
      if (word.endsWith('.*') && /\p{L}/u.test(sign)) end()
      word += sign
    }
  }
  end()
  return closing === '' && depth <= 0 ? words : undefined
}

/** The maximum number of cells of one statement, so that a few lines do not make millions of rows. */
const mostCells = 100_000

/** @param keyword the word before the grantees */
function cellsOf(statement: string, keyword: 'TO' | 'FROM'): Cells[] | undefined {
  const words = wordsOf(statement)
  if (words === undefined) return undefined
  const to = words.findIndex((word, index) => index >= 1 && word.toUpperCase() === keyword)
  if (to < 0) return undefined
  const on = words.slice(0, to).findIndex((word) => word.toUpperCase() === 'ON')
  const end = words.findIndex(
    (word, index) => index > to && /^(WITH|GRANTED|IDENTIFIED|REQUIRE|AS|CASCADE|RESTRICT|COPY|REVOKE|;)$/i.test(word),
  )
  const object = on < 0 ? '' : nameOf(words.slice(on + 1, to)).replace(/^TABLE /i, '')
  const named = listed(words.slice(1, on < 0 ? to : on))
  // MySQL's word for no privilege.
  const privileges = named.filter((privilege) => object !== '*.*' || privilege.toUpperCase() !== 'USAGE')
  const grantees = listed(words.slice(to + 1, end < 0 ? words.length : end))
  if (named.length === 0 || grantees.length === 0 || privileges.length * grantees.length > mostCells) {
    return undefined
  }
  return grantees.flatMap((grantee) => {
    const [, kind = '', name = grantee] = /^(?:(USER|ROLE|GROUP) )?(.+)$/i.exec(grantee) ?? []
    return privileges.map((privilege): Cells => [name, kind.toLowerCase(), privilege.replace(/^ROLE /i, ''), object])
  })
}

/** The texts between commas. */
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
  return words
    .join(' ')
    .replaceAll(/["`']/g, '')
    .replaceAll(/\[([^\]]+)\]/g, '$1')
}
