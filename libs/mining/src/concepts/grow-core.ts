import type { RoleGraph } from './role-graph.ts'

/** How concepts are grown. Shares are from 0 to 1. */
export interface GrowthRules {
  readonly tightness: number
  /** Fewest members a concept may have while it grows. */
  readonly minSupport: number
  /** How much the shares of holders who are members may differ; 1 when entitlements that other roles give may start a role. */
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

/** The shares of members who hold the entitlements of one core may differ by this, in addition to chance. */
const coverageSlack = 0.15

const mostSteps = 8

/** Fewest entitlements of a set of `size` that a member holds: the tightness, more than half, and two. */
export function neededOf(size: number, tightness: number): number {
  return Math.max(2, Math.floor(size / 2) + 1, Math.ceil(size * tightness - 1e-9))
}

/**
 * Grows seed sets to concepts. First it takes the persons who hold enough of the set, then the entitlements that nearly all of these
 * persons and few others hold. It repeats both until nothing changes. It needs no rate of noise: an entitlement stays when its coverage is
 * within `coverageSlack` of the highest coverage, and its precision (the share of its holders who are members) within `precisionSlack`.
 * Both are widened by two standard errors.
 */
export class CoreGrower {
  private readonly graph: RoleGraph
  private readonly rules: GrowthRules
  private readonly held: Uint16Array
  private readonly seen: Uint32Array
  private readonly isMember: Uint8Array
  /** The grants of the members that were looked up last. */
  private grantCount = 0

  constructor(graph: RoleGraph, rules: GrowthRules) {
    this.graph = graph
    this.rules = rules
    this.held = new Uint16Array(graph.personCount)
    this.seen = new Uint32Array(graph.personCount)
    this.isMember = new Uint8Array(graph.personCount)
  }

  /** The concept of a seed set, which `near` entitlements may join; undefined when it falls apart. */
  grow(seed: Uint32Array, near: Uint32Array): Core | undefined {
    const all = new Set([...seed, ...near])
    let entitlements = seed
    for (let step = 0; step < mostSteps; step++) {
      const members = this.membersOf(entitlements)
      if (members.length < this.rules.minSupport) return undefined
      const next = this.heldByNearlyAll(members, entitlements, all)
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
      seenCount = tally(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, held, seen, seenCount)
    }
    const needed = neededOf(entitlements.length, this.rules.tightness)
    let size = 0
    this.grantCount = 0
    for (let s = 0; s < seenCount; s++) {
      const person = seen[s]!
      if (held[person]! >= needed) {
        seen[size++] = person
        this.grantCount += held[person]!
      }
      held[person] = 0
    }
    return seen.slice(0, size).sort()
  }

  private heldByNearlyAll(members: Uint32Array, set: Uint32Array, all: ReadonlySet<number>): Uint32Array {
    const { columnOffset } = this.graph
    const { isMember } = this
    const { tightness, precisionSlack } = this.rules
    const size = members.length
    const least = Math.max(1, Math.ceil(tightness * size - 1e-9))
    for (const person of members) isMember[person] = 1
    const found: number[] = []
    const held: number[] = []
    let bestCoverage = 0
    let bestPrecision = 0
    for (const e of set) {
      const c = this.heldInside(e)
      if (c < least) continue
      found.push(e)
      held.push(c)
      bestCoverage = Math.max(bestCoverage, c / size)
      bestPrecision = Math.max(bestPrecision, c / (columnOffset[e + 1]! - columnOffset[e]!))
    }
    const fewest = Math.max(least, Math.ceil(size * lowest(bestCoverage, coverageSlack, size) - 1e-9))
    const isSet = new Set(set)
    for (const e of all) {
      const holders = columnOffset[e + 1]! - columnOffset[e]!
      if (isSet.has(e) || holders < fewest) continue
      // Even if all members held it, too few of its holders would be members: the column need not be read.
      if (size / holders < lowest(bestPrecision, precisionSlack, holders)) continue
      found.push(e)
      held.push(this.heldInside(e))
    }
    for (const person of members) isMember[person] = 0
    const kept = found.filter((e, i) => {
      const holders = columnOffset[e + 1]! - columnOffset[e]!
      return held[i]! >= fewest && held[i]! / holders >= lowest(bestPrecision, precisionSlack, holders)
    })
    return Uint32Array.from(kept).sort()
  }

  /** Holders of an entitlement among the members that are marked. */
  private heldInside(e: number): number {
    const { columnOffset, columnPerson } = this.graph
    return sumAt(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, this.isMember)
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
  count: Uint16Array,
  touched: Uint32Array,
  touchedCount: number,
): number {
  let next = touchedCount
  for (let at = start; at < end; at++) {
    const value = values[at]!
    const c = count[value]!
    if (c === 0) touched[next++] = value
    count[value] = c + 1
  }
  return next
}

/** How many of the persons `start .. end` are members. */
export function sumAt(persons: Uint32Array, start: number, end: number, isMember: Uint8Array): number {
  let sum = 0
  for (let at = start; at < end; at++) sum += isMember[persons[at]!]!
  return sum
}
