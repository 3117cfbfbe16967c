import type { CohortMiningSettings, Snapshot } from '@assay/mining'
import { type ProfileEntitlementSet, profileEntitlementSets } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { getMiningSettings } from './mining-settings.ts'

/** The settings of the next analysis of a snapshot. */
export async function analysisSettings(
  sql: TenantSql,
  snapshot: Snapshot,
  profiles?: readonly ProfileEntitlementSet[],
): Promise<Partial<CohortMiningSettings>> {
  const { settings } = await getMiningSettings(sql)
  return {
    ...settings,
    commonEntitlements: confirmedCommonAccess(snapshot, profiles ?? (await profileEntitlementSets(sql))),
    // The suggestions of the contract are about people; a rule made from the same filters would never select a machine.
    populations: ['people'],
  }
}

/** Ordinals of the entitlements that people confirmed as common access: they are in an access profile that is marked as common access. */
function confirmedCommonAccess(snapshot: Snapshot, profiles: readonly ProfileEntitlementSet[]): number[] {
  const keys = new Set(
    profiles.filter(({ commonAccess }) => commonAccess).flatMap(({ entitlementKeys }) => entitlementKeys),
  )
  return [...snapshot.entitlementKey.keys()].filter((ordinal) => keys.has(snapshot.entitlementKey[ordinal] as number))
}
