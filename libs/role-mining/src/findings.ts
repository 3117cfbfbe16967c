import { type EntitlementDetails, entitlementsByKey, identityNamesById } from '@assay/directory'
import type { CohortMiningResult, CohortSuggestion, Snapshot } from '@assay/mining'
import { matchProfiles, type ProfileEntitlementSet } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { suggestionId } from './cohort-filters.ts'
import type { Finding } from './suggestions.ts'
import { type SuggestionFacts, suggestedName, suggestionDescription, suggestionInsights } from './wording.ts'

/** What the directory and the profiles know about the things that a run found. */
interface Background {
  readonly snapshot: Snapshot
  readonly entitlements: ReadonlyMap<number, EntitlementDetails>
  readonly managerNames: ReadonlyMap<string, string>
  readonly profiles: readonly ProfileEntitlementSet[]
}

/** What a run found, in the words and keys of the directory instead of ordinals. */
export async function findingsOf(
  sql: TenantSql,
  tenantId: number,
  snapshot: Snapshot,
  { suggestions }: CohortMiningResult,
  profiles: readonly ProfileEntitlementSet[],
): Promise<Finding[]> {
  const keys = suggestions.flatMap(({ entitlements }) => keysOf(snapshot, entitlements))
  const managers = suggestions.flatMap(({ filters }) =>
    filters.filter(({ attribute }) => attribute === 'manager').flatMap(({ values }) => values),
  )
  const background = {
    snapshot,
    profiles,
    entitlements: await entitlementsByKey(sql, [...new Set(keys)]),
    managerNames: await identityNamesById(sql, [...new Set(managers)]),
  }
  return suggestions.map((suggestion) => toFinding(tenantId, suggestion, background))
}

function toFinding(tenantId: number, suggestion: CohortSuggestion, background: Background): Finding {
  const { filters, cohortSize, usersWithAll, avgCoverage, confidence } = suggestion
  const keys = keysOf(background.snapshot, suggestion.entitlements)
  const profileMatches = matchProfiles(background.profiles, keys)
  const facts: SuggestionFacts = {
    filters,
    cohortSize,
    outsideSize: suggestion.outsideSize,
    usersWithAll,
    avgCoverage,
    avgBaseRate: suggestion.entitlements.reduce((sum, one) => sum + one.baseRate, 0) / suggestion.entitlements.length,
    explainedGrants: suggestion.explainedGrants,
    applications: applicationsOf(keys, background.entitlements),
    entitlementCount: keys.length,
    profileMatches,
    valueName: (attribute, value) => (attribute === 'manager' ? (background.managerNames.get(value) ?? value) : value),
  }
  return {
    id: suggestionId(tenantId, filters),
    suggestedName: suggestedName(facts),
    description: suggestionDescription(facts),
    cohortFilters: filters,
    cohortSize,
    entitlements: suggestion.entitlements.map(({ grantedCount, coverage }, index) => ({
      key: keys[index] as number,
      grantedCount,
      coverage,
    })),
    usersWithAll,
    avgCoverage,
    confidence,
    insights: suggestionInsights(facts),
    profileMatches,
  }
}

function keysOf(snapshot: Snapshot, entitlements: CohortSuggestion['entitlements']): number[] {
  return entitlements.map(({ entitlement }) => snapshot.entitlementKey[entitlement] as number)
}

function applicationsOf(keys: readonly number[], entitlements: ReadonlyMap<number, EntitlementDetails>) {
  const counts = new Map<string, number>()
  for (const key of keys) {
    const name = entitlements.get(key)?.applicationDisplayName ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts]
    .map(([displayName, entitlementCount]) => ({ displayName, entitlementCount }))
    .sort((a, b) => b.entitlementCount - a.entitlementCount || (a.displayName < b.displayName ? -1 : 1))
}
