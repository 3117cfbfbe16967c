import { suggestionId } from './cohort-filters.ts'
import type { Finding } from './suggestions.ts'

/** A finding about one department, for tests. */
export function findingOf(tenantId: number, department: string, facts: Partial<Finding> = {}): Finding {
  const cohortFilters = [{ attribute: 'department', values: [department] }]
  return {
    id: suggestionId(tenantId, cohortFilters),
    suggestedName: `${department}: access`,
    description: '',
    cohortFilters,
    cohortSize: 10,
    entitlements: [{ key: 1, grantedCount: 9, coverage: 0.9 }],
    usersWithAll: 9,
    avgCoverage: 0.9,
    confidence: 0.5,
    insights: [],
    profileMatches: [],
    leftOut: [],
    ...facts,
  }
}
