import { MiningError } from '../mining-error.ts'
import { type AccessClosure, noGroups } from './access-closure.ts'
import { GrowingArray } from './growing-array.ts'
import { cyclesOf } from './membership-cycles.ts'

/** Each holder of `holder[i]` also has `entitlement[i]`; ordinals, in any order. */
export interface Memberships {
  readonly holder: Uint32Array
  readonly entitlement: Uint32Array
}

interface ClosureLimits {
  /** The largest number of entitlements in all rows. Default 25 million: 100 MB. */
  readonly mostGiven?: number
  /** The largest number of entitlements that the computation visits. Default a billion: some seconds. */
  readonly mostSteps?: number
}

const defaultMostGiven = 25_000_000
const defaultMostSteps = 1_000_000_000

/**
 * Computes the entitlements that each group gives. The order of the memberships and duplicates do not change the result. Cycles are not
 * errors. Memory grows with the result, not with the depth of nested groups.
 * @throws MiningError `too_large` with the limit
 */
export function closeMemberships(
  entitlementCount: number,
  memberships: Memberships,
  { mostGiven = defaultMostGiven, mostSteps = defaultMostSteps }: ClosureLimits = {},
): AccessClosure {
  if (memberships.holder.length === 0) return noGroups
  const held = heldBy(entitlementCount, memberships)
  const { component, componentCount, order } = cyclesOf(held)
  const { heldOffset, heldEntitlement } = held
  // Components are numbered from the innermost ones, so the entitlements of a component are known before another component needs them.
  const start = new Uint32Array(componentCount + 1)
  const given = new GrowingArray()
  /** For each entitlement: one more than the component that last reached it. */
  const reachedFrom = new Uint32Array(entitlementCount)
  let steps = 0
  const reach = (entitlement: number, from: number): void => {
    if (reachedFrom[entitlement] === from + 1) return
    reachedFrom[entitlement] = from + 1
    given.push(entitlement)
  }
  for (let at = 0, current = 0; current < componentCount; current++) {
    const first = at
    while (at < order.length && component[order[at]!] === current) at++
    const isCycle = at - first > 1
    const below: number[] = []
    for (let member = first; member < at; member++) {
      const group = order[member]!
      if (isCycle) reach(group, current)
      for (let i = heldOffset[group]!; i < heldOffset[group + 1]!; i++) {
        const entitlement = heldEntitlement[i]!
        if (component[entitlement] === current) continue
        if (component[entitlement]! >= 0) below.push(entitlement)
        else reach(entitlement, current)
      }
      steps += heldOffset[group + 1]! - heldOffset[group]!
    }
    // The highest component comes first: the components that it reaches have nothing to add.
    below.sort((a, b) => component[b]! - component[a]!)
    for (const group of below) {
      if (reachedFrom[group] === current + 1) continue
      reach(group, current)
      const row = component[group]!
      for (let i = start[row]!; i < start[row + 1]!; i++) reach(given.values[i]!, current)
      steps += start[row + 1]! - start[row]!
      if (steps > mostSteps) throw tooLarge('to be followed in', mostSteps, 'steps')
      if (given.length > mostGiven)
        throw tooLarge('to give at most', mostGiven, 'entitlements, each group counted for itself')
    }
    if (given.length > mostGiven)
      throw tooLarge('to give at most', mostGiven, 'entitlements, each group counted for itself')
    start[current + 1] = given.length
  }
  return inOrderOfGroups(component, order, start, given.values)
}

/** The memberships by holder, in compressed sparse rows over all entitlements. */
function heldBy(entitlementCount: number, { holder, entitlement }: Memberships) {
  const heldOffset = new Uint32Array(entitlementCount + 1)
  for (let i = 0; i < holder.length; i++) heldOffset[holder[i]! + 1]!++
  for (let e = 0; e < entitlementCount; e++) heldOffset[e + 1]! += heldOffset[e]!
  const next = heldOffset.slice(0, entitlementCount)
  const heldEntitlement = new Uint32Array(holder.length)
  for (let i = 0; i < holder.length; i++) heldEntitlement[next[holder[i]!]!++] = entitlement[i]!
  return { heldOffset, heldEntitlement }
}

function inOrderOfGroups(
  component: Int32Array,
  order: Uint32Array,
  start: Uint32Array,
  given: Uint32Array,
): AccessClosure {
  const group = order.slice().sort()
  const rowOf = new Int32Array(start.length - 1).fill(-1)
  const givenOffset = new Uint32Array(start.length)
  const givenEntitlement = new Uint32Array(start[start.length - 1]!)
  const groupRow = new Uint32Array(group.length)
  let rows = 0
  for (let i = 0; i < group.length; i++) {
    const of = component[group[i]!]!
    if (rowOf[of]! < 0) {
      rowOf[of] = rows++
      const from = givenOffset[rows - 1]!
      givenOffset[rows] = from + start[of + 1]! - start[of]!
      givenEntitlement.set(given.subarray(start[of], start[of + 1]), from)
      givenEntitlement.subarray(from, givenOffset[rows]).sort()
    }
    groupRow[i] = rowOf[of]!
  }
  return { group, groupRow, givenOffset, givenEntitlement }
}

function tooLarge(expected: string, limit: number, what: string): MiningError {
  return new MiningError('too_large', 'memberships', `${expected} ${limit} ${what}`, 'more')
}
