import { foldedValue } from './attribute-values.ts'
import { BroaderCohorts } from './broader-cohorts.ts'
import type { CohortFilter, CohortSuggestion } from './cohort-result.ts'
import type { CohortMiningSettings } from './cohort-settings.ts'
import type { CountedCombination } from './counted-combination.ts'
import { inSteps } from './evidence.ts'
import { joinedPlaces, joinSuggestions, type Told } from './join-values.ts'
import type { NearestSetting } from './nearest-settings.ts'
import { PersonTest } from './person-test.ts'
import type { PopulationGraph } from './population.ts'
import { noRejections, type RejectionCounts } from './rejections.ts'
import { Savings } from './savings.ts'
import type { Ordinals } from './shared-arrays.ts'
import type { Snapshot } from './snapshot.ts'
import { entitlementFigures, inOrderOfCoverage, meanFigures } from './suggestion-figures.ts'
import { ToldGrants } from './told-grants.ts'

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
  /** Cells that a broader cohort gives; none until it was about to be chosen. */
  readonly givenBroader: Set<number>
  /** It failed the person test when its turn came, and tells nothing for others either. */
  isChance: boolean
  /** Counted as rejected; it stays only to learn what another `minEntitlements` would make of it. */
  isTurnedDown: boolean
  /** The entitlements of its suggestion; none before it is chosen. */
  tells: ReadonlySet<number>
}

/** What a candidate adds to the suggestions chosen before it. */
interface Addition {
  readonly worth: number
  readonly explained: number
  /** Indexes into the cohort's cells, and how many of their holders are not yet explained. */
  readonly cells: readonly number[]
  readonly newHolders: readonly number[]
  /** The bits that each of them saves. */
  readonly saved: readonly number[]
}

interface Chosen {
  readonly candidate: Candidate
  readonly addition: Addition
}

/** What was chosen, and what a smaller `minEntitlements` would have let through. */
interface CohortSelection {
  /** In the order of choice, no more than `maxSuggestions`; what differs in one value alone as one. */
  readonly suggestions: readonly CohortSuggestion[]
  readonly nearestEntitlements: NearestSetting | undefined
  /** Per attribute the bits that chosen cohorts with it save, also beyond `maxSuggestions`. */
  readonly savedByAttribute: readonly number[]
}

/** What became of a cohort that holds something, whenever its turn came. */
export interface CohortDecision {
  readonly rule:
    | 'chosen'
    | 'explained_by_better_cohort'
    | 'too_few_entitlements'
    | 'too_little_saved'
    | 'not_beyond_chance'
  /** Entitlements that were left to it then. */
  readonly entitlements: number
  /** Bits that it saved then. */
  readonly saved: number
}

/** Told each decision about a cohort, in the order in which they fall. */
type DecisionTrace = (counted: CountedCombination, group: number, decision: CohortDecision) => void

const noEntitlements: ReadonlySet<number> = new Set()

/** Of an entitlement's holders in a cohort, at least this share must be news, or others tell the story already. */
const leastNewShare = 0.5

/**
 * Chooses cohorts like a greedy set cover: again and again the one that saves the most bits on grants that no chosen one
 * explains, less the bits that it takes to say it. Savings only fall, so a queue by old ones suffices and only its first
 * is computed afresh. Before a cohort is chosen, people must say that each of its filters matters. Ends when nothing
 * saves more than the least evidence.
 *
 * A cohort with too few entitlements keeps its place in the queue, to tell the nearest `minEntitlements`, and what it gives
 * is given more broadly all the same. When its turn comes, it would be chosen if it were let through; the first to be let through changes nothing before.
 */
export function selectCohorts(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
  rejected: RejectionCounts = noRejections(),
  trace?: DecisionTrace,
): CohortSelection {
  const savings = new Savings(graph, settings.maxFilters)
  const candidates = candidatesOf(snapshot, graph, settings, counted, savings)
  const queue = new CandidateQueue(candidates)
  const broader = new BroaderCohorts(graph, candidates)
  const people = new PersonTest(graph, savings.price, counted)
  const told = new ToldGrants(graph)
  const chosen: Chosen[] = []
  const savedByAttribute = graph.attributes.map(() => 0)
  let mostEntitlements = 0
  let withMost = 0
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const addition = additionOf(told, top, savings)
    const entitlementCount = addition.cells.length
    const hasTooFew = entitlementCount < settings.minEntitlements
    if ((hasTooFew || addition.worth <= 0) && !top.isTurnedDown) {
      const rule = turnedDownFor(entitlementCount, addition.worth)
      rejected[rule]++
      top.isTurnedDown = true
      trace?.(top.counted, top.group, { rule, entitlements: entitlementCount, saved: addition.worth })
    }
    if (addition.worth <= 0) continue
    top.worth = addition.worth
    const next = queue.peek()
    if (next !== undefined && isBefore(next, top)) {
      queue.push(top)
      continue
    }
    if (dropGivenBroader(top, addition)) {
      queue.push(top)
      continue
    }
    if (!people.passes(top.counted, top.group, addition.cells)) {
      if (!top.isTurnedDown) rejected.not_beyond_chance++
      trace?.(top.counted, top.group, {
        rule: 'not_beyond_chance',
        entitlements: entitlementCount,
        saved: addition.worth,
      })
      top.isChance = true
      continue
    }
    if (hasTooFew) {
      if (entitlementCount > mostEntitlements) withMost = 0
      mostEntitlements = Math.max(mostEntitlements, entitlementCount)
      if (entitlementCount === mostEntitlements) withMost++
      continue
    }
    told.add(top.counted, top.group, addition.cells)
    trace?.(top.counted, top.group, { rule: 'chosen', entitlements: entitlementCount, saved: addition.worth })
    for (const position of top.counted.combination) savedByAttribute[position]! += addition.worth
    top.tells = new Set(addition.cells.map((cell) => top.counted.cellEntitlement[cell]!))
    chosen.push({ candidate: top, addition })
  }
  /** Removes cells that a broader cohort tells or would explain better. Returns whether it removed any. */
  function dropGivenBroader(candidate: Candidate, addition: Addition): boolean {
    let dropped = false
    for (const { broader: other, cells: given } of broader.of(candidate, addition.cells)) {
      const left = new Map<number, number>()
      for (const cell of given) {
        if (!candidate.givenBroader.has(cell)) left.set(candidate.counted.cellEntitlement[cell]!, cell)
      }
      if (left.size === 0 || other.isChance) continue
      dropped = leaveWhatIsTold(candidate, other, left) || dropped
      const offer = additionOf(told, other, savings)
      if (offer.worth <= 0) continue
      let better = 0
      const offered = offer.cells.filter((cell, i) => {
        const own = left.get(other.counted.cellEntitlement[cell]!)
        if (own !== undefined) better += offer.saved[i]! - addition.saved[addition.cells.indexOf(own)]!
        return own !== undefined
      })
      if (offered.length === 0 || inSteps(better) <= 0 || !people.passes(other.counted, other.group, offered)) continue
      for (const cell of offered) candidate.givenBroader.add(left.get(other.counted.cellEntitlement[cell]!)!)
      dropped = true
    }
    return dropped
  }

  const listed = joinedPlaces(chosen.map((choice) => toldOf(graph, choice)))
  // Worth only falls from choice to choice, so what comes after the cap of all populations together can never return.
  const kept = listed.slice(0, settings.maxSuggestions)
  rejected.beyond_max_suggestions += listed.length - kept.length
  const parts = kept.flatMap(({ places }) => places.map((place) => chosen[place]!))
  const holders = countHolders(graph, parts)
  const suggestions = parts.map((choice, i) =>
    suggestionOf(snapshot, graph, choice, holders.inside[i]!, holders.outside[i]!),
  )
  let next = 0
  return {
    savedByAttribute,
    suggestions: kept.map(({ places, attribute }) => {
      const own = suggestions.slice(next, next + places.length)
      next += places.length
      return attribute === undefined ? own[0]! : joinSuggestions(own, attribute)
    }),
    nearestEntitlements:
      mostEntitlements === 0
        ? undefined
        : { setting: 'minEntitlements', value: mostEntitlements, candidateCount: withMost },
  }
}

/**
 * What a broader cohort tells is told of all its people. Those in the narrower one of whom it is not known that they are in the broader
 * one, because a value is blank, are no reason to tell it again. Takes these cells out of `left`; returns whether there were any.
 */
function leaveWhatIsTold(candidate: Candidate, broader: Candidate, left: Map<number, number>): boolean {
  const told = [...left].filter(([entitlement]) => broader.tells.has(entitlement))
  for (const [entitlement, cell] of told) {
    candidate.givenBroader.add(cell)
    left.delete(entitlement)
  }
  return told.length > 0
}

/** Where nothing would be saved, fewer entitlements are not the reason. */
function turnedDownFor(entitlementCount: number, worth: number) {
  if (entitlementCount === 0) return 'explained_by_better_cohort'
  return worth <= 0 ? 'too_little_saved' : 'too_few_entitlements'
}

function candidatesOf(
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

/** What a candidate would add to the stories told so far. */
function additionOf(told: ToldGrants, { counted, group, weight, givenBroader }: Candidate, savings: Savings): Addition {
  const { groups, cellOffset, cellEntitlement, cellCount } = counted
  const untold = told.untoldHolders(counted, group, leastNewShare)
  const first = cellOffset[group]!
  const cellTotal = cellOffset[group + 1]! - first
  const size = groups.offset[group + 1]! - groups.offset[group]!
  const cells: number[] = []
  const newHolders: number[] = []
  const savedBits: number[] = []
  let gain = -savings.ofCohort(counted)
  let explained = 0
  for (let i = 0; i < cellTotal; i++) {
    const holders = cellCount[first + i]!
    if (untold[i]! < leastNewShare * holders || givenBroader.has(first + i)) continue
    const saved = savings.ofCell(cellEntitlement[first + i]!, untold[i]!, holders, size)
    if (saved <= 0) continue
    gain += saved
    explained += untold[i]!
    cells.push(first + i)
    newHolders.push(untold[i]!)
    savedBits.push(saved)
  }
  return { worth: inSteps(gain * weight), explained, cells, newHolders, saved: savedBits }
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
    const all = Uint32Array.from(addition.cells, (cell) => candidate.counted.cellEntitlement[cell]!)
    const rarest = all.reduce((best, e) => (holders[e]! < holders[best]! ? e : best))
    isAwaited[rarest] = 1
    until = Math.max(until, rarest + 1)
    waiting.set(rarest, [...(waiting.get(rarest) ?? []), s])
    return all
  })
  const personCount = graph.persons.length
  for (let person = 0; person < personCount; person++) {
    const start = rowOffset[person]!
    const end = rowOffset[person + 1]!
    for (let at = nextAwaited(rowEntitlement, start, end, until, isAwaited); at < end; ) {
      for (const s of waiting.get(rowEntitlement[at]!)!) {
        if (!holdsAll(rowEntitlement, start, end, wanted[s]!)) continue
        const { counted, group } = chosen[s]!.candidate
        if (counted.groups.of[person] === group) inside[s]!++
        else outside[s]!++
      }
      at = nextAwaited(rowEntitlement, at + 1, end, until, isAwaited)
    }
  }
  return { inside, outside }
}

/** The first place from `start` on with an awaited entitlement, all of which are below `until`; `end` without one. */
function nextAwaited(row: Ordinals, start: number, end: number, until: number, isAwaited: Uint8Array): number {
  for (let at = start; at < end; at++) {
    const e = row[at]!
    if (e >= until) break
    if (isAwaited[e] === 1) return at
  }
  return end
}

/** Whether the ascending row `start .. end` holds all of the ascending `wanted`. */
function holdsAll(row: Ordinals, start: number, end: number, wanted: Uint32Array): boolean {
  let at = start
  for (let i = 0; i < wanted.length; i++) {
    while (at < end && row[at]! < wanted[i]!) at++
    if (at === end || row[at] !== wanted[i]) return false
  }
  return true
}

/** Values by their numbers in the graph. Where somebody has two values of a list, which takes two columns, it never differs alone. */
function toldOf({ attributes, kept }: PopulationGraph, { candidate, addition }: Chosen): Told {
  const { combination, groups, cellEntitlement } = candidate.counted
  const member = groups.members[groups.offset[candidate.group]!]!
  return {
    entitlements: addition.cells.map((cell) => kept[cellEntitlement[cell]!]!).sort((a, b) => a - b),
    /** Made where it is asked for: of most, nobody does. */
    get butFor() {
      const terms = combination.map((position) => `${position}=${attributes[position]!.column[member]}`)
      return combination.flatMap((position, i) => {
        const { key } = attributes[position]!
        if (attributes.some((one, other) => other !== position && one.key === key)) return []
        return [{ attribute: key, others: terms.map((term, j) => (j === i ? position : term)).join() }]
      })
    },
  }
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
  const cohortSize = groups.offset[group + 1]! - groups.offset[group]!
  const outsideSize = graph.persons.length - cohortSize
  const entitlements = inOrderOfCoverage(
    addition.cells.map((cell, i) => {
      const grantedCount = cellCount[cell]!
      const counts = {
        entitlement: graph.kept[cellEntitlement[cell]!]!,
        grantedCount,
        outsideCount: graph.holders[cellEntitlement[cell]!]! - grantedCount,
        explainedCount: addition.newHolders[i]!,
      }
      return entitlementFigures(counts, cohortSize, outsideSize)
    }),
  )
  return {
    population: graph.population,
    filters: filtersOf(snapshot, graph, counted, groups.members[groups.offset[group]!]!),
    cohortSize,
    outsideSize,
    entitlements,
    usersWithAll,
    outsideWithAll,
    ...meanFigures(entitlements),
    explainedGrants: addition.explained,
    score: addition.worth,
  }
}

/** Each filter lists all spellings of its value, so that whoever compares exactly finds the same people. */
function filtersOf(
  snapshot: Snapshot,
  graph: PopulationGraph,
  { combination }: CountedCombination,
  member: number,
): CohortFilter[] {
  return combination.map((position) => {
    const { index, key, column, spellingOffset, spelling } = graph.attributes[position]!
    const value = column[member]!
    const { values } = snapshot.attributes[index]!
    const spellings = spelling.subarray(spellingOffset[value], spellingOffset[value + 1])
    return { attribute: key, values: Array.from(spellings, (raw) => values[raw]!.trim()) }
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
      if (!isBefore(candidate, heap[parent]!)) break
      heap[at] = heap[parent]!
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
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}
