import type { CohortMiningSettings } from '../cohort-settings.ts'
import type { CountedCombination } from '../counted-combination.ts'
import { inSteps } from '../evidence.ts'
import type { NearestSetting } from '../nearest-settings.ts'
import type { PopulationGraph } from '../population.ts'
import type { RejectionCounts } from '../rejections.ts'
import { type Addition, additionOf, type Chosen } from './addition.ts'
import { BroaderCohorts } from './broader-cohorts.ts'
import type { Candidate } from './candidate.ts'
import { CandidateQueue, isBefore } from './candidate-queue.ts'
import { PersonTest } from './person-test.ts'
import type { Savings } from './savings.ts'
import { ToldGrants } from './told-grants.ts'

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
export type DecisionTrace = (counted: CountedCombination, group: number, decision: CohortDecision) => void

/** What was chosen so far, and what a smaller `minEntitlements` would have let through. */
export class CohortChoice {
  /** In the order of choice. */
  readonly chosen: Chosen[] = []
  /** Per attribute the bits that chosen cohorts with it save. */
  readonly savedByAttribute: number[]
  private readonly queue: CandidateQueue
  private readonly broader: BroaderCohorts<Candidate>
  private readonly people: PersonTest
  private readonly told: ToldGrants
  private readonly savings: Savings
  private readonly minEntitlements: number
  private readonly rejected: RejectionCounts
  private readonly trace: DecisionTrace | undefined
  /** Of those with too few entitlements that would be chosen otherwise: the most entitlements, and how many have so many. */
  private mostEntitlements = 0
  private withMost = 0

  constructor(
    graph: PopulationGraph,
    settings: CohortMiningSettings,
    counted: readonly CountedCombination[],
    candidates: readonly Candidate[],
    savings: Savings,
    rejected: RejectionCounts,
    trace: DecisionTrace | undefined,
  ) {
    this.savedByAttribute = graph.attributes.map(() => 0)
    this.queue = new CandidateQueue(candidates)
    this.broader = new BroaderCohorts(graph, candidates)
    this.people = new PersonTest(graph, savings.price, counted)
    this.told = new ToldGrants(graph)
    this.savings = savings
    this.minEntitlements = settings.minEntitlements
    this.rejected = rejected
    this.trace = trace
  }

  /** Gives each candidate its turn, the one that saves most first, until nothing saves anything. */
  chooseAll(): void {
    const { queue } = this
    for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
      const addition = additionOf(this.told, top, this.savings)
      this.turnDown(top, addition)
      if (addition.worth <= 0) continue
      top.worth = addition.worth
      const next = queue.peek()
      if ((next !== undefined && isBefore(next, top)) || this.dropGivenBroader(top, addition)) queue.push(top)
      else if (!this.people.passes(top.counted, top.group, addition.cells)) this.refuseAsChance(top, addition)
      else if (addition.cells.length < this.minEntitlements) this.countTooFew(addition.cells.length)
      else this.choose(top, addition)
    }
  }

  get nearestEntitlements(): NearestSetting | undefined {
    if (this.mostEntitlements === 0) return undefined
    return { setting: 'minEntitlements', value: this.mostEntitlements, candidateCount: this.withMost }
  }

  /** Counts a candidate once as rejected when it has too few entitlements or saves nothing. */
  private turnDown(candidate: Candidate, { cells, worth }: Addition): void {
    const isGoodEnough = cells.length >= this.minEntitlements && worth > 0
    if (isGoodEnough || candidate.isTurnedDown) return
    const rule = turnedDownFor(cells.length, worth)
    this.rejected[rule]++
    candidate.isTurnedDown = true
    this.trace?.(candidate.counted, candidate.group, { rule, entitlements: cells.length, saved: worth })
  }

  private refuseAsChance(candidate: Candidate, { cells, worth }: Addition): void {
    if (!candidate.isTurnedDown) this.rejected.not_beyond_chance++
    candidate.isChance = true
    const decision: CohortDecision = { rule: 'not_beyond_chance', entitlements: cells.length, saved: worth }
    this.trace?.(candidate.counted, candidate.group, decision)
  }

  private countTooFew(entitlementCount: number): void {
    if (entitlementCount > this.mostEntitlements) this.withMost = 0
    this.mostEntitlements = Math.max(this.mostEntitlements, entitlementCount)
    if (entitlementCount === this.mostEntitlements) this.withMost++
  }

  private choose(candidate: Candidate, addition: Addition): void {
    const { counted, group } = candidate
    const { cells, worth } = addition
    this.told.add(counted, group, cells)
    this.trace?.(counted, group, { rule: 'chosen', entitlements: cells.length, saved: worth })
    for (const position of counted.combination) this.savedByAttribute[position]! += worth
    candidate.tells = new Set(cells.map((cell) => counted.cellEntitlement[cell]!))
    this.chosen.push({ candidate, addition })
  }

  /** Removes cells that a broader cohort tells or would explain better. Returns whether it removed any. */
  private dropGivenBroader(candidate: Candidate, addition: Addition): boolean {
    let dropped = false
    for (const { broader, cells: given } of this.broader.of(candidate, addition.cells)) {
      const left = new Map<number, number>()
      for (const cell of given) {
        if (!candidate.givenBroader.has(cell)) left.set(candidate.counted.cellEntitlement[cell]!, cell)
      }
      if (left.size === 0 || broader.isChance) continue
      dropped = leaveWhatIsTold(candidate, broader, left) || dropped
      const offered = this.betterOffer(broader, addition, left)
      if (offered.length === 0) continue
      for (const cell of offered) candidate.givenBroader.add(left.get(broader.counted.cellEntitlement[cell]!)!)
      dropped = true
    }
    return dropped
  }

  /**
   * The cells of a broader cohort that explain what `left` has, if all together they save more; otherwise none.
   * @param left entitlements with the cells of the narrower cohort, whose addition is `addition`
   */
  private betterOffer(broader: Candidate, addition: Addition, left: ReadonlyMap<number, number>): readonly number[] {
    const offer = additionOf(this.told, broader, this.savings)
    if (offer.worth <= 0) return []
    let better = 0
    const offered = offer.cells.filter((cell, i) => {
      const own = left.get(broader.counted.cellEntitlement[cell]!)
      if (own !== undefined) better += offer.saved[i]! - addition.saved[addition.cells.indexOf(own)]!
      return own !== undefined
    })
    if (offered.length === 0 || inSteps(better) <= 0) return []
    return this.people.passes(broader.counted, broader.group, offered) ? offered : []
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
