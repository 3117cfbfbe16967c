import { randomUUID } from 'node:crypto'
import { invalidArgument, notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { isUuid, type TenantSql } from '@assay/store'
import { type PersonRole, personRoles } from '../roles.ts'
import { getIssuer } from './issuers.ts'

/** The access of the members of a group of an issuer, or of one of its people. */
export interface GivenAccess {
  readonly id: string
  readonly issuerId: string
  readonly kind: 'group' | 'person'
  /** The issuer's name of a group; or the subject of a person, or their mail address in lower case. */
  readonly value: string
  readonly role: PersonRole
  /** The scope that limits which people they see; undefined: everybody. */
  readonly readerScope: string | undefined
  readonly createdAt: Date
}

type GivenAccessInit = Pick<GivenAccess, 'issuerId' | 'kind' | 'value' | 'role'>

const mostGiven = 1000
const longestValue = 256

/**
 * Gives access, or changes the access of the same group or person. It works in the caller's transaction, with an entry in the
 * ledger. It takes effect within ten seconds.
 * @param scope.put makes the scope, changes the present one or removes it, and returns its id; undefined: they see everybody
 * @param scope.described the scope for the entry; undefined: they see everybody
 * @throws invalid_argument; not_found for the issuer
 */
export async function giveAccess(
  sql: TenantSql,
  tenantId: number,
  init: GivenAccessInit,
  scope: { put(before: string | undefined): Promise<string | undefined>; readonly described: unknown },
): Promise<GivenAccess> {
  const { issuerId, kind, role } = init
  if (!personRoles.includes(role)) throw invalidArgument('role', `must be one of ${personRoles.join(', ')}`)
  const value = kind === 'person' && init.value.includes('@') ? init.value.trim().toLowerCase() : init.value
  if (value.trim() === '' || value.length > longestValue || /\p{Cc}/u.test(value))
    throw invalidArgument(kind, `must have 1 to ${longestValue} characters, none of them a control character`)
  const { issuer } = await getIssuer(sql, tenantId, issuerId)
  const [before] = await sql<Row[]>`
    select ${columns(sql)} from access_of_people
    where tenant_id = ${tenantId} and issuer_id = ${issuerId} and kind = ${kind} and value = ${value} for update`
  const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`
    select count(*)::integer as count from access_of_people where tenant_id = ${tenantId}`
  if (before === undefined && count >= mostGiven)
    throw invalidArgument(kind, `at most ${mostGiven} groups and people of a tenant may have access`)
  const readerScope = await scope.put(before?.readerScope ?? undefined)
  const [row] = await sql<Row[]>`
    insert into access_of_people (tenant_id, id, issuer_id, kind, value, role, reader_scope_id)
    values (${tenantId}, ${before?.id ?? randomUUID()}, ${issuerId}, ${kind}, ${value}, ${role}, ${readerScope ?? null})
    on conflict (tenant_id, id) do update set role = excluded.role, reader_scope_id = excluded.reader_scope_id
    returning ${columns(sql)}`
  if (row === undefined) throw new Error('an insert gave no row')
  await recordEntry(sql, {
    kind: 'access.give',
    subject: { type: 'access', id: row.id },
    ...(before !== undefined && { before: { role: before.role, readerScope: before.readerScope } }),
    after: { issuer, kind, value, role, ...(scope.described !== undefined && { scope: scope.described }) },
  })
  return fromRow(row)
}

/**
 * Takes access back, in the caller's transaction, with an entry in the ledger. It takes effect within ten seconds.
 * @returns the access as it was; the caller has to remove its scope
 * @throws not_found
 */
export async function takeAccess(sql: TenantSql, tenantId: number, id: string): Promise<GivenAccess> {
  const [row] = isUuid(id)
    ? await sql<
        Row[]
      >`delete from access_of_people where tenant_id = ${tenantId} and id = ${id} returning ${columns(sql)}`
    : []
  if (row === undefined) throw notFound('access', id)
  const { issuerId, kind, value, role } = row
  await recordEntry(sql, {
    kind: 'access.take',
    subject: { type: 'access', id },
    before: { issuerId, kind, value, role },
  })
  return fromRow(row)
}

/**
 * All given access, ordered by issuer, groups before people, then value; at most 1,000. Works as the owner of the database and
 * as a service.
 */
export async function listGivenAccess(sql: TenantSql, tenantId: number): Promise<GivenAccess[]> {
  const rows = await sql<Row[]>`
    select ${columns(sql)} from access_of_people where tenant_id = ${tenantId}
    order by issuer_id, kind, value collate "C" limit ${mostGiven}`
  return rows.map(fromRow)
}

type Row = Omit<GivenAccess, 'readerScope'> & { readonly readerScope: string | null }

function columns(sql: TenantSql) {
  return sql`id, issuer_id as "issuerId", kind, value, role, reader_scope_id as "readerScope", created_at as "createdAt"`
}

function fromRow(row: Row): GivenAccess {
  return { ...row, readerScope: row.readerScope ?? undefined }
}
