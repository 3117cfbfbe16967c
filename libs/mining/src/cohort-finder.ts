import type { CohortFilter } from './cohort-result.ts'
import type { Population } from './cohort-settings.ts'
import { isOfPopulation } from './population.ts'
import type { ValueLists } from './snapshot.ts'
import { identityStatuses, type Snapshot } from './snapshot.ts'

/** The inverted index of one attribute: the identities that have each value. */
interface ValueHolders {
  /** Ordinals of the spellings of each trimmed value. */
  readonly spellings: ReadonlyMap<string, readonly number[]>
  /** The identities with value `v` are `identity` from `offset` at `v` up to `v + 1`, ascending. */
  readonly offset: Uint32Array
  readonly identity: Uint32Array
}

/**
 * Finds the members of many cohorts of one population. The result is that of `cohortMembers`, but the search only tests the people of the
 * rarest filter. The index of an attribute is built in one pass when the attribute is first used.
 */
export class CohortFinder {
  readonly #snapshot: Snapshot
  /** Ordinals, ascending. */
  readonly #people: Uint32Array
  readonly #attributes = new Map<string, ValueHolders | undefined>()
  readonly #matched: Uint8Array

  constructor(snapshot: Snapshot, population: Population = 'people') {
    this.#snapshot = snapshot
    this.#people = peopleOf(snapshot, population)
    this.#matched = new Uint8Array(snapshot.identityCount)
  }

  /** Ordinals, ascending. A filter by an attribute that the snapshot does not have selects no identity and is not an error. */
  membersOf(filters: readonly CohortFilter[]): Uint32Array {
    const found = filters.map((filter) => this.#peopleOf(filter)).sort((a, b) => a.length - b.length)
    const matched = this.#matched
    let members = found[0] ?? new Uint32Array(0)
    for (const people of found.slice(1)) members = commonOf(members, people, matched)
    return members
  }

  #peopleOf({ attribute, values }: CohortFilter): Uint32Array {
    const holders = this.#holdersOf(attribute)
    if (holders === undefined) return new Uint32Array(0)
    const { spellings, offset, identity } = holders
    const wanted = new Set(values.flatMap((value) => spellings.get(value.trim()) ?? []))
    if (wanted.size === 1) {
      const [value] = wanted
      return identity.subarray(offset[value!], offset[value! + 1])
    }
    const all = new Set<number>()
    for (const value of wanted) for (let at = offset[value]!; at < offset[value + 1]!; at++) all.add(identity[at]!)
    return Uint32Array.from(all).sort()
  }

  #holdersOf(key: string): ValueHolders | undefined {
    if (!this.#attributes.has(key)) this.#attributes.set(key, this.#turnRound(key))
    return this.#attributes.get(key)
  }

  #turnRound(key: string): ValueHolders | undefined {
    const attribute = this.#snapshot.attributes.find((one) => one.key === key)
    if (attribute === undefined) return undefined
    const { values, column, lists } = attribute
    const spellings = new Map<string, number[]>()
    for (const [ordinal, value] of values.entries()) {
      const known = spellings.get(value.trim())
      if (known === undefined) spellings.set(value.trim(), [ordinal])
      else known.push(ordinal)
    }
    const offset = new Uint32Array(values.length + 1)
    const people = this.#people
    if (lists === undefined) countColumn(people, column, offset)
    else countLists(people, lists, offset)
    for (let v = 0; v < values.length; v++) offset[v + 1]! += offset[v]!
    const next = offset.slice(0, values.length)
    const identity = new Uint32Array(offset[values.length]!)
    if (lists === undefined) fillColumn(people, column, next, identity)
    else fillLists(people, lists, next, identity)
    return { spellings, offset, identity }
  }
}

/** @param matched all 0, before and after the call */
function commonOf(some: Uint32Array, others: Uint32Array, matched: Uint8Array): Uint32Array {
  for (let i = 0; i < some.length; i++) matched[some[i]!] = 1
  const common = new Uint32Array(some.length)
  let count = 0
  for (let i = 0; i < others.length; i++) if (matched[others[i]!] === 1) common[count++] = others[i]!
  for (let i = 0; i < some.length; i++) matched[some[i]!] = 0
  return common.slice(0, count)
}

function peopleOf({ identityCount, identityStatus, identityType }: Snapshot, population: Population): Uint32Array {
  const people = new Uint32Array(identityCount)
  let count = 0
  for (let i = 0; i < identityCount; i++) {
    if (identityStatus[i] === identityStatuses.enabled && isOfPopulation(identityType[i]!, population))
      people[count++] = i
  }
  return people.subarray(0, count)
}

// The loops are separate functions: see `countRow` of count-cohorts.ts.

function countColumn(people: Uint32Array, column: Int32Array, offset: Uint32Array): void {
  for (let p = 0; p < people.length; p++) {
    const value = column[people[p]!]!
    if (value >= 0) offset[value + 1]!++
  }
}

function fillColumn(people: Uint32Array, column: Int32Array, next: Uint32Array, identity: Uint32Array): void {
  for (let p = 0; p < people.length; p++) {
    const value = column[people[p]!]!
    if (value >= 0) identity[next[value]!++] = people[p]!
  }
}

function countLists(people: Uint32Array, { offset: start, value }: ValueLists, offset: Uint32Array): void {
  for (let p = 0; p < people.length; p++) {
    for (let at = start[people[p]!]!; at < start[people[p]! + 1]!; at++) offset[value[at]! + 1]!++
  }
}

function fillLists(
  people: Uint32Array,
  { offset: start, value }: ValueLists,
  next: Uint32Array,
  identity: Uint32Array,
) {
  for (let p = 0; p < people.length; p++) {
    for (let at = start[people[p]!]!; at < start[people[p]! + 1]!; at++) identity[next[value[at]!]!++] = people[p]!
  }
}
