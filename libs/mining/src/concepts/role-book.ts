import { type Core, neededOf } from './grow-core.ts'
import type { RoleGraph } from './role-graph.ts'

/** A role while it is made, in the graph's numbering. */
export interface DraftRole {
  /** Ascending. */
  entitlements: Uint32Array
  members: Uint32Array
  /** Persons among whom the members are: those with all roles that the members have in common, or everyone. */
  peers: number
}

/** An entitlement that other roles also give joins a role when its coverage is this close to the role's own. */
const coverageSlack = 0.15

/** And when it is this many times as common among members as outside. */
const leastLift = 2

/**
 * How many members' rows are searched for such entitlements, and for how many holders it is checked that no other role explains the grant.
 */
const sampleSize = 24
const askedForNews = 6

/** And when other roles leave at least this share of its grants among the members unexplained. */
const leastNews = 0.5

/** Two entitlements make a role only if, for one of them, this share of its holders are members; see `accept`. */
const leastOwn = 0.6

/** Two parts together have at least this share of a role's members. */
const nearlyAll = 0.85

/**
 * The roles accepted so far and the grants they explain. A grant is known by its position in the columns of the whole graph.
 */
export class RoleBook {
  readonly roles: DraftRole[] = []
  readonly isExplained: Uint8Array
  private readonly graph: RoleGraph
  private readonly tightness: number
  private readonly isNamed: (members: Uint32Array) => boolean
  private readonly check: () => void
  private readonly count: Uint32Array
  private readonly isMember: Uint8Array
  private readonly held: Uint16Array
  /** 1 for each entitlement that a role gives. */
  private readonly isGiven: Uint8Array
  /** The grants of the members that were looked up last. */
  private heldInside = 0

  /** @param isNamed whether the people of a role are known by a name of their own, so that it is more than what its parts share */
  constructor(
    graph: RoleGraph,
    tightness: number,
    isNamed: (members: Uint32Array) => boolean,
    check: () => void = () => {},
  ) {
    this.isNamed = isNamed
    this.check = check
    this.graph = graph
    this.tightness = tightness
    this.isExplained = new Uint8Array(graph.columnPerson.length)
    this.count = new Uint32Array(graph.entitlementCount)
    this.isMember = new Uint8Array(graph.personCount)
    this.held = new Uint16Array(graph.personCount)
    this.isGiven = new Uint8Array(graph.entitlementCount)
  }

  /**
   * Accepts the cores that shorten the description, those that shorten it the most first. A core is accepted when its newly explained
   * grants exceed its missing grants, plus one for each member, one for each entitlement and one for the role, and when at least half of
   * its grants are newly explained. The members are computed again from all grants. A core of two entitlements that both belong to other
   * roles too waits for a round with `takesShared`, because by then those roles explain them. At the end entitlements that several roles
   * give are attached, the largest role first.
   */
  accept(found: readonly Core[], takesShared: boolean): number {
    const cores = [...new Map(found.map((core) => [core.entitlements.join(','), core])).values()]
    const accepted: DraftRole[] = []
    const gain = cores.map(worth)
    const order = Array.from(cores.keys()).sort((a, b) => gain[b]! - gain[a]! || compare(cores[a]!, cores[b]!))
    for (const c of order) {
      if (gain[c]! <= 0) break
      this.check()
      const { entitlements } = cores[c]!
      const members = this.membersOf(entitlements)
      if (!takesShared && this.isShared(members, entitlements)) continue
      const isNew = entitlements.every((e) => this.isGiven[e] === 0)
      const { held, news } = isNew
        ? { held: this.heldInside, news: this.heldInside }
        : this.inside(members, entitlements)
      const cells = members.length * entitlements.length
      if (news * 2 < held || news - (cells - held) - members.length - entitlements.length - 1 <= 0) continue
      this.explain(members, entitlements)
      accepted.push({ entitlements, members, peers: this.graph.personCount })
    }
    this.roles.push(...accepted)
    const gone = this.dissolve()
    const fresh = accepted.filter((role) => !gone.has(role)).sort((a, b) => b.members.length - a.members.length)
    for (const role of fresh) {
      this.check()
      this.attach(role)
    }
    return fresh.length
  }

  /**
   * Two entitlements that two roles share look like a role of the members of both. When one more role with two lines of inheritance costs
   * more than naming the entitlements twice, the role is removed, and its entitlements are added to the two.
   */
  private dissolve(): ReadonlySet<DraftRole> {
    const { roles } = this
    const gone = new Set<DraftRole>()
    for (const role of roles) {
      if (role.entitlements.length !== 2 || role.members.length === 0) continue
      const parts = this.partsOf(role)
      if (parts === undefined || this.isNamed(role.members)) continue
      gone.add(role)
      for (const part of parts)
        part.entitlements = Uint32Array.from(new Set([...part.entitlements, ...role.entitlements])).sort()
    }
    if (gone.size === 0) return gone
    const kept = roles.filter((role) => !gone.has(role))
    roles.length = 0
    roles.push(...kept)
    return gone
  }

  /** Two other roles that are parts of this one, share hardly any person, and together have nearly all its members. */
  private partsOf(role: DraftRole): readonly [DraftRole, DraftRole] | undefined {
    const { held } = this
    for (const person of role.members) held[person] = 1
    const inside: { readonly part: DraftRole; readonly common: number }[] = []
    for (const part of this.roles) {
      if (part === role || part.members.length * 10 > role.members.length * 12) continue
      let common = 0
      for (const person of part.members) common += held[person]!
      if (common >= nearlyAll * part.members.length && common * 20 >= role.members.length) inside.push({ part, common })
    }
    for (const person of role.members) held[person] = 0
    inside.sort((a, b) => b.common - a.common)
    for (const [i, first] of inside.entries()) {
      for (const second of inside.slice(i + 1)) {
        if (first.common + second.common < nearlyAll * role.members.length) break
        const isFirst = new Set(first.part.members)
        const both = second.part.members.filter((person) => isFirst.has(person)).length
        if (first.common + second.common - both >= nearlyAll * role.members.length) return [first.part, second.part]
      }
    }
    return undefined
  }

  /** Many people hold two entitlements together when many roles have both, also without a role of only these two. */
  private isShared(members: Uint32Array, entitlements: Uint32Array): boolean {
    if (entitlements.length !== 2) return false
    const { columnOffset } = this.graph
    return entitlements.every((e) => members.length < leastOwn * (columnOffset[e + 1]! - columnOffset[e]!))
  }

  /** Persons that hold enough of the entitlements, ascending. */
  membersOf(entitlements: Uint32Array): Uint32Array {
    const { columnOffset, columnPerson } = this.graph
    const { held } = this
    const found: number[] = []
    const needed = neededOf(entitlements.length, this.tightness)
    for (const e of entitlements) {
      for (let at = columnOffset[e]!; at < columnOffset[e + 1]!; at++) {
        if (++held[columnPerson[at]!]! === needed) found.push(columnPerson[at]!)
      }
    }
    this.heldInside = 0
    for (const person of found) this.heldInside += held[person]!
    for (const e of entitlements) {
      for (let at = columnOffset[e]!; at < columnOffset[e + 1]!; at++) held[columnPerson[at]!] = 0
    }
    return Uint32Array.from(found).sort()
  }

  /** Grants inside members x entitlements, and how many of them nothing explains yet. */
  private inside(members: Uint32Array, entitlements: Iterable<number>): { held: number; news: number } {
    const { columnOffset, columnPerson } = this.graph
    const { isMember, isExplained } = this
    for (const person of members) isMember[person] = 1
    let held = 0
    let news = 0
    for (const e of entitlements) {
      for (let at = columnOffset[e]!, end = columnOffset[e + 1]!; at < end; at++) {
        if (isMember[columnPerson[at]!] === 0) continue
        held++
        news += 1 - isExplained[at]!
      }
    }
    for (const person of members) isMember[person] = 0
    return { held, news }
  }

  private explain(members: Uint32Array, entitlements: Iterable<number>): void {
    const { columnOffset, columnPerson } = this.graph
    const { isMember, isExplained } = this
    for (const person of members) isMember[person] = 1
    for (const e of entitlements) {
      this.isGiven[e] = 1
      markAt(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, isMember, isExplained)
    }
    for (const person of members) isMember[person] = 0
  }

  private attach(role: DraftRole): void {
    const { columnOffset, personCount } = this.graph
    const { members, entitlements } = role
    const size = members.length
    const candidates = this.candidates(members, new Set(entitlements))
    if (candidates.length === 0) return
    const coverage = this.inside(members, entitlements).held / (size * entitlements.length)
    const slack = coverageSlack + 2 * Math.sqrt((coverage * (1 - coverage) + 0.02) / size)
    const least = Math.max(this.tightness, 0.5, coverage - slack) * size
    const added = candidates.filter((e) => {
      const holders = columnOffset[e + 1]! - columnOffset[e]!
      const { held, news } = this.inside(members, [e])
      const outside = personCount - size
      const base = outside === 0 ? 0 : (holders - held) / outside
      return held >= least && news >= leastNews * held && held / size >= leastLift * base
    })
    if (added.length === 0) return
    this.explain(members, added)
    role.entitlements = Uint32Array.from([...entitlements, ...added]).sort()
  }

  /** What at least a quarter of some members hold, and some holder of it for a reason that is not known yet. */
  private candidates(members: Uint32Array, isOwn: ReadonlySet<number>): number[] {
    const { rowOffset, rowEntitlement } = this.graph
    const { count } = this
    const sample = Math.min(members.length, sampleSize)
    const asked = Array.from({ length: sample }, (_, s) => members[Math.floor((s * members.length) / sample)]!)
    const touched: number[] = []
    for (const person of asked) {
      for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) {
        if (count[rowEntitlement[at]!]!++ === 0) touched.push(rowEntitlement[at]!)
      }
    }
    const usual = touched.filter((e) => count[e]! * 4 >= sample && !isOwn.has(e))
    for (const e of touched) count[e] = 0
    return usual.filter((e) => {
      let left = askedForNews
      for (const person of asked) {
        const at = grantAt(this.graph, person, e)
        if (at < 0) continue
        if (this.isExplained[at] === 0) return true
        if (--left === 0) return false
      }
      return false
    })
  }
}

/** Position of a grant in the columns, -1 when the person does not hold the entitlement. */
export function grantAt({ columnOffset, columnPerson }: RoleGraph, person: number, entitlement: number): number {
  let low = columnOffset[entitlement]!
  let high = columnOffset[entitlement + 1]!
  const end = high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (columnPerson[middle]! < person) low = middle + 1
    else high = middle
  }
  return low < end && columnPerson[low] === person ? low : -1
}

/** Marks each of the grants `start .. end` whose person is a member. */
export function markAt(
  persons: Uint32Array,
  start: number,
  end: number,
  isMember: Uint8Array,
  isExplained: Uint8Array,
): void {
  for (let at = start; at < end; at++) isExplained[at]! |= isMember[persons[at]!]!
}

function worth({ members, entitlements, grantCount }: Core): number {
  return 2 * grantCount - members.length * entitlements.length - members.length - entitlements.length - 1
}

function compare(a: Core, b: Core): number {
  for (let i = 0; i < Math.min(a.entitlements.length, b.entitlements.length); i++) {
    if (a.entitlements[i] !== b.entitlements[i]) return a.entitlements[i]! - b.entitlements[i]!
  }
  return a.entitlements.length - b.entitlements.length
}
