import { CohortFinder } from '../cohort-finder.ts'
import type { CohortMiningResult, CohortSuggestion } from '../cohort-result.ts'
import type { Population } from '../cohort-settings.ts'
import type { Snapshot } from '../snapshot.ts'
import { CandidateCounter } from './count-candidate.ts'
import { countWithAll } from './count-with-all.ts'
import { type CandidateCounts, cutCandidate, type LeftOut } from './cut-candidate.ts'
import type { PoliciesInForce } from './policies-in-force.ts'

/** A suggestion after policies were applied. */
export interface CutSuggestion extends CohortSuggestion {
  readonly leftOut: readonly LeftOut[]
}

/** A suggestion of which policies left too little. */
export interface RefusedSuggestion {
  readonly filters: CohortSuggestion['filters']
  readonly cohortSize: number
  readonly leftOut: readonly LeftOut[]
  /** The position of the policy that decided: the one on size, or the last one that removed an entitlement. */
  readonly policy: number
}

/** The result of applying policies to the suggestions of an analysis. */
export interface SuggestionsCut {
  readonly suggestions: readonly CutSuggestion[]
  readonly refused: readonly RefusedSuggestion[]
  /** The number of suggestions beyond `maxSuggestions`, which were not cut. */
  readonly beyond: number
}

/**
 * Applies the policies to the suggestions of an analysis, in their order, until `maxSuggestions` are accepted. The figures are computed
 * again for the remaining entitlements, from all present access. The order stays that of the analysis.
 */
export function cutSuggestions(
  snapshot: Snapshot,
  { suggestions, settings }: Pick<CohortMiningResult, 'suggestions' | 'settings'>,
  policies: PoliciesInForce,
  maxSuggestions: number,
): SuggestionsCut {
  const made = new Map<Population, CohortFinder>()
  const finderOf = (population: Population) => {
    const finder = made.get(population) ?? new CohortFinder(snapshot, population)
    made.set(population, finder)
    return finder
  }
  const counter = new CandidateCounter(snapshot, policies)
  const cut: CutSuggestion[] = []
  const refused: RefusedSuggestion[] = []
  let looked = 0
  for (const suggestion of suggestions) {
    if (cut.length === maxSuggestions) break
    looked++
    const { population, filters, cohortSize } = suggestion
    const members = () => finderOf(population).membersOf(filters)
    const counts = countsOf(suggestion, settings.minCoverage, policies, counter, members)
    const { kept, leftOut, refusedBy } = cutCandidate(counts, policies)
    const isTooSmall = kept.length < settings.minEntitlements
    if (refusedBy !== undefined || isTooSmall) {
      // No suggestion was too small before the policies: the miner has the same limit.
      const policy = refusedBy ?? (leftOut.at(-1) as LeftOut).policy
      refused.push({ filters, cohortSize, leftOut, policy })
    } else cut.push(leftOut.length === 0 ? { ...suggestion, leftOut } : narrowed(suggestion, kept, leftOut))
  }
  return { suggestions: withCounts(snapshot, finderOf, cut), refused, beyond: suggestions.length - looked }
}

function countsOf(
  { entitlements, cohortSize }: CohortSuggestion,
  leastCoverage: number,
  policies: PoliciesInForce,
  counter: CandidateCounter,
  members: () => Uint32Array,
): CandidateCounts {
  const ordinals = Uint32Array.from(entitlements, ({ entitlement }) => entitlement)
  if (policies.unused !== undefined) return counter.count(members(), ordinals, leastCoverage)
  const held = Uint32Array.from(entitlements, ({ grantedCount }) => grantedCount)
  return { memberCount: cohortSize, entitlements: ordinals, held, counted: held, leastCoverage }
}

/** The holders of all remaining entitlements are counted later, for all suggestions in one pass. */
function narrowed(suggestion: CohortSuggestion, kept: readonly number[], leftOut: readonly LeftOut[]): CutSuggestion {
  const entitlements = kept.map((at) => suggestion.entitlements[at]!)
  const mean = (read: (e: (typeof entitlements)[number]) => number) =>
    entitlements.reduce((sum, one) => sum + read(one), 0) / entitlements.length
  return {
    ...suggestion,
    entitlements,
    leftOut,
    avgCoverage: mean(({ coverage }) => coverage),
    confidence: mean(
      ({ coverage, coverageLowerBound, baseRate }) =>
        (coverageLowerBound * Math.max(0, coverage - baseRate)) / coverage,
    ),
    explainedGrants: entitlements.reduce((sum, { explainedCount }) => sum + explainedCount, 0),
  }
}

function withCounts(
  snapshot: Snapshot,
  finderOf: (population: Population) => CohortFinder,
  suggestions: readonly CutSuggestion[],
): CutSuggestion[] {
  const counted = suggestions.map((suggestion) => {
    if (suggestion.leftOut.length === 0) return suggestion
    const { population, filters, entitlements } = suggestion
    return { population, entitlements, members: finderOf(population).membersOf(filters) }
  })
  const counts = countWithAll(
    snapshot,
    counted.map((one) => ('members' in one ? one : undefined)),
  )
  return suggestions.map((suggestion, at) => ({ ...suggestion, ...counts[at] }))
}
