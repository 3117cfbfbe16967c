import type { Snapshot } from '@assay/mining'
import type { CohortFilter } from './cohort-filters.ts'

/** A suggestion has few filters, so 256 suggestions take some 100 kB. */
const mostKnown = 256

/** Garbage collected with their snapshots; the suggestions of a snapshot are in the order of their last use. */
const known = new WeakMap<Snapshot, Map<string, readonly CohortFilter[]>>()

/** Remembers the filters of a suggestion whose cohort was requested. */
export function rememberCohort(snapshot: Snapshot, suggestionId: string, filters: readonly CohortFilter[]): void {
  const cohorts = known.get(snapshot) ?? new Map<string, readonly CohortFilter[]>()
  known.set(snapshot, cohorts)
  cohorts.delete(suggestionId)
  cohorts.set(suggestionId, filters)
  for (const oldest of cohorts.keys()) {
    if (cohorts.size <= mostKnown) break
    cohorts.delete(oldest)
  }
}

/** The filters of a suggestion as they were last read while the snapshot was in force. They may have changed since. */
export function knownCohort(snapshot: Snapshot, suggestionId: string): readonly CohortFilter[] | undefined {
  const cohorts = known.get(snapshot)
  const filters = cohorts?.get(suggestionId)
  if (cohorts === undefined || filters === undefined) return undefined
  cohorts.delete(suggestionId)
  cohorts.set(suggestionId, filters)
  return filters
}
