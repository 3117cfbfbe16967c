import type { ResolvedCandidate } from './candidate.ts'
import { shared, without } from './ordinal-sets.ts'

export type ComparedSide = 'both' | 'first_only' | 'second_only'

/** The numbers of each side. */
export interface ComparedCounts {
  readonly both: number
  readonly firstOnly: number
  readonly secondOnly: number
  /** The number of those in both divided by the number of those in either, 0 to 1; 1 when both are empty. */
  readonly similarity: number
}

interface Comparison {
  readonly identities: ComparedCounts
  readonly entitlements: ComparedCounts
  /** Pairs of identity and entitlement. */
  readonly cells: ComparedCounts
}

/** The comparison of two candidates on one snapshot. */
export function compareCandidates(first: ResolvedCandidate, second: ResolvedCandidate): Comparison {
  const people = shared(first.members, second.members).length
  const given = shared(first.entitlements, second.entitlements).length
  const cellsOf = ({ members, entitlements }: ResolvedCandidate) => members.length * entitlements.length
  return {
    identities: countsOf(people, first.members.length, second.members.length),
    entitlements: countsOf(given, first.entitlements.length, second.entitlements.length),
    cells: countsOf(people * given, cellsOf(first), cellsOf(second)),
  }
}

function countsOf(both: number, first: number, second: number): ComparedCounts {
  const either = first + second - both
  return { both, firstOnly: first - both, secondOnly: second - both, similarity: either === 0 ? 1 : both / either }
}

/** The ordinals of one side; both lists are ascending. */
export function sideOf(first: Uint32Array, second: Uint32Array, side: ComparedSide): Uint32Array {
  if (side === 'both') return shared(first, second)
  return side === 'first_only' ? without(first, second) : without(second, first)
}
