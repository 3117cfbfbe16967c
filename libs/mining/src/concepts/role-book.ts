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

/** An entitlement that others give as well joins a role when its coverage is as close to the role's own. */
const coverageSlack = 0.15

/** And when it is this much more usual among members than outside. */
const leastLift = 2

/** Members whose grants are counted for that; of larger roles some, evenly spread. */
const sampleSize = 256

/** And when no other role explains at least this share of its grants among the members. */
const leastNews = 0.5

/** Two entitlements alone make a role only if for one of them this share of its holders are members; see `accept`. */
const leastOwn = 0.6

/** Two parts have nearly all of a role's members. */
const nearlyAll = 0.85

/**
 * The roles accepted so far and the grants they explain. A grant is known by its position in the rows of the whole graph.
 */
export class RoleBook {
  readonly roles: DraftRole[] = []
  readonly isExplained: Uint8Array
  private readonly graph: RoleGraph
  private readonly tightness: number
  private readonly check: () => void
  private readonly count: Uint32Array
  private readonly news: Uint32Array
  private readonly held: Uint16Array
  /** 1 for what some role gives. */
  private readonly isGiven: Uint8Array
  /** Grants of the members that were looked up last. */
  private heldInside = 0

  constructor(graph: RoleGraph, tightness: number, check: () => void = () => {}) {
    this.check = check
    this.graph = graph
    this.tightness = tightness
    this.isExplained = new Uint8Array(graph.rowEntitlement.length)
    this.count = new Uint32Array(graph.entitlementCount)
    this.news = new Uint32Array(graph.entitlementCount)
    this.held = new Uint16Array(graph.personCount)
    this.isGiven = new Uint8Array(graph.entitlementCount)
  }

  /**
   * Takes those cores that shorten the description, most first: newly explained grants beyond those missing, beyond one
   * for each member, each entitlement and the role itself; at least half of what it explains must be news. The members
   * are taken anew from all grants. Two entitlements that both stand in other roles as well wait for a round that
   * `takesShared`: by then those roles explain them. Then entitlements that several roles give are attached, the largest role first.
   */
  accept(found: readonly Core[], takesShared: boolean): number {
    const cores = [...new Map(found.map((core) => [core.entitlements.join(','), core])).values()]
    const before = this.roles.length
    const gain = cores.map(worth)
    const order = Array.from(cores.keys()).sort((a, b) => gain[b] - gain[a] || compare(cores[a], cores[b]))
    for (const c of order) {
      if (gain[c] <= 0) break
      this.check()
      const { entitlements } = cores[c]
      const members = this.membersOf(entitlements)
      if (!takesShared && this.isShared(members, entitlements)) continue
      const isNew = entitlements.every((e) => this.isGiven[e] === 0)
      const { held, news } = isNew
        ? { held: this.heldInside, news: this.heldInside }
        : this.inside(members, entitlements)
      const cells = members.length * entitlements.length
      if (news * 2 < held || news - (cells - held) - members.length - entitlements.length - 1 <= 0) continue
      this.explain(members, entitlements)
      this.roles.push({ entitlements, members, peers: this.graph.personCount })
    }
    this.dissolve()
    const fresh = this.roles.slice(before).sort((a, b) => b.members.length - a.members.length)
    for (const role of fresh) this.attach(role)
    return fresh.length
  }

  /**
   * Two entitlements that two roles share look like a role of both roles' members. Where one role and its two lines of
   * inheritance cost more than naming the entitlements twice, the role goes, and its entitlements join the two.
   */
  private dissolve(): void {
    const { roles } = this
    const gone = new Set<DraftRole>()
    for (const role of roles) {
      if (role.entitlements.length !== 2 || role.members.length === 0) continue
      const parts = this.partsOf(role)
      if (parts === undefined) continue
      gone.add(role)
      for (const part of parts)
        part.entitlements = Uint32Array.from(new Set([...part.entitlements, ...role.entitlements])).sort()
    }
    if (gone.size === 0) return
    const kept = roles.filter((role) => !gone.has(role))
    roles.length = 0
    roles.push(...kept)
  }

  /** Two other roles that lie inside this one, share next to nobody, and together have nearly all its members. */
  private partsOf(role: DraftRole): readonly [DraftRole, DraftRole] | undefined {
    const { held } = this
    for (const person of role.members) held[person] = 1
    const inside: { readonly part: DraftRole; readonly common: number }[] = []
    for (const part of this.roles) {
      if (part === role || part.members.length * 10 > role.members.length * 12) continue
      let common = 0
      for (const person of part.members) common += held[person]
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

  /** Two entitlements that stand in many roles are held together by many, without a role of the two. */
  private isShared(members: Uint32Array, entitlements: Uint32Array): boolean {
    if (entitlements.length !== 2) return false
    const { columnOffset } = this.graph
    return entitlements.every((e) => members.length < leastOwn * (columnOffset[e + 1] - columnOffset[e]))
  }

  /** Persons that hold enough of the entitlements, ascending. */
  membersOf(entitlements: Uint32Array): Uint32Array {
    const { columnOffset, columnPerson } = this.graph
    const { held } = this
    const found: number[] = []
    const needed = neededOf(entitlements.length, this.tightness)
    for (const e of entitlements) {
      for (let at = columnOffset[e]; at < columnOffset[e + 1]; at++) {
        if (++held[columnPerson[at]] === needed) found.push(columnPerson[at])
      }
    }
    this.heldInside = 0
    for (const person of found) this.heldInside += held[person]
    for (const e of entitlements) {
      for (let at = columnOffset[e]; at < columnOffset[e + 1]; at++) held[columnPerson[at]] = 0
    }
    return Uint32Array.from(found).sort()
  }

  private inside(members: Uint32Array, entitlements: Uint32Array): { held: number; news: number } {
    const { rowOffset, rowEntitlement } = this.graph
    const { count, isExplained } = this
    for (const e of entitlements) count[e] = 1
    let held = 0
    let news = 0
    for (const person of members) {
      for (let at = rowOffset[person]; at < rowOffset[person + 1]; at++) {
        if (count[rowEntitlement[at]] === 0) continue
        held++
        news += 1 - isExplained[at]
      }
    }
    for (const e of entitlements) count[e] = 0
    return { held, news }
  }

  private explain(members: Uint32Array, entitlements: Uint32Array): void {
    const { rowOffset, rowEntitlement } = this.graph
    const { count, isExplained } = this
    for (const e of entitlements) {
      count[e] = 1
      this.isGiven[e] = 1
    }
    for (const person of members) {
      for (let at = rowOffset[person]; at < rowOffset[person + 1]; at++) {
        if (count[rowEntitlement[at]] === 1) isExplained[at] = 1
      }
    }
    for (const e of entitlements) count[e] = 0
  }

  private attach(role: DraftRole): void {
    const { rowOffset, rowEntitlement, columnOffset, personCount } = this.graph
    const { count, news, isExplained } = this
    const { members } = role
    const size = Math.min(members.length, sampleSize)
    const scale = members.length / size
    const touched: number[] = []
    for (let m = 0; m < size; m++) {
      const person = members[Math.floor(m * scale)]
      for (let at = rowOffset[person]; at < rowOffset[person + 1]; at++) {
        const e = rowEntitlement[at]
        if (count[e]++ === 0) touched.push(e)
        news[e] += 1 - isExplained[at]
      }
    }
    let own = 0
    for (const e of role.entitlements) own += count[e]
    const coverage = own / (size * role.entitlements.length)
    const slack = coverageSlack + 2 * Math.sqrt((coverage * (1 - coverage) + 0.02) / size)
    const least = Math.max(this.tightness, 0.5, coverage - slack) * size
    const added: number[] = []
    const isOwn = new Set(role.entitlements)
    for (const e of touched) {
      const c = count[e]
      const holders = columnOffset[e + 1] - columnOffset[e]
      const outside = personCount - members.length
      const base = outside === 0 ? 0 : Math.max(0, holders - c * scale) / outside
      if (!isOwn.has(e) && c >= least && news[e] >= leastNews * c && c / size >= leastLift * base) added.push(e)
      count[e] = 0
      news[e] = 0
    }
    if (added.length === 0) return
    this.explain(members, Uint32Array.from(added))
    role.entitlements = Uint32Array.from([...role.entitlements, ...added]).sort()
  }
}

function worth({ members, entitlements, grantCount }: Core): number {
  return 2 * grantCount - members.length * entitlements.length - members.length - entitlements.length - 1
}

function compare(a: Core, b: Core): number {
  for (let i = 0; i < Math.min(a.entitlements.length, b.entitlements.length); i++) {
    if (a.entitlements[i] !== b.entitlements[i]) return a.entitlements[i] - b.entitlements[i]
  }
  return a.entitlements.length - b.entitlements.length
}
