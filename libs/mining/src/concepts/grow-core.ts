import type { RoleGraph } from './role-graph.ts'

/** How concepts are grown. Shares are from 0 to 1. */
export interface GrowthRules {
  readonly tightness: number
  /** Fewest members a concept may have while it grows. */
  readonly minSupport: number
  /** How far apart the shares of holders that are members may lie: 1 when what others give as well may start a role. */
  readonly precisionSlack: number
}

/** Entitlements that nearly the same persons hold, ascending. */
export interface Core {
  readonly entitlements: Uint32Array
  /** Persons that hold enough of them, ascending. */
  readonly members: Uint32Array
  /** Grants inside members x entitlements. */
  readonly grantCount: number
}

/** Entitlements of one core are held by shares of its members that lie as close as this, besides chance. */
const coverageSlack = 0.15

const mostSteps = 8

/** Members whose grants are counted; of larger concepts some, evenly spread. */
const sampleSize = 1024

/** Fewest entitlements of a set of `size` that a member holds: the tightness, more than half, and two. */
export function neededOf(size: number, tightness: number): number {
  return Math.max(2, Math.floor(size / 2) + 1, Math.ceil(size * tightness - 1e-9))
}

/**
 * Grows seed sets to concepts: the persons that hold enough of the set; then the entitlements that nearly all of these
 * persons hold and few others do; and again, until nothing changes. What is noise need not be told: an entitlement stays
 * when its coverage is within `coverageSlack` of the best one's and its precision (the share of its holders that are members) within the rules', each
 * widened by two standard errors.
 */
export class CoreGrower {
  private readonly graph: RoleGraph
  private readonly rules: GrowthRules
  private readonly held: Uint16Array
  private readonly seen: Uint32Array
  private readonly count: Uint32Array
  private readonly touched: Uint32Array
  /** Of the members that were looked up last. */
  private grantCount = 0

  constructor(graph: RoleGraph, rules: GrowthRules) {
    this.graph = graph
    this.rules = rules
    this.held = new Uint16Array(graph.personCount)
    this.seen = new Uint32Array(graph.personCount)
    this.count = new Uint32Array(graph.entitlementCount)
    this.touched = new Uint32Array(graph.entitlementCount)
  }

  /** The concept of a seed set; undefined when it falls apart. */
  grow(seed: Uint32Array): Core | undefined {
    let entitlements = seed
    for (let step = 0; step < mostSteps; step++) {
      const members = this.membersOf(entitlements)
      if (members.length < this.rules.minSupport) return undefined
      const next = this.heldByNearlyAll(members, entitlements)
      if (next.length < 2) return undefined
      const isSame = next.length === entitlements.length && next.every((e, i) => e === entitlements[i])
      entitlements = next
      if (isSame) return { entitlements, members, grantCount: this.grantCount }
    }
    const members = this.membersOf(entitlements)
    return members.length < this.rules.minSupport ? undefined : { entitlements, members, grantCount: this.grantCount }
  }

  private membersOf(entitlements: Uint32Array): Uint32Array {
    const { columnOffset, columnPerson } = this.graph
    const { held, seen } = this
    let seenCount = 0
    for (const e of entitlements) {
      seenCount = tally(columnPerson, columnOffset[e], columnOffset[e + 1], held, seen, seenCount)
    }
    const needed = neededOf(entitlements.length, this.rules.tightness)
    let size = 0
    this.grantCount = 0
    for (let s = 0; s < seenCount; s++) {
      const person = seen[s]
      if (held[person] >= needed) {
        seen[size++] = person
        this.grantCount += held[person]
      }
      held[person] = 0
    }
    return seen.slice(0, size).sort()
  }

  private heldByNearlyAll(members: Uint32Array, seed: Uint32Array): Uint32Array {
    const { rowOffset, rowEntitlement, columnOffset } = this.graph
    const { count, touched } = this
    const size = Math.min(members.length, sampleSize)
    const scale = members.length / size
    let touchedCount = 0
    // Whoever reaches the tightness is held by one of the first size - least + 1 members; the rest adds to what is listed.
    const least = Math.max(1, Math.ceil(this.rules.tightness * size - 1e-9))
    const listing = size - least + 1
    for (let m = 0; m < listing; m++) {
      const person = members[Math.floor(m * scale)]
      touchedCount = tally(rowEntitlement, rowOffset[person], rowOffset[person + 1], count, touched, touchedCount)
    }
    for (let m = listing; m < size; m++) {
      const person = members[Math.floor(m * scale)]
      tallyListed(rowEntitlement, rowOffset[person], rowOffset[person + 1], count)
    }
    let bestCoverage = 0
    let bestPrecision = 0
    for (const e of seed) {
      if (count[e] < least) continue
      bestCoverage = Math.max(bestCoverage, count[e] / size)
      bestPrecision = Math.max(bestPrecision, (count[e] * scale) / (columnOffset[e + 1] - columnOffset[e]))
    }
    const fewest = Math.max(least, Math.ceil(size * lowest(bestCoverage, coverageSlack, size) - 1e-9))
    let kept = 0
    for (let t = 0; t < touchedCount; t++) {
      const e = touched[t]
      const c = count[e]
      count[e] = 0
      if (c < fewest) continue
      const holders = columnOffset[e + 1] - columnOffset[e]
      if ((c * scale) / holders >= lowest(bestPrecision, this.rules.precisionSlack, holders)) touched[kept++] = e
    }
    return touched.slice(0, kept).sort()
  }
}

/** The least share that differs from the best one by no more than the slack and two standard errors of `trials`. */
function lowest(best: number, slack: number, trials: number): number {
  return best - slack - 2 * Math.sqrt((best * (1 - best) + 0.02) / trials)
}

function tally(
  values: Uint32Array,
  start: number,
  end: number,
  count: Uint16Array | Uint32Array,
  touched: Uint32Array,
  touchedCount: number,
): number {
  let next = touchedCount
  for (let at = start; at < end; at++) {
    const value = values[at]
    const c = count[value]
    if (c === 0) touched[next++] = value
    count[value] = c + 1
  }
  return next
}

function tallyListed(values: Uint32Array, start: number, end: number, count: Uint32Array): void {
  for (let at = start; at < end; at++) {
    const value = values[at]
    const c = count[value]
    if (c !== 0) count[value] = c + 1
  }
}
