import type { LivingAccess } from './living-access.ts'

/** All its members hold all its entitlements. */
interface Role {
  readonly identities: Set<number>
  readonly entitlements: Set<number>
}

/** One change of a role. */
export type RoleStep =
  | { readonly kind: 'made'; readonly role: number }
  | { readonly kind: 'joined' | 'left'; readonly role: number; readonly identity: number }
  | { readonly kind: 'gained' | 'lost'; readonly role: number; readonly entitlement: number }
  /** With its members and entitlements at the end. */
  | {
      readonly kind: 'dropped'
      readonly role: number
      readonly identityCount: number
      readonly entitlements: readonly number[]
    }

/** Roles by number, with the roles of each person and of each entitlement. */
export class LivingRoles {
  private readonly access: LivingAccess
  private readonly tell: (step: RoleStep) => void
  private readonly roles = new Map<number, Role>()
  private readonly rolesOf = new Map<number, Set<number>>()
  private readonly rolesWith = new Map<number, Set<number>>()
  private next: number

  /** @param next number of the first role that is made; a number is never used again */
  constructor(access: LivingAccess, next: number, tell: (step: RoleStep) => void) {
    this.access = access
    this.next = next
    this.tell = tell
  }

  get count(): number {
    return this.roles.size
  }

  all(): readonly (readonly [role: number, Role])[] {
    return [...this.roles]
  }

  add(role: number, identities: Iterable<number>, entitlements: Iterable<number>): void {
    this.roles.set(role, { identities: new Set(), entitlements: new Set() })
    for (const entitlement of entitlements) this.addEntitlement(role, entitlement)
    for (const identity of identities) this.addMember(role, identity)
  }

  /**
   * In each role of the person, removes entitlements that no member holds any more, unless none would be left. Returns the
   * changed roles.
   */
  shrinkRolesOf(identity: number): number[] {
    const held = this.access.held[identity]!
    const shrunk: number[] = []
    for (const role of this.rolesOf.get(identity) ?? []) {
      const { identities, entitlements } = this.roles.get(role)!
      const gone = [...entitlements].filter(
        (one) => !held.has(one) && !identities.values().some((member) => this.access.holds(member, one)),
      )
      if (gone.length === 0 || gone.length === entitlements.size) continue
      for (const entitlement of gone) this.removeEntitlement(role, entitlement)
      shrunk.push(role)
    }
    return shrunk
  }

  /**
   * Removes the person from roles that they can no longer have, and adds them to roles that they can have. Returns all these
   * roles.
   */
  reassign(identity: number): readonly number[] {
    const held = this.access.held[identity]!
    const touched: number[] = []
    for (const role of [...(this.rolesOf.get(identity) ?? [])]) {
      if (isSubset(this.roles.get(role)!.entitlements, held)) continue
      this.removeMember(role, identity)
      this.tell({ kind: 'left', role, identity })
      touched.push(role)
    }
    for (const role of this.rolesWithin(held)) {
      if (this.roles.get(role)!.identities.has(identity)) continue
      this.addMember(role, identity)
      this.tell({ kind: 'joined', role, identity })
      touched.push(role)
    }
    return touched
  }

  /** The entitlements that the person holds and gets from no role, ascending. */
  uncoveredOf(identity: number): number[] {
    const given = new Set<number>()
    for (const role of this.rolesOf.get(identity) ?? []) {
      for (const entitlement of this.roles.get(role)!.entitlements) given.add(entitlement)
    }
    return [...(this.access.held[identity] ?? [])].filter((one) => !given.has(one)).sort((a, b) => a - b)
  }

  /**
   * Covers some of the uncovered entitlements of a person. If all members of one of their roles hold some of them, that role
   * gains these. Otherwise it makes a role around the person that covers as much as possible. Returns the role.
   */
  grow(identity: number, uncovered: readonly number[]): number {
    for (const role of [...(this.rolesOf.get(identity) ?? [])].sort((a, b) => a - b)) {
      const { identities } = this.roles.get(role)!
      const more = uncovered.filter((entitlement) => isSubset(identities, this.access.holders[entitlement]!))
      if (more.length === 0) continue
      for (const entitlement of more) {
        this.addEntitlement(role, entitlement)
        this.tell({ kind: 'gained', role, entitlement })
      }
      return role
    }
    const { identities, entitlements } = this.rectangleAround(identity, uncovered)
    const role = this.next++
    this.add(role, identities, entitlements)
    this.tell({ kind: 'made', role })
    return role
  }

  /** Other roles of its members that have an entitlement in common with it. */
  overlapping(role: number): number[] {
    const { identities, entitlements } = this.roles.get(role)!
    const others = new Set<number>()
    for (const identity of identities) for (const other of this.rolesOf.get(identity) ?? []) others.add(other)
    others.delete(role)
    return [...others].filter((other) =>
      this.roles
        .get(other)!
        .entitlements.values()
        .some((one) => entitlements.has(one)),
    )
  }

  /** Removes members who get all of the role from other roles, and then entitlements that all members left get from others. */
  trim(role: number): void {
    const own = this.roles.get(role)
    if (own === undefined) return
    const { identities, entitlements } = own
    for (const identity of [...identities]) {
      if (entitlements.values().every((one) => this.gives(identity, one, role))) this.removeMember(role, identity)
    }
    for (const one of [...entitlements]) {
      if (!identities.values().every((identity) => this.gives(identity, one, role))) continue
      entitlements.delete(one)
      this.rolesWith.get(one)?.delete(role)
    }
  }

  /**
   * Grants of the roles with this entitlement, at most `most`. Of each role only the three members who hold least, because
   * their grants fit with the fewest others.
   */
  grantsBeside(entitlement: number, most: number): (readonly [identity: number, entitlement: number])[] {
    const found: (readonly [number, number])[] = []
    for (const role of [...(this.rolesWith.get(entitlement) ?? [])].sort((a, b) => a - b)) {
      const { identities, entitlements } = this.roles.get(role)!
      const holdLeast = this.holdingLeast(identities)
      for (const one of entitlements) {
        for (const identity of holdLeast) if (found.push([identity, one]) === most) return found
      }
    }
    return found
  }

  private holdingLeast(identities: ReadonlySet<number>): number[] {
    const heldBy = (identity: number) => this.access.held[identity]!.size
    const least: number[] = []
    for (const identity of identities) {
      if (least.length === 3 && heldBy(identity) >= heldBy(least[2]!)) continue
      least.push(identity)
      least.sort((a, b) => heldBy(a) - heldBy(b) || a - b)
      if (least.length > 3) least.pop()
    }
    return least
  }

  membersOf(role: number): Iterable<number> {
    return this.roles.get(role)?.identities ?? []
  }

  /** The number of grants that the role gives; 0 if the role was dropped. */
  sizeOf(role: number): number {
    const own = this.roles.get(role)
    return own === undefined ? 0 : own.identities.size * own.entitlements.size
  }

  /** Drops a role without members, or whose members get everything in it from other roles. Returns whether it was dropped. */
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
    const entitlements = [...own.entitlements].sort((a, b) => a - b)
    this.tell({ kind: 'dropped', role, identityCount: own.identities.size, entitlements })
    return true
  }

  /** The full rectangle with the person that covers most uncovered grants, from the uncovered entitlements and their holders. */
  private rectangleAround(identity: number, uncovered: readonly number[]): Role {
    let best: Role | undefined
    let most = -1
    // Begins with the most common entitlement and adds rarer ones; the rectangle that covers most counts.
    const rarestFirst = uncovered.toSorted(
      (a, b) => this.access.holders[a]!.size - this.access.holders[b]!.size || a - b,
    )
    let identities = new Set(this.access.holders[rarestFirst[rarestFirst.length - 1]!])
    const entitlements: number[] = []
    for (const entitlement of rarestFirst.toReversed()) {
      identities = new Set([...identities].filter((one) => this.access.holders[entitlement]!.has(one)))
      entitlements.push(entitlement)
      const all = this.heldByAll(identity, identities)
      const covered = this.uncoveredIn(identities, entitlements)
      if (covered < most) continue
      most = covered
      best = { identities: new Set(identities), entitlements: all }
    }
    return best!
  }

  /** What all these people hold; `identity` is one of them. */
  private heldByAll(identity: number, identities: ReadonlySet<number>): Set<number> {
    return new Set([...this.access.held[identity]!].filter((one) => isSubset(identities, this.access.holders[one]!)))
  }

  private uncoveredIn(identities: ReadonlySet<number>, entitlements: readonly number[]): number {
    let count = 0
    for (const identity of identities) {
      for (const entitlement of entitlements) if (!this.gives(identity, entitlement)) count++
    }
    return count
  }

  /** Whether a role other than `another` gives the entitlement to the person. */
  private gives(identity: number, entitlement: number, another?: number): boolean {
    for (const role of this.rolesOf.get(identity) ?? []) {
      if (role !== another && this.roles.get(role)!.entitlements.has(entitlement)) return true
    }
    return false
  }

  /** Roles all of whose entitlements are in `held`. */
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

  private removeEntitlement(role: number, entitlement: number): void {
    this.roles.get(role)!.entitlements.delete(entitlement)
    this.rolesWith.get(entitlement)?.delete(role)
    this.tell({ kind: 'lost', role, entitlement })
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
