import { neededOf } from './grow-core.ts'
import { type DraftRole, grantAt } from './role-book.ts'
import type { RoleGraph } from './role-graph.ts'

/** A role that at least this share of the members also hold is a role that the members have in common. */
const contextShare = 0.95

/** Of this many entitlements, hardly any member holds only one. */
const fewestForStrays = 4

/** Cells of the organisation's average that are mixed into a role's own rate of missing grants. */
const priorCells = 40

/** A role with fewer entitlements has the rate of missing grants of all roles, and does not take part in measuring it. */
const fewestForRate = 3

/**
 * Decides for each role how many of its entitlements a person must hold to be a member. Some members lack grants that were forgotten, and
 * some other people hold one or two by chance. The rate of missing grants, measured over all roles, gives the expected number of members at
 * each level (the number of entitlements held). A level is admitted while at least half of its people are expected to be members. Below the
 * admitted levels, people can still be members if they hold every role that the clear members have in common, and if some of their grants
 * of the role are not explained by another role.
 *
 * The tightness is the lower limit: a person who holds a smaller share of a role is never a member.
 */
export function refineMembers(
  graph: RoleGraph,
  roles: readonly DraftRole[],
  explained: Uint8Array,
  tightness: number,
  check: () => void = () => {},
): void {
  const levels = new Levels(graph)
  const typical = coverageOf(graph, roles, levels)
  const strays = straysOf(roles, levels)
  const drawn = roles.map((role) => {
    check()
    const k = role.entitlements.length
    const { persons, level } = levels.of(role.entitlements)
    const standing = histogram(level, k)
    const coverage = coverageOfRole(k, standing, typical, tightness)
    const line = lineOf(k, coverage, standing, tightness, strays)
    role.members = persons.filter((_, i) => level[i]! >= line.needed).sort()
    role.peers = graph.personCount
    return { ...line, coverage }
  })
  const roleLists = listRoles(graph.personCount, roles)
  const order = Array.from(roles.keys()).sort((a, b) => roles[b]!.members.length - roles[a]!.members.length || a - b)
  const count = new Uint32Array(roles.length)
  const memberOf = new Int32Array(graph.personCount).fill(-1)
  for (const r of order) {
    check()
    const role = roles[r]!
    const k = role.entitlements.length
    const { needed, size, coverage } = drawn[r]!
    const floor = Math.max(1, Math.ceil(tightness * k - 1e-9))
    const context = contextOf(role.members, r, roles, roleLists, count)
    if (context.length === 0) continue
    const { persons, level } = levels.of(role.entitlements)
    for (const person of role.members) memberOf[person] = r
    const inside: number[][] = Array.from({ length: k + 1 }, () => [])
    const outside = new Uint32Array(k + 1)
    const contextSize = Math.min(...context.map((c) => roles[c]!.members.length))
    role.peers = contextSize
    for (let i = 0; i < persons.length; i++) {
      if (level[i]! < floor || memberOf[persons[i]!] === r) continue
      if (!hasNews(graph, persons[i]!, role.entitlements, explained)) continue
      if (holdsAll(persons[i]!, context, roleLists)) inside[level[i]!]!.push(persons[i]!)
      else outside[level[i]!]!++
    }
    const added: number[] = []
    for (let j = k - 1; j >= floor; j--) {
      const expected = size * binomial(j, k, coverage)
      const chance = (outside[j]! * contextSize) / Math.max(1, graph.personCount - contextSize)
      if (inside[j]!.length > 2 * expected + 3 || chance * 2 > inside[j]!.length) {
        if (j < needed) break
        continue
      }
      added.push(...inside[j]!)
    }
    if (added.length > 0) role.members = Uint32Array.from([...role.members, ...added]).sort()
  }
}

/** In wider roles nearly every member lacks something, and few lack only one entitlement. */
const mostForPatterns = 12

/** For each entitlement of a set, the persons who hold all the others. */
function lackingOne(graph: RoleGraph, entitlements: Uint32Array, persons: Uint32Array, level: Uint16Array): number[][] {
  const lacking: number[][] = Array.from(entitlements, () => [])
  for (let i = 0; i < persons.length; i++) {
    if (level[i] === entitlements.length - 1) lacking[lackedBy(graph, persons[i]!, entitlements)]!.push(persons[i]!)
  }
  return lacking
}

/** Position of the one entitlement of a set that a person lacks. */
function lackedBy({ rowOffset, rowEntitlement }: RoleGraph, person: number, entitlements: Uint32Array): number {
  let at = rowOffset[person]!
  const end = rowOffset[person + 1]!
  for (let i = 0; i < entitlements.length; i++) {
    while (at < end && rowEntitlement[at]! < entitlements[i]!) at++
    if (at === end || rowEntitlement[at] !== entitlements[i]) return i
  }
  return entitlements.length - 1
}

/** Makes all people members who hold at least the share `tightness` of the entitlements, and at least one. */
export function drawMembers(graph: RoleGraph, roles: readonly DraftRole[], tightness: number): void {
  const levels = new Levels(graph)
  for (const role of roles) {
    const least = Math.max(1, Math.ceil(tightness * role.entitlements.length - 1e-9))
    const { persons, level } = levels.of(role.entitlements)
    role.members = persons.filter((_, i) => level[i]! >= least).sort()
  }
}

/** The smallest number of entitlements of a member, and the size of the role that the people from there on suggest. */
function lineOf(
  k: number,
  coverage: number,
  standing: Uint32Array,
  tightness: number,
  strays: number,
): { readonly needed: number; readonly size: number } {
  const floor = Math.max(1, Math.ceil(tightness * k - 1e-9))
  const spread = Math.sqrt(k * coverage * (1 - coverage))
  let needed = Math.max(floor, Math.min(k, Math.ceil(k * coverage - spread)))
  let admitted = 0
  let chance = 0
  for (let j = k; j >= needed; j--) {
    admitted += standing[j]!
    chance += binomial(j, k, coverage)
  }
  while (needed > floor) {
    const next = binomial(needed - 1, k, coverage)
    const expected = (admitted / chance) * next
    const here = standing[needed - 1]!
    // Few people hold two or more by chance. So at these levels only a second peak, or a far too high number, separates strangers from
    // members.
    const isSure = needed - 1 >= 2 && (needed - 1) * 2 > k
    // Many people hold one by chance.
    if (needed === 2 && expected < k * strays) break
    if (here > 2 * expected && !(isSure && (here < standing[needed]! || here <= 1) && here <= 4 * expected + 3)) break
    needed--
    admitted += standing[needed]!
    chance += next
  }
  return { needed, size: admitted / chance }
}

/** For each person who holds some entitlements of a set, how many. */
class Levels {
  private readonly graph: RoleGraph
  private readonly held: Uint16Array
  private readonly seen: Uint32Array

  constructor(graph: RoleGraph) {
    this.graph = graph
    this.held = new Uint16Array(graph.personCount)
    this.seen = new Uint32Array(graph.personCount)
  }

  of(entitlements: Uint32Array): { readonly persons: Uint32Array; readonly level: Uint16Array } {
    const { columnOffset, columnPerson } = this.graph
    const { held, seen } = this
    let count = 0
    for (const e of entitlements) {
      const end = columnOffset[e + 1]!
      for (let at = columnOffset[e]!; at < end; at++) {
        const person = columnPerson[at]!
        if (held[person]!++ === 0) seen[count++] = person
      }
    }
    const persons = seen.slice(0, count)
    const level = new Uint16Array(count)
    for (let i = 0; i < count; i++) {
      level[i] = held[persons[i]!]!
      held[persons[i]!] = 0
    }
    return { persons, level }
  }
}

function histogram(level: Uint16Array, k: number): Uint32Array {
  const standing = new Uint32Array(k + 1)
  for (let i = 0; i < level.length; i++) standing[level[i]!]!++
  return standing
}

/**
 * The share of a role's entitlements that a member typically holds, over all roles. It compares the people who lack exactly one entitlement
 * with those who hold all. So entitlements that are always lost together do not change it. It uses medians, within a role and over the
 * roles.
 */
function coverageOf(graph: RoleGraph, roles: readonly DraftRole[], levels: Levels): number {
  const odds: number[] = []
  for (const { entitlements } of roles) {
    const k = entitlements.length
    if (k < fewestForRate || k > mostForPatterns) continue
    const { persons, level } = levels.of(entitlements)
    let full = 0
    for (let i = 0; i < level.length; i++) if (level[i] === k) full++
    const lacking = lackingOne(graph, entitlements, persons, level).map((list) => list.length)
    const some = lacking.filter((count) => count > 0)
    if (full >= 10) odds.push(some.length === 0 ? 0 : median(some) / full)
  }
  // Without such a role: one grant in twenty is missing.
  return Math.min(0.999, odds.length === 0 ? 0.95 : 1 / (1 + median(odds)))
}

/**
 * How many people hold an entitlement of a role by chance: the people who hold only this one of a role of four or more, because hardly any
 * of them is a member. It uses medians, as above.
 */
function straysOf(roles: readonly DraftRole[], levels: Levels): number {
  const found = roles.flatMap(({ entitlements }) => {
    const k = entitlements.length
    if (k < fewestForStrays) return []
    return [levels.of(entitlements).level.reduce((count, level) => count + (level === 1 ? 1 : 0), 0) / k]
  })
  return found.length === 0 ? 0 : median(found)
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!
}

/** The same for one role, over the people who hold enough of it. The fewer they are, the closer it is to the average. */
function coverageOfRole(k: number, standing: Uint32Array, typical: number, tightness: number): number {
  if (k < fewestForRate) return typical
  let held = 0
  let persons = 0
  for (let j = neededOf(k, tightness); j <= k; j++) {
    held += j * standing[j]!
    persons += standing[j]!
  }
  return Math.min(0.999, (held + priorCells * typical) / (persons * k + priorCells))
}

interface RoleLists {
  readonly offset: Uint32Array
  readonly role: Uint32Array
}

/** The roles of each person, ascending. */
function listRoles(personCount: number, roles: readonly DraftRole[]): RoleLists {
  const offset = new Uint32Array(personCount + 1)
  for (const { members } of roles) for (const person of members) offset[person + 1]!++
  for (let person = 0; person < personCount; person++) offset[person + 1]! += offset[person]!
  const next = offset.slice(0, personCount)
  const role = new Uint32Array(offset[personCount]!)
  for (const [r, { members }] of roles.entries()) for (const person of members) role[next[person]!++] = r
  return { offset, role }
}

/** Other roles of at least the same size that nearly all members of this role hold. */
function contextOf(
  members: Uint32Array,
  self: number,
  roles: readonly DraftRole[],
  lists: RoleLists,
  count: Uint32Array,
): number[] {
  const seen: number[] = []
  for (const person of members) {
    for (let at = lists.offset[person]!; at < lists.offset[person + 1]!; at++) {
      if (count[lists.role[at]!]!++ === 0) seen.push(lists.role[at]!)
    }
  }
  const least = contextShare * members.length
  const context = seen.filter((r) => r !== self && count[r]! >= least && roles[r]!.members.length >= members.length)
  for (const r of seen) count[r] = 0
  return context
}

function holdsAll(person: number, context: readonly number[], { offset, role }: RoleLists): boolean {
  if (offset[person + 1]! - offset[person]! < context.length) return false
  let found = 0
  for (let at = offset[person]!; at < offset[person + 1]!; at++) if (context.includes(role[at]!)) found++
  return found === context.length
}

/** Whether a person holds an entitlement of the role that no role explains. */
function hasNews(graph: RoleGraph, person: number, entitlements: Uint32Array, explained: Uint8Array): boolean {
  for (const e of entitlements) {
    const at = grantAt(graph, person, e)
    if (at >= 0 && explained[at] === 0) return true
  }
  return false
}

/** The chance of exactly `j` out of `k`. */
function binomial(j: number, k: number, share: number): number {
  let log = j * Math.log(share) + (k - j) * Math.log1p(-share)
  for (let i = 1; i <= k - j; i++) log += Math.log((j + i) / i)
  return Math.exp(log)
}
