import { FactGroups, type HoldersOf } from './fact-groups.ts'
import { type IdentityRow, keyAt, subjectOf, typeAt } from './identity-row.ts'
import { compileMembershipRule, type MembershipRule } from './membership-rule.ts'
import { clausesOf, type RuleClause } from './rule-clauses.ts'
import type { Holdings, Subject } from './subject.ts'

/** What an evaluation needs beside the identities; plain, so that it can be sent to another thread. */
export interface EvaluationPlan {
  readonly expressions: readonly string[]
  /** Who holds what the rules name. */
  readonly held: readonly Held[]
}

/** Everybody who holds something of an application, or one entitlement of it. */
export interface Held {
  readonly applicationId: string
  readonly entitlementId: string | null
  /** Identity keys as texts, "{1,5,9}", which is how Postgres writes an array. A key may stand in several. */
  readonly identityKeys: readonly string[]
}

/** Whom each rule of a plan selects of a batch: one array for all, since a thread answers with it. */
export interface BatchSelection {
  /** How many keys each rule has in `keys`, rule by rule. */
  readonly counts: Uint32Array
  /** Ascending for each rule. */
  readonly keys: Int32Array
}

/** A batch as JSON text, see IdentityRow. */
export type BatchEvaluation = (batch: string) => BatchSelection

/**
 * Prepares the rules of a plan; they were compiled before, when they were stored.
 *
 * The CEL library decides, yet not once for every rule and identity: a clause is asked once for all identities that are
 * alike in everything it reads, and a clause that several rules share is one clause. For most rules of an organisation
 * that leaves as many questions as there are departments and titles.
 */
export function prepareEvaluation(plan: EvaluationPlan): BatchEvaluation {
  const clauses = new ClauseAnswers(holdersIn(plan))
  const rules = plan.expressions.map((expression) => {
    const rule = compileMembershipRule(expression)
    const numbers = clausesOf(rule).map((clause) => clauses.add(clause))
    // What costs one look in a table goes first; the order is nothing to `&&`.
    return { namesType: rule.namesType, clauses: numbers.toSorted((a, b) => clauses.costOf(a) - clauses.costOf(b)) }
  })
  return (batch) => {
    const rows = JSON.parse(batch) as IdentityRow[]
    clauses.take(rows)
    const everybody = Uint32Array.from(rows.keys())
    // Machines are members only of a profile whose rule says so.
    const people = everybody.filter((index) => rows[index][typeAt] === 'human')
    const selected = rules.map((rule) => {
      let remaining: Uint32Array = rule.namesType ? everybody : people
      for (const clause of rule.clauses) remaining = clauses.narrow(clause, remaining)
      return remaining
    })
    const keys = selected.flatMap((indexes) => Array.from(indexes, (index) => rows[index][keyAt]))
    return { counts: Uint32Array.from(selected, (indexes) => indexes.length), keys: Int32Array.from(keys) }
  }
}

/** Answers of the clauses that several rules share, remembered over the batches of an evaluation. */
class ClauseAnswers {
  readonly #holdersOf: HoldersOf
  readonly #numbers = new Map<string, number>()
  readonly #clauses: KnownClause[] = []
  readonly #groupings = new Map<string, Grouping>()
  #rows: readonly IdentityRow[] = []
  #subjects: (Subject | undefined)[] = []

  constructor(holdersOf: HoldersOf) {
    this.#holdersOf = holdersOf
  }

  /** The number of a clause. */
  add({ rule, reads }: RuleClause): number {
    const known = this.#numbers.get(rule.expression)
    if (known !== undefined) return known
    const grouping = reads === undefined ? undefined : this.#groupingBy(reads)
    this.#numbers.set(rule.expression, this.#clauses.length)
    return this.#clauses.push({ rule, grouping, answers: new Uint8Array(64) }) - 1
  }

  /** 0 for a clause that answers by groups. */
  costOf(clause: number): number {
    return this.#clauses[clause].grouping === undefined ? 1 : 0
  }

  /** Goes on to the next batch. */
  take(rows: readonly IdentityRow[]): void {
    this.#rows = rows
    this.#subjects = new Array(rows.length)
    for (const grouping of this.#groupings.values()) grouping.current = grouping.groups.of(rows)
    for (const clause of this.#clauses) {
      const groups = clause.grouping?.groups.count ?? 0
      if (groups > clause.answers.length) clause.answers = grown(clause.answers, groups)
    }
  }

  /** Those places of the batch whose identities a clause selects. */
  narrow(number: number, places: Uint32Array): Uint32Array {
    const { rule, grouping, answers } = this.#clauses[number]
    const selected = new Uint32Array(places.length)
    let count = 0
    for (const place of places) {
      let answer = unknown
      if (grouping === undefined) answer = this.#ask(rule, place)
      else {
        const group = grouping.current[place]
        answer = answers[group]
        if (answer === unknown) answers[group] = answer = this.#ask(rule, place)
      }
      if (answer === yes) selected[count++] = place
    }
    return selected.subarray(0, count)
  }

  #ask(rule: MembershipRule, place: number): number {
    return rule.selects(this.#subjectAt(place)) ? yes : no
  }

  #groupingBy(facts: NonNullable<RuleClause['reads']>): Grouping {
    const names = facts.map((fact) => JSON.stringify(fact)).toSorted()
    const name = names.join()
    const known = this.#groupings.get(name)
    if (known !== undefined) return known
    const grouping = { groups: new FactGroups(facts, this.#holdersOf), current: new Uint32Array(0) }
    this.#groupings.set(name, grouping)
    return grouping
  }

  #subjectAt(place: number): Subject {
    const row = this.#rows[place]
    this.#subjects[place] ??= subjectOf(row, holdingsOf(row[keyAt], this.#holdersOf))
    return this.#subjects[place]
  }
}

interface Grouping {
  readonly groups: FactGroups
  /** Of the batch at hand. */
  current: Uint32Array
}

interface KnownClause {
  readonly rule: MembershipRule
  readonly grouping: Grouping | undefined
  /** By group. */
  answers: Uint8Array
}

const [unknown, yes, no] = [0, 1, 2]

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

function holdingsOf(key: number, holdersOf: HoldersOf): Holdings {
  return {
    hasApplication: (applicationId) => holdersOf(applicationId, null)?.has(key) ?? false,
    hasEntitlement: (applicationId, entitlementId) => holdersOf(applicationId, entitlementId)?.has(key) ?? false,
  }
}

function keysOf(array: string): number[] {
  return array === '{}' ? [] : array.slice(1, -1).split(',').map(Number)
}
