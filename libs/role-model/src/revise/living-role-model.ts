import type { AccessRows } from '../reduce-access.ts'
import type { GrantList } from '../role-model.ts'
import { type AccessEvent, LivingAccess } from './living-access.ts'
import { LivingRoles, type RoleStep } from './living-roles.ts'

type Grant = readonly [identity: number, entitlement: number]

/** Grants that are tried in place of one that is no longer incompatible. */
const mostTried = 24
/** Grants that give way to one that is put in against them. */
const mostReplaced = 3

/** What events made of the model. */
interface RevisedRoles {
  readonly added: number
  readonly dropped: number
  /** Roles there are now, and that there must be: the distance from the fewest is at most their difference. */
  readonly roles: number
  readonly atLeast: number
  /** What became of which role, in this order, with the place of the event that it is because of. */
  readonly steps: readonly (RoleStep & { readonly event: number })[]
}

interface LivingRole {
  /** Stays the same as long as the role lives, and is never used again. */
  readonly number: number
  readonly identities: readonly number[]
  readonly entitlements: readonly number[]
}

interface StartingModel {
  /** Exact: together they give what the access has, no more and no less. A number is the role's place where there is none. */
  readonly roles: readonly {
    readonly number?: number
    readonly identities: Iterable<number>
    readonly entitlements: Iterable<number>
  }[]
  readonly bound: { readonly incompatible: GrantList }
  /** Number of the first role that is made; absent means one more than the highest. */
  readonly nextNumber?: number
}

/**
 * An exact role model that is kept exact while people join, move and leave and entitlements come, without mining anew. An event
 * costs what the access of the people in it costs, not what the organisation does: they leave the roles that they can no longer
 * have, get those that they can, what is left becomes a role with everybody who holds it, and roles that others make
 * superfluous go. What nobody in a role holds any more leaves the role.
 *
 * The bound lives on as well: of the incompatible grants those that still are, and of the grants that roles were made for those
 * that are incompatible with all of them; for others another grant of their roles. It can be checked on the access by `isIncompatible`.
 */
export class LivingRoleModel {
  readonly access: LivingAccess
  private readonly livingRoles: LivingRoles
  private readonly steps: (RoleStep & { event: number })[] = []
  /** The event that is being seen to. */
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
   * As if all of them came at once: what several people have got becomes one role. The order decides only among equals.
   * Throws `bad_query` for an unknown ordinal, and changes nothing.
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

  /** The roles in force, in the order in which they came. */
  roles(): LivingRole[] {
    return this.livingRoles.all().map(([number, { identities, entitlements }]) => ({
      number,
      identities: [...identities].sort((a, b) => a - b),
      entitlements: [...entitlements].sort((a, b) => a - b),
    }))
  }

  /** Grants of which no two fit into one role: there is no exact model with fewer roles. */
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

  /** Gives people what no role gives them, and answers the grants that roles were made for. */
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

  /** A role that was made reached for all that it could make superfluous; what is left of it is because of all who needed it. */
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

  /** The smallest first, of equals the newest. */
  private dropSuperfluous(touched: ReadonlyMap<number, number>): number {
    const sizeOf = (role: number) => this.livingRoles.sizeOf(role)
    let dropped = 0
    for (const [role, event] of [...touched].sort(([a], [b]) => sizeOf(a) - sizeOf(b) || b - a)) {
      this.cause = event
      if (this.livingRoles.dropIfSuperfluous(role)) dropped++
    }
    return dropped
  }

  /** Keeps what is still true, the oldest first; what is not, and what roles were made for, gives way to another grant of its role. */
  private reviseBound(made: readonly Grant[], affected: ReadonlyMap<number, number>): void {
    const kept: Grant[] = []
    /** Two grants of people whose access stayed are as incompatible as before. */
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

  /** Adds a grant of a role with this one that fits with none of the incompatible ones; whether there is one. */
  private addInstead([, entitlement]: Grant): boolean {
    for (const grant of this.livingRoles.grantsBeside(entitlement, mostTried)) {
      if (this.incompatible.some((other) => this.fit(grant, other))) continue
      this.incompatible.push(grant)
      return true
    }
    return false
  }

  /** Adds a grant that fits with few of the incompatible ones, if others can take the places of those. */
  private addAgainst(grant: Grant): void {
    if (!this.access.holds(...grant)) return
    const rivals = this.incompatible.filter((other) => this.fit(grant, other))
    if (rivals.length > mostReplaced) return
    const before = this.incompatible
    this.incompatible = [...before.filter((other) => !rivals.includes(other)), grant]
    if (!rivals.every((rival) => this.addInstead(rival))) this.incompatible = before
  }
}

/** By entitlement the event that brought it. */
function newEntitlements(events: readonly AccessEvent[]): ReadonlyMap<number, number> {
  return new Map(
    events.flatMap((event, index) => (event.kind === 'new_entitlement' ? [[event.entitlement, index] as const] : [])),
  )
}
