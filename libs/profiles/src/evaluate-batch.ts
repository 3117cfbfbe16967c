import type { Holders } from '@assay/directory'
import { FactGroupings, type FactGroups, type HoldersOf } from './fact-groups.ts'
import { type IdentityRow, keyAt, subjectOf, typeAt } from './identity-row.ts'
import { compileMembershipRule } from './membership-rule.ts'
import type { RuleAnswer, RuleClause } from './rule-clauses.ts'
import { type RuleWorld, worldAt } from './rule-world.ts'
import type { Subject } from './subject.ts'
import { type DirectoryRows, directoryOf, holdingsOf } from './thread-directory.ts'

/** What an evaluation needs beside the identities; plain, so that it can be sent to another thread. */
export interface EvaluationPlan {
  readonly expressions: readonly string[]
  /** Who holds what the rules name. */
  readonly held: readonly Holders[]
  /** What `now()` returns, in milliseconds since 1970. */
  readonly now: number
  /** Everybody whom the rules may ask for; undefined when none does. */
  readonly directory?: DirectoryRows | undefined
}

/** The result of a batch for each rule of a plan: one array for all keys, since a thread answers with it. */
export interface BatchSelection {
  /** How many keys each rule has in `keys`, rule by rule. */
  readonly counts: Uint32Array
  /** Ascending for each rule. */
  readonly keys: Int32Array
  /** By rule, whom it excludes since a key of `profile` is missing. */
  readonly missing: readonly Exclusions[]
  /** By rule, whom it excludes by another error that repeats. */
  readonly failed: readonly Exclusions[]
}

/** Identities that a rule excludes although it does not come out as false for them. */
export interface Exclusions {
  readonly count: number
  /** The first ones by key, at most `mostExamples`. */
  readonly examples: readonly { readonly identityKey: number; readonly message: string }[]
}

export const mostExamples = 3

/** A batch as JSON text, see IdentityRow. */
export type BatchEvaluation = (batch: string) => BatchSelection

/**
 * Prepares the rules of a plan; they were compiled before, when they were stored.
 *
 * The CEL library decides, yet not once for every rule and identity: a clause is asked once for all identities that are
 * alike in everything it reads, and a clause that several rules share is one clause. For most rules of an organisation
 * that leaves as many questions as there are departments and titles.
 * @param mostBytes what groups of identities may take, see FactGroupings
 */
export function prepareEvaluation(plan: EvaluationPlan, mostBytes?: number): BatchEvaluation {
  const holdersOf = holdersIn(plan)
  const world = worldAt(plan.now, directoryOf(plan.directory, holdersOf))
  const clauses = new ClauseAnswers(holdersOf, world, mostBytes)
  const rules = plan.expressions.map((expression) => {
    const rule = compileMembershipRule(expression)
    return {
      namesType: rule.namesType,
      clauses: clauses.inOrderOfCost(rule.clauses.map((clause) => clauses.add(clause))),
    }
  })
  return (batch) => {
    const rows = JSON.parse(batch) as IdentityRow[]
    clauses.take(rows)
    const everybody = Uint32Array.from(rows.keys())
    // Machines are members only of a profile whose rule says so.
    const people = everybody.filter((index) => rows[index]![typeAt] === 'human')
    const results = rules.map((rule) => clauses.select(rule.clauses, rule.namesType ? everybody : people))
    return {
      counts: Uint32Array.from(results, ({ selected }) => selected.length),
      keys: Int32Array.from(results.flatMap(({ selected }) => Array.from(selected, (index) => rows[index]![keyAt]))),
      missing: results.map(({ missing }) => missing),
      failed: results.map(({ failed }) => failed),
    }
  }
}

/** A clause of a rule. */
interface RulePart {
  readonly number: number
  /** Among the clauses as the rule has them. */
  readonly position: number
}

interface RuleResult {
  /** Places in the batch. */
  readonly selected: Uint32Array
  readonly missing: Exclusions
  readonly failed: Exclusions
}

const noExclusions: Exclusions = { count: 0, examples: [] }

/** Answers of the clauses that several rules share, remembered over the batches of an evaluation. */
class ClauseAnswers {
  readonly #holdersOf: HoldersOf
  readonly #world: RuleWorld
  readonly #numbers = new Map<string, number>()
  readonly #clauses: KnownClause[] = []
  readonly #groupings: FactGroupings
  #rows: readonly IdentityRow[] = []
  #subjects: (Subject | undefined)[] = []
  /** By place in the batch: one more than the position of the last clause of the rule at hand that answers with an error. */
  #errors = new Uint32Array(0)
  /** By place in the batch: that error's answer. */
  #kinds = new Uint8Array(0)

  constructor(holdersOf: HoldersOf, world: RuleWorld, mostBytes: number | undefined) {
    this.#holdersOf = holdersOf
    this.#world = world
    this.#groupings = new FactGroupings(holdersOf, mostBytes)
  }

  /** The number of a clause. */
  add(clause: RuleClause): number {
    const { name } = clause
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const { reads } = clause
    const groups = reads === undefined ? undefined : this.#groupings.by(reads)
    this.#numbers.set(name, this.#clauses.length)
    return this.#clauses.push({ clause, groups, answers: new Uint8Array(64) }) - 1
  }

  /** Goes on to the next batch. */
  take(rows: readonly IdentityRow[]): void {
    this.#rows = rows
    this.#subjects = new Array(rows.length)
    if (this.#errors.length < rows.length) {
      this.#errors = new Uint32Array(rows.length)
      this.#kinds = new Uint8Array(rows.length)
    }
    this.#groupings.take(rows)
    for (const clause of this.#clauses) {
      if (clause.groups?.isDropped) clause.groups = undefined
      const count = clause.groups?.count ?? 0
      if (count > clause.answers.length) clause.answers = grown(clause.answers, count)
    }
  }

  /** What costs one look in a table goes first; the order of the clauses is only for which error is reported. */
  inOrderOfCost(numbers: readonly number[]): readonly RulePart[] {
    const costOf = (number: number) => (this.#clauses[number]!.groups === undefined ? 1 : 0)
    const parts = numbers.map((number, position) => ({ number, position }))
    return parts.toSorted((one, other) => costOf(one.number) - costOf(other.number))
  }

  /** The joined answer of a rule's clauses for some places of the batch (see `joinedAnswer`). */
  select(parts: readonly RulePart[], places: Uint32Array): RuleResult {
    let remaining = places
    let hasErrors = false
    for (const part of parts) {
      const found = this.#narrow(part, remaining)
      remaining = found.remaining
      hasErrors ||= found.hasErrors
    }
    if (!hasErrors) return { selected: remaining, missing: noExclusions, failed: noExclusions }
    const [errors, kinds] = [this.#errors, this.#kinds]
    const excluded = remaining.filter((place) => errors[place]! > 0)
    const tell = (kind: number) =>
      this.#tell(
        excluded.filter((place) => kinds[place] === kind),
        parts,
      )
    const selected = remaining.filter((place) => errors[place] === 0)
    const result = { selected, missing: tell(missingAnswer), failed: tell(failedAnswer) }
    for (const place of places) errors[place] = 0
    return result
  }

  /** The places that a clause does not answer with no, and whether it answers some with an error. */
  #narrow({ number, position }: RulePart, places: Uint32Array): { remaining: Uint32Array; hasErrors: boolean } {
    const remaining = new Uint32Array(places.length)
    let count = 0
    let hasErrors = false
    for (const place of places) {
      const answer = this.#answer(number, place)
      if (answer === noAnswer) continue
      if (answer !== yesAnswer) {
        hasErrors = true
        if (this.#errors[place]! <= position) {
          this.#errors[place] = position + 1
          this.#kinds[place] = answer
        }
      }
      remaining[count++] = place
    }
    return { remaining: remaining.subarray(0, count), hasErrors }
  }

  #answer(number: number, place: number): number {
    const { clause, groups, answers } = this.#clauses[number]!
    if (groups === undefined) return answerNumbers[this.#ask(clause, place).kind]
    const group = groups.current[place]!
    if (answers[group] === 0) answers[group] = answerNumbers[this.#ask(clause, place).kind]
    return answers[group]!
  }

  #tell(places: Uint32Array, parts: readonly RulePart[]): Exclusions {
    const examples = Array.from(places.subarray(0, mostExamples), (place) => {
      const part = parts.find(({ position }) => position === this.#errors[place]! - 1) as RulePart
      const answer = this.#ask(this.#clauses[part.number]!.clause, place)
      return { identityKey: this.#rows[place]![keyAt], message: 'message' in answer ? answer.message : '' }
    })
    return { count: places.length, examples }
  }

  #ask(clause: RuleClause, place: number): RuleAnswer {
    return clause.ask(this.#subjectAt(place), this.#world)
  }

  #subjectAt(place: number): Subject {
    const row = this.#rows[place]!
    this.#subjects[place] ??= subjectOf(row, holdingsOf(row[keyAt], this.#holdersOf))
    return this.#subjects[place]
  }
}

interface KnownClause {
  readonly clause: RuleClause
  /** Of identities that get one answer; undefined where each is asked. */
  groups: FactGroups | undefined
  /** By group; 0 where the clause was not asked yet. */
  answers: Uint8Array
}

const [yesAnswer, noAnswer, missingAnswer, failedAnswer] = [1, 2, 3, 4]
const answerNumbers = { yes: yesAnswer, no: noAnswer, missing: missingAnswer, failed: failedAnswer } as const

function grown(answers: Uint8Array, groups: number): Uint8Array {
  const larger = new Uint8Array(Math.max(groups, answers.length * 2))
  larger.set(answers)
  return larger
}

function holdersIn({ held }: EvaluationPlan): HoldersOf {
  const nameOf = (applicationId: string, entitlementId: string | null) => JSON.stringify([applicationId, entitlementId])
  const holders = new Map(
    held.map((one) => [nameOf(one.applicationId, one.entitlementId), new Set(one.identityKeys.flatMap(keysOf))]),
  )
  return (applicationId, entitlementId) => holders.get(nameOf(applicationId, entitlementId))
}

function keysOf(array: string): number[] {
  return array === '{}' ? [] : array.slice(1, -1).split(',').map(Number)
}
