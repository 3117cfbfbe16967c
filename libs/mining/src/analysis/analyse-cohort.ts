import type { Snapshot } from '../snapshot.ts'
import { clustersOf, type EntitlementCluster } from './clusters.ts'
import { coverageOf } from './coverage.ts'
import { type CutoffPoint, cutoffPoints } from './cutoff-points.ts'
import { type Facet, facetsOf } from './facets.ts'

interface CohortAnalysisOptions {
  /** Ordinals of the applications whose entitlements are looked at; undefined means all. Shares stay those of the cohort. */
  readonly applications?: readonly number[] | undefined
  /** Most values of a facet; the others are only said to be there. */
  readonly maxFacetValues: number
}

/** What a given cohort holds. */
export interface CohortAnalysis {
  readonly cohortSize: number
  /** Applications in which members hold something that was looked at. */
  readonly applicationCount: number
  /** Every entitlement that a member holds, the most held first, then by ordinal. */
  readonly entitlements: readonly { readonly entitlement: number; readonly grantedCount: number }[]
  readonly clusters: readonly EntitlementCluster[]
  readonly facets: readonly Facet[]
  /** The highest coverage first. */
  readonly cutoffPoints: readonly CutoffPoint[]
}

/** Counts everything about one cohort, given by the ordinals of its members; exact, no sampling. */
export function analyseCohort(
  snapshot: Snapshot,
  members: Uint32Array,
  options: CohortAnalysisOptions,
): CohortAnalysis {
  const coverage = coverageOf(snapshot, members, consideredEntitlements(snapshot, options.applications))
  const applications = new Set<number>()
  for (const entitlement of coverage.entitlement) applications.add(snapshot.entitlementApplication[entitlement]!)
  return {
    cohortSize: members.length,
    applicationCount: applications.size,
    entitlements: Array.from(coverage.entitlement, (entitlement, rank) => ({
      entitlement,
      grantedCount: coverage.count[rank]!,
    })),
    clusters: clustersOf(snapshot, members, coverage),
    facets: facetsOf(snapshot, members, coverage, { maxValues: options.maxFacetValues }),
    cutoffPoints: cutoffPoints(snapshot, members, coverage),
  }
}

/** Per entitlement 1 when its application is among those named; undefined when none was named. */
export function consideredEntitlements(
  snapshot: Snapshot,
  applications: readonly number[] | undefined,
): Uint8Array | undefined {
  if (applications === undefined) return undefined
  const wanted = new Set(applications)
  return Uint8Array.from(snapshot.entitlementApplication, (application) => (wanted.has(application) ? 1 : 0))
}
