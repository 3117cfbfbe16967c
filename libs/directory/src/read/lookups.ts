import type { TenantSql } from '@assay/store'

/** An entitlement with the names of its application. */
export interface EntitlementDetails {
  readonly key: number
  readonly id: string
  readonly displayName: string
  readonly applicationId: string
  readonly applicationDisplayName: string
  readonly resourceType: string
  readonly resource: string
  readonly riskLevel: string
}

/** By key, with entitlements that a later import deleted. Unknown keys are left out. */
export async function entitlementsByKey(
  sql: TenantSql,
  keys: readonly number[],
): Promise<ReadonlyMap<number, EntitlementDetails>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<EntitlementDetails[]>`
    select e.key, e.id, e.display_name as "displayName", a.id as "applicationId",
      a.display_name as "applicationDisplayName", e.resource_type as "resourceType", e.resource,
      e.risk_level as "riskLevel"
    from entitlements e join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
    where e.key = any(${[...keys]}::integer[])`
  return new Map(rows.map((row) => [row.key, row]))
}

/** Display names of identities, such as managers, by the customer's ids. Unknown ids are left out. */
export async function identityNamesById(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ id: string; display_name: string }[]>`
    select id, display_name from identities where id = any(${[...ids]}::text[])`
  return new Map(rows.map((row) => [row.id, row.display_name]))
}

/** Ids and display names of identities by key, with deleted identities. Unknown keys are left out. */
export async function identityNamesByKey(
  sql: TenantSql,
  keys: readonly number[],
): Promise<ReadonlyMap<number, { readonly id: string; readonly displayName: string }>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<{ key: number; id: string; displayName: string }[]>`
    select key, id, display_name as "displayName" from identities where key = any(${[...keys]}::integer[])`
  return new Map(rows.map(({ key, id, displayName }) => [key, { id, displayName }]))
}

/** Attributes that every organisation has, by the keys of the C1 contract and in its order. */
export const builtInAttributes: readonly string[] = [
  'department',
  'job_title',
  'manager',
  'employment_type',
  'employment_status',
  'directory_status',
]

/** The attributes that can describe a cohort: those of the import in force, or the built-in ones before the first import. */
export async function knownAttributes(sql: TenantSql): Promise<readonly string[]> {
  const [snapshot] = await sql<{ attribute_keys: string[] }[]>`select attribute_keys from snapshots`
  return snapshot?.attribute_keys ?? builtInAttributes
}

/** The attributes of the import in force that are lists. */
export async function listAttributes(sql: TenantSql): Promise<ReadonlySet<string>> {
  const [snapshot] = await sql<{ list_keys: string[] }[]>`select list_keys from snapshots`
  return new Set(snapshot?.list_keys)
}
