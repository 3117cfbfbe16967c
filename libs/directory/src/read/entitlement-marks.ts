import { onlyRow, type TenantSql } from '@assay/store'

// Facts that policies need about all entitlements of the import in force: lists of keys, since there may be very many.

/** Keys of the privileged entitlements, ascending. */
export async function privilegedEntitlements(sql: TenantSql): Promise<readonly number[]> {
  const [row] = await sql<{ keys: string | null }[]>`
    select string_agg(key::text, ',' order by key) as keys from entitlements where privileged and not deleted`
  return numbers(row?.keys)
}

/** Keys by risk level, as the data spell it; entitlements without a risk level are left out. */
export async function entitlementsByRisk(sql: TenantSql): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await sql<{ level: string; keys: string }[]>`
    select risk_level as level, string_agg(key::text, ',' order by key) as keys from entitlements
    where risk_level <> '' and not deleted group by risk_level order by risk_level collate "C"`
  return new Map(rows.map(({ level, keys }) => [level, numbers(keys)]))
}

/** Keys in the byte order of the customer's ids, then of the ids of their applications. */
export async function entitlementsInIdOrder(sql: TenantSql): Promise<readonly number[]> {
  const [row] = await sql<{ keys: string | null }[]>`
    select string_agg(e.key::text, ',' order by e.id collate "C", a.id collate "C") as keys
    from entitlements e join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
    where not e.deleted`
  return numbers(row?.keys)
}

/** The number of entitlements of the import in force. */
export async function countEntitlements(sql: TenantSql): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from entitlements where not deleted`,
  )
  return count
}

/** Keys of the identities who used each application in the last 90 days, by application key. */
export async function usersOfApplications(
  sql: TenantSql,
  applicationKeys: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  if (applicationKeys.length === 0) return new Map()
  const rows = await sql<{ key: number; users: string }[]>`
    select application_key as key, string_agg(identity_key::text, ',') as users from usage
    where days_used > 0 and application_key = any(${[...applicationKeys]}::integer[]) group by application_key`
  return new Map(rows.map(({ key, users }) => [key, numbers(users)]))
}

function numbers(text: string | null | undefined): readonly number[] {
  return text ? text.split(',').map(Number) : []
}
