import { CohortFinder } from '../cohort-finder.ts'
import type { CohortMiningResult, CohortSuggestion } from '../cohort-result.ts'
import type { Population } from '../cohort-settings.ts'
import type { Snapshot } from '../snapshot.ts'
import { CandidateCounter } from './count-candidate.ts'
import { countWithAll } from './count-with-all.ts'
import { type CandidateCounts, cutCandidate, type LeftOut } from './cut-candidate.ts'
import type { PoliciesInForce } from './policies-in-force.ts'

/** A suggestion as policies leave it. */
export interface CutSuggestion extends CohortSuggestion {
  readonly leftOut: readonly LeftOut[]
}

/** A suggestion of which policies left too little. */
export interface RefusedSuggestion {
  readonly filters: CohortSuggestion['filters']
  readonly cohortSize: number
  readonly leftOut: readonly LeftOut[]
  /** Place of the policy that decided: by the size, or the last that left something out. */
  readonly policy: number
}

/** What policies make of the suggestions of an analysis. */
export interface SuggestionsCut {
  readonly suggestions: readonly CutSuggestion[]
  readonly refused: readonly RefusedSuggestion[]
  /** Suggestions beyond `maxSuggestions`, at which nobody looked. */
  readonly beyond: number
}

/**
 * Cuts the suggestions of an analysis, in their order, until `maxSuggestions` stand. Their figures are those of what is left,
 * counted over all present access; the order stays that of what was found.
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
      // What was too small before any policy is not there: the miner has the same limit.
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

/** Who holds all of what is left is counted later, for all suggestions in one pass. */
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
