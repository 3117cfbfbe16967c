import type { AccessRows } from '../reduce-access.ts'
import type { GrantList, RoleModel } from '../role-model.ts'
import { type AccessEvent, LivingAccess } from './living-access.ts'
import { LivingRoles } from './living-roles.ts'

/** What an event made of the model. */
interface RevisedRoles {
  readonly added: number
  readonly dropped: number
  /** Roles there are now, and that there must be: the distance from the fewest is at most their difference. */
  readonly roles: number
  readonly atLeast: number
}

interface LivingRole {
  readonly identities: readonly number[]
  readonly entitlements: readonly number[]
}

/**
 * An exact role model that is kept exact while people join, move and leave and entitlements come, without mining anew. An event
 * costs what the access of the people in it costs, not what the organisation does: they leave the roles that they can no longer
 * have, get those that they can, what is left becomes a role with everybody who holds it, and roles that others make
 * superfluous go.
 *
 * The bound lives on as well: of the incompatible grants those that still are, and of the grants that roles were made for those
 * that are incompatible with all of them. It can be checked on the access by `isIncompatible`.
 */
export class LivingRoleModel {
  readonly access: LivingAccess
  private readonly livingRoles: LivingRoles
  private incompatible: [number, number][]

  /** @param model exact: without missing or added grants, and made of this access */
  constructor(access: AccessRows, model: Pick<RoleModel, 'roles' | 'bound'>) {
    this.access = new LivingAccess(access)
    this.livingRoles = new LivingRoles(this.access)
    for (const { identities, entitlements } of model.roles) this.livingRoles.add(identities, entitlements)
    const { identity, entitlement } = model.bound.incompatible
    this.incompatible = Array.from(identity, (one, i) => [one, entitlement[i]])
  }

  apply(event: AccessEvent): RevisedRoles {
    const before = this.livingRoles.count
    const dropped = new Set<number>()
    const touched = new Set<number>()
    const made: [number, number][] = []
    for (const identity of this.access.apply(event)) {
      for (const role of this.livingRoles.reassign(identity)) touched.add(role)
    }
    for (const identity of affectedBy(event)) {
      for (;;) {
        const uncovered = this.livingRoles.uncoveredOf(identity)
        if (uncovered.length === 0) break
        made.push([identity, uncovered[0]])
        touched.add(this.livingRoles.grow(identity, uncovered))
      }
    }
    for (const role of [...touched].sort((a, b) => a - b)) {
      if (this.livingRoles.dropIfSuperfluous(role)) dropped.add(role)
    }
    this.reviseBound(made)
    const roles = this.livingRoles.count
    return { added: roles - before + dropped.size, dropped: dropped.size, roles, atLeast: this.incompatible.length }
  }

  /** The roles in force, in the order in which they came. */
  roles(): LivingRole[] {
    return this.livingRoles.all().map(({ identities, entitlements }) => ({
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

  /** Keeps what is still true, the oldest first, and takes up what roles were made for. */
  private reviseBound(made: readonly [number, number][]): void {
    const fits = ([u, p]: [number, number], [v, q]: [number, number]) =>
      this.access.holds(u, q) && this.access.holds(v, p)
    const kept: [number, number][] = []
    for (const grant of [...this.incompatible, ...made]) {
      if (this.access.holds(...grant) && kept.every((other) => !fits(grant, other))) kept.push(grant)
    }
    this.incompatible = kept
  }
}

function affectedBy(event: AccessEvent): readonly number[] {
  return event.kind === 'new_entitlement' ? event.identities : [event.identity]
}
