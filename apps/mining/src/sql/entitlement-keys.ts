import type { TenantSql } from '@assay/store'

/** Names an entitlement by the customer's own ids. */
export interface EntitlementReference {
  readonly applicationId: string
  readonly entitlementId: string
}

/** The key of each reference, in order; undefined where the tenant has no such entitlement. Deleted ones have a key too. */
export async function entitlementKeys(
  sql: TenantSql,
  references: readonly EntitlementReference[],
): Promise<(number | undefined)[]> {
  const places = references.map((reference, place) => ({ ...reference, place }))
  const rows = await sql<{ place: number; key: number }[]>`
    select wanted.place, entitlements.key
    from jsonb_to_recordset(${sql.json(places)}) as wanted (place integer, "applicationId" text, "entitlementId" text)
    join applications on applications.id = wanted."applicationId"
    join entitlements on entitlements.application_key = applications.key and entitlements.id = wanted."entitlementId"`
  const keys: (number | undefined)[] = references.map(() => undefined)
  for (const { place, key } of rows) keys[place] = key
  return keys
}
