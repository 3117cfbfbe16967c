import type { TenantSql } from '@assay/store'
import type { BreakerSettings } from './circuit-breaker.ts'

/** The settings of the circuit breaker by ids of profiles; a profile with the default settings may be absent. */
export async function breakerSettingsOf(
  sql: TenantSql,
  profileIds: readonly string[],
): Promise<ReadonlyMap<string, BreakerSettings>> {
  const rows = await sql<(BreakerSettings & { readonly id: string })[]>`
    select profile_id as id, breaker_disabled as disabled, breaker_watches_small as "watchesSmall",
      breaker_removed_percent as "mostRemovedPercentage"
    from access_profile_automations where profile_id = any(${[...profileIds]}::uuid[])`
  return new Map(rows.map(({ id, ...settings }) => [id, settings]))
}
