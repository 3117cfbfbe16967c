import type { Holders } from '@assay/directory'
import { FactGroupings, type FactGroups, type HoldersOf } from './fact-groups.ts'
import { type IdentityRow, keyAt, subjectOf, typeAt } from './identity-row.ts'
import { compileMembershipRule } from './membership-rule.ts'
import type { RuleAnswer, RuleClause } from './rule-clauses.ts'
import { type RuleWorld, worldAt } from './rule-world.ts'
import type { Subject } from './subject.ts'
import { type DirectoryRows, directoryOf, holdingsOf } from './thread-directory.ts'

/** The data of an evaluation besides the identities. They are plain, so that another thread can receive them. */
export interface EvaluationPlan {
  readonly expressions: readonly string[]
  /** The holders of the applications and entitlements in the rules. */
  readonly held: readonly Holders[]
  /** What `now()` returns, in milliseconds since 1970. */
  readonly now: number
  /** The people that the rules may look up; undefined when no rule does. */
  readonly directory?: DirectoryRows | undefined
}

/** The result of a batch for each rule of a plan. All keys are in one array, since it is passed between threads. */
export interface BatchSelection {
  /** The number of keys of each rule in `keys`, in the order of the rules. */
  readonly counts: Uint32Array
  /** Ascending for each rule. */
  readonly keys: Int32Array
  /** For each rule, the identities that it excludes since a key of `profile` is missing. */
  readonly missing: readonly Exclusions[]
  /** For each rule, the identities that it excludes by another repeatable error. */
  readonly failed: readonly Exclusions[]
}

/** Identities that a rule excludes although it is not false for them. */
export interface Exclusions {
  readonly count: number
  /** The first ones by key, at most `mostExamples`. */
  readonly examples: readonly { readonly identityKey: number; readonly message: string }[]
}

export const mostExamples = 3

/** A batch as JSON text, see IdentityRow. */
export type BatchEvaluation = (batch: string) => BatchSelection

/**
 * Prepares the rules of a plan; they compiled when they were stored.
 *
 * The CEL library does not evaluate every rule for every identity: a clause is evaluated once for all identities that are equal in
 * everything that it reads, and rules share equal clauses. For most rules of an organisation, the number of evaluations is then the number
 * of departments and titles.
 * @param mostBytes the memory for groups of identities, see FactGroupings
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
    // Machines are members only of a profile whose rule uses the type.
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
  /** Its index among the clauses in the rule's order. */
  readonly position: number
}

interface RuleResult {
  /** Indexes in the batch. */
  readonly selected: Uint32Array
  readonly missing: Exclusions
  readonly failed: Exclusions
}

const noExclusions: Exclusions = { count: 0, examples: [] }

/** Results of the clauses that several rules share, cached over the batches of an evaluation. */
class ClauseAnswers {
  readonly #holdersOf: HoldersOf
  readonly #world: RuleWorld
  readonly #numbers = new Map<string, number>()
  readonly #clauses: KnownClause[] = []
  readonly #groupings: FactGroupings
  #rows: readonly IdentityRow[] = []
  #subjects: (Subject | undefined)[] = []
  /** For each index in the batch: 1 + the position of the last clause of the present rule that ended in an error. */
  #errors = new Uint32Array(0)
  /** For each index in the batch: the kind of that error. */
  #kinds = new Uint8Array(0)

  constructor(holdersOf: HoldersOf, world: RuleWorld, mostBytes: number | undefined) {
    this.#holdersOf = holdersOf
    this.#world = world
    this.#groupings = new FactGroupings(holdersOf, mostBytes)
  }

  /** Adds a clause. @returns its number */
  add(clause: RuleClause): number {
    const { name } = clause
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const { reads } = clause
    const groups = reads === undefined ? undefined : this.#groupings.by(reads)
    this.#numbers.set(name, this.#clauses.length)
    return this.#clauses.push({ clause, groups, answers: new Uint8Array(64) }) - 1
  }

  /** Continues with the next batch. */
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

  /** Clauses that need only a look into a table come first; the original order only decides which error is reported. */
  inOrderOfCost(numbers: readonly number[]): readonly RulePart[] {
    const costOf = (number: number) => (this.#clauses[number]!.groups === undefined ? 1 : 0)
    const parts = numbers.map((number, position) => ({ number, position }))
    return parts.toSorted((one, other) => costOf(one.number) - costOf(other.number))
  }

  /** The joined result of a rule's clauses for some indexes of the batch (see `joinedAnswer`). */
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

  /** The indexes for which a clause is not false, and whether it ends in an error for some of them. */
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
  /** Groups of identities that have the same result; undefined when each identity is evaluated. */
  groups: FactGroups | undefined
  /** The result for each group; 0 when the clause was not evaluated yet. */
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
