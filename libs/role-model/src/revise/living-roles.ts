import type { LivingAccess } from './living-access.ts'

/** Everyone in it holds everything in it. */
interface Role {
  readonly identities: Set<number>
  readonly entitlements: Set<number>
}

/** Roles by number, with who gives what to whom. */
export class LivingRoles {
  private readonly access: LivingAccess
  private readonly roles = new Map<number, Role>()
  private readonly rolesOf = new Map<number, Set<number>>()
  private readonly rolesWith = new Map<number, Set<number>>()
  private next = 0

  constructor(access: LivingAccess) {
    this.access = access
  }

  get count(): number {
    return this.roles.size
  }

  all(): readonly Role[] {
    return [...this.roles.values()]
  }

  add(identities: Iterable<number>, entitlements: Iterable<number>): number {
    const role = this.next++
    this.roles.set(role, { identities: new Set(), entitlements: new Set() })
    for (const entitlement of entitlements) this.addEntitlement(role, entitlement)
    for (const identity of identities) this.addMember(role, identity)
    return role
  }

  /** The person leaves the roles that it can no longer have and joins those that it can; answers the roles of both. */
  reassign(identity: number): readonly number[] {
    const held = this.access.held[identity] ?? new Set<number>()
    const touched: number[] = []
    for (const role of [...(this.rolesOf.get(identity) ?? [])]) {
      if (isSubset(this.roles.get(role)!.entitlements, held)) continue
      this.removeMember(role, identity)
      touched.push(role)
    }
    for (const role of this.rolesWithin(held)) {
      if (this.roles.get(role)!.identities.has(identity)) continue
      this.addMember(role, identity)
      touched.push(role)
    }
    return touched
  }

  /** What no role gives the person; ascending. */
  uncoveredOf(identity: number): number[] {
    const given = new Set<number>()
    for (const role of this.rolesOf.get(identity) ?? []) {
      for (const entitlement of this.roles.get(role)!.entitlements) given.add(entitlement)
    }
    return [...(this.access.held[identity] ?? [])].filter((one) => !given.has(one)).sort((a, b) => a - b)
  }

  /**
   * Covers some of what a person is not given: by a role of the person whose members all hold it, or else by a new one,
   * for everybody who holds as much of it as pays. Answers the role.
   */
  grow(identity: number, uncovered: readonly number[]): number {
    for (const role of [...(this.rolesOf.get(identity) ?? [])].sort((a, b) => a - b)) {
      const { identities } = this.roles.get(role)!
      const more = uncovered.filter((entitlement) => isSubset(identities, this.access.holders[entitlement]))
      if (more.length === 0) continue
      for (const entitlement of more) this.addEntitlement(role, entitlement)
      return role
    }
    const { identities, entitlements } = this.rectangleAround(identity, uncovered)
    return this.add(identities, entitlements)
  }

  /** Drops a role without members, or of which others give everything, with their help where they can. */
  dropIfSuperfluous(role: number): boolean {
    const own = this.roles.get(role)
    if (own === undefined) return false
    for (const identity of own.identities) {
      const rest = new Set(own.entitlements)
      for (const other of this.rolesOf.get(identity) ?? []) {
        if (other === role) continue
        for (const entitlement of this.roles.get(other)!.entitlements) rest.delete(entitlement)
      }
      if (rest.size > 0) return false
    }
    for (const identity of own.identities) this.rolesOf.get(identity)?.delete(role)
    for (const entitlement of own.entitlements) this.rolesWith.get(entitlement)?.delete(role)
    this.roles.delete(role)
    return true
  }

  /** Of the uncovered entitlements and their holders the full rectangle with the person that covers most that is uncovered. */
  private rectangleAround(identity: number, uncovered: readonly number[]): Role {
    let best: Role | undefined
    let most = -1
    // The rarest first: others join while it covers more.
    const rarestFirst = uncovered.toSorted((a, b) => this.access.holders[a].size - this.access.holders[b].size || a - b)
    let identities = new Set(this.access.holders[rarestFirst[rarestFirst.length - 1]])
    const entitlements: number[] = []
    for (const entitlement of rarestFirst.toReversed()) {
      identities = new Set([...identities].filter((one) => this.access.holders[entitlement].has(one)))
      entitlements.push(entitlement)
      const all = this.heldByAll(identity, identities)
      const covered = this.uncoveredIn(identities, entitlements)
      if (covered < most) continue
      most = covered
      best = { identities: new Set(identities), entitlements: all }
    }
    return best!
  }

  /** What all these people hold, this one among them. */
  private heldByAll(identity: number, identities: ReadonlySet<number>): Set<number> {
    return new Set([...this.access.held[identity]].filter((one) => isSubset(identities, this.access.holders[one])))
  }

  private uncoveredIn(identities: ReadonlySet<number>, entitlements: readonly number[]): number {
    let count = 0
    for (const identity of identities) {
      for (const entitlement of entitlements) if (!this.gives(identity, entitlement)) count++
    }
    return count
  }

  private gives(identity: number, entitlement: number): boolean {
    for (const role of this.rolesOf.get(identity) ?? []) {
      if (this.roles.get(role)!.entitlements.has(entitlement)) return true
    }
    return false
  }

  /** Roles of which somebody with this access can have all. */
  private rolesWithin(held: ReadonlySet<number>): number[] {
    const found = new Map<number, number>()
    for (const entitlement of held) {
      for (const role of this.rolesWith.get(entitlement) ?? []) found.set(role, (found.get(role) ?? 0) + 1)
    }
    return [...found]
      .filter(([role, count]) => count === this.roles.get(role)!.entitlements.size)
      .map(([role]) => role)
      .sort((a, b) => a - b)
  }

  private addMember(role: number, identity: number): void {
    this.roles.get(role)!.identities.add(identity)
    setOf(this.rolesOf, identity).add(role)
  }

  private removeMember(role: number, identity: number): void {
    this.roles.get(role)!.identities.delete(identity)
    this.rolesOf.get(identity)?.delete(role)
  }

  private addEntitlement(role: number, entitlement: number): void {
    this.roles.get(role)!.entitlements.add(entitlement)
    setOf(this.rolesWith, entitlement).add(role)
  }
}

function setOf(sets: Map<number, Set<number>>, key: number): Set<number> {
  const known = sets.get(key)
  if (known !== undefined) return known
  const made = new Set<number>()
  sets.set(key, made)
  return made
}

function isSubset(part: ReadonlySet<number>, whole: ReadonlySet<number>): boolean {
  if (part.size > whole.size) return false
  for (const one of part) if (!whole.has(one)) return false
  return true
}
