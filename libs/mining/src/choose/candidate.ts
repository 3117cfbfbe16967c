import { foldedValue } from '../attribute-values.ts'
import type { CohortMiningSettings } from '../cohort-settings.ts'
import type { CountedCombination } from '../counted-combination.ts'
import { inSteps } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Savings } from './savings.ts'

/** A cohort that may become a suggestion. */
export interface Candidate {
  readonly counted: CountedCombination
  readonly group: number
  /** 1 and more: what the hints make of its worth. */
  readonly weight: number
  /** Breaks ties: the position of the combination among all, simplest first. */
  readonly order: number
  /** Weighted net gain when it was last computed; it only falls as more grants are explained. */
  worth: number
  /** Cells that a broader cohort gives; none until it was about to be chosen. */
  readonly givenBroader: Set<number>
  /** It failed the person test when its turn came, and tells nothing for others either. */
  isChance: boolean
  /** Counted as rejected; it stays only to learn what another `minEntitlements` would make of it. */
  isTurnedDown: boolean
  /** The entitlements of its suggestion; none before it is chosen. */
  tells: ReadonlySet<number>
}

const noEntitlements: ReadonlySet<number> = new Set()

/** Each counted cohort that holds something, at the worth that it has while nothing is explained. */
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
        isTurnedDown: false,
        tells: noEntitlements,
      })
    }
  }
  return found
}

/** The worth of a cohort's story by the hints about its attributes: the highest priority that applies counts. */
function hintWeights(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  { combination }: CountedCombination,
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
