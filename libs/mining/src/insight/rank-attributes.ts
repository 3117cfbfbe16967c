import type { AttributeReport } from '../cohort-result.ts'
import { type CohortMiningSettings, resolveSettings } from '../cohort-settings.ts'
import { type Groups, splitGroups } from '../grouping.ts'
import { type PopulationGraph, preparePopulation } from '../population.ts'
import type { Ordinals } from '../shared-arrays.ts'
import type { Snapshot } from '../snapshot.ts'

/** The grants that one attribute explains. Grants are those of enabled people without common access. */
interface RankedAttribute
  extends Pick<AttributeReport, 'attribute' | 'verdict' | 'identitiesWithValue' | 'distinctValues'> {
  /** Grants that cohorts of this attribute alone explain. */
  readonly alone: number
  /** The part of these grants that no attribute with a higher rank explains. */
  readonly added: number
  /** Grants that no other attribute alone explains. */
  readonly only: number
  /** Grants that pairs with another attribute explain, but no single attribute; 0 for an attribute that was not paired. */
  readonly inPairs: number
}

/** Attributes ranked by the grants that they explain. */
export interface AttributeRanking {
  /** All grants of enabled people without common access. */
  readonly grants: number
  /** Grants that at least one single attribute explains, and those explained by single attributes or pairs. */
  readonly explainedAlone: number
  readonly explained: number
  /** First the attribute that explains the most, then the one that adds the most to it, and so on; attributes without cohorts last. */
  readonly attributes: readonly RankedAttribute[]
}

/** The bits of a number show which attributes explain a grant. The attributes that explain the most alone get a bit. */
const mostRanked = 30
/** Pairs are counted for the first attributes: 15 pairs. */
const mostPaired = 6

/**
 * Ranks attributes by the grants that they explain. Cohorts are the people with the same value, at least `minCohortSize`. A cohort
 * explains the grants of an entitlement that at least `minCoverage` of it hold. There is no test of lift or evenness: the result is the
 * most that a description of people by the attribute can explain.
 */
export function rankAttributes(snapshot: Snapshot, given: Partial<CohortMiningSettings> = {}): AttributeRanking {
  const settings = resolveSettings(given)
  const graph = preparePopulation(snapshot, settings, 'people')
  const keys = [...new Set(graph.attributes.map(({ key }) => key))].slice(0, mostRanked)
  const explains = new Uint32Array(graph.rowEntitlement.length)
  const cover = new GroupCover(graph, settings)
  for (const [bit, key] of keys.entries()) {
    for (const position of positionsOf(graph, key)) {
      const { column, valueCount } = graph.attributes[position]!
      cover.mark(splitGroups(undefined, column, valueCount, settings.minCohortSize), explains, 1 << bit)
    }
  }
  const masks = countMasks(explains)
  const order = inOrder(keys.length, masks)
  const pairs = pairsBeyond(graph, settings, cover, keys, order, explains)
  const common = graph.commonAccess.reduce((sum, { grantedCount }) => sum + grantedCount, 0)
  const sum = (matches: (mask: number) => boolean) =>
    [...masks].reduce((total, [mask, count]) => total + (matches(mask) ? count : 0), 0)
  const explainedAlone = sum((mask) => mask !== 0)
  let before = 0
  const ranked = order.map((bit): RankedAttribute => {
    const own = 1 << bit
    const earlier = before
    before |= own
    return {
      ...reportOf(graph, keys[bit]!),
      alone: sum((mask) => (mask & own) !== 0),
      added: sum((mask) => (mask & own) !== 0 && (mask & earlier) === 0),
      only: sum((mask) => mask === own),
      inPairs: pairs.byBit.get(bit) ?? 0,
    }
  })
  const left = graph.attributeReports
    .filter(({ attribute }) => !keys.includes(attribute))
    .map(({ attribute }) => ({ ...reportOf(graph, attribute), alone: 0, added: 0, only: 0, inPairs: 0 }))
  return {
    grants: graph.grantCount - common,
    explainedAlone,
    explained: explainedAlone + pairs.total,
    attributes: [...ranked, ...left],
  }
}

function positionsOf({ attributes }: PopulationGraph, key: string): number[] {
  return [...attributes.keys()].filter((at) => attributes[at]!.key === key)
}

function reportOf({ attributeReports }: PopulationGraph, key: string) {
  const report = attributeReports.find(({ attribute }) => attribute === key)
  const { verdict = 'used', identitiesWithValue = 0, distinctValues = 0 } = report ?? {}
  return { attribute: key, verdict, identitiesWithValue, distinctValues }
}

/** The number of grants that each set of attributes explains. */
function countMasks(explains: Uint32Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  let last = 0
  let run = 0
  // The same set occurs many times in a row, so the map is read once for each run.
  for (let at = 0; at < explains.length; at++) {
    if (explains[at] === last) {
      run++
      continue
    }
    counts.set(last, (counts.get(last) ?? 0) + run)
    last = explains[at]!
    run = 1
  }
  counts.set(last, (counts.get(last) ?? 0) + run)
  return counts
}

/**
 * In bits, in this order: first the attribute that explains the most, then repeatedly the one that adds the most; of equal ones the
 * earlier.
 */
function inOrder(count: number, masks: ReadonlyMap<number, number>): number[] {
  const order: number[] = []
  let told = 0
  while (order.length < count) {
    const gains = new Array<number>(count).fill(0)
    for (const [mask, grants] of masks) {
      if ((mask & told) !== 0) continue
      for (let bit = 0; bit < count; bit++) if (((mask >>> bit) & 1) === 1) gains[bit]! += grants
    }
    let next = -1
    for (let bit = 0; bit < count; bit++) {
      if (!order.includes(bit) && (next < 0 || gains[bit]! > gains[next]!)) next = bit
    }
    order.push(next)
    told |= 1 << next
  }
  return order
}

/** The number of grants that pairs of the first attributes explain and no single attribute does; bit 31 marks them. */
function pairsBeyond(
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  cover: GroupCover,
  keys: readonly string[],
  order: readonly number[],
  explains: Uint32Array,
): { readonly total: number; readonly byBit: ReadonlyMap<number, number> } {
  const byBit = new Map<number, number>()
  if (settings.maxFilters < 2) return { total: 0, byBit }
  const paired = order.slice(0, mostPaired)
  const inPairs = new Uint32Array(explains.length)
  for (const [i, a] of paired.entries()) {
    for (const b of paired.slice(i + 1)) {
      const pair = (1 << a) | (1 << b)
      for (const first of positionsOf(graph, keys[a]!)) {
        const wider = splitGroups(
          undefined,
          graph.attributes[first]!.column,
          graph.attributes[first]!.valueCount,
          settings.minCohortSize,
        )
        for (const second of positionsOf(graph, keys[b]!)) {
          const { column, valueCount } = graph.attributes[second]!
          cover.mark(splitGroups(wider, column, valueCount, settings.minCohortSize), inPairs, pair)
        }
      }
    }
  }
  let total = 0
  for (let at = 0; at < explains.length; at++) if (explains[at] !== 0) inPairs[at] = 0
  for (const [mask, count] of countMasks(inPairs)) {
    if (mask === 0) continue
    total += count
    for (const bit of paired) if (((mask >>> bit) & 1) === 1) byBit.set(bit, (byBit.get(bit) ?? 0) + count)
  }
  return { total, byBit }
}

/** Marks the grants of entitlements that enough members of a group hold. */
class GroupCover {
  private readonly graph: PopulationGraph
  private readonly minCoverage: number
  private readonly count: Uint32Array

  constructor(graph: PopulationGraph, { minCoverage }: CohortMiningSettings) {
    this.graph = graph
    this.minCoverage = minCoverage
    this.count = new Uint32Array(graph.kept.length)
  }

  mark({ count: groupCount, offset, members }: Groups, marks: Uint32Array, bits: number): void {
    const { rowOffset, rowEntitlement } = this.graph
    const { count } = this
    for (let g = 0; g < groupCount; g++) {
      const start = offset[g]!
      const end = offset[g + 1]!
      const needed = Math.max(1, Math.ceil(this.minCoverage * (end - start) - 1e-9))
      for (let m = start; m < end; m++)
        countRow(rowEntitlement, rowOffset[members[m]!]!, rowOffset[members[m]! + 1]!, count)
      for (let m = start; m < end; m++) {
        markRow(rowEntitlement, rowOffset[members[m]!]!, rowOffset[members[m]! + 1]!, count, needed, marks, bits)
      }
      for (let m = start; m < end; m++)
        clearRow(rowEntitlement, rowOffset[members[m]!]!, rowOffset[members[m]! + 1]!, count)
    }
  }
}

// The row loops are separate functions: see `countRow` of count-cohorts.ts.

function countRow(row: Ordinals, start: number, end: number, count: Uint32Array): void {
  for (let at = start; at < end; at++) count[row[at]!]!++
}

function clearRow(row: Ordinals, start: number, end: number, count: Uint32Array): void {
  for (let at = start; at < end; at++) count[row[at]!] = 0
}

function markRow(
  row: Ordinals,
  start: number,
  end: number,
  count: Uint32Array,
  needed: number,
  marks: Uint32Array,
  bits: number,
): void {
  for (let at = start; at < end; at++) if (count[row[at]!]! >= needed) marks[at]! |= bits
}
