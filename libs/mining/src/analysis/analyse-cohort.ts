import type { Snapshot } from '../snapshot.ts'
import { clustersOf, type EntitlementCluster } from './clusters.ts'
import { coverageOf } from './coverage.ts'
import { type CutoffPoint, cutoffPoints } from './cutoff-points.ts'
import { type Facet, facetsOf } from './facets.ts'

interface CohortAnalysisOptions {
  /** Ordinals of the applications whose entitlements are analysed; undefined means all. Shares still refer to the whole cohort. */
  readonly applications?: readonly number[] | undefined
  /** The largest number of values of a facet. If there are more, the facet only says so. */
  readonly maxFacetValues: number
}

/** The entitlements and attributes of a cohort. */
export interface CohortAnalysis {
  readonly cohortSize: number
  /** The number of applications in which members hold an analysed entitlement. */
  readonly applicationCount: number
  /** Every entitlement that a member holds, the most held first, then by ordinal. */
  readonly entitlements: readonly { readonly entitlement: number; readonly grantedCount: number }[]
  readonly clusters: readonly EntitlementCluster[]
  readonly facets: readonly Facet[]
  /** The highest coverage first. */
  readonly cutoffPoints: readonly CutoffPoint[]
}

/** Analyses one cohort, passed as the ordinals of its members. All counts are exact; there is no sampling. */
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

/** Per entitlement 1 when its application is among the requested ones; undefined when no applications were requested. */
export function consideredEntitlements(
  snapshot: Snapshot,
  applications: readonly number[] | undefined,
): Uint8Array | undefined {
  if (applications === undefined) return undefined
  const wanted = new Set(applications)
  return Uint8Array.from(snapshot.entitlementApplication, (application) => (wanted.has(application) ? 1 : 0))
}
