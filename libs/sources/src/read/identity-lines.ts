import type { PrintedReader } from './printed-reader.ts'

export const identityColumns = ['login', 'of_group', 'group_number'] as const

/** `uid=1000(ana) gid=1000(ana) groups=1000(ana),27(sudo)`, as `id` prints it. */
const line =
  /^uid=\d+\(([^()]+)\) gid=(\d+)(?:\([^()]+\))? groups=(\d+(?:\([^()]+\))?(?:,\d+(?:\([^()]+\))?)*)(?: context=\S+)?$/

export function isIdentityList(lines: readonly string[]): boolean {
  return lines.length > 0 && lines.every((text) => line.test(text.trimEnd()))
}

/** A row for each group of an account. Its private group, which is the primary one and has its name, is none. An account without groups has an empty one. */
export class IdentityLines implements PrintedReader {
  take(text: string): readonly (readonly string[])[] | string {
    if (text.trim() === '') return []
    const [, login = '', primary = '', groups = ''] = line.exec(text) ?? []
    if (login === '') return 'the line is none of `id`, such as "uid=1000(ana) gid=1000(ana) groups=1000(ana),27(sudo)"'
    const named = groups.split(',').map((group) => /^(\d+)(?:\((.+)\))?$/.exec(group) ?? [])
    const own = named
      .filter(([, number, name]) => name !== login || number !== primary)
      .map(([, number = '', name = number]) => [login, name, number])
    return [[login, '', ''], ...own]
  }

  end(): readonly (readonly string[])[] {
    return []
  }
}

/** `ana : ana adm sudo`, as `groups ana` prints it. */
const groupsLine = /^([\w.@\\-]+) : ([\w.@\\-]+(?: [\w.@\\-]+)*)$/

/** Groups that are the primary one of all accounts of a system. */
const commonGroups = new Set(['users', 'staff', 'root', 'nogroup'])

/** Lines `Name : Value` are also how others print a record, so that one login must have its own group or a common one. */
export function isGroupsList(lines: readonly string[]): boolean {
  const found = lines.map((text) => groupsLine.exec(text.trimEnd()))
  const logins = new Set(found.map((match) => match?.[1]))
  return (
    found.length > 0 &&
    !found.includes(null) &&
    logins.size === found.length &&
    found.some((match) => {
      const [primary = ''] = match?.[2]?.split(' ') ?? []
      return primary === match?.[1] || commonGroups.has(primary)
    })
  )
}

/** A row for each group of an account, without its private one, and one without a group. */
export class GroupsLines implements PrintedReader {
  take(text: string): readonly (readonly string[])[] | string {
    if (text.trim() === '') return []
    const [, login = '', groups = ''] = groupsLine.exec(text.trimEnd()) ?? []
    if (login === '') return 'the line is none of `groups`, such as "ana : ana adm sudo"'
    const own = groups.split(' ').filter((group, index) => index > 0 || group !== login)
    return [[login, '', ''], ...own.map((group) => [login, group, ''])]
  }

  end(): readonly (readonly string[])[] {
    return []
  }
}
