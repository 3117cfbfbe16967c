import type { Phase } from './run-hooks.ts'

/** Grants as parallel arrays, ordered by identity, then entitlement. */
export interface GrantList {
  readonly identity: Uint32Array
  readonly entitlement: Uint32Array
}

/** Every identity in `identities` gets every entitlement in `entitlements`. Ordinals of the access, ascending. */
interface Role {
  readonly identities: Uint32Array
  readonly entitlements: Uint32Array
  /** The index in `keptRoles` if this is a kept role, -1 for a mined role. */
  readonly kept: number
}

/** A lower bound for the number of roles, with the grants by which anybody can check it. */
interface RoleBound {
  /** No model with the same constraints has fewer roles. 0 with objective `least_description`, where no role is necessary. */
  readonly roles: number
  /** Grants of which no two fit into one role, so as many roles are necessary. `isIncompatible` checks it on the raw access. */
  readonly incompatible: GrantList
  /** Roles that are necessary beyond that, proven by trying all choices in small parts. */
  readonly provenBySearch: number
  /** The number of kept roles, which are part of `roles`. */
  readonly kept: number
}

/** The figures of a model that has only the first `roles` roles. */
export interface CurvePoint {
  readonly roles: number
  readonly missing: number
  readonly added: number
  readonly complexity: number
  readonly descriptionLength: number
}

export interface RoleModelFigures {
  readonly roles: number
  readonly memberships: number
  readonly entitlementLinks: number
  /** Weighted structural complexity: roles + memberships + entitlement links. */
  readonly complexity: number
  /** The sum of these by the prices of the settings, plus the price of each missing and each added grant. */
  readonly descriptionLength: number
  readonly grants: number
  readonly missing: number
  readonly added: number
  /** Grants that needed a decision, after merging and dominance. */
  readonly kernelGrants: number
  readonly components: number
}

export interface RoleModel {
  readonly roles: readonly Role[]
  /** Grants that no role gives and that have to be given one by one. Empty unless the objective is `least_description`. */
  readonly missing: GrantList
  /**
   * Grants that people would gain. Empty without `overGrantBudget`, unless the objective is `least_description` with a finite
   * price.
   */
  readonly added: GrantList
  readonly bound: RoleBound
  /** The number of roles equals the bound, so no model has fewer. */
  readonly isFewest: boolean
  /** The first phase that used up its share of `workBudget` and ended early. Undefined if every phase ended normally. */
  readonly cutPhase: Phase | undefined
  /** The points from no role to all roles, in the order of `roles`. Only with objective `least_description`. */
  readonly curve: readonly CurvePoint[]
  readonly figures: RoleModelFigures
}
