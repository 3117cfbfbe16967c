import type { PrintedReader } from './printed-reader.ts'

/** The columns of entries, and the names that FreeIPA prints for them. */
const properties = {
  login: ['User login'],
  name: ['Full name', 'Display name'],
  email: ['Email address'],
  title: ['Job Title'],
  department: ['Org. Unit', 'Department Number'],
  manager: ['Manager'],
  disabled: ['Account disabled'],
  groups: ['Member of groups'],
  roles: ['Roles', 'Member of roles', 'Member of role'],
  group_entry: ['Group name'],
  description: ['Description'],
  users: ['Member users'],
  member_groups: ['Member groups'],
} as const

/** Properties with which an entry begins. */
const names = new Set<string>([...properties.login, ...properties.group_entry])

export const directoryColumns: readonly string[] = Object.keys(properties)

const property = /^ {1,4}([A-Za-z][^:]*):(?: (.*))?$/
/** A value that goes on stands under the value. */
const continued = /^ {10,}\S/
const frame = /^(-{3,}|\d+ (users?|groups?) matched|Number of entries returned \d+|(Added|Modified) (user|group) ".*")$/

/** What `ipa user-find`, `user-show`, `group-find` and `group-show` print. */
export function isDirectoryList(lines: readonly string[]): boolean {
  const known = lines.filter((text) => /^ {1,4}(User login|Group name): \S/.test(text))
  return (
    known.length > 0 && lines.every((text) => property.test(text) || continued.test(text) || frame.test(text.trimEnd()))
  )
}

/** A row for each entry. Entries are separated by blank lines; a second login or group name also begins one. */
export class DirectoryLines implements PrintedReader {
  #values = new Map<string, string>()
  #last = ''

  take(text: string): readonly (readonly string[])[] | string {
    if (text.trim() === '' || frame.test(text)) return this.end()
    const [, name, value = ''] = property.exec(text) ?? []
    if (name === undefined) {
      if (!continued.test(text)) return 'the line is no property of an entry, such as "  User login: ana"'
      this.#values.set(this.#last, `${this.#values.get(this.#last) ?? ''} ${text.trim()}`)
      return []
    }
    const before = this.#values.get(name)
    const ended = before !== undefined && names.has(name) ? this.end() : []
    this.#values.set(name, before === undefined || names.has(name) ? value.trim() : `${before}, ${value.trim()}`)
    this.#last = name
    return ended
  }

  end(): readonly (readonly string[])[] {
    const values = this.#values
    this.#values = new Map()
    this.#last = ''
    const isEntry = values.has('User login') || values.has('Group name')
    const textOf = (names: readonly string[]) => values.get(names.find((name) => values.has(name)) ?? '') ?? ''
    return isEntry ? [Object.values(properties).map(textOf)] : []
  }
}
