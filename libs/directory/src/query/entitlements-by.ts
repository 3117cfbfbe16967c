import { exactText, filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { failedPrecondition, notFound } from '@assay/errors'
import type { Fragment, TenantSql } from '@assay/store'
import { type Entitlement, entitlementColumns, entitlementTables } from '../read/entitlements.ts'
import { listedKeys } from './listed-keys.ts'

/** The fields of a filter on entitlements. `level`: HIGH, MEDIUM, LOW or NONE, see `LevelledEntitlement`. */
export type EntitlementField = 'id' | 'type' | 'attribute' | 'applicationId' | 'name' | 'level'
export type EntitlementSorter = 'id' | 'type' | 'attribute' | 'applicationId' | 'name'

/** An entitlement with the name of its application. */
export interface LevelledEntitlement extends Entitlement {
  readonly applicationName: string
  /** The resource type, else `group`. */
  readonly type: string
  /** The risk level if it is one of the four words; else HIGH for a privileged entitlement and NONE for all others. */
  readonly level: 'HIGH' | 'MEDIUM' | 'LOW' | 'NONE'
}

/**
 * The entitlements of the import in force, by id and the id of their application.
 * @param within keys of the entitlements to list; all by default
 */
export async function entitlementsBy(
  sql: TenantSql,
  { filter, sorters, page, wantsTotal }: ListQuery<EntitlementField, EntitlementSorter>,
  within?: readonly number[],
): Promise<Listed<LevelledEntitlement>> {
  const columns = {
    id: sql`e.id`,
    type: type(sql),
    attribute: sql`nullif(e.attribute, '')`,
    applicationId: sql`a.id`,
    name: sql`e.display_name`,
  }
  const condition = filterCondition(sql, filter, {
    ...columns,
    id: exactText(sql, columns.id),
    applicationId: exactText(sql, columns.applicationId),
    level: level(sql),
  })
  const order = sortOrder(sql, sorters, { ...columns, name: sql`e.name_order` }, [sql`e.id`, sql`a.id`])
  const { keys, total } = await listedKeys(sql, {
    from: entitlementTables(sql),
    key: sql`e.key`,
    condition: sql`not e.deleted ${within === undefined ? sql`` : sql`and e.key = any(${[...within]}::integer[])`} and ${condition}`,
    order,
    page,
    wantsTotal,
  })
  return { items: await levelledEntitlements(sql, keys), total }
}

/** In the order of the keys in the call, with entitlements that a later import deleted. Unknown keys are left out. */
async function levelledEntitlements(sql: TenantSql, keys: readonly number[]): Promise<readonly LevelledEntitlement[]> {
  if (keys.length === 0) return []
  const rows = await selected(sql, sql`e.key = any(${[...keys]}::integer[])`)
  const found = new Map(rows.map((row) => [row.key, row]))
  return keys.flatMap((key) => found.get(key) ?? [])
}

/**
 * @throws not_found; failed_precondition, which names the applications, when several applications have an entitlement with this id
 */
export async function entitlementInForce(sql: TenantSql, id: string): Promise<LevelledEntitlement> {
  const found = await selected(sql, sql`e.id = ${id} and not e.deleted order by a.id limit 10`)
  const [first] = found
  if (first === undefined) throw notFound('entitlement', id)
  if (found.length > 1) {
    const names = found.map(({ applicationId }) => `"${applicationId}"`).join(', ')
    throw failedPrecondition(
      `several applications have an entitlement "${id}": ${names}; list the entitlements of one of them instead`,
    )
  }
  return first
}

/** Keys of the entitlements that a group gives to its holders directly, without those that come through further groups. */
export async function entitlementsGivenBy(sql: TenantSql, key: number): Promise<readonly number[]> {
  const rows = await sql<{ key: number }[]>`
    select entitlement_key as key from entitlement_memberships where holder_key = ${key}`
  return rows.map((row) => row.key)
}

/** Keys of the groups that give the entitlement directly, without further groups in between. */
export async function entitlementsGiving(sql: TenantSql, key: number): Promise<readonly number[]> {
  const rows = await sql<{ key: number }[]>`
    select holder_key as key from entitlement_memberships where entitlement_key = ${key}`
  return rows.map((row) => row.key)
}

async function selected(sql: TenantSql, condition: Fragment): Promise<readonly LevelledEntitlement[]> {
  return sql<LevelledEntitlement[]>`
    select ${entitlementColumns(sql)}, a.display_name as "applicationName", ${type(sql)} as type, ${level(sql)} as level
    from ${entitlementTables(sql)} where ${condition}`
}

function type(sql: TenantSql): Fragment {
  return sql`coalesce(nullif(e.resource_type, ''), 'group')`
}

function level(sql: TenantSql): Fragment {
  return sql`case when upper(e.risk_level) in ('HIGH', 'MEDIUM', 'LOW', 'NONE') then upper(e.risk_level)
    when e.privileged then 'HIGH' else 'NONE' end`
}
