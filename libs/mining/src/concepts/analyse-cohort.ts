import type { Snapshot } from '../snapshot.ts'
import { type BitSet, bitSetOf, fullBitSet, membersOfBits } from './bit-sets.ts'
import { type CohortColumns, cohortColumns } from './cohort-columns.ts'
import { type CohortFacet, cohortFacets } from './cohort-facets.ts'
import { type EntitlementCluster, entitlementClusters } from './entitlement-clusters.ts'
import { ordinals } from './role-settings.ts'

export interface EntitlementCoverage {
  readonly entitlement: number
  readonly grantedCount: number
  /** `grantedCount` / members. */
  readonly coverage: number
}

/** What one inclusive cutoff of the coverage gives. */
export interface CutoffPoint {
  /** The distinct coverage: this many of the members. */
  readonly grantedCount: number
  readonly coverage: number
  /** Entitlements at or above it. */
  readonly entitlementCount: number
  /** Members that hold every one of them; exact. */
  readonly usersWithAllEntitlements: number
}

export interface CohortAnalysis {
  /** Identity ordinals, ascending. */
  readonly members: Uint32Array
  /** Every entitlement that a member holds, most held first, then by ordinal. */
  readonly entitlements: readonly EntitlementCoverage[]
  readonly clusters: readonly EntitlementCluster[]
  /** Most sharpening attribute first. */
  readonly facets: readonly CohortFacet[]
  /** One for each distinct coverage, highest first. */
  readonly cutoffs: readonly CutoffPoint[]
  /** Members that hold all of a selection, ascending identity ordinals; of an empty selection all members. */
  holdersOfAll(selection: ArrayLike<number>): Uint32Array
}

/**
 * Everything about one population: exact coverage of every entitlement, what is held together, which attributes would
 * sharpen it, and what each cutoff would give. Nothing is sampled. Throws `bad_settings` for a wrong ordinal.
 */
export function analyseCohort(snapshot: Snapshot, population: ArrayLike<number>): CohortAnalysis {
  ordinals('population', population, snapshot.identityCount)
  const members = Uint32Array.from(new Set(Array.from(population))).sort()
  const columns = cohortColumns(snapshot, members)
  const { entitlements, offset } = columns
  const bitsOf = bitSetsByEntitlement(columns)
  return {
    members,
    entitlements: Array.from(entitlements, (entitlement, i) => {
      const grantedCount = offset[i + 1] - offset[i]
      return { entitlement, grantedCount, coverage: grantedCount / members.length }
    }),
    clusters: entitlementClusters(columns),
    facets: cohortFacets(snapshot, columns),
    cutoffs: cutoffPoints(columns),
    holdersOfAll(selection) {
      ordinals('selection', selection, snapshot.entitlementCount)
      const inAll = fullBitSet(members.length)
      for (let i = 0; i < selection.length; i++) {
        const bits = bitsOf(selection[i])
        for (let w = 0; w < inAll.length; w++) inAll[w] &= bits[w]
      }
      return membersOfBits(inAll).map((m) => members[m])
    },
  }
}

/** Bit sets of holders, made when first asked for. */
function bitSetsByEntitlement({
  members,
  entitlements,
  offset,
  holder,
}: CohortColumns): (entitlement: number) => BitSet {
  let rank: Map<number, number> | undefined
  const made = new Map<number, BitSet>()
  return (entitlement) => {
    rank ??= new Map(Array.from(entitlements, (e, i) => [e, i]))
    let bits = made.get(entitlement)
    if (bits === undefined) {
      const i = rank.get(entitlement)
      bits = bitSetOf(holder, i === undefined ? 0 : offset[i], i === undefined ? 0 : offset[i + 1], members.length)
      made.set(entitlement, bits)
    }
    return bits
  }
}

/**
 * Entitlements stand most held first, so a cutoff takes the first so many, and a member holds them all as long as it holds
 * each up to there. One pass over the columns: a member drops out at the first entitlement it lacks.
 */
function cutoffPoints({ members, entitlements, offset, holder }: CohortColumns): CutoffPoint[] {
  const reached = new Uint32Array(members.length)
  let alive = members.length
  const points: CutoffPoint[] = []
  for (let i = 0; i < entitlements.length; i++) {
    const grantedCount = offset[i + 1] - offset[i]
    if (alive > 0) {
      alive = 0
      for (let at = offset[i]; at < offset[i + 1]; at++) {
        if (reached[holder[at]] === i) {
          reached[holder[at]] = i + 1
          alive++
        }
      }
    }
    if (i + 1 < entitlements.length && offset[i + 2] - offset[i + 1] === grantedCount) continue
    points.push({
      grantedCount,
      coverage: grantedCount / members.length,
      entitlementCount: i + 1,
      usersWithAllEntitlements: alive,
    })
  }
  return points
}
