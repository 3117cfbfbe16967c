import type { CohortFilter, CohortSuggestion, RejectionCounts, SuggestedEntitlement } from './cohort-result.ts'
import type { CohortMiningSettings } from './cohort-settings.ts'
import type { CountedCombination } from './count-cohorts.ts'
import type { NearestSetting } from './nearest-settings.ts'
import type { PopulationGraph } from './population.ts'
import type { Ordinals } from './shared-arrays.ts'
import type { Snapshot } from './snapshot.ts'
import { ToldGrants } from './told-grants.ts'
import { wilsonLower } from './wilson.ts'

/** A cohort that may become a suggestion. */
interface Candidate {
  readonly counted: CountedCombination
  readonly group: number
  /** 1 and more: what the hints make of its worth. */
  readonly weight: number
  /** Breaks ties: the position of the combination among all, simplest first. */
  readonly order: number
  /** Weighted net gain when it was last computed; it only falls as more grants are explained. */
  worth: number
  /** Counted as rejected; it stays only to learn what another `minEntitlements` would make of it. */
  isTurnedDown: boolean
}

/** What a candidate adds to the suggestions chosen before it. */
interface Addition {
  readonly worth: number
  readonly explained: number
  /** Indexes into the cohort's cells, and how many of their holders are not yet explained. */
  readonly cells: readonly number[]
  readonly newHolders: readonly number[]
}

interface Chosen {
  readonly candidate: Candidate
  readonly addition: Addition
}

/** What was chosen, and what a smaller `minEntitlements` would have let through. */
interface CohortSelection {
  /** In the order of choice, no more than `maxSuggestions`. */
  readonly suggestions: readonly CohortSuggestion[]
  readonly nearestEntitlements: NearestSetting | undefined
}

/** Of an entitlement's holders in a cohort, at least this share must be news, or others tell the story already. */
const leastNewShare = 0.5

/**
 * Chooses cohorts like a greedy set cover: again and again the one whose entitlements explain the most grants that no
 * chosen one explains, less the cost of saying so: 1 for the role, 1 a filter, 1 an entitlement and 1 for each member
 * that lacks one (an exception). Gains only fall, so a queue by old gains suffices and only its first is computed afresh.
 * Ends when nothing is worth its description.
 *
 * A cohort with too few entitlements keeps its place in the queue as long as it can tell the nearest `minEntitlements`.
 * When its turn comes, it would be chosen if it were let through; the first to be let through changes nothing before.
 */
export function selectCohorts(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
  rejected: RejectionCounts,
): CohortSelection {
  const queue = new CandidateQueue(candidatesOf(snapshot, graph, settings, counted))
  const told = new ToldGrants(graph)
  const chosen: Chosen[] = []
  let chosenCount = 0
  let mostEntitlements = 0
  let withMost = 0
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const addition = additionOf(told, top)
    const entitlementCount = addition.cells.length
    const hasTooFew = entitlementCount < settings.minEntitlements
    if ((hasTooFew || addition.worth <= 0) && !top.isTurnedDown) {
      rejected[entitlementCount === 0 ? 'explained_by_better_cohort' : 'too_few_entitlements']++
      top.isTurnedDown = true
    }
    if (addition.worth <= 0 || (hasTooFew && entitlementCount < mostEntitlements)) continue
    top.worth = addition.worth
    const next = queue.peek()
    if (next !== undefined && isBefore(next, top)) {
      queue.push(top)
      continue
    }
    if (hasTooFew) {
      withMost = entitlementCount > mostEntitlements ? 1 : withMost + 1
      mostEntitlements = entitlementCount
      continue
    }
    told.add(top.counted, top.group, addition.cells)
    chosenCount++
    // Worth only falls from choice to choice, so what comes after the cap of all populations together can never return.
    if (chosen.length < settings.maxSuggestions) chosen.push({ candidate: top, addition })
  }
  rejected.beyond_max_suggestions += chosenCount - chosen.length
  const holders = countHolders(graph, chosen)
  return {
    suggestions: chosen.map((choice, i) =>
      suggestionOf(snapshot, graph, choice, holders.inside[i], holders.outside[i]),
    ),
    nearestEntitlements:
      mostEntitlements === 0
        ? undefined
        : { setting: 'minEntitlements', value: mostEntitlements, candidateCount: withMost },
  }
}

function candidatesOf(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
): Candidate[] {
  const found: Candidate[] = []
  const simplestFirst = counted.toSorted((a, b) => a.combination.length - b.combination.length)
  for (const [order, combination] of simplestFirst.entries()) {
    const { groups, cellOffset, cellCount } = combination
    const weightOf = hintWeights(snapshot, graph, settings, combination)
    for (let group = 0; group < groups.count; group++) {
      if (cellOffset[group] === cellOffset[group + 1]) continue
      const size = groups.offset[group + 1] - groups.offset[group]
      let gain = -1 - combination.combination.length
      for (let cell = cellOffset[group]; cell < cellOffset[group + 1]; cell++) {
        gain += Math.max(0, cellGain(cellCount[cell], size, cellCount[cell]))
      }
      const weight = weightOf(groups.members[groups.offset[group]])
      found.push({ counted: combination, group, weight, order, worth: gain * weight, isTurnedDown: false })
    }
  }
  return found
}

/** Newly explained grants, less the entitlement's line and its exceptions. */
function cellGain(newHolders: number, size: number, holders: number): number {
  return newHolders - (size - holders) - 1
}

/** The worth of a cohort's story by the hints about its attributes: the highest priority that applies counts. */
function hintWeights(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  { combination }: CountedCombination,
): (member: number) => number {
  const wishes = combination.flatMap((position) => {
    const attribute = graph.attributes[position]
    return settings.hints
      .filter((hint) => hint.attribute.trim() === attribute.key)
      .map((hint) => {
        const wanted = new Set(hint.values.map((value) => value.trim()))
        const favoured = Uint8Array.from({ length: attribute.valueCount }, (_, value) => {
          if (wanted.size === 0) return 1
          return wanted.has(snapshot.attributes[attribute.index].values[attribute.representative[value]].trim()) ? 1 : 0
        })
        return { column: attribute.column, favoured, weight: 1 + hint.priority / 100 }
      })
  })
  return (member) => {
    let weight = 1
    for (const wish of wishes) {
      if (wish.favoured[wish.column[member]] === 1 && wish.weight > weight) weight = wish.weight
    }
    return weight
  }
}

/** What a candidate would add to the stories told so far. */
function additionOf(told: ToldGrants, { counted, group, weight }: Candidate): Addition {
  const { groups, cellOffset, cellCount } = counted
  const untold = told.untoldHolders(counted, group)
  const first = cellOffset[group]
  const cellTotal = cellOffset[group + 1] - first
  const size = groups.offset[group + 1] - groups.offset[group]
  const cells: number[] = []
  const newHolders: number[] = []
  let gain = -1 - counted.combination.length
  let explained = 0
  for (let i = 0; i < cellTotal; i++) {
    const holders = cellCount[first + i]
    const gained = cellGain(untold[i], size, holders)
    if (gained <= 0 || untold[i] < leastNewShare * holders) continue
    gain += gained
    explained += untold[i]
    cells.push(first + i)
    newHolders.push(untold[i])
  }
  return { worth: gain * weight, explained, cells, newHolders }
}

/**
 * For each chosen suggestion, who holds all of it inside its cohort and outside. One pass over all grants serves all of
 * them: each waits at its entitlement with fewest holders, and whoever holds that one is asked for the others.
 */
function countHolders(
  graph: PopulationGraph,
  chosen: readonly Chosen[],
): { readonly inside: Uint32Array; readonly outside: Uint32Array } {
  const { rowOffset, rowEntitlement, holders } = graph
  const inside = new Uint32Array(chosen.length)
  const outside = new Uint32Array(chosen.length)
  const isAwaited = new Uint8Array(holders.length)
  const waiting = new Map<number, number[]>()
  let until = 0
  const wanted = chosen.map(({ candidate, addition }, s) => {
    const all = Uint32Array.from(addition.cells, (cell) => candidate.counted.cellEntitlement[cell])
    const rarest = all.reduce((best, e) => (holders[e] < holders[best] ? e : best))
    isAwaited[rarest] = 1
    until = Math.max(until, rarest + 1)
    waiting.set(rarest, [...(waiting.get(rarest) ?? []), s])
    return all
  })
  const personCount = graph.persons.length
  for (let person = 0; person < personCount; person++) {
    const start = rowOffset[person]
    const end = rowOffset[person + 1]
    for (let at = nextAwaited(rowEntitlement, start, end, until, isAwaited); at < end; ) {
      for (const s of waiting.get(rowEntitlement[at])!) {
        if (!holdsAll(rowEntitlement, start, end, wanted[s])) continue
        const { counted, group } = chosen[s].candidate
        if (counted.groups.of[person] === group) inside[s]++
        else outside[s]++
      }
      at = nextAwaited(rowEntitlement, at + 1, end, until, isAwaited)
    }
  }
  return { inside, outside }
}

/** The first place from `start` on with an awaited entitlement, all of which are below `until`; `end` without one. */
function nextAwaited(row: Ordinals, start: number, end: number, until: number, isAwaited: Uint8Array): number {
  for (let at = start; at < end; at++) {
    const e = row[at]
    if (e >= until) break
    if (isAwaited[e] === 1) return at
  }
  return end
}

/** Whether the ascending row `start .. end` holds all of the ascending `wanted`. */
function holdsAll(row: Ordinals, start: number, end: number, wanted: Uint32Array): boolean {
  let at = start
  for (let i = 0; i < wanted.length; i++) {
    while (at < end && row[at] < wanted[i]) at++
    if (at === end || row[at] !== wanted[i]) return false
  }
  return true
}

function suggestionOf(
  snapshot: Snapshot,
  graph: PopulationGraph,
  { candidate, addition }: Chosen,
  usersWithAll: number,
  outsideWithAll: number,
): CohortSuggestion {
  const { counted, group } = candidate
  const { groups, cellEntitlement, cellCount } = counted
  const cohortSize = groups.offset[group + 1] - groups.offset[group]
  const outsideSize = graph.persons.length - cohortSize
  const entitlements = addition.cells.map((cell, i): SuggestedEntitlement => {
    const grantedCount = cellCount[cell]
    const outsideCount = graph.holders[cellEntitlement[cell]] - grantedCount
    return {
      entitlement: graph.kept[cellEntitlement[cell]],
      grantedCount,
      coverage: grantedCount / cohortSize,
      coverageLowerBound: wilsonLower(grantedCount, cohortSize),
      outsideCount,
      baseRate: outsideSize === 0 ? 0 : outsideCount / outsideSize,
      explainedCount: addition.newHolders[i],
    }
  })
  entitlements.sort((a, b) => b.grantedCount - a.grantedCount || a.entitlement - b.entitlement)
  return {
    population: graph.population,
    filters: filtersOf(snapshot, graph, counted, groups.members[groups.offset[group]]),
    cohortSize,
    outsideSize,
    entitlements,
    usersWithAll,
    outsideWithAll,
    avgCoverage: meanOf(entitlements, (e) => e.coverage),
    confidence: meanOf(entitlements, (e) => e.coverageLowerBound * explainedShare(e)),
    explainedGrants: addition.explained,
    score: addition.worth,
  }
}

/** The part of a coverage that is beyond what everyone else has: 1 when nobody outside holds it, 0 when all others do. */
function explainedShare({ coverage, baseRate }: SuggestedEntitlement): number {
  return Math.max(0, coverage - baseRate) / coverage
}

function meanOf(entitlements: readonly SuggestedEntitlement[], read: (e: SuggestedEntitlement) => number): number {
  let sum = 0
  for (const entitlement of entitlements) sum += read(entitlement)
  return sum / entitlements.length
}

function filtersOf(
  snapshot: Snapshot,
  graph: PopulationGraph,
  { combination }: CountedCombination,
  member: number,
): CohortFilter[] {
  return combination.map((position) => {
    const { index, key, column, representative } = graph.attributes[position]
    return { attribute: key, values: [snapshot.attributes[index].values[representative[column[member]]].trim()] }
  })
}

/** Larger worth first; then the simpler combination, the one in attribute order, the group of the first member. */
function isBefore(a: Candidate, b: Candidate): boolean {
  if (a.worth !== b.worth) return a.worth > b.worth
  if (a.order !== b.order) return a.order < b.order
  return a.group < b.group
}

/**
 * Candidates, the best first: those that were never asked, sorted once, and a binary heap of the few that came back with
 * another worth.
 */
class CandidateQueue {
  private readonly sorted: readonly Candidate[]
  private next = 0
  private readonly heap: Candidate[] = []

  constructor(candidates: readonly Candidate[]) {
    this.sorted = candidates.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
  }

  peek(): Candidate | undefined {
    const [returned] = this.heap
    const fresh = this.sorted[this.next]
    if (returned === undefined || fresh === undefined) return returned ?? fresh
    return isBefore(returned, fresh) ? returned : fresh
  }

  pop(): Candidate | undefined {
    const best = this.peek()
    if (best === this.heap[0] && best !== undefined) this.popHeap()
    else this.next++
    return best
  }

  push(candidate: Candidate): void {
    const { heap } = this
    let at = heap.push(candidate) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(candidate, heap[parent])) break
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = candidate
  }

  private popHeap(): void {
    const { heap } = this
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      if (!isBefore(heap[child], last)) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = last
  }
}
