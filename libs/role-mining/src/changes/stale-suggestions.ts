import { cohortMembers, type Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { CohortFilter } from '../cohort-filters.ts'

/**
 * Marks decided suggestions as stale when the data have none of the people of their cohort, or none of their entitlements. Their figures
 * stay those of the run that returned them last; default lists leave them out. A suggestion whose people and entitlements are in the data
 * again is no longer stale.
 */
export async function markStale(sql: TenantSql, snapshot: Snapshot): Promise<void> {
  const decided = await sql<{ id: string; filters: CohortFilter[]; keys: number[]; stale: boolean }[]>`
    select id, cohort_filters as filters, stale,
      array(select (one ->> 'key')::integer from jsonb_array_elements(entitlements) one) as keys
    from role_mining_suggestions where state <> 'new'`
  const present = new Set(snapshot.entitlementKey)
  const known = new Set(snapshot.attributes.map(({ key }) => key))
  const changed = decided.flatMap(({ id, filters, keys, stale }) => {
    const isThere =
      keys.some((key) => present.has(key)) &&
      filters.every(({ attribute }) => known.has(attribute)) &&
      cohortMembers(snapshot, filters).length > 0
    return isThere === stale ? [{ id, stale: !isThere }] : []
  })
  for (const stale of [true, false]) {
    const ids = changed.filter((one) => one.stale === stale).map(({ id }) => id)
    if (ids.length > 0) await sql`update role_mining_suggestions set stale = ${stale} where id = any(${ids}::uuid[])`
  }
  // A suggestion that a run returns again exists, whatever it was before.
  await sql`update role_mining_suggestions set stale = false where stale and state = 'new'`
}
