import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import { folded } from '../value.ts'
import { WhoamiLines, whoamiLook } from './whoami.ts'

/** The command of Windows that printed a list: `net localgroup` and `net group`, `net user`, `whoami /all`, or `icacls`. */
export type WindowsForm = 'net' | 'user' | 'whoami' | 'icacls'

/** `kind` is `group` for groups that exist on every system, and for those that the file lists. */
export const windowsColumns: Readonly<Record<WindowsForm, readonly string[]>> = {
  net: ['group', 'member', 'kind'],
  user: ['group', 'login', 'name', 'active', 'kind'],
  whoami: ['group', 'login', 'name', 'active', 'kind'],
  icacls: ['Path', 'IdentityReference', 'FileSystemRights', 'AccessControlType', 'kind'],
}

const groupLine =
  /^(Alias name|Group name|Aliasname|Gruppenname|Nom d'alias|Nom de groupe|Nom du groupe|Nombre de alias|Nombre de grupo)\s{2,}(\S.*)$/i
/** The lines of `net user LOGIN`. */
const userLines = {
  login: /^(?:User name|Benutzername|Nom d'utilisateur|Nombre de usuario)\s{2,}(\S.*)$/i,
  name: /^(?:Full Name|Vollständiger Name|Nom complet|Nombre completo)\s{2,}(\S.*)$/i,
  active: /^(?:Account active|Konto aktiv|Compte\s*: actif|Compte actif|Cuenta activa)\s{2,}(\S.*)$/i,
  groups:
    /^(?:(?:Local|Global) Group Memberships|(?:Lokale|Globale) Gruppenmitgliedschaften|Appartient aux groupes(?: locaux| globaux)?|Miembros del grupo (?:local|global))\s+(\*.*)?$/i,
}
const rule = /^-{20,}$/
/** The sentence at the end of the output. */
const endLine = /^(The command completed|Der Befehl wurde|La commande s|Se ha completado)/i
/** The width of a name in the columns of `net group`. */
const memberWidth = 25

const rightsPattern = /^(\S.*?):((?:\([A-Z, ]+\))+)$/i
const sentence = /^(Successfully processed|Erfolgreich verarbeitet|Traitement réussi|Se procesaron)/i

export function windowsForm(lines: readonly string[]): WindowsForm | undefined {
  if (whoamiLook(lines) === 'with user') return 'whoami'
  const at = lines.findIndex((line) => groupLine.test(line.trimEnd()))
  if (at >= 0 && lines.slice(at, at + 12).some((line) => rule.test(line.trimEnd()))) return 'net'
  const isUser = (pattern: RegExp) => lines.some((line) => pattern.test(line.trimEnd()))
  if (userLines.login.test(lines[0]?.trimEnd() ?? '') && isUser(userLines.groups)) return 'user'
  const entries = lines.filter((line) => !sentence.test(line))
  const isEntry = (line: string) => rightsPattern.test(line.trim())
  const paths = entries.filter((line) => /^(?:[A-Za-z]:[\\/]?|\\\\|\.{0,2}\\|[\w.-])/.test(line) && !/^\s/.test(line))
  return paths.length > 0 &&
    entries.every(isEntry) &&
    entries.some((line) => /\((F|M|RX|R|W|RX,W|N)\)$/.test(line.trim()))
    ? 'icacls'
    : undefined
}

/** Groups that exist on every system or in every domain. */
const knownGroups = new Set([
  ...[
    'everyone',
    'jeder',
    'tout le monde',
    'todos',
    'authenticated users',
    'interactive',
    'network',
    'batch',
    'service',
  ],
  ...['users', 'guests', 'administrators', 'power users', 'backup operators', 'remote desktop users', 'benutzer'],
  ...['gäste', 'administratoren', 'domain users', 'domain admins', 'domain guests', 'domain computers'],
  ...[
    'domain controllers',
    'enterprise admins',
    'schema admins',
    'domänen-benutzer',
    'domänen-admins',
    'domänen-gäste',
  ],
  ...[
    'server operators',
    'account operators',
    'print operators',
    'creator owner',
    'creator group',
    'ersteller-besitzer',
  ],
  ...['utilisateurs', 'administrateurs', 'usuarios', 'administradores'],
])

function isKnownGroup(name: string): boolean {
  const [authority = '', own = ''] = name.includes('\\') ? name.split('\\') : ['', name]
  return /^(BUILTIN|VORDEFINIERT|NT AUTHORITY|NT-AUTORITÄT|NT SERVICE|APPLICATION PACKAGE AUTHORITY)$/i.test(authority)
    ? true
    : knownGroups.has(folded(own))
}

export async function* windowsRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
  form: WindowsForm,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, windowsColumns[form])
  const groups = form === 'net' ? await groupsOf(file, encoding, longestLine) : new Set<string>()
  const reader = readerOf(form)
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      const cells = reader.take(text.trimEnd())
      if (typeof cells === 'string') rows.push(new BrokenRow(file.name, number, cells))
      else {
        for (const row of cells) {
          const name = form === 'user' || form === 'whoami' ? '' : (row[1] ?? '')
          const own = folded(name.split('\\').at(-1) ?? '')
          const kind = isKnownGroup(name) || groups.has(own) ? 'group' : ''
          rows.push(new TableRow(file.name, number, header, [...row, kind]))
        }
      }
    }
    if (rows.length > 0) yield rows
  }
}

function readerOf(form: WindowsForm): MemberLines | UserLines | WhoamiLines | RightLines {
  switch (form) {
    case 'net':
      return new MemberLines()
    case 'user':
      return new UserLines()
    case 'whoami':
      return new WhoamiLines()
    case 'icacls':
      return new RightLines()
  }
}

/** The names of the groups that a file lists. */
async function groupsOf(file: InputFile, encoding: Encoding, longestLine: number): Promise<ReadonlySet<string>> {
  const groups = new Set<string>()
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    for (const { text } of lines) {
      const name = groupLine.exec(text.trimEnd())?.[2]
      if (name !== undefined) groups.add(folded(name))
    }
  }
  return groups
}

/** Accounts with their groups, one account after the other. An account without a group has a row with an empty one. */
class UserLines {
  #login = ''
  #name = ''
  #active = ''
  #isList = false

  take(line: string): readonly (readonly string[])[] {
    const login = userLines.login.exec(line)?.[1]
    if (login !== undefined) {
      this.#login = login
      this.#name = ''
      this.#active = ''
    }
    this.#name = userLines.name.exec(line)?.[1] ?? this.#name
    const active = userLines.active.exec(line)?.[1]
    if (active !== undefined) this.#active = /^(?:yes|ja|oui|s[ií])$/i.test(active) ? 'true' : 'false'
    const groups = userLines.groups.exec(line)
    // Further groups are on indented lines.
    this.#isList = groups !== null || (this.#isList && /^\s+\*/.test(line))
    const own = this.#isList ? namesAfterStars(groups === null ? line : (groups[1] ?? '')) : []
    const first = active === undefined ? [] : ['']
    return this.#login === '' ? [] : [...first, ...own].map((group) => [group, this.#login, this.#name, this.#active])
  }
}

/** `*Users  *Remote Desktop Use`; `*None` stands for none. */
function namesAfterStars(text: string): string[] {
  return text
    .split(/(?:^|\s)\*/)
    .map((name) => name.trim())
    .filter((name) => name !== '' && !/^(?:none|keine?|aucun|ninguno)$/i.test(name))
}

/** The members of several groups, one group after the other. */
class MemberLines {
  #group = ''
  #isLocal = false
  #isList = false

  take(line: string): readonly (readonly string[])[] {
    const [, title = '', name] = groupLine.exec(line) ?? []
    if (name !== undefined) {
      this.#group = name.replace(/^\*/, '')
      this.#isLocal = /alias/i.test(title)
      this.#isList = false
    } else if (rule.test(line)) this.#isList = this.#group !== ''
    else if (line === '' || endLine.test(line)) {
      if (line !== '') this.#isList = false
    } else if (this.#isList) return this.#members(line).map((member) => [this.#group, member])
    return []
  }

  #members(line: string): string[] {
    if (this.#isLocal) return [line.trim()]
    const names = Array.from({ length: Math.ceil(line.length / memberWidth) }, (_, at) =>
      line.slice(at * memberWidth, (at + 1) * memberWidth).trim(),
    )
    return names.filter((name) => name !== '')
  }
}

const words: Readonly<Record<string, string>> = {
  F: 'FullControl',
  M: 'Modify',
  RX: 'ReadAndExecute',
  R: 'Read',
  W: 'Write',
  D: 'Delete',
}
const inheritance = new Set(['I', 'OI', 'CI', 'IO', 'NP'])
/** Names without a domain, and domains with a blank, which could otherwise not be separated from the end of a path. */
const known =
  /^(.+?) ((?:NT AUTHORITY|NT-AUTORITÄT|NT SERVICE|APPLICATION PACKAGE AUTHORITY)\\.+|Everyone|Jeder|Tout le monde|Todos|CREATOR OWNER|CREATOR GROUP|ERSTELLER-BESITZER|S-1-[\d-]+)$/i
const ofDomain = /^(.+) ([^\s\\:]+\\[^\\:]+)$/

/** The rights on several paths, one path after the other. The lines after the first of a path are indented by its length. */
class RightLines {
  #path = ''

  take(line: string): readonly (readonly string[])[] | string {
    if (line.trim() === '' || sentence.test(line)) return []
    const [, names = '', flags = ''] = rightsPattern.exec(line.trim()) ?? []
    if (names === '') return 'the line names no rights such as "ACME\\ana:(M)"'
    let who = names
    if (!/^\s/.test(line)) {
      const [, path, name] = known.exec(names) ?? ofDomain.exec(names) ?? /^(.+) (\S+)$/.exec(names) ?? []
      if (path === undefined || name === undefined) return 'the line names no path'
      this.#path = path
      who = name
    } else if (this.#path === '') return 'the line belongs to no path'
    const all = [...flags.matchAll(/\(([^)]*)\)/g)].map(([, flag = '']) => flag.toUpperCase().trim())
    const isDenied = all.includes('DENY') || all.includes('N')
    const rights = all.filter((flag) => !inheritance.has(flag) && flag !== 'DENY' && flag !== 'N')
    const named = rights.flatMap((flag) => flag.split(',')).map((flag) => words[flag.trim()] ?? flag.trim())
    return [[this.#path, who, named.join(', '), isDenied ? 'Deny' : 'Allow']]
  }
}
