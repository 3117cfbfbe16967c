import { notFound } from '@assay/errors'
import { askLast, type Fragment, onlyRow, serverHistory, type TenantSql } from '@assay/store'
import { beginsWith, type NamePosition, type Page, pageOf } from './listing.ts'

export type IdentityStatus = 'enabled' | 'disabled' | 'deleted'
export type IdentityType = 'human' | 'service' | 'agent' | 'system'

/** A person, service, agent or system account. A missing value is ''. */
export interface Identity {
  readonly key: number
  readonly id: string
  readonly displayName: string
  readonly email: string
  readonly username: string
  readonly department: string
  readonly jobTitle: string
  readonly managerId: string
  readonly employmentType: string
  readonly employmentStatus: string
  readonly status: IdentityStatus
  readonly type: IdentityType
  /** Custom attributes by the names of their columns; the value of a list is an array, sorted. */
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
}

/** All conditions must hold; a missing condition matches every identity. */
export interface IdentityFilter {
  /** Beginning of the display name or of the mail address, letter case ignored. */
  readonly query?: string | undefined
  readonly department?: string | undefined
  readonly jobTitle?: string | undefined
  /** Default: all except deleted. */
  readonly status?: IdentityStatus | undefined
  readonly type?: IdentityType | undefined
}

/** By name, letter case ignored. */
export async function listIdentities(
  sql: TenantSql,
  filter: IdentityFilter,
  page: Page<NamePosition>,
): Promise<{ identities: readonly Identity[]; last: NamePosition | undefined }> {
  const { query, department, jobTitle, status, type } = filter
  const { after } = page
  const rows = await sql<(Identity & { nameOrder: string })[]>`
    select ${identityColumns(sql)}, name_order as "nameOrder" from identities
    where ${status === undefined ? sql`status <> 'deleted'` : sql`status = ${status}`}
      ${query ? sql`and (${beginsWith(sql, 'name_order', query)} or ${beginsWith(sql, 'email_order', query)})` : sql``}
      ${department ? sql`and department = ${department}` : sql``}
      ${jobTitle ? sql`and job_title = ${jobTitle}` : sql``}
      ${type ? sql`and type = ${type}` : sql``}
      ${after ? sql`and (name_order, key) > (${after[0]}, ${after[1]}::integer)` : sql``}
    order by name_order, key limit ${page.size + 1}`
  const { rows: shown, last } = pageOf(rows, page.size)
  return { identities: shown.map(({ nameOrder: _, ...identity }) => identity), last }
}

/** It also finds an identity that a later import deleted. @throws not_found */
export async function getIdentity(sql: TenantSql, id: string): Promise<Identity> {
  const [identity] = await sql<Identity[]>`select ${identityColumns(sql)} from identities where id = ${id}`
  if (identity === undefined) throw notFound('identity', id)
  return identity
}

/** The id and version of an identity, without its attributes. */
export interface ListedIdentity {
  readonly id: string
  /** Changes with every change of the identity: the transaction that wrote its row, the row's position, and the server's history. */
  readonly version: string
}

/**
 * In the order of their keys, which is that of their first import. Unknown keys are left out. Ends the transaction.
 * @param condition of the query; when it is false, the result is empty
 */
export async function listedIdentities(
  sql: TenantSql,
  keys: readonly number[],
  condition?: Fragment,
): Promise<readonly ListedIdentity[]> {
  if (keys.length === 0) return []
  const further = condition === undefined ? sql`` : sql`and ${condition}`
  const asked = sql<ListedIdentity[]>`
    select id, concat_ws('/', xmin::text, ctid::text, ${serverHistory(sql)}) as version
    from identities where key = any(${[...keys]}::integer[]) ${further} order by key`
  return askLast(sql, asked)
}

/** In any order; unknown ids are left out. */
export async function identitiesById(sql: TenantSql, ids: readonly string[]): Promise<readonly Identity[]> {
  if (ids.length === 0) return []
  return sql<Identity[]>`select ${identityColumns(sql)} from identities where id = any(${[...ids]}::text[])`
}

/** By key, with deleted identities. Unknown keys are left out. */
export async function identitiesByKey(sql: TenantSql, keys: readonly number[]): Promise<ReadonlyMap<number, Identity>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<
    Identity[]
  >`select ${identityColumns(sql)} from identities where key = any(${[...keys]}::integer[])`
  return new Map(rows.map((row) => [row.key, row]))
}

export async function countEnabledIdentities(sql: TenantSql): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from identities where status = 'enabled'`,
  )
  return count
}

export function identityColumns(sql: TenantSql) {
  return sql`key, id, display_name as "displayName", email, username, department, job_title as "jobTitle",
    manager_id as "managerId", employment_type as "employmentType", employment_status as "employmentStatus", status,
    type, attributes`
}
