import { notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { isUuid, type TenantSql } from '@assay/store'
import type { PersonRole } from '../roles.ts'
import { unitedAccess } from './access-of-person.ts'

/** A person who signed in, with the data of their issuer's last answer. */
export interface ConsolePerson {
  /** `person-<uuid>` */
  readonly id: string
  readonly issuerId: string
  readonly subject: string
  readonly displayName: string
  readonly mail: string | undefined
  /** The identity of the access data that the person is; undefined if none. */
  readonly identityId: string | undefined
  readonly groups: readonly string[]
  /** Undefined: the person has no access now. */
  readonly role: PersonRole | undefined
  /** The number of active sessions. */
  readonly sessions: number
  readonly firstSignedInAt: Date
  readonly signedInAt: Date
  readonly readAt: Date
  readonly revokedAt: Date | undefined
}

/** An active session of the console. */
export interface ListedSession {
  readonly name: string
  /** The person, or the API client whose link began the session. */
  readonly personId: string | undefined
  readonly personName: string | undefined
  readonly clientId: string | undefined
  readonly signedInAt: Date
  readonly usedAt: Date
  readonly endsAt: Date
}

/** Positions at which a list continues. */
export type PersonPosition = readonly [displayName: string, id: string]
export type SessionPosition = readonly [signedInAt: string, name: string]

const idleSeconds = 60 * 60

/**
 * People by name. Works as the owner of the database and as a service.
 * @param text a part of the name or of the mail address; empty: all
 */
export async function listPeople(
  sql: TenantSql,
  tenantId: number,
  {
    text = '',
    size,
    after,
  }: { readonly text?: string; readonly size: number; readonly after?: PersonPosition | undefined },
): Promise<ConsolePerson[]> {
  const rows = await sql<Row[]>`
    select ${columns(sql, tenantId)} from console_people p where tenant_id = ${tenantId}
      ${text === '' ? sql`` : sql`and (position(lower(${text}) in lower(display_name)) > 0 or position(lower(${text}) in coalesce(mail, '')) > 0)`}
      ${after === undefined ? sql`` : sql`and (display_name collate "C", id) > (${after[0]}, ${after[1]})`}
    order by display_name collate "C", id limit ${size}`
  return rows.map(fromRow)
}

/**
 * @param id `person-<uuid>`, or a mail address that only one person has
 * @throws not_found
 */
export async function getPerson(sql: TenantSql, tenantId: number, id: string): Promise<ConsolePerson> {
  const rows = await sql<Row[]>`
    select ${columns(sql, tenantId)} from console_people p
    where tenant_id = ${tenantId} and (id = ${id} or mail = lower(${id})) limit 2`
  const [row] = rows
  if (row === undefined || rows.length > 1) throw notFound('person who signed in', id)
  return fromRow(row)
}

/**
 * The person cannot sign in from now on, whatever their groups, and their sessions end within ten seconds. It works in the
 * caller's transaction, with an entry in the ledger. Calling it twice has the same effect as calling it once.
 * @throws not_found
 */
export async function revokePerson(sql: TenantSql, tenantId: number, id: string): Promise<ConsolePerson> {
  const person = await getPerson(sql, tenantId, id)
  if (person.revokedAt !== undefined) return person
  await sql`update console_people set revoked_at = now() where tenant_id = ${tenantId} and id = ${person.id}`
  await sql`delete from console_sessions where tenant_id = ${tenantId} and person_id = ${person.id}`
  await record(sql, 'person.revoke', person)
  return await getPerson(sql, tenantId, person.id)
}

/**
 * The person has the access of their groups again. Calling it twice has the same effect as calling it once.
 * @throws not_found
 */
export async function restorePerson(sql: TenantSql, tenantId: number, id: string): Promise<ConsolePerson> {
  const person = await getPerson(sql, tenantId, id)
  if (person.revokedAt === undefined) return person
  await sql`update console_people set revoked_at = null where tenant_id = ${tenantId} and id = ${person.id}`
  await record(sql, 'person.restore', person)
  return await getPerson(sql, tenantId, person.id)
}

/**
 * Active sessions, oldest first.
 * @param personId only those of this person; empty: all, also those of links
 */
export async function listSessions(
  sql: TenantSql,
  tenantId: number,
  {
    personId = '',
    size,
    after,
  }: { readonly personId?: string; readonly size: number; readonly after?: SessionPosition | undefined },
): Promise<ListedSession[]> {
  const rows = await sql<SessionRow[]>`
    select ${sessionColumns(sql, tenantId)} from console_sessions
    where tenant_id = ${tenantId} and ends_at > now() and used_at > now() - make_interval(secs => ${idleSeconds})
      ${personId === '' ? sql`` : sql`and person_id = ${personId}`}
      ${after === undefined ? sql`` : sql`and (date_trunc('milliseconds', signed_in_at), name) > (${after[0]}::timestamptz, ${after[1]}::uuid)`}
    order by date_trunc('milliseconds', signed_in_at), name limit ${size}`
  return rows.map(({ personId, personName, clientId, ...row }) => ({
    ...row,
    personId: personId ?? undefined,
    personName: personName ?? undefined,
    clientId: clientId ?? undefined,
  }))
}

/**
 * Ends a session within ten seconds, with an entry in the ledger.
 * @throws not_found
 */
export async function endSession(sql: TenantSql, tenantId: number, name: string): Promise<void> {
  const [row] = isUuid(name)
    ? await sql<SessionRow[]>`
        delete from console_sessions where tenant_id = ${tenantId} and name = ${name} returning ${sessionColumns(sql, tenantId)}`
    : []
  if (row === undefined) throw notFound('session', name)
  await recordEntry(sql, {
    kind: 'session.end',
    subject: { type: 'console_session', id: name },
    before: { personId: row.personId ?? undefined, clientId: row.clientId ?? undefined },
  })
}

type Nullable<Row> = { [Key in keyof Row]: undefined extends Row[Key] ? NonNullable<Row[Key]> | null : Row[Key] }
type SessionRow = Nullable<ListedSession>
interface Row extends Nullable<Omit<ConsolePerson, 'role'>> {
  readonly roles: readonly PersonRole[]
}

function sessionColumns(sql: TenantSql, tenantId: number) {
  return sql`name, person_id as "personId",
    (select p.display_name from console_people p where p.tenant_id = ${tenantId} and p.id = person_id) as "personName", client_id as "clientId", signed_in_at as "signedInAt", used_at as "usedAt",
    ends_at as "endsAt"`
}

function columns(sql: TenantSql, tenantId: number) {
  return sql`p.id, p.issuer_id as "issuerId", p.subject, p.display_name as "displayName", p.mail, p.identity_id as "identityId",
    p.groups, p.first_signed_in_at as "firstSignedInAt", p.signed_in_at as "signedInAt", p.read_at as "readAt",
    p.revoked_at as "revokedAt",
    (select count(*)::integer from console_sessions s where s.tenant_id = ${tenantId} and s.person_id = p.id
      and s.ends_at > now() and s.used_at > now() - make_interval(secs => ${idleSeconds})) as sessions,
    array(select a.role from access_of_people a where a.tenant_id = ${tenantId} and a.issuer_id = p.issuer_id
      and (a.kind = 'group' and a.value = any (p.groups) or a.kind = 'person' and a.value in (p.subject, p.mail))) as roles`
}

function fromRow({ roles, ...row }: Row): ConsolePerson {
  const united = unitedAccess(roles.map((role) => ({ role, readerScope: undefined })))
  return {
    ...row,
    mail: row.mail ?? undefined,
    identityId: row.identityId ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    role: row.revokedAt === null ? united?.role : undefined,
  }
}

async function record(sql: TenantSql, kind: string, { id, displayName, identityId }: ConsolePerson): Promise<void> {
  await recordEntry(sql, {
    kind,
    subject: { type: 'person', id },
    after: { displayName },
    ...(identityId !== undefined && { people: [identityId] }),
  })
}
