import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { type Row, TableRow } from '../row.ts'

export const sudoersColumns = ['user', 'group', 'command', 'run_as', 'hosts', 'denied'] as const

const setting = /^(Defaults\b|[@#]include)/
const alias = /^(User|Runas|Host|Cmnd|Cmd)_Alias\s+(.+)$/

// People write such files by hand, but a few lines could name millions of rights.
const mostCharacters = 4 * 2 ** 20
const mostRights = 1_000_000

/** Whether all lines belong to a sudoers file, and one of them contains `ALL`, as such files do. */
export function isSudoers(lines: readonly string[]): boolean {
  const joined = joinedLines(lines.map((text, index) => ({ text, number: index + 1 })))
  const own = joined.map(({ text }) => text).filter((text) => !setting.test(text))
  const rules = own.filter((text) => !alias.test(text)).flatMap((text) => rulesOf(text) ?? [undefined])
  return (
    rules.every((rule) => rule !== undefined) &&
    rules.some(({ hosts, commands }) => hosts === 'ALL' || commands.trimStart().startsWith('(')) &&
    own.some((text) => !alias.test(text) && /\bALL\b/.test(text))
  )
}

/** A row for each user or group of a rule and each command. Aliases of users are resolved; aliases of commands stay names. */
export async function* sudoersRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, sudoersColumns)
  const own = await linesOfRules(file, encoding, longestLine)
  const aliases = userAliases(own)
  let count = 0
  for (const { text, number } of own) {
    if (alias.test(text)) continue
    const { subjects, commands } = rightsOf(text, aliases)
    count += subjects.length * commands.length
    if (count > mostRights) throw new UnreadableFile(file.name, number, `names more than ${mostRights} rights`)
    for (const command of commands) {
      yield subjects.map((subject) => new TableRow(file.name, number, header, [...subject, ...command]))
    }
  }
}

/** All lines that are not settings. Aliases may be defined after the rules that use them. */
async function linesOfRules(file: InputFile, encoding: Encoding, longestLine: number): Promise<Line[]> {
  const lines: Line[] = []
  let characters = 0
  for await (const batch of linesOf(file.name, decoded(file, encoding), longestLine)) {
    for (const line of batch) {
      characters += line.text.length
      if (characters > mostCharacters) {
        throw new UnreadableFile(file.name, line.number, 'is larger than a file of sudo rules may be (4 MiB)')
      }
      lines.push(line)
    }
  }
  return joinedLines(lines).filter(({ text }) => !setting.test(text))
}

interface Line {
  readonly text: string
  readonly number: number
}

/** Lines without comments and blank lines; a backslash at the end continues in the next line. */
function joinedLines(lines: readonly Line[]): Line[] {
  const joined: Line[] = []
  let pieces: string[] = []
  let first = 0
  const end = () => {
    const text = pieces.join(' ').trim()
    if (text !== '') joined.push({ text, number: first })
    pieces = []
  }
  for (const { text, number } of lines) {
    if (pieces.length === 0) first = number
    // `#include` is not a comment, and `#1000` is the id of a user.
    const own = /^\s*#(?!include|\d)/.test(text) ? '' : text.replace(/\s#(?!\d).*$/, '')
    const goesOn = own.endsWith('\\')
    pieces.push(goesOn ? own.slice(0, -1) : own)
    if (!goesOn) end()
  }
  end()
  return joined
}

function userAliases(lines: readonly Line[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { text } of lines) {
    const [, kind, definitions = ''] = alias.exec(text) ?? []
    if (kind !== 'User') continue
    for (const definition of kept(definitions).split(/\s:\s/)) {
      const [name = '', members = ''] = definition.split('=')
      found.set(name.trim(), listed(members))
    }
  }
  return found
}

interface Rule {
  readonly users: readonly string[]
  readonly hosts: string
  readonly commands: string
}

/** Rules with a host each, `ana web1 = commands : web2 = commands`; undefined for other texts. */
function rulesOf(text: string): Rule[] | undefined {
  const pieces: string[][] = []
  for (const piece of kept(text).split(/\s:\s/)) {
    const before = pieces.at(-1)
    // A colon also separates users and groups: `(root : adm)`.
    if (before === undefined || /^[^=()/]+=/.test(piece)) pieces.push([piece])
    else before.push(piece)
  }
  const [first = '', ...others] = pieces.map((each) => each.join(' : '))
  const rule = ruleOf(first)
  if (rule === undefined) return undefined
  const more = others.map((other) => {
    const equals = other.indexOf('=')
    return { users: rule.users, hosts: other.slice(0, equals).trim(), commands: other.slice(equals + 1) }
  })
  return [rule, ...more]
}

/** Parses `ana, bo web1, web2 = commands`. It uses no pattern, since its time would grow faster than the line. */
function ruleOf(text: string): Rule | undefined {
  const equals = text.indexOf('=')
  if (equals < 0) return undefined
  const pieces = text
    .slice(0, equals)
    .split(',')
    .map((piece) => piece.trim())
  // Only a blank separates the last user and the first host.
  const last = pieces.findIndex((piece) => /\s/.test(piece))
  if (last < 0 || pieces.includes('')) return undefined
  const piece = pieces[last] ?? ''
  const blank = piece.search(/\s/)
  return {
    users: [...pieces.slice(0, last), piece.slice(0, blank)],
    hosts: [piece.slice(blank).trim(), ...pieces.slice(last + 1)].join(', '),
    commands: text.slice(equals + 1),
  }
}

interface Rights {
  /** The cells for the subject: a user or a group. */
  readonly subjects: readonly (readonly [user: string, group: string])[]
  /** The cells for the right: the command, the user that runs it, the host, and whether it is denied. */
  readonly commands: readonly (readonly string[])[]
}

function rightsOf(text: string, aliases: ReadonlyMap<string, readonly string[]>): Rights {
  const rules = rulesOf(text) ?? []
  const named: string[][] = []
  for (const { hosts, commands } of rules) {
    let runAs = 'root'
    for (const piece of commandsIn(commands)) {
      const [, as, tagged = ''] = /^(?:\(([^)]*)\))?\s*(.*)$/.exec(piece) ?? []
      if (as !== undefined) runAs = as.trim() || 'root'
      const command = tagged.replace(/^([A-Z_]+:\s*)+/, '')
      const denied = command.startsWith('!') ? 'true' : 'false'
      if (command !== '') named.push([command.replace(/^!+\s*/, ''), runAs, hosts, denied].map(asWritten))
    }
  }
  return {
    subjects: [...namesOf(rules[0]?.users ?? [], aliases)].map(meant).map((name) =>
      // `%wheel` is a group of the system, `+operators` a netgroup.
      name.startsWith('%') ? ['', name.slice(1)] : name.startsWith('+') ? ['', name] : [name, ''],
    ),
    commands: named,
  }
}

/** The names of users, with nested aliases resolved; `!bo` removes an earlier user. */
function namesOf(users: readonly string[], aliases: ReadonlyMap<string, readonly string[]>): Set<string> {
  const names = new Set<string>()
  const done = new Set<string>()
  const take = (user: string, isMeant: boolean) => {
    const name = user.replace(/^!+\s*/, '')
    const isTaken = (user.length - user.replace(/^!+/, '').length) % 2 === 0 ? isMeant : !isMeant
    const members = aliases.get(name)
    if (members === undefined) {
      if (isTaken) names.add(name)
      else names.delete(name)
    } else if (!done.has(`${isTaken} ${name}`)) {
      // Aliases may name each other, and a name may occur twice.
      done.add(`${isTaken} ${name}`)
      for (const member of members) take(member, isTaken)
    }
  }
  for (const user of users) take(user, true)
  return names
}

// Characters after a backslash or in quotes do not separate; they are in a private area of Unicode while a line is split.
const privateArea = 0xe000
const keptSign = /[\ue000-\ue0ff]/g

function kept(text: string): string {
  const put = (sign: string) => String.fromCodePoint(privateArea + (sign.codePointAt(0) ?? 0))
  return text.replaceAll(/\\([ -~])|"([^"]*)"/g, (_, escaped: string | undefined, quoted = '') =>
    escaped === undefined ? `${put('"')}${quoted.replaceAll(/[ -~]/g, put)}${put('"')}` : `${put('\\')}${put(escaped)}`,
  )
}

/** With backslashes and quotes, as in commands. */
function asWritten(text: string): string {
  return text.replaceAll(keptSign, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? privateArea) - privateArea))
}

/** Without backslashes and quotes: the name of `%domain\ admins` is "domain admins". */
function meant(name: string): string {
  return asWritten(name.replaceAll(/\ue05c(.)/gu, '$1').replaceAll('\ue022', ''))
}

/** Splits commands at commas, except commas in parentheses and after a backslash. */
function commandsIn(text: string): string[] {
  const pieces: string[] = []
  let start = 0
  let isInside = false
  for (let at = 0; at <= text.length; at++) {
    const sign = text[at]
    if (sign === '\\' && at + 1 < text.length) at++
    else if (sign === '(' || sign === ')') isInside = sign === '('
    else if (sign === undefined || (sign === ',' && !isInside)) {
      pieces.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return pieces
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
