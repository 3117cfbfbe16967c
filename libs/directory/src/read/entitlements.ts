import { failedPrecondition, notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { applicationKey } from './applications.ts'
import { beginsWith, type NamePosition, type Page, pageOf } from './listing.ts'

/** Something that an identity can hold in an application. A missing value is ''. */
export interface Entitlement {
  readonly key: number
  readonly id: string
  readonly applicationId: string
  readonly applicationDisplayName: string
  readonly displayName: string
  readonly description: string
  readonly resourceType: string
  readonly resource: string
  readonly attribute: string
  readonly riskLevel: string
  readonly privileged: boolean
  /** Whether a later import deleted it. */
  readonly deleted: boolean
}

/**
 * By name, letter case ignored; deleted entitlements are left out. `query`: beginning of the name.
 * @throws not_found for an unknown application
 */
export async function listEntitlements(
  sql: TenantSql,
  { applicationId, query }: { readonly applicationId?: string | undefined; readonly query?: string | undefined },
  page: Page<NamePosition>,
): Promise<{ entitlements: readonly Entitlement[]; last: NamePosition | undefined }> {
  const { after } = page
  const ofApplication = applicationId ? await applicationKey(sql, applicationId) : undefined
  const rows = await sql<(Entitlement & { nameOrder: string })[]>`
    select ${entitlementColumns(sql)}, e.name_order as "nameOrder" from ${entitlementTables(sql)}
    where not e.deleted
      ${ofApplication === undefined ? sql`` : sql`and e.application_key = ${ofApplication}`}
      ${query ? sql`and ${beginsWith(sql, 'e.name_order', query)}` : sql``}
      ${after ? sql`and (e.name_order, e.key) > (${after[0]}, ${after[1]}::integer)` : sql``}
    order by e.name_order, e.key limit ${page.size + 1}`
  const { rows: shown, last } = pageOf(rows, page.size)
  return { entitlements: shown.map(({ nameOrder: _, ...entitlement }) => entitlement), last }
}

/**
 * It also finds an entitlement that a later import deleted. The application is needed when several have an entitlement with this
 * id.
 * @throws not_found; failed_precondition, which names the applications to choose from
 */
export async function getEntitlement(sql: TenantSql, id: string, applicationId?: string): Promise<Entitlement> {
  const found = await sql<Entitlement[]>`
    select ${entitlementColumns(sql)} from ${entitlementTables(sql)}
    where e.id = ${id} ${applicationId ? sql`and a.id = ${applicationId}` : sql``} order by a.id limit 10`
  const [first] = found
  if (first === undefined) throw notFound('entitlement', applicationId ? `${applicationId}/${id}` : id)
  if (found.length > 1) {
    const names = found.map((one) => `"${one.applicationId}"`).join(', ')
    throw failedPrecondition(`several applications have an entitlement "${id}"; name one of ${names}`)
  }
  return first
}

/** By key, with entitlements that a later import deleted. Unknown keys are left out. */
export async function listedEntitlements(
  sql: TenantSql,
  keys: readonly number[],
): Promise<ReadonlyMap<number, Entitlement>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<Entitlement[]>`
    select ${entitlementColumns(sql)} from ${entitlementTables(sql)} where e.key = any(${[...keys]}::integer[])`
  return new Map(rows.map((row) => [row.key, row]))
}

export function entitlementColumns(sql: TenantSql) {
  return sql`e.key, e.id, a.id as "applicationId", a.display_name as "applicationDisplayName", e.display_name as "displayName", e.description,
    e.resource_type as "resourceType", e.resource, e.attribute, e.risk_level as "riskLevel", e.privileged, e.deleted`
}

export function entitlementTables(sql: TenantSql) {
  return sql`entitlements e join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key`
}
