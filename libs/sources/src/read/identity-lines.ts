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
