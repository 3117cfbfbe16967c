import { isWithin } from '../ascending.ts'
import type { CohortFilter } from '../cohort-result.ts'
import { logChoose } from '../concepts/chance-test.ts'
import { inSteps } from '../evidence.ts'
import type { Snapshot } from '../snapshot.ts'
import { type ConditionTerm, type DescribedPeople, filtersOfTerms, peopleOf, valuesInUse } from './people-conditions.ts'
import {
  addAll,
  addPerson,
  countEither,
  countEitherWithin,
  hasPerson,
  type PersonSet,
  personSet,
} from './person-set.ts'

/** A description of the holders by attributes. */
export interface HolderCondition {
  /** One or two filters, which must both match. */
  readonly filters: readonly CohortFilter[]
  /** Enabled people who match, and how many of them hold the entitlements. */
  readonly people: number
  readonly holders: number
  /** The bits to describe the holders with this condition: its name, and the people for whom it is wrong. */
  readonly bits: number
  /** Whether it belongs to the pattern: the conditions that together describe the holders in the fewest bits. */
  readonly isPattern: boolean
}

/** The holders of some entitlements, and conditions that describe them. */
export interface HolderDescription {
  /** Enabled people. */
  readonly people: number
  /** Ordinals, ascending, of the enabled people who hold all of the entitlements. */
  readonly holders: Uint32Array
  /** Other identities that hold all of them: disabled people, services, agents. */
  readonly otherHolders: number
  /** The number of enabled people who hold each of the entitlements, in their order. */
  readonly holdersOfEach: readonly number[]
  /** The bits to list the holders one by one, and to describe them by the pattern. */
  readonly plainBits: number
  readonly patternBits: number
  /** The conditions that save bits, the best first. */
  readonly conditions: readonly HolderCondition[]
  /** Ordinals, ascending: holders who match no condition of the pattern; without a pattern all holders. */
  readonly against: Uint32Array
  /** Ordinals, ascending: people who match a condition of the pattern and lack an entitlement. */
  readonly lacking: Uint32Array
}

/** Pairs are counted for this many attributes, whose best values save the most bits: 66 pairs. */
const mostPaired = 12
/** The number of conditions that are stored with one filter, and with two. */
const mostKept = 128
/** The number of conditions in the result. */
const mostTold = 20
/** The largest number of conditions in a pattern. */
const mostInPattern = 8
/** With more pairs of values than this, the counts are in a map. */
const densestCells = 1 << 23

/** A condition with its counts and bits. */
interface Weighed {
  readonly terms: readonly ConditionTerm[]
  readonly people: number
  readonly holders: number
  readonly bits: number
}

/**
 * Describes the holders of some entitlements by the attributes of the enabled people. Conditions are single values and pairs of values.
 * Each is judged by how much it shortens the list of holders (docs/insight.md has the formula). The pattern is chosen like a greedy
 * cover: first the condition that shortens the list the most, then the next one, as long as it saves bits.
 */
export function describeHolders(snapshot: Snapshot, entitlements: readonly number[]): HolderDescription {
  const people = peopleOf(snapshot)
  const found = findHolders(snapshot, people, entitlements)
  const weigh = new HolderWeights(people, found.isHolder, found.holders.length)
  const kept = weigh.best()
  const pattern = choosePattern(people, kept, found.isHolder, weigh)
  const order = kept.toSorted(
    (a, b) => a.bits - b.bits || a.terms.length - b.terms.length || compareTerms(a.terms, b.terms),
  )
  // Conditions of the pattern are always in the result, whatever their rank.
  const told = order.filter((one, rank) => rank < mostTold || pattern.chosen.has(one))
  return {
    people: people.persons.length,
    holders: found.holders,
    otherHolders: found.otherHolders,
    holdersOfEach: found.holdersOfEach,
    plainBits: weigh.plainBits,
    patternBits: pattern.bits,
    conditions: told.map((one) => ({
      filters: filtersOfTerms(snapshot, people, one.terms),
      people: one.people,
      holders: one.holders,
      bits: one.bits,
      isPattern: pattern.chosen.has(one),
    })),
    ...outsidePattern(people, found.isHolder, pattern.covered),
  }
}

function compareTerms(a: readonly ConditionTerm[], b: readonly ConditionTerm[]): number {
  for (const [i, term] of a.entries()) {
    const other = b[i]!
    const difference = term.attribute - other.attribute || term.value - other.value
    if (difference !== 0) return difference
  }
  return 0
}

function findHolders(snapshot: Snapshot, { persons }: DescribedPeople, entitlements: readonly number[]) {
  const { rowOffset, rowEntitlement, identityCount } = snapshot
  const place = new Int32Array(snapshot.entitlementCount).fill(-1)
  for (const entitlement of entitlements) place[entitlement] = 0
  const wanted = [...place.keys()].filter((entitlement) => place[entitlement] === 0)
  for (const [i, entitlement] of wanted.entries()) place[entitlement] = i
  const personOf = new Int32Array(identityCount).fill(-1)
  for (let p = 0; p < persons.length; p++) personOf[persons[p]!] = p
  const held = new Uint32Array(wanted.length)
  const isHolder = new Uint8Array(persons.length)
  const holders: number[] = []
  let otherHolders = 0
  for (let identity = 0; identity < identityCount; identity++) {
    const isPerson = personOf[identity]! >= 0
    let count = 0
    for (const [i, entitlement] of wanted.entries()) {
      if (!isWithin(rowEntitlement, entitlement, rowOffset[identity]!, rowOffset[identity + 1]!)) continue
      count++
      if (isPerson) held[i]!++
    }
    if (count < wanted.length || count === 0) continue
    if (!isPerson) otherHolders++
    else {
      holders.push(identity)
      isHolder[personOf[identity]!] = 1
    }
  }
  return {
    holders: Uint32Array.from(holders),
    otherHolders,
    holdersOfEach: entitlements.map((entitlement) => held[place[entitlement]!]!),
    isHolder,
  }
}

/** Computes the bits that conditions need to describe the holders. */
class HolderWeights {
  readonly plainBits: number
  private readonly people: DescribedPeople
  private readonly isHolder: Uint8Array
  private readonly holderCount: number
  /** The bits to name one value of each attribute. */
  private readonly valueBits: readonly number[]

  constructor(people: DescribedPeople, isHolder: Uint8Array, holderCount: number) {
    this.people = people
    this.isHolder = isHolder
    this.holderCount = holderCount
    this.plainBits = inSteps(logChoose(people.persons.length, holderCount))
    this.valueBits = people.attributes.map((attribute) => Math.log2(Math.max(1, valuesInUse(attribute))))
  }

  /** The conditions with one and with two filters that save bits, the best of both. */
  best(): Weighed[] {
    if (this.holderCount === 0) return []
    const singles = new Map<number, Weighed>()
    const bestOf = this.people.attributes.map(() => this.plainBits)
    const key = (attribute: number, value: number) => attribute * 2 ** 32 + value
    for (const [attribute, { column, valueCount }] of this.people.attributes.entries()) {
      const sizes = new Uint32Array(valueCount)
      const held = new Uint32Array(valueCount)
      for (let p = 0; p < column.length; p++) {
        if (column[p]! < 0) continue
        sizes[column[p]!]!++
        held[column[p]!]! += this.isHolder[p]!
      }
      for (let value = 0; value < valueCount; value++) {
        const one = this.weigh([{ attribute, value }], sizes[value]!, held[value]!)
        if (one === undefined) continue
        singles.set(key(attribute, value), one)
        bestOf[attribute] = Math.min(bestOf[attribute]!, one.bits)
      }
    }
    const paired = [...bestOf.keys()]
      .sort((a, b) => bestOf[a]! - bestOf[b]! || a - b)
      .slice(0, mostPaired)
      .sort((a, b) => a - b)
    const pairs: Weighed[] = []
    for (const [i, a] of paired.entries()) {
      for (const b of paired.slice(i + 1)) {
        // A condition names an attribute at most once, so two columns of one list are not paired.
        if (this.people.attributes[a]!.index === this.people.attributes[b]!.index) continue
        this.eachPair(a, b, (valueA, valueB, size, held) => {
          const alone = Math.min(
            singles.get(key(a, valueA))?.bits ?? this.plainBits,
            singles.get(key(b, valueB))?.bits ?? this.plainBits,
          )
          const terms = [
            { attribute: a, value: valueA },
            { attribute: b, value: valueB },
          ]
          const one = this.weigh(terms, size, held)
          if (one !== undefined && one.bits < alone) pairs.push(one)
        })
      }
    }
    const byBits = (x: Weighed, y: Weighed) => x.bits - y.bits || compareTerms(x.terms, y.terms)
    return [...[...singles.values()].sort(byBits).slice(0, mostKept), ...pairs.sort(byBits).slice(0, mostKept)]
  }

  /** The bits to describe the holders by a condition with these terms that `size` people match, of whom `held` are holders. */
  bits(terms: readonly ConditionTerm[], size: number, held: number): number {
    const everybody = this.people.persons.length
    const exceptions = logChoose(size, held) + logChoose(everybody - size, this.holderCount - held)
    return inSteps(this.price(terms) + Math.log2(size + 1) + exceptions)
  }

  /** The bits to name attributes and values. */
  private price(terms: readonly ConditionTerm[]): number {
    let bits = 0
    for (const { attribute } of terms) bits += Math.log2(this.people.attributes.length) + 1 + this.valueBits[attribute]!
    return bits
  }

  /** Undefined unless the condition saves bits, and the matching people hold the entitlements more often than all people. */
  private weigh(terms: readonly ConditionTerm[], size: number, held: number): Weighed | undefined {
    if (held === 0 || held * this.people.persons.length <= this.holderCount * size) return undefined
    const bits = this.bits(terms, size, held)
    return bits < this.plainBits ? { terms, people: size, holders: held, bits } : undefined
  }

  /** Every pair of values that holders have, with the number of people and of holders who have both. */
  private eachPair(
    a: number,
    b: number,
    see: (valueA: number, valueB: number, size: number, held: number) => void,
  ): void {
    const { isHolder } = this
    const { column: first, valueCount: firstCount } = this.people.attributes[a]!
    const { column: second, valueCount: secondCount } = this.people.attributes[b]!
    // Values without holders are skipped: manager by title may have millions of pairs.
    const placeA = heldValues(first, firstCount, isHolder)
    const placeB = heldValues(second, secondCount, isHolder)
    const width = placeB.values.length
    const cells = placeA.values.length * width
    if (cells > densestCells) {
      this.eachSparsePair(a, b, see)
      return
    }
    const sizes = new Uint32Array(cells)
    const held = new Uint32Array(cells)
    for (let p = 0; p < first.length; p++) {
      if (first[p]! < 0 || second[p]! < 0) continue
      const placedA = placeA.place[first[p]!]!
      const placedB = placeB.place[second[p]!]!
      if (placedA < 0 || placedB < 0) continue
      const cell = placedA * width + placedB
      sizes[cell]!++
      held[cell]! += isHolder[p]!
    }
    for (let cell = 0; cell < cells; cell++) {
      if (held[cell] === 0) continue
      const row = (cell - (cell % width)) / width
      see(placeA.values[row]!, placeB.values[cell % width]!, sizes[cell]!, held[cell]!)
    }
  }

  private eachSparsePair(
    a: number,
    b: number,
    see: (valueA: number, valueB: number, size: number, held: number) => void,
  ): void {
    const { column: first } = this.people.attributes[a]!
    const { column: second, valueCount } = this.people.attributes[b]!
    const counts = new Map<number, { size: number; held: number }>()
    for (let p = 0; p < first.length; p++) {
      if (this.isHolder[p] === 0 || first[p]! < 0 || second[p]! < 0) continue
      const cell = first[p]! * valueCount + second[p]!
      const count = counts.get(cell)
      if (count === undefined) counts.set(cell, { size: 0, held: 1 })
      else count.held++
    }
    for (let p = 0; p < first.length; p++) {
      const count = first[p]! < 0 || second[p]! < 0 ? undefined : counts.get(first[p]! * valueCount + second[p]!)
      if (count !== undefined) count.size++
    }
    for (const [cell, { size, held }] of [...counts].sort(([x], [y]) => x - y)) {
      see((cell - (cell % valueCount)) / valueCount, cell % valueCount, size, held)
    }
  }
}

/** The values of at least one holder, ascending, and their positions. */
function heldValues(column: Int32Array, valueCount: number, isHolder: Uint8Array) {
  const place = new Int32Array(valueCount).fill(-1)
  for (let p = 0; p < column.length; p++) if (isHolder[p] === 1 && column[p]! >= 0) place[column[p]!] = 0
  const values: number[] = []
  for (let value = 0; value < valueCount; value++) if (place[value] === 0) place[value] = values.push(value) - 1
  return { place, values }
}

/** The people who match all terms. */
function matching({ attributes, persons }: DescribedPeople, terms: readonly ConditionTerm[]): PersonSet {
  const set = personSet(persons.length)
  const [one, other] = terms
  const first = attributes[one!.attribute]!.column
  const second = other === undefined ? undefined : attributes[other.attribute]!.column
  for (let p = 0; p < persons.length; p++) {
    if (first[p] === one!.value && (second === undefined || second[p] === other!.value)) addPerson(set, p)
  }
  return set
}

function choosePattern(
  people: DescribedPeople,
  kept: readonly Weighed[],
  isHolder: Uint8Array,
  weigh: HolderWeights,
): { readonly chosen: ReadonlySet<Weighed>; readonly covered: PersonSet; readonly bits: number } {
  const holders = personSet(people.persons.length)
  for (let p = 0; p < isHolder.length; p++) if (isHolder[p] === 1) addPerson(holders, p)
  const sets = kept.map(({ terms }) => matching(people, terms))
  const covered = personSet(people.persons.length)
  const chosen = new Set<Weighed>()
  const terms: ConditionTerm[] = []
  let bits = weigh.plainBits
  while (chosen.size < mostInPattern) {
    let next = -1
    for (const [i, one] of kept.entries()) {
      if (chosen.has(one)) continue
      const size = countEither(covered, sets[i]!)
      const held = countEitherWithin(covered, sets[i]!, holders)
      const would = weigh.bits([...terms, ...one.terms], size, held)
      if (would < bits) {
        bits = would
        next = i
      }
    }
    if (next < 0) break
    chosen.add(kept[next]!)
    terms.push(...kept[next]!.terms)
    addAll(covered, sets[next]!)
  }
  return { chosen, covered, bits }
}

function outsidePattern({ persons }: DescribedPeople, isHolder: Uint8Array, covered: PersonSet) {
  const against: number[] = []
  const lacking: number[] = []
  for (let p = 0; p < persons.length; p++) {
    if (hasPerson(covered, p)) {
      if (isHolder[p] === 0) lacking.push(persons[p]!)
    } else if (isHolder[p] === 1) against.push(persons[p]!)
  }
  return { against: Uint32Array.from(against).sort(), lacking: Uint32Array.from(lacking).sort() }
}
