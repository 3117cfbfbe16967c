import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { failedPrecondition } from '@assay/errors'
import { openDatabase } from './database.ts'
import type { Sql, TenantSql } from './handles.ts'
import { schemaName } from './login-check.ts'
import { groupRole, type ServiceName, serviceNames } from './services.ts'

/** A database login for the processes of a service. */
export interface ServiceLogin {
  readonly name: string
  /** ASCII characters. */
  readonly password: string
  /** One service, or several that share the login. */
  readonly services: readonly ServiceName[]
}

/**
 * Makes the logins, or gives existing ones the right passwords and rights. It needs an owner who may make roles and grant the services'
 * groups. The passwords themselves are not sent to the server, so its log does not have them. A second call has no further effect.
 * @throws failed_precondition (LOGIN_NOT_MADE) with the SQL for an administrator, when this owner may not
 */
export async function ensureLogins(ownerSql: Sql, logins: readonly ServiceLogin[]): Promise<void> {
  const names = logins.map(({ name }) => name)
  const rows = await ownerSql<
    { name: string }[]
  >`select rolname as name from pg_roles where rolname = any (${names}::text[])`
  const known = new Set(rows.map(({ name }) => name))
  const statements = logins.map((login) => loginSql(login, known.has(login.name) ? 'alter' : 'create'))
  try {
    await ownerSql.begin(async (sql) => {
      for (const statement of statements) await sql.unsafe(statement)
    })
  } catch (cause) {
    const { code } = cause as { code?: unknown }
    if (code !== '42501') throw cause
    const message = `This login may not make logins of services. As an administrator run:\n${statements.join('\n')}`
    throw failedPrecondition(message, { reason: 'LOGIN_NOT_MADE', cause })
  }
}

/** Whether the login exists and is valid for the service, whoever made it. */
export async function isFitLogin(url: string, service: ServiceName): Promise<boolean> {
  const database = openDatabase({ url, service, applicationName: 'assay-logins', maxConnections: 1 })
  try {
    await database.sql`select 1`
    return true
  } catch {
    return false // making or changing it then reports the fault
  } finally {
    await database.close()
  }
}

/** The services for which no login exists on this server. */
export async function servicesWithoutLogin(ownerSql: Sql | TenantSql): Promise<ServiceName[]> {
  const groups = await ownerSql<{ group: string }[]>`
    select distinct m.roleid::regrole::text as group from pg_auth_members m join pg_roles r on r.oid = m.member
    where r.rolcanlogin and m.roleid = any (${serviceNames.map(groupRole)}::text[]::regrole[])
      -- Who makes a group may grant it.
      and r.rolname <> current_user`
  const has = new Set(groups.map(({ group }) => group))
  return serviceNames.filter((service) => !has.has(groupRole(service)))
}

/** The SQL with which an administrator makes or changes the login. */
function loginSql({ name, password, services }: ServiceLogin, verb: 'create' | 'alter'): string {
  const role = `"${name.replaceAll('"', '""')}"`
  return [
    `${verb} role ${role} login password '${scramVerifier(password)}';`,
    ...services.map((service) => `grant ${groupRole(service)} to ${role};`),
    `alter role ${role} set search_path = ${schemaName};`,
  ].join('\n')
}

/** The URL of the login for the same server and database as the owner's URL, also with several hosts. */
export function loginUrl(ownerUrl: string, { name, password }: Pick<ServiceLogin, 'name' | 'password'>): string {
  const login = `${encodeURIComponent(name)}:${encodeURIComponent(password)}@`
  return ownerUrl.replace(/^(\w+:\/\/)(?:[^/?]*@)?/, (_, scheme: string) => `${scheme}${login}`)
}

/** The value that PostgreSQL stores for a password (RFC 5803): it can verify a password, but not be used to log in. */
function scramVerifier(password: string): string {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyed('Server Key').toString('base64')}`
}
