import { foldedValue } from '../attribute-values.ts'
import type { CohortMiningSettings } from '../cohort-settings.ts'
import type { CountedCombination } from '../counted-combination.ts'
import { inSteps } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import type { RejectionReason } from '../rejections.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Savings } from './savings.ts'

/** A cohort that may become a suggestion. */
export interface Candidate {
  readonly counted: CountedCombination
  readonly group: number
  /** The factor of the hints for its worth, at least 1. */
  readonly weight: number
  /** Breaks ties: the position of the combination among all, the simplest first. */
  readonly order: number
  /** The weighted net gain when it was last computed. It decreases as more grants are explained, and grows when cells come back. */
  worth: number
  /** Cells that a broader or better cohort has. It is empty until the candidate is about to be chosen. */
  readonly givenBroader: Set<number>
  /** The candidate failed the person test. It does not explain entitlements for other candidates either. */
  isChance: boolean
  /**
   * The rule under which the candidate was counted as rejected. It stays only to find out whether another `minEntitlements` would accept
   * it, or because cells may come back.
   */
  turnedDownFor: RejectionReason | undefined
  /** The entitlements of its suggestion; empty until it is chosen. */
  tells: ReadonlySet<number>
}

const noEntitlements: ReadonlySet<number> = new Set()

/** A candidate for each counted cohort with entitlements, with its worth while no grant is explained. */
export function candidatesOf(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
  savings: Savings,
): Candidate[] {
  const found: Candidate[] = []
  const simplestFirst = counted.toSorted((a, b) => a.combination.length - b.combination.length)
  for (const [order, combination] of simplestFirst.entries()) {
    const { groups, cellOffset, cellEntitlement, cellCount } = combination
    const weightOf = hintWeights(snapshot, graph, settings, combination)
    const price = savings.ofCohort(combination)
    for (let group = 0; group < groups.count; group++) {
      if (cellOffset[group] === cellOffset[group + 1]) continue
      const size = groups.offset[group + 1]! - groups.offset[group]!
      let gain = -price
      for (let cell = cellOffset[group]!; cell < cellOffset[group + 1]!; cell++) {
        gain += Math.max(0, savings.ofCell(cellEntitlement[cell]!, cellCount[cell]!, cellCount[cell]!, size))
      }
      const weight = weightOf(groups.members[groups.offset[group]!]!)
      found.push({
        counted: combination,
        group,
        weight,
        order,
        worth: inSteps(gain * weight),
        givenBroader: new Set(),
        isChance: false,
        turnedDownFor: undefined,
        tells: noEntitlements,
      })
    }
  }
  return found
}

/** The weight of each cohort by the hints about its attributes: the highest priority that applies. */
export function hintWeights(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  { combination }: Pick<CountedCombination, 'combination'>,
): (member: number) => number {
  const wishes = combination.flatMap((position) => {
    const attribute = graph.attributes[position]!
    return settings.hints
      .filter((hint) => hint.attribute.trim() === attribute.key)
      .map((hint) => {
        const wanted = new Set(hint.values.map(foldedValue))
        const favoured = Uint8Array.from({ length: attribute.valueCount }, (_, value) => {
          if (wanted.size === 0) return 1
          const raw = attribute.spelling[attribute.spellingOffset[value]!]!
          return wanted.has(foldedValue(snapshot.attributes[attribute.index]!.values[raw]!)) ? 1 : 0
        })
        return { column: attribute.column, favoured, weight: 1 + hint.priority / 100 }
      })
  })
  return (member) => {
    let weight = 1
    for (const wish of wishes) {
      if (wish.favoured[wish.column[member]!] === 1 && wish.weight > weight) weight = wish.weight
    }
    return weight
  }
}
