import { filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { entitlementRelation } from '@assay/directory'
import { type Fragment, onlyRow, type TenantSql } from '@assay/store'
import { isRole, type PotentialRoleKey, roleNotFound } from './role-rows.ts'

/** A choice of entitlements of a role. */
interface EntitlementChoice {
  /** `included`: those that are part of the role; `excluded`: those that somebody excluded. */
  readonly which: 'included' | 'excluded'
  /** Whether common access is included. */
  readonly includeCommonAccess: boolean
}

/** An entitlement of a role, with its counts. */
export interface RoleEntitlement {
  readonly key: number
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attribute: string
  readonly sourceId: string
  readonly applicationName: string
  /** Members of the role that hold it. */
  readonly identityCount: number
  /** Members of the role. */
  readonly roleSize: number
  /** Enabled people that hold it. */
  readonly organisationCount: number
  /** Enabled people in all. */
  readonly organisationSize: number
  readonly isCommonAccess: boolean
  /** Members who used the source in the last 90 days; null if its usage is unknown or its last data are 30 or more days old. */
  readonly sourceUsers: number | null
}

type EntitlementField = 'applicationName' | 'entitlementRef.name'
type EntitlementSorter = 'popularity' | 'entitlementName' | 'applicationName'

/**
 * The entitlements of a role, most popular first unless sorted otherwise.
 * @throws not_found
 */
export async function listRoleEntitlements(
  sql: TenantSql,
  key: PotentialRoleKey,
  choice: EntitlementChoice,
  { filter, sorters, page, wantsTotal }: ListQuery<EntitlementField, EntitlementSorter>,
): Promise<Listed<RoleEntitlement>> {
  const table = entitlementsOfRole(sql, key, choice)
  const condition = filterCondition(sql, filter, entitlementColumns(sql))
  const columns = {
    popularity: sql`"identityCount"`,
    entitlementName: sql`name_order`,
    applicationName: sql`application_order`,
  }
  const items = await sql<RoleEntitlement[]>`
    select key, id, name, description, attribute, "sourceId", "applicationName", "identityCount", "roleSize",
      "organisationCount", "organisationSize", "isCommonAccess", "sourceUsers"
    from ${table} where ${condition}
    ${sortOrder(sql, sorters, columns, [sql`"identityCount" desc`, sql`id`, sql`"sourceId"`])}
    limit ${page.limit} offset ${page.offset}`
  if (items.length === 0) await requireRole(sql, key)
  const total = wantsTotal ? await countRows(sql, sql`${table} where ${condition}`) : undefined
  return { items, total }
}

/**
 * The sources of the role's included entitlements without common access, by name.
 * @throws not_found
 */
export async function listRoleApplications(
  sql: TenantSql,
  key: PotentialRoleKey,
  { filter, page, wantsTotal }: ListQuery<'applicationName'>,
): Promise<Listed<{ readonly id: string; readonly name: string }>> {
  const own = entitlementsOfRole(sql, key, { which: 'included', includeCommonAccess: false })
  const sources = sql`(
    select distinct "sourceId" as id, "applicationName" as name, application_order from ${own}
    where ${filterCondition(sql, filter, { applicationName: sql`"applicationName"` })}) source`
  const items = await sql<{ id: string; name: string }[]>`
    select id, name from ${sources} order by application_order, id limit ${page.limit} offset ${page.offset}`
  if (items.length === 0) await requireRole(sql, key)
  return { items, total: wantsTotal ? await countRows(sql, sources) : undefined }
}

function entitlementColumns(sql: TenantSql): Record<EntitlementField, Fragment> {
  return { applicationName: sql`"applicationName"`, 'entitlementRef.name': sql`name` }
}

async function countRows(sql: TenantSql, rows: Fragment): Promise<number> {
  const { count } = onlyRow(await sql<{ count: number }[]>`select count(*)::integer as count from ${rows}`)
  return count
}

/**
 * The entitlements of one role as a table `held`, for lists, filters and counts. A role has only hundreds, so the table is made
 * in each query.
 */
function entitlementsOfRole(sql: TenantSql, key: PotentialRoleKey, choice: EntitlementChoice): Fragment {
  const isExcluded = sql`held.key = any(role.excluded_entitlement_keys)`
  return sql`(
    select held.key, entitlement.id, entitlement.display_name as name, entitlement.name_order, entitlement.description,
      entitlement.attribute, entitlement.application_id as "sourceId",
      entitlement.application_name as "applicationName", entitlement.application_order,
      held.granted as "identityCount", role.identity_count as "roleSize", held.organisation as "organisationCount",
      role.organisation_size as "organisationSize", held.common as "isCommonAccess",
      case when entitlement.application_usage_is_current
        then (role.source_usage -> entitlement.application_key::text ->> 'identityCount')::integer end as "sourceUsers"
    from potential_roles role
    cross join lateral (
      select key, granted, organisation, false as common
      from unnest(role.entitlement_keys, role.granted_counts, role.organisation_counts) as own (key, granted, organisation)
      ${
        choice.includeCommonAccess
          ? sql`union all
      select key, granted, organisation, true
      from unnest(role.common_entitlement_keys, role.common_granted_counts, role.common_organisation_counts)
        as common (key, granted, organisation)`
          : sql``
      }
    ) held
    join ${entitlementRelation(sql)} entitlement on entitlement.tenant_id = role.tenant_id and entitlement.key = held.key
    where ${isRole(sql, key)} and ${choice.which === 'excluded' ? isExcluded : sql`not (${isExcluded})`}
  ) held`
}

/**
 * Called for a list without items.
 * @throws not_found if the role does not exist
 */
export async function requireRole(sql: TenantSql, key: PotentialRoleKey): Promise<void> {
  const [role] = await sql`select from potential_roles role where ${isRole(sql, key)}`
  if (role === undefined) throw await roleNotFound(sql, key)
}

/**
 * The number of entitlements for each popularity in whole percents, halves rounded up.
 * @throws not_found
 */
export async function popularityDistribution(
  sql: TenantSql,
  key: PotentialRoleKey,
  includeCommonAccess: boolean,
): Promise<Record<string, number>> {
  const rows = await sql<{ percent: number; count: number }[]>`
    select floor(100.0 * "identityCount" / "roleSize" + 0.5)::integer as percent, count(*)::integer as count
    from ${entitlementsOfRole(sql, key, { which: 'included', includeCommonAccess })}
    group by percent order by percent`
  if (rows.length === 0) await requireRole(sql, key)
  return Object.fromEntries(rows.map(({ percent, count }) => [String(percent), count]))
}
