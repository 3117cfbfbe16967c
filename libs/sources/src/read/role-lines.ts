import type { PrintedReader } from './printed-reader.ts'

export const roleColumns = ['role', 'role_users'] as const

/** `monitoring_user:ana,bo` in the file `users_roles` of Elasticsearch. */
const line = /^([^:#,\s][^:,]*):([^:]*)$/

/** The lines are too common, so that only the name of the file says what they are. */
export function isRoleList(name: string, lines: readonly string[]): boolean {
  const own = lines.filter((text) => !text.startsWith('#'))
  return /users_roles(\.txt)?$/i.test(name) && own.length > 0 && own.every((text) => line.test(text.trim()))
}

export class RoleLines implements PrintedReader {
  take(text: string): readonly (readonly string[])[] | string {
    if (text.trim() === '' || text.startsWith('#')) return []
    const [, role, users] = line.exec(text.trim()) ?? []
    if (role === undefined || users === undefined)
      return 'the line is no role with its users, such as "monitoring_user:ana,bo"'
    return [[role.trim(), users.trim()]]
  }

  end(): readonly (readonly string[])[] {
    return []
  }
}
