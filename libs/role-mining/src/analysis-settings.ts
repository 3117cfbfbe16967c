import type { CohortMiningSettings, Snapshot } from '@assay/mining'
import { type ProfileEntitlementSet, profileEntitlementSets } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { getMiningSettings } from './mining-settings.ts'

/** What the next analysis of a snapshot is made with. */
export async function analysisSettings(
  sql: TenantSql,
  snapshot: Snapshot,
  profiles?: readonly ProfileEntitlementSet[],
): Promise<Partial<CohortMiningSettings>> {
  const { settings } = await getMiningSettings(sql)
  return {
    ...settings,
    commonEntitlements: confirmedCommonAccess(snapshot, profiles ?? (await profileEntitlementSets(sql))),
    // The contract's suggestions are about people; a rule made from the same filters would never select a machine.
    populations: ['people'],
  }
}

/** Ordinals of what people have confirmed as common access, by putting it into a profile that says so. */
function confirmedCommonAccess(snapshot: Snapshot, profiles: readonly ProfileEntitlementSet[]): number[] {
  const keys = new Set(
    profiles.filter(({ commonAccess }) => commonAccess).flatMap(({ entitlementKeys }) => entitlementKeys),
  )
  return [...snapshot.entitlementKey.keys()].filter((ordinal) => keys.has(snapshot.entitlementKey[ordinal] as number))
}
