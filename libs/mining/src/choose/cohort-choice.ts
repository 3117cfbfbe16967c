import type { CohortMiningSettings } from '../cohort-settings.ts'
import type { CountedCombination } from '../counted-combination.ts'
import { inSteps } from '../evidence.ts'
import type { NearestSetting } from '../nearest-settings.ts'
import type { PopulationGraph } from '../population.ts'
import type { RejectionCounts } from '../rejections.ts'
import { type Addition, additionOf, type Chosen, joinedAdditions } from './addition.ts'
import { BetterCohorts } from './better-cohorts.ts'
import { BlockHolders } from './block-holders.ts'
import { BroaderCohorts } from './broader-cohorts.ts'
import type { Candidate } from './candidate.ts'
import { CandidateQueue, isBefore } from './candidate-queue.ts'
import { DivisionTest } from './division-test.ts'
import { Givers } from './givers.ts'
import { LentCells } from './lent-cells.ts'
import { PersonTest } from './person-test.ts'
import type { Savings } from './savings.ts'
import { ToldGrants } from './told-grants.ts'

/** The decision about a cohort with entitlements. */
export interface CohortDecision {
  readonly rule:
    | 'chosen'
    | 'explained_by_better_cohort'
    | 'too_few_entitlements'
    | 'too_little_saved'
    | 'not_beyond_chance'
  /** Entitlements that were left to explain at that time. */
  readonly entitlements: number
  /** Bits that the cohort saved at that time. */
  readonly saved: number
}

/** Called with each decision about a cohort, in the order of the decisions. */
export type DecisionTrace = (counted: CountedCombination, group: number, decision: CohortDecision) => void

/** The suggestions chosen so far, and the candidates that a smaller `minEntitlements` would have accepted. */
export class CohortChoice {
  /** In the order of choice; in the order of worth when entitlements came back. */
  readonly chosen: Chosen[] = []
  /** For each attribute, the bits saved by the chosen cohorts that use it. */
  readonly savedByAttribute: number[]
  private readonly queue: CandidateQueue
  private readonly broader: BroaderCohorts<Candidate>
  private readonly better: BetterCohorts<Candidate>
  private readonly people: PersonTest
  private readonly division: DivisionTest
  private readonly told: ToldGrants
  private readonly savings: Savings
  private readonly lent = new LentCells<Candidate>()
  private readonly minEntitlements: number
  private readonly rejected: RejectionCounts
  private readonly trace: DecisionTrace | undefined
  private readonly graph: PopulationGraph
  /** The candidates that only `minEntitlements` rejects, with the number of their entitlements. */
  private readonly tooFew = new Map<Candidate, number>()
  /** Entitlements came back to a cohort, so the order of choice may not be that of worth. */
  private cameBack = false

  constructor(
    graph: PopulationGraph,
    settings: CohortMiningSettings,
    counted: readonly CountedCombination[],
    candidates: readonly Candidate[],
    savings: Savings,
    rejected: RejectionCounts,
    trace: DecisionTrace | undefined,
  ) {
    this.graph = graph
    this.savedByAttribute = graph.attributes.map(() => 0)
    this.queue = new CandidateQueue(candidates)
    const givers = new Givers(graph, candidates)
    this.broader = new BroaderCohorts(graph, givers)
    this.better = new BetterCohorts(graph, givers, savings)
    const blocks = new BlockHolders(graph)
    this.people = new PersonTest(graph, savings.price, counted, blocks)
    this.division = new DivisionTest(graph, savings.price, blocks)
    this.told = new ToldGrants(graph)
    this.savings = savings
    this.minEntitlements = settings.minEntitlements
    this.rejected = rejected
    this.trace = trace
  }

  /** Takes the candidate that saves the most, again and again, until none saves anything. */
  chooseAll(): void {
    const { queue } = this
    for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
      const addition = additionOf(this.told, top, this.savings)
      this.turnDown(top, addition)
      if (addition.worth <= 0) continue
      top.worth = addition.worth
      const next = queue.peek()
      if (next !== undefined && isBefore(next, top)) queue.push(top)
      else if (this.dropGivenBroader(top, addition) || this.dropExplainedBetter(top, addition)) queue.push(top)
      else if (!this.people.passes(top.counted, top.group, addition.cells)) this.refuseAsChance(top, addition)
      else if (addition.cells.length < this.minEntitlements) this.tooFew.set(top, addition.cells.length)
      else this.choose(top, addition)
    }
    if (this.cameBack) this.orderAgain()
  }

  get nearestEntitlements(): NearestSetting | undefined {
    let most = 0
    let withMost = 0
    for (const entitlements of this.tooFew.values()) {
      if (entitlements > most) withMost = 0
      most = Math.max(most, entitlements)
      if (entitlements === most) withMost++
    }
    return most === 0 ? undefined : { setting: 'minEntitlements', value: most, candidateCount: withMost }
  }

  /** Counts a candidate as rejected, once, when it has too few entitlements or saves nothing. */
  private turnDown(candidate: Candidate, { cells, worth }: Addition): void {
    const isGoodEnough = cells.length >= this.minEntitlements && worth > 0
    if (isGoodEnough || candidate.turnedDownFor !== undefined) return
    const rule = turnedDownFor(cells.length, worth)
    this.rejected[rule]++
    candidate.turnedDownFor = rule
    this.trace?.(candidate.counted, candidate.group, { rule, entitlements: cells.length, saved: worth })
  }

  private refuseAsChance(candidate: Candidate, { cells, worth }: Addition): void {
    if (candidate.turnedDownFor === undefined) this.rejected.not_beyond_chance++
    candidate.isChance = true
    const decision: CohortDecision = { rule: 'not_beyond_chance', entitlements: cells.length, saved: worth }
    this.trace?.(candidate.counted, candidate.group, decision)
    for (const lender of this.lent.takeBack(candidate)) this.reconsider(lender)
  }

  /** Considers a candidate again, because another one was refused that had taken entitlements from it. */
  private reconsider(candidate: Candidate): void {
    if (candidate.isChance) return
    const addition = additionOf(this.told, candidate, this.savings)
    if (candidate.tells.size > 0) this.extend(candidate, addition)
    else if (addition.worth > 0) {
      if (candidate.turnedDownFor !== undefined) this.rejected[candidate.turnedDownFor]--
      candidate.turnedDownFor = undefined
      this.tooFew.delete(candidate)
      this.cameBack = true
      this.queue.raise(candidate, addition.worth)
    }
  }

  /** Adds entitlements to a cohort that was chosen already, so their price is only that of their names. */
  private extend(candidate: Candidate, more: Addition): void {
    const at = this.chosen.findIndex((one) => one.candidate === candidate)
    const { counted, group, weight } = candidate
    const before = this.chosen[at]!.addition
    const gained = inSteps(more.worth + this.savings.ofCohort(counted) * weight)
    const addition = joinedAdditions(before, more, before.worth + gained)
    if (more.cells.length === 0 || !this.people.passes(counted, group, addition.cells)) return
    this.chosen[at] = { candidate, addition }
    this.cameBack = true
    this.tell(candidate, addition, more.cells, gained)
  }

  /** Orders the chosen cohorts by their worth. Each grant counts as explained by the first one that has it. */
  private orderAgain(): void {
    const told = new ToldGrants(this.graph)
    this.chosen.sort((a, b) => b.addition.worth - a.addition.worth)
    for (const [at, { candidate, addition }] of this.chosen.entries()) {
      const { counted, group } = candidate
      const untold = told.untoldHolders(counted, group, 0)
      const newHolders = addition.cells.map((cell) => untold[cell - counted.cellOffset[group]!]!)
      const explained = newHolders.reduce((sum, holders) => sum + holders, 0)
      this.chosen[at] = { candidate, addition: { ...addition, newHolders, explained } }
      told.add(counted, group, addition.cells)
    }
  }

  private choose(candidate: Candidate, addition: Addition): void {
    this.chosen.push({ candidate, addition })
    this.tell(candidate, addition, addition.cells, addition.worth)
  }

  /** @param cells those of the addition that were not told before, and what they are worth */
  private tell(candidate: Candidate, addition: Addition, cells: readonly number[], worth: number): void {
    const { counted, group } = candidate
    this.told.add(counted, group, cells)
    this.trace?.(counted, group, { rule: 'chosen', entitlements: addition.cells.length, saved: addition.worth })
    for (const position of counted.combination) this.savedByAttribute[position]! += worth
    candidate.tells = new Set(addition.cells.map((cell) => counted.cellEntitlement[cell]!))
  }

  /** Removes cells that a broader cohort has explained or would explain better. Returns whether it removed any. */
  private dropGivenBroader(candidate: Candidate, addition: Addition): boolean {
    let dropped = false
    for (const { broader, cells: given } of this.broader.of(candidate, addition.cells)) {
      const left = notDropped(candidate, given)
      if (left.size === 0 || broader.isChance) continue
      dropped = leaveWhatIsTold(candidate, broader, left) || dropped
      const offered = this.betterOffer(candidate, broader, addition, left)
      if (offered.length === 0) continue
      this.lent.give(candidate, cellsOf(broader, offered, left), broader)
      dropped = true
    }
    return dropped
  }

  /** Removes cells that a cohort which contains most of their holders would explain better. Returns whether it removed any. */
  private dropExplainedBetter(candidate: Candidate, addition: Addition): boolean {
    let dropped = false
    for (const { better, cells } of this.better.of(candidate, addition.cells, addition.saved)) {
      const left = notDropped(candidate, cells)
      if (left.size === 0 || better.isChance || better.tells.size > 0) continue
      const offered = this.betterOffer(candidate, better, addition, left, this.minEntitlements)
      if (offered.length === 0) continue
      this.lent.give(candidate, cellsOf(better, offered, left), better)
      dropped = true
    }
    return dropped
  }

  /**
   * The cells of another cohort that explain the entitlements of `left`: all of them, if together they save more; or those that save more,
   * if this pays for the other cohort and people show that they belong to it. Otherwise none.
   * @param left entitlements with the cells of the candidate, whose addition is `addition`
   * @param fewest entitlements that the other cohort must have
   */
  private betterOffer(
    candidate: Candidate,
    other: Candidate,
    addition: Addition,
    left: ReadonlyMap<number, number>,
    fewest = 1,
  ): readonly number[] {
    const offer = additionOf(this.told, other, this.savings)
    if (offer.worth <= 0 || offer.cells.length < fewest) return []
    const shared = offer.cells.flatMap((cell, i) => {
      const entitlement = other.counted.cellEntitlement[cell]!
      const own = left.get(entitlement)
      if (own === undefined) return []
      return [{ cell, entitlement, more: inSteps(offer.saved[i]! - addition.saved[addition.cells.indexOf(own)]!) }]
    })
    const better = shared.filter(({ more }) => more > 0)
    const rest = shared.filter(({ more }) => more <= 0)
    const offered = this.divide(candidate, other, better, rest).map(({ cell }) => cell)
    if (offered.length === 0) return []
    return this.people.passes(other.counted, other.group, offered) ? offered : []
  }

  /** The cells that go to the other cohort, of those that it explains better and the rest. */
  private divide(
    candidate: Candidate,
    other: Candidate,
    better: readonly SharedCell[],
    rest: readonly SharedCell[],
  ): readonly SharedCell[] {
    const [gain, loss] = [sumOf(better), -sumOf(rest)]
    const [moving, staying] = [entitlementsOf(better), entitlementsOf(rest)]
    if (gain <= loss) {
      if (gain <= inSteps(this.savings.ofCohort(other.counted))) return []
      return this.division.passes(candidate, other, { moving, staying }) ? better : []
    }
    const staysBehind =
      loss > inSteps(this.savings.ofCohort(candidate.counted)) &&
      this.division.passes(other, candidate, { moving: staying, staying: moving })
    return staysBehind ? better : [...better, ...rest].sort((a, b) => a.cell - b.cell)
  }
}

/** A cell of another cohort, and how many bits more it saves there. */
interface SharedCell {
  readonly cell: number
  readonly entitlement: number
  readonly more: number
}

function sumOf(cells: readonly SharedCell[]): number {
  return inSteps(cells.reduce((sum, { more }) => sum + more, 0))
}

function entitlementsOf(cells: readonly SharedCell[]): number[] {
  return cells.map(({ entitlement }) => entitlement)
}

/** The entitlements of those cells that no other cohort has taken, each with its cell. */
function notDropped({ counted, givenBroader }: Candidate, cells: readonly number[]): Map<number, number> {
  const left = cells.filter((cell) => !givenBroader.has(cell))
  return new Map(left.map((cell) => [counted.cellEntitlement[cell]!, cell]))
}

/** The cells in `left` of the entitlements of another candidate's cells. */
function cellsOf({ counted }: Candidate, cells: readonly number[], left: ReadonlyMap<number, number>): number[] {
  return cells.map((cell) => left.get(counted.cellEntitlement[cell]!)!)
}

/**
 * Removes from `left` the entitlements that the broader cohort has explained for all of its people. Members of the narrower cohort with a
 * blank value, who may be outside the broader one, are no reason to explain them again. Returns whether it removed any.
 */
function leaveWhatIsTold(candidate: Candidate, broader: Candidate, left: Map<number, number>): boolean {
  const told = [...left].filter(([entitlement]) => broader.tells.has(entitlement))
  for (const [entitlement, cell] of told) {
    candidate.givenBroader.add(cell)
    left.delete(entitlement)
  }
  return told.length > 0
}

/** The reason for a rejection. Where nothing would be saved, the number of entitlements is not the reason. */
function turnedDownFor(entitlementCount: number, worth: number) {
  if (entitlementCount === 0) return 'explained_by_better_cohort'
  return worth <= 0 ? 'too_little_saved' : 'too_few_entitlements'
}
