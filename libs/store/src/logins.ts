import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { failedPrecondition } from '@assay/errors'
import { openDatabase } from './database.ts'
import type { Sql, TenantSql } from './handles.ts'
import { schemaName } from './login-check.ts'
import { groupRole, type ServiceName, serviceNames } from './services.ts'

/** A login by which processes of a service reach the database. */
export interface ServiceLogin {
  readonly name: string
  /** ASCII characters. */
  readonly password: string
  /** One, or several where one login does for all. */
  readonly services: readonly ServiceName[]
}

/**
 * Makes the logins, or gives them the passwords and the rights that they should have. For an owner who may make roles and grant
 * the services' groups. The passwords themselves do not reach the server, nor its log. Twice is once.
 * @throws failed_precondition (LOGIN_NOT_MADE) with the SQL for an administrator, where this owner may not
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
    return false // who makes or mends it then is told what is wrong
  } finally {
    await database.close()
  }
}

/** The services that no login can work as on this server. */
export async function servicesWithoutLogin(ownerSql: Sql | TenantSql): Promise<ServiceName[]> {
  const groups = await ownerSql<{ group: string }[]>`
    select distinct m.roleid::regrole::text as group from pg_auth_members m join pg_roles r on r.oid = m.member
    where r.rolcanlogin and m.roleid = any (${serviceNames.map(groupRole)}::text[]::regrole[])
      -- Who makes a group may grant it.
      and r.rolname <> current_user`
  const has = new Set(groups.map(({ group }) => group))
  return serviceNames.filter((service) => !has.has(groupRole(service)))
}

/** What an administrator runs to make the login, or to change it. */
function loginSql({ name, password, services }: ServiceLogin, verb: 'create' | 'alter'): string {
  const role = `"${name.replaceAll('"', '""')}"`
  return [
    `${verb} role ${role} login password '${scramVerifier(password)}';`,
    ...services.map((service) => `grant ${groupRole(service)} to ${role};`),
    `alter role ${role} set search_path = ${schemaName};`,
  ].join('\n')
}

/** The URL of the login, which reaches the same server and database as that of the owner, several hosts included. */
export function loginUrl(ownerUrl: string, { name, password }: Pick<ServiceLogin, 'name' | 'password'>): string {
  const login = `${encodeURIComponent(name)}:${encodeURIComponent(password)}@`
  return ownerUrl.replace(/^(\w+:\/\/)(?:[^/?]*@)?/, (_, scheme: string) => `${scheme}${login}`)
}

/** What PostgreSQL keeps of a password (RFC 5803): enough to check it, not to log in. */
function scramVerifier(password: string): string {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyed('Server Key').toString('base64')}`
}
