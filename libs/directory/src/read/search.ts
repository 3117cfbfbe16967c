import { type Fragment, onlyRow, type TenantSql } from '@assay/store'
import { orderText } from '../import/cells.ts'
import { accessGiven, importOfGrants } from '../relations.ts'
import { type Application, applicationColumns } from './applications.ts'
import { type Entitlement, entitlementColumns, entitlementTables } from './entitlements.ts'
import { type Identity, type IdentityStatus, type IdentityType, identityColumns } from './identities.ts'
import { type NamePosition, type Page, pageOf } from './listing.ts'

// A search for a part of a text reads row by row, since no index can help under row security. Where a page may not fill soon, the
// query finds the rows before it sorts them ("offset 0" separates the two steps): following the index of names would read the whole
// table in random order, 100,000 pages instead of 3,500.

/** All conditions must hold; a missing condition or an empty list matches everything. */
interface IdentitySearch {
  /** Part of the name or of the mail address, letter case ignored. */
  readonly query: string
  /** The whole mail address, letter case ignored. */
  readonly email: string
  readonly ids: readonly string[]
  readonly exceptIds: readonly string[]
  readonly departments: readonly string[]
  readonly jobTitles: readonly string[]
  readonly managerIds: readonly string[]
  /** Empty: all except deleted. */
  readonly statuses: readonly IdentityStatus[]
  readonly exceptTypes: readonly IdentityType[]
}

/** By name, letter case ignored. */
export async function searchIdentities(
  sql: TenantSql,
  search: IdentitySearch,
  page: Page<NamePosition>,
): Promise<{ identities: readonly Identity[]; last: NamePosition | undefined }> {
  const { after } = page
  const query = search.query.trim().toLowerCase()
  const statuses = search.statuses.length === 0 ? ['enabled', 'disabled'] : search.statuses
  const conditions = sql`
    status = any(${[...statuses]}::text[])
      ${query === '' ? sql`` : sql`and (position(${query} in name_order) > 0 or position(${query} in email_order) > 0)`}
      ${search.email === '' ? sql`` : sql`and email_order = ${orderText(search.email)}`}
      ${oneOf(sql, 'id', search.ids)}
      ${noneOf(sql, 'id', search.exceptIds)}
      ${oneOf(sql, 'department', search.departments)}
      ${oneOf(sql, 'job_title', search.jobTitles)}
      ${oneOf(sql, 'manager_id', search.managerIds)}
      ${noneOf(sql, 'type', search.exceptTypes)}
      ${after ? sql`and (name_order, key) > (${after[0]}, ${after[1]}::integer)` : sql``}`
  const narrowing = [search.ids, search.departments, search.jobTitles, search.managerIds]
  const findsFew = query !== '' || search.email !== '' || narrowing.some(({ length }) => length > 0)
  const rows = await sql<(Identity & { nameOrder: string })[]>`
    select ${identityColumns(sql)}, name_order as "nameOrder" from identities
    where ${findsFew ? sql`key in (select key from (select key, name_order from identities where ${conditions} offset 0) found order by name_order, key limit ${page.size + 1})` : conditions}
    order by name_order, key limit ${page.size + 1}`
  const { rows: shown, last } = pageOf(rows, page.size)
  return { identities: shown.map(({ nameOrder: _, ...identity }) => identity), last }
}

/** All conditions must hold; a missing condition or an empty list matches everything. */
interface ApplicationSearch {
  /** Part of the name or the description, letter case ignored. */
  readonly query: string
  /** The whole name, letter case ignored. */
  readonly displayName: string
  readonly ids: readonly string[]
  readonly exceptIds: readonly string[]
}

/** By name, letter case ignored; deleted ones are left out. Exact matches of the requested name come first. */
export async function searchApplications(
  sql: TenantSql,
  search: ApplicationSearch,
  page: Page<NamePosition>,
): Promise<{ applications: readonly Application[]; last: NamePosition | undefined }> {
  const { after } = page
  const query = search.query.trim().toLowerCase()
  // Clients that search for a name take the first result.
  const order =
    search.displayName === ''
      ? sql`name_order`
      : sql`(case when display_name = ${search.displayName} then '' else name_order end) collate "C"`
  const rows = await sql<(Application & { nameOrder: string })[]>`
    select ${applicationColumns(sql)}, ${order} as "nameOrder" from applications
    where not deleted
      ${query === '' ? sql`` : sql`and (position(${query} in name_order) > 0 or position(${query} in lower(description)) > 0)`}
      ${search.displayName === '' ? sql`` : sql`and lower(display_name) = lower(${search.displayName})`}
      ${oneOf(sql, 'id', search.ids)}
      ${noneOf(sql, 'id', search.exceptIds)}
      ${after ? sql`and (${order}, key) > (${after[0]}, ${after[1]}::integer)` : sql``}
    order by ${order}, key limit ${page.size + 1}`
  const { rows: shown, last } = pageOf(rows, page.size)
  return { applications: shown.map(({ nameOrder: _, ...application }) => application), last }
}

interface Reference {
  readonly applicationId: string
  readonly entitlementId: string
}

/** All conditions must hold; a missing condition or an empty list matches everything. */
export interface EntitlementSearch {
  /** Part of the name or the description, letter case ignored. */
  readonly query: string
  /** The whole name, with its letter case. */
  readonly displayName: string
  readonly applicationIds: readonly string[]
  readonly exceptApplicationIds: readonly string[]
  readonly references: readonly Reference[]
  readonly exceptReferences: readonly Reference[]
  readonly resources: readonly string[]
  readonly resourceTypes: readonly string[]
  readonly exceptResourceTypes: readonly string[]
  readonly riskLevels: readonly string[]
  /** Ids of identities or of accounts from sources. At least one of them has the entitlement by effective access. */
  readonly holderIds: readonly string[]
  /** None of these has the entitlement. */
  readonly exceptHolderIds: readonly string[]
  /** Also entitlements that a later import deleted. */
  readonly includeDeleted: boolean
}

/** By name, letter case ignored. */
export async function searchEntitlements(
  sql: TenantSql,
  search: EntitlementSearch,
  page: Page<NamePosition>,
): Promise<{ entitlements: readonly Entitlement[]; last: NamePosition | undefined }> {
  const { after } = page
  const rows = await sql<(Entitlement & { nameOrder: string })[]>`
    select ${entitlementColumns(sql)}, e.name_order as "nameOrder" from ${entitlementTables(sql)}
    where ${conditionsOf(sql, search)}
      ${after ? sql`and (e.name_order, e.key) > (${after[0]}, ${after[1]}::integer)` : sql``}
    order by e.name_order, e.key limit ${page.size + 1}`
  const { rows: shown, last } = pageOf(rows, page.size)
  return { entitlements: shown.map(({ nameOrder: _, ...entitlement }) => entitlement), last }
}

/** The number of results of a search. */
export async function countFoundEntitlements(sql: TenantSql, search: EntitlementSearch): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from ${entitlementTables(sql)} where ${conditionsOf(sql, search)}`,
  )
  return count
}

/** The keys of the results of a search. */
export async function keysOfFoundEntitlements(sql: TenantSql, search: EntitlementSearch): Promise<readonly number[]> {
  const [row] = await sql<{ keys: string | null }[]>`
    select string_agg(e.key::text, ',') as keys from ${entitlementTables(sql)} where ${conditionsOf(sql, search)}`
  return row?.keys ? row.keys.split(',').map(Number) : []
}

function conditionsOf(sql: TenantSql, search: EntitlementSearch): Fragment {
  const query = search.query.trim().toLowerCase()
  const { references, exceptReferences, holderIds, exceptHolderIds } = search
  return sql`
    ${search.includeDeleted ? sql`true` : sql`not e.deleted`}
      ${query === '' ? sql`` : sql`and (position(${query} in e.name_order) > 0 or position(${query} in lower(e.description)) > 0)`}
      ${search.displayName === '' ? sql`` : sql`and e.display_name = ${search.displayName}`}
      ${oneOf(sql, 'a.id', search.applicationIds)}
      ${noneOf(sql, 'a.id', search.exceptApplicationIds)}
      ${references.length === 0 ? sql`` : sql`and (a.id, e.id) in ${namedBy(sql, references)}`}
      ${exceptReferences.length === 0 ? sql`` : sql`and (a.id, e.id) not in ${namedBy(sql, exceptReferences)}`}
      ${oneOf(sql, 'e.resource', search.resources)}
      ${oneOf(sql, 'e.resource_type', search.resourceTypes)}
      ${noneOf(sql, 'e.resource_type', search.exceptResourceTypes)}
      ${oneOf(sql, 'e.risk_level', search.riskLevels)}
      ${holderIds.length === 0 ? sql`` : sql`and e.key in ${heldBy(sql, holderIds)}`}
      ${exceptHolderIds.length === 0 ? sql`` : sql`and e.key not in ${heldBy(sql, exceptHolderIds)}`}`
}

/** The ids of applications and entitlements, without nulls, so that `not in` is safe. */
function namedBy(sql: TenantSql, references: readonly Reference[]) {
  const applicationIds = references.map((one) => one.applicationId)
  const entitlementIds = references.map((one) => one.entitlementId)
  return sql`(select * from unnest(${applicationIds}::text[], ${entitlementIds}::text[]))`
}

/**
 * Keys of the entitlements that the holders have by effective access: all access of an identity, and for an account the access of
 * its identity in its application. The query computes it once, with the indexes of grants by identity and of accounts by id.
 */
function heldBy(sql: TenantSql, holderIds: readonly string[]) {
  const ids = [...holderIds]
  return sql`(
    select given.entitlement_key from ${accessGiven(sql)} given
    where given.holder_key = any(array(
      select entitlement_key from grants
      where import_id = ${importOfGrants(sql)}
        and identity_key = any(array(select key from identities where id = any(${ids}::text[])))))
    union
    select given.entitlement_key from accounts account
    cross join lateral (
      select reached.entitlement_key from grants held
      join ${accessGiven(sql)} reached on reached.holder_key = held.entitlement_key
      where held.import_id = ${importOfGrants(sql)} and held.identity_key = account.identity_key
      offset 0
    ) given
    join entitlements own on own.key = given.entitlement_key and own.application_key = account.application_key
    where account.id = any(${ids}::text[]))`
}

function oneOf(sql: TenantSql, column: string, values: readonly string[]) {
  return values.length === 0 ? sql`` : sql`and ${sql(column)} = any(${[...values]}::text[])`
}

function noneOf(sql: TenantSql, column: string, values: readonly string[]) {
  return values.length === 0 ? sql`` : sql`and not (${sql(column)} = any(${[...values]}::text[]))`
}
