import { itemAt } from '@assay/errors'
import { type CohortMiningResult, type Snapshot, suggestionWords } from '@assay/mining'
import type { StoredLeftOut } from '@assay/policies'
import { matchProfiles, type ProfileEntitlementSet } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { suggestionId } from './cohort-filters.ts'
import { managersOf, namesFor } from './snapshot-names.ts'
import type { Finding, ProfileOverlap } from './suggestions.ts'

/**
 * The results of a run, with keys and names of the directory instead of ordinals.
 * @param leftOut for each suggestion, the entitlements that policies removed from it
 */
export async function findingsOf(
  sql: TenantSql,
  tenantId: number,
  snapshot: Snapshot,
  { suggestions }: CohortMiningResult,
  profiles: readonly ProfileEntitlementSet[],
  leftOut: readonly (readonly StoredLeftOut[])[],
): Promise<Finding[]> {
  const ordinals = new Set(suggestions.flatMap(({ entitlements }) => entitlements.map((one) => one.entitlement)))
  const managers = suggestions.flatMap(({ filters }) => managersOf(filters))
  const names = await namesFor(sql, snapshot, ordinals, managers)
  return suggestions.map((suggestion, place) => {
    const keys = suggestion.entitlements.map(({ entitlement }) => itemAt(snapshot.entitlementKey, entitlement))
    const words = suggestionWords(snapshot, suggestion, names)
    const profileMatches = matchProfiles(profiles, keys)
    const [nearest] = profileMatches
    return {
      id: suggestionId(tenantId, suggestion.filters),
      suggestedName: words.name,
      description: words.description,
      cohortFilters: suggestion.filters,
      cohortSize: suggestion.cohortSize,
      entitlements: suggestion.entitlements.map(({ grantedCount, coverage }, index) => ({
        key: itemAt(keys, index),
        grantedCount,
        coverage,
      })),
      usersWithAll: suggestion.usersWithAll,
      avgCoverage: suggestion.avgCoverage,
      confidence: suggestion.confidence,
      insights: nearest === undefined ? words.insights : [...words.insights, nearestProfile(nearest, keys.length)],
      profileMatches,
      leftOut: itemAt(leftOut, place),
    }
  })
}

function nearestProfile({ type, displayName, missing }: ProfileOverlap, count: number): string {
  if (type === 'exact') return `Access profile "${displayName}" gives exactly this`
  if (type === 'superset') return `Access profile "${displayName}" gives all of this and more`
  return `Access profile "${displayName}" gives ${count - missing.length} of these ${count}`
}
