import type { Phase } from './run-hooks.ts'

/** Grants as parallel arrays, ordered by identity, then entitlement. */
export interface GrantList {
  readonly identity: Uint32Array
  readonly entitlement: Uint32Array
}

/** Everyone in `identities` gets everything in `entitlements`; ordinals of the access, ascending. */
interface Role {
  readonly identities: Uint32Array
  readonly entitlements: Uint32Array
  /** Index in `keptRoles` of the role that this one is, -1 for found ones. */
  readonly kept: number
}

/** How few roles there can be, with what anybody can check. */
interface RoleBound {
  /** No model under the same constraints has fewer roles. 0 with objective `least_description`, where none is needed. */
  readonly roles: number
  /** Grants of which no two fit into one role: as many roles are needed. `isIncompatible` checks it on the raw access. */
  readonly incompatible: GrantList
  /** Roles needed beyond that, shown by trying all choices in small parts. */
  readonly provenBySearch: number
  /** Kept roles, which count anyway. */
  readonly kept: number
}

/** A model with the first `roles` roles only. */
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
  /** The same by the prices of the settings, with each missing and each added grant. */
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
  /** Grants that no role gives: to be given one by one. Empty unless the objective is `least_description`. */
  readonly missing: GrantList
  /** What somebody would gain. Empty without `overGrantBudget`, unless added grants have a price. */
  readonly added: GrantList
  readonly bound: RoleBound
  /** The number of roles equals the bound: there is no smaller model. */
  readonly isFewest: boolean
  /** The first phase that used up its share of `workBudget` and ended early; undefined when all were done. */
  readonly cutPhase: Phase | undefined
  /** From no role to all, in the order of `roles`; only with objective `least_description`. */
  readonly curve: readonly CurvePoint[]
  readonly figures: RoleModelFigures
}
