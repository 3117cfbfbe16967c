import type { PrintedReader } from './printed-reader.ts'

export const roleColumns = ['role', 'role_users'] as const
export const userColumns = ['role_user', 'user_roles'] as const

/** `monitoring_user:ana,bo` in the file `users_roles` of Elasticsearch, which some write by user: `ana:monitoring_user,viewer`. */
const line = /^([^:#,\s][^:,]*):([^:]*)$/

/** Roles of every cluster, without those that are called as a user is. */
const knownRoles = new Set(
  [
    'beats_admin data_frame_transforms_admin data_frame_transforms_user editor enrich_user inference_admin inference_user',
    'ingest_admin kibana_admin kibana_dashboard_only_user kibana_user logstash_admin machine_learning_admin',
    'machine_learning_user monitoring_user remote_monitoring_agent remote_monitoring_collector reporting_user rollup_admin',
    'rollup_user snapshot_user superuser transform_admin transform_user transport_client viewer watcher_admin watcher_user',
  ].flatMap((names) => names.split(' ')),
)

/** Which side of the colons has the roles. */
type RoleSide = 'first' | 'last' | 'unknown'

/**
 * The side of the roles in a file whose name alone says that it has some, since the lines are too common. Undefined for other files.
 * @param users the names in the file `users` beside it
 */
export function roleSide(
  name: string,
  lines: readonly string[],
  users: ReadonlySet<string> = new Set(),
): RoleSide | undefined {
  const own = lines.filter((text) => !text.startsWith('#')).map((text) => line.exec(text.trim()))
  if (!/users_roles(\.txt)?$/i.test(name) || own.length === 0 || own.includes(null)) return undefined
  const first = own.map((match) => match?.[1]?.trim() ?? '')
  const last = own.flatMap((match) => namesOf(match?.[2] ?? ''))
  const isRole = (text: string) => knownRoles.has(text)
  const isUser = (text: string) => users.has(text) || text.includes('@')
  const areFirst = first.some(isRole) || last.some(isUser)
  const areLast = last.some(isRole) || first.some(isUser)
  if (areFirst === areLast) return 'unknown'
  return areFirst ? 'first' : 'last'
}

function namesOf(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

export class RoleLines implements PrintedReader {
  readonly #wanted: string

  /** @param wanted an example of a line, for the fault of another one */
  constructor(wanted: string) {
    this.#wanted = wanted
  }

  take(text: string): readonly (readonly string[])[] | string {
    if (text.trim() === '' || text.startsWith('#')) return []
    const [, before, after] = line.exec(text.trim()) ?? []
    if (before === undefined || after === undefined) return `the line is ${this.#wanted}`
    return [[before.trim(), after.trim()]]
  }

  end(): readonly (readonly string[])[] {
    return []
  }
}

/** The names in a file `users` of Elasticsearch, or of a web server: `ana:$2a$10$...`. */
export function usersWithPasswords(lines: readonly string[]): readonly string[] | undefined {
  const own = lines.filter((text) => text.trim() !== '' && !text.startsWith('#'))
  const found = own.map((text) => /^([^:\s]+):(?:\$[\w-]+\$|\{[\w-]+\})[^\s:]+$/.exec(text.trim())?.[1])
  const names = found.filter((name) => name !== undefined)
  return names.length > 0 && names.length === own.length ? names : undefined
}
