import { type Holdings, mostAttributes, type SparsePopulation } from './sparse-population.ts'

/** The number of highest rates of a person in cohorts of two values. Rates of one value have one feature for each attribute. */
const keptRates = 4

/** The features of an entitlement before it is recommended; see docs/mining.md. */
const at = {
  singles: 0,
  pairs: mostAttributes,
  evidence: mostAttributes + keptRates,
  sumOfEvidence: mostAttributes + keptRates + 1,
  cohorts: mostAttributes + keptRates + 2,
  sumOfRates: mostAttributes + keptRates + 3,
  sizeOfBest: mostAttributes + keptRates + 4,
  holders: mostAttributes + keptRates + 5,
  bestTogether: mostAttributes + keptRates + 6,
  allTogether: mostAttributes + keptRates + 7,
  countTogether: mostAttributes + keptRates + 8,
  held: mostAttributes + keptRates + 9,
} as const
export const featureCount = mostAttributes + keptRates + 10

/** A larger cohort only shows what all people hold; a cohort of this size or smaller is small enough to give candidates. */
const largestCohort = 4096
const largestNaming = 64

/** The number of other holders of the same entitlement whose other entitlements are read. */
const mostAsked = 256

/** The number of people with the average rate that are added to a rate, so that one out of one is not 100 %. */
const prior = 2

/** The number of cells of cohorts that are cached between persons. */
const mostKept = 4_000_000

/** The candidates of one person; valid until the next call. */
export interface Candidates {
  readonly count: number
  readonly entitlement: Uint32Array
  /** Rows of `featureCount`. */
  readonly features: Float32Array
  /** Per candidate the cohort kind with the strongest evidence, -1 for none, and its figures. */
  readonly bestKind: Int32Array
  readonly kindHolders: Uint32Array
  readonly kindOthers: Uint32Array
  /** The held entitlement whose other holders hold the candidate the most, -1 for none, and the figures. */
  readonly bestHeld: Int32Array
  readonly heldHolders: Uint32Array
  readonly heldOthers: Uint32Array
}

interface CohortCells {
  readonly entitlement: Uint32Array
  readonly holders: Uint32Array
}

/**
 * For a person: the entitlements of people in the person's small cohorts, and of other holders of the person's entitlements, each with
 * its features. The person holds none of them, so the person's own grants are not counted.
 */
export class GrantFeatures {
  private readonly population: SparsePopulation
  private readonly holdings: Holdings
  private readonly cells = new Map<number, CohortCells>()
  private keptCells = 0
  private readonly slot: Int32Array
  private readonly counted: Uint32Array
  private readonly touched: Uint32Array
  private capacity = 1024
  private found: Candidates & { count: number }

  constructor(population: SparsePopulation, holdings: Holdings) {
    this.population = population
    this.holdings = holdings
    this.slot = new Int32Array(population.entitlementCount).fill(-1)
    this.counted = new Uint32Array(population.entitlementCount)
    this.touched = new Uint32Array(population.entitlementCount)
    this.found = roomFor(this.capacity)
  }

  of(person: number): Candidates {
    const { kinds } = this.population
    const { rowOffset, rowEntitlement } = this.holdings
    const start = rowOffset[person]!
    const end = rowOffset[person + 1]!
    this.found.count = 0
    // An entitlement that the person holds is not a candidate.
    for (let g = start; g < end; g++) this.slot[rowEntitlement[g]!] = -2
    for (const [k, { groups }] of kinds.entries()) {
      const group = groups.of[person]!
      if (group < 0 || groups.offset[group + 1]! - groups.offset[group]! > largestNaming) continue
      for (const e of this.cellsOf(k, group).entitlement) if (this.slot[e] === -1) this.add(e)
    }
    for (let g = start; g < end; g++) this.askHolders(person, rowEntitlement[g]!)
    for (const [k, { groups, attributes }] of kinds.entries()) {
      const group = groups.of[person]!
      if (group < 0) continue
      const others = groups.offset[group + 1]! - groups.offset[group]! - 1
      if (others < largestCohort) this.askCohort(k, attributes.length === 1, this.cellsOf(k, group), others)
    }
    const { found } = this
    for (let c = 0; c < found.count; c++) {
      const row = c * featureCount
      const e = found.entitlement[c]!
      found.features[row + at.holders] = Math.log2(1 + this.holdersOf(e))
      found.features[row + at.held] = end - start
      found.features[row + at.sizeOfBest] = found.bestKind[c]! < 0 ? 0 : found.kindOthers[c]!
      this.slot[e] = -1
    }
    for (let g = start; g < end; g++) this.slot[rowEntitlement[g]!] = -1
    return found
  }

  /** The number of people, at least one, whose candidates can be found while about `grantsRead` grants of other people are read. */
  affordable(grantsRead: number): number {
    const { kinds, persons } = this.population
    const { rowOffset, columnOffset } = this.holdings
    const grantCount = rowOffset[persons.length]!
    let rows = 0
    for (let e = 0; e + 1 < columnOffset.length; e++) rows += this.holdersOf(e) * Math.min(this.holdersOf(e), mostAsked)
    // The cells of all cohorts together may be too many to cache; then each person's cells are counted again.
    if (kinds.length * grantCount > mostKept) {
      for (const { groups } of kinds) {
        for (let group = 0; group < groups.count; group++) {
          const size = groups.offset[group + 1]! - groups.offset[group]!
          if (size <= largestCohort) rows += size * size
        }
      }
    }
    const grantsOfPerson = (rows / persons.length) * (grantCount / persons.length)
    return Math.max(1, Math.floor(grantsRead / grantsOfPerson))
  }

  private holdersOf(e: number): number {
    return this.holdings.columnOffset[e + 1]! - this.holdings.columnOffset[e]!
  }

  /** Lists the entitlements that other holders of `held` also hold. */
  private askHolders(person: number, held: number): void {
    const { rowOffset, rowEntitlement, columnOffset, columnPerson } = this.holdings
    const { counted, touched } = this
    const first = columnOffset[held]!
    const all = columnOffset[held + 1]! - first
    const asked = Math.min(all, mostAsked)
    let touchedCount = 0
    let others = 0
    for (let a = 0; a < asked; a++) {
      const other = columnPerson[first + Math.floor((a * all) / asked)]!
      if (other === person) continue
      others++
      for (let g = rowOffset[other]!; g < rowOffset[other + 1]!; g++) {
        const e = rowEntitlement[g]!
        if (counted[e]!++ === 0) touched[touchedCount++] = e
      }
    }
    for (let t = 0; t < touchedCount; t++) {
      const e = touched[t]!
      const both = counted[e]!
      counted[e] = 0
      if (this.slot[e] === -2) continue
      if (this.slot[e] === -1) this.add(e)
      const c = this.slot[e]!
      const { found } = this
      const row = c * featureCount
      const rate = both / (others + prior)
      found.features[row + at.allTogether]! += rate
      found.features[row + at.countTogether]! += both
      if (rate <= found.features[row + at.bestTogether]!) continue
      found.features[row + at.bestTogether] = rate
      found.bestHeld[c] = held
      found.heldHolders[c] = both
      found.heldOthers[c] = others
    }
  }

  private askCohort(kind: number, isSingle: boolean, { entitlement, holders }: CohortCells, others: number): void {
    const { slot, found } = this
    const everyone = this.population.persons.length
    for (let i = 0; i < entitlement.length; i++) {
      const c = slot[entitlement[i]!]!
      if (c < 0) continue
      const row = c * featureCount
      const h = holders[i]!
      const base = (this.holdersOf(entitlement[i]!) + 0.5) / (everyone + 1)
      const rate = (h + prior * base) / (others + prior)
      if (isSingle) found.features[row + at.singles + kind] = rate
      else keepHighest(found.features, row + at.pairs, rate)
      found.features[row + at.cohorts]!++
      found.features[row + at.sumOfRates]! += rate
      const evidence = h * Math.log2(Math.max(1, rate / base))
      found.features[row + at.sumOfEvidence]! += evidence
      if (evidence <= found.features[row + at.evidence]!) continue
      found.features[row + at.evidence] = evidence
      found.bestKind[c] = kind
      found.kindHolders[c] = h
      found.kindOthers[c] = others
    }
  }

  /** The entitlements that the members of a cohort hold. */
  private cellsOf(kind: number, group: number): CohortCells {
    const { kinds, persons } = this.population
    const key = kind * persons.length + group
    const known = this.cells.get(key)
    if (known !== undefined) return known
    const { offset, members } = kinds[kind]!.groups
    const { rowOffset, rowEntitlement } = this.holdings
    const { counted, touched } = this
    let count = 0
    for (let m = offset[group]!; m < offset[group + 1]!; m++) {
      for (let g = rowOffset[members[m]!]!; g < rowOffset[members[m]! + 1]!; g++) {
        if (counted[rowEntitlement[g]!]!++ === 0) touched[count++] = rowEntitlement[g]!
      }
    }
    const entitlement = touched.slice(0, count).sort()
    const holders = entitlement.map((e) => counted[e]!)
    for (const e of entitlement) counted[e] = 0
    if (this.keptCells + count > mostKept) {
      this.cells.clear()
      this.keptCells = 0
    }
    this.keptCells += count
    const cells = { entitlement, holders }
    this.cells.set(key, cells)
    return cells
  }

  private add(e: number): void {
    if (this.found.count === this.capacity) {
      this.capacity *= 2
      this.found = moved(this.found, roomFor(this.capacity))
    }
    const { found } = this
    const c = found.count++
    this.slot[e] = c
    found.entitlement[c] = e
    found.features.fill(0, c * featureCount, (c + 1) * featureCount)
    found.bestKind[c] = -1
    found.bestHeld[c] = -1
  }
}

/** Inserts a rate among the highest ones, which are in descending order. */
function keepHighest(features: Float32Array, start: number, rate: number): void {
  let place = start + keptRates - 1
  if (features[place]! >= rate) return
  for (; place > start && features[place - 1]! < rate; place--) features[place] = features[place - 1]!
  features[place] = rate
}

function roomFor(capacity: number): Candidates & { count: number } {
  return {
    count: 0,
    entitlement: new Uint32Array(capacity),
    features: new Float32Array(capacity * featureCount),
    bestKind: new Int32Array(capacity),
    kindHolders: new Uint32Array(capacity),
    kindOthers: new Uint32Array(capacity),
    bestHeld: new Int32Array(capacity),
    heldHolders: new Uint32Array(capacity),
    heldOthers: new Uint32Array(capacity),
  }
}

function moved(from: Candidates, to: Candidates & { count: number }): Candidates & { count: number } {
  to.count = from.count
  to.entitlement.set(from.entitlement)
  to.features.set(from.features)
  to.bestKind.set(from.bestKind)
  to.kindHolders.set(from.kindHolders)
  to.kindOthers.set(from.kindOthers)
  to.bestHeld.set(from.bestHeld)
  to.heldHolders.set(from.heldHolders)
  to.heldOthers.set(from.heldOthers)
  return to
}
