import type { AccessRows } from '../reduce-access.ts'
import type { GrantList } from '../role-model.ts'
import { type AccessEvent, LivingAccess } from './living-access.ts'
import { LivingRoles, type RoleStep } from './living-roles.ts'

type Grant = readonly [identity: number, entitlement: number]

/** How many grants are tried as a replacement for one that is no longer incompatible. */
const mostTried = 24
/** How many incompatible grants one added grant may replace. */
const mostReplaced = 3

/** What the events changed in the model. */
interface RevisedRoles {
  readonly added: number
  readonly dropped: number
  /** The number of roles now, and a lower bound of it: at most the difference of both is too many. */
  readonly roles: number
  readonly atLeast: number
  /** The changes of roles in order, each with the index of the event that caused it. */
  readonly steps: readonly (RoleStep & { readonly event: number })[]
}

interface LivingRole {
  /** It does not change as long as the role exists, and is never used again. */
  readonly number: number
  readonly identities: readonly number[]
  readonly entitlements: readonly number[]
}

interface StartingModel {
  /** Together they give exactly the access. The number of a role defaults to its position. */
  readonly roles: readonly {
    readonly number?: number
    readonly identities: Iterable<number>
    readonly entitlements: Iterable<number>
  }[]
  readonly bound: { readonly incompatible: GrantList }
  /** The number of the first role that is made. Default: one more than the highest. */
  readonly nextNumber?: number
}

/**
 * An exact role model that stays exact, without mining again, while people join, move and leave and entitlements are added. The cost of an
 * event depends on the access of the people in it, not on the size of the organisation. These people leave roles whose access they no
 * longer hold, and join roles whose access they hold completely. Their grants that are still uncovered become a role for everybody who
 * holds all of these entitlements. Roles that other roles make unnecessary are dropped. An entitlement that no member of a role holds any
 * more leaves the role.
 *
 * The bound is also revised. It keeps the grants that are still incompatible. It adds a grant for which a role was made if this grant is
 * incompatible with all others. In place of the other grants it tries other grants of their roles. `isIncompatible` checks it on the
 * access.
 */
export class LivingRoleModel {
  readonly access: LivingAccess
  private readonly livingRoles: LivingRoles
  private readonly steps: (RoleStep & { event: number })[] = []
  /** The index of the event that is being processed. */
  private cause = 0
  private incompatible: Grant[]

  constructor(access: AccessRows, { roles, bound, nextNumber }: StartingModel) {
    this.access = new LivingAccess(access)
    const numbers = roles.map(({ number }, place) => number ?? place)
    const next = nextNumber ?? numbers.reduce((most, number) => Math.max(most, number + 1), 0)
    this.livingRoles = new LivingRoles(this.access, next, (step) => this.steps.push({ ...step, event: this.cause }))
    for (const [place, { identities, entitlements }] of roles.entries()) {
      this.livingRoles.add(numbers[place]!, identities, entitlements)
    }
    const { identity, entitlement } = bound.incompatible
    this.incompatible = Array.from(identity, (one, i) => [one, entitlement[i]!])
  }

  apply(event: AccessEvent): RevisedRoles {
    return this.applyAll([event])
  }

  /**
   * Applies all events as one change: what several people gained becomes one role. Their order matters only between equal
   * choices. Throws `bad_query` for an unknown ordinal, and then changes nothing.
   */
  applyAll(events: readonly AccessEvent[]): RevisedRoles {
    const before = this.livingRoles.count
    this.steps.length = 0
    const causes = this.access.apply(events)
    const touched = new Map<number, number>()
    const touch = (roles: readonly number[]) => {
      for (const role of roles) if (!touched.has(role)) touched.set(role, this.cause)
    }
    this.forEach(causes, (identity) => touch(this.livingRoles.shrinkRolesOf(identity)))
    this.forEach(causes, (identity) => touch(this.livingRoles.reassign(identity)))
    const made = this.coverRest(causes, newEntitlements(events), touch)
    const dropped = this.dropSuperfluous(touched)
    this.settleMade(causes, events)
    this.reviseBound(made, causes)
    const roles = this.livingRoles.count
    const steps = [...this.steps]
    return { added: roles - before + dropped, dropped, roles, atLeast: this.incompatible.length, steps }
  }

  /** The roles in force, in the order in which they were made. */
  roles(): LivingRole[] {
    return this.livingRoles.all().map(([number, { identities, entitlements }]) => ({
      number,
      identities: [...identities].sort((a, b) => a - b),
      entitlements: [...entitlements].sort((a, b) => a - b),
    }))
  }

  /** Grants of which no two fit into one role, so no exact model has fewer roles. */
  bound(): GrantList {
    return {
      identity: Uint32Array.from(this.incompatible, ([identity]) => identity),
      entitlement: Uint32Array.from(this.incompatible, ([, entitlement]) => entitlement),
    }
  }

  private forEach(causes: ReadonlyMap<number, number>, see: (identity: number) => void): void {
    for (const [identity, event] of causes) {
      this.cause = event
      see(identity)
    }
  }

  /** Makes or extends roles for what no role gives to the people, and returns the grants for which it did so. */
  private coverRest(
    causes: ReadonlyMap<number, number>,
    eventOf: ReadonlyMap<number, number>,
    touch: (roles: readonly number[]) => void,
  ): Grant[] {
    const made: Grant[] = []
    this.forEach(causes, (identity) => {
      for (;;) {
        const uncovered = this.livingRoles.uncoveredOf(identity)
        if (uncovered.length === 0) break
        this.cause = eventOf.get(uncovered[0]!) ?? (causes.get(identity) as number)
        made.push([identity, uncovered[0]!])
        const role = this.livingRoles.grow(identity, uncovered)
        touch([role, ...this.livingRoles.overlapping(role)])
      }
    })
    return made
  }

  /**
   * A role that was made is first as large as possible, so that it can make others superfluous. Trims each made role, and
   * records the events of all members who needed it as its causes.
   */
  private settleMade(causes: ReadonlyMap<number, number>, events: readonly AccessEvent[]): void {
    for (const step of this.steps.filter(({ kind }) => kind === 'made')) {
      this.livingRoles.trim(step.role)
      if (events[step.event]!.kind === 'new_entitlement') continue
      for (const identity of this.livingRoles.membersOf(step.role)) {
        const event = causes.get(identity)
        if (event !== undefined && event !== step.event) this.steps.push({ kind: 'made', role: step.role, event })
      }
    }
  }

  /** Drops superfluous roles: the smallest first, of equal ones the newest. Returns their number. */
  private dropSuperfluous(touched: ReadonlyMap<number, number>): number {
    const sizeOf = (role: number) => this.livingRoles.sizeOf(role)
    let dropped = 0
    for (const [role, event] of [...touched].sort(([a], [b]) => sizeOf(a) - sizeOf(b) || b - a)) {
      this.cause = event
      if (this.livingRoles.dropIfSuperfluous(role)) dropped++
    }
    return dropped
  }

  /**
   * Keeps the grants that are still incompatible, the oldest first. For each other one, and for each grant a role was made for,
   * it tries another grant of its roles.
   */
  private reviseBound(made: readonly Grant[], affected: ReadonlyMap<number, number>): void {
    const kept: Grant[] = []
    /** Two grants of people whose access did not change are still incompatible, so such a grant is compared only with these. */
    const keptOfAffected: Grant[] = []
    const others: Grant[] = []
    for (const grant of [...this.incompatible, ...made]) {
      const isAffected = affected.has(grant[0])
      const rivals = isAffected ? kept : keptOfAffected
      if (!this.access.holds(...grant) || rivals.some((other) => this.fit(grant, other))) {
        others.push(grant)
        continue
      }
      kept.push(grant)
      if (isAffected) keptOfAffected.push(grant)
    }
    this.incompatible = kept
    for (const grant of others) if (!this.addInstead(grant)) this.addAgainst(grant)
  }

  private fit([u, p]: Grant, [v, q]: Grant): boolean {
    return this.access.holds(u, q) && this.access.holds(v, p)
  }

  /**
   * Adds a grant, from a role with this entitlement, that fits with none of the incompatible ones. Returns whether there was
   * one.
   */
  private addInstead([, entitlement]: Grant): boolean {
    for (const grant of this.livingRoles.grantsBeside(entitlement, mostTried)) {
      if (this.incompatible.some((other) => this.fit(grant, other))) continue
      this.incompatible.push(grant)
      return true
    }
    return false
  }

  /** Adds a grant that fits with few of the incompatible ones, if other grants can replace those. */
  private addAgainst(grant: Grant): void {
    if (!this.access.holds(...grant)) return
    const rivals = this.incompatible.filter((other) => this.fit(grant, other))
    if (rivals.length > mostReplaced) return
    const before = this.incompatible
    this.incompatible = [...before.filter((other) => !rivals.includes(other)), grant]
    if (!rivals.every((rival) => this.addInstead(rival))) this.incompatible = before
  }
}

/** For each new entitlement the index of its event. */
function newEntitlements(events: readonly AccessEvent[]): ReadonlyMap<number, number> {
  return new Map(
    events.flatMap((event, index) => (event.kind === 'new_entitlement' ? [[event.entitlement, index] as const] : [])),
  )
}
