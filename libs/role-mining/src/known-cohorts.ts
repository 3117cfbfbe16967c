import type { Snapshot } from '@assay/mining'
import type { CohortFilter } from './cohort-filters.ts'

/** The filters of a requested cohort, as they were read and checked on a snapshot. */
interface KnownCohort {
  /** Those of the suggestion. */
  readonly suggested: readonly CohortFilter[]
  /** Those of the request, in stored form. */
  readonly narrower: readonly CohortFilter[]
}

interface Request {
  readonly filters: readonly CohortFilter[]
  readonly accessScope?: unknown
}

/** 256 requests take about 1 MB, since a suggestion has few filters. */
const mostKnown = 256
const longestKey = 500

/** Garbage collected with their snapshots; the cohorts of a snapshot are in the order of their last use. */
const known = new WeakMap<Snapshot, Map<string, KnownCohort>>()

/** Remembers the cohort of a request, unless the request names an access scope or has long filters. */
export function rememberCohort(snapshot: Snapshot, suggestionId: string, within: Request, cohort: KnownCohort): void {
  const key = keyOf(suggestionId, within)
  if (key === undefined) return
  const cohorts = known.get(snapshot) ?? new Map<string, KnownCohort>()
  known.set(snapshot, cohorts)
  cohorts.delete(key)
  cohorts.set(key, cohort)
  for (const oldest of cohorts.keys()) {
    if (cohorts.size <= mostKnown) break
    cohorts.delete(oldest)
  }
}

/** The cohort of a request as it was last read on the snapshot. The suggestion may have changed since. */
export function knownCohort(snapshot: Snapshot, suggestionId: string, within: Request): KnownCohort | undefined {
  const cohorts = known.get(snapshot)
  const key = cohorts && keyOf(suggestionId, within)
  const cohort = key === undefined ? undefined : cohorts?.get(key)
  if (key === undefined || cohort === undefined) return undefined
  cohorts?.delete(key)
  cohorts?.set(key, cohort)
  return cohort
}

function keyOf(suggestionId: string, { filters, accessScope }: Request): string | undefined {
  if (accessScope !== undefined) return undefined
  const key = JSON.stringify([suggestionId, filters])
  return key.length <= longestKey ? key : undefined
}
