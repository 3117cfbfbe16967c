import type { CohortFilter, CommonAccess } from '../cohort-result.ts'
import type { LeftOut } from '../policy/cut-candidate.ts'
import type { RoleMiningSettings } from './role-settings.ts'

/** The rule over attributes whose people are most similar to a role's members. */
export interface RoleExplanation {
  readonly filters: readonly CohortFilter[]
  /** Identities of the population that the rule selects. */
  readonly cohortSize: number
  /** Members that the rule selects. */
  readonly matchedMembers: number
  /** The share of the selected identities who are members, and the share of the members who are selected. */
  readonly precision: number
  readonly recall: number
}

/** A mined role, in the snapshot's ordinals. */
export interface MinedRole {
  /** Ascending. */
  readonly identities: Uint32Array
  /** Ascending. */
  readonly entitlements: Uint32Array
  /** Parallel to `entitlements`: members that hold it. */
  readonly grantedCount: Uint32Array
  /** Grants inside identities x entitlements. */
  readonly grantCount: number
  /** The smallest percentage of the entitlements that a member holds, rounded down. */
  readonly tightness: number
  /** Whole percents: docs/mining.md. */
  readonly density: number
  readonly freshness: number
  readonly quality: number
  /** Missing when no attribute describes the members. */
  readonly explanation?: RoleExplanation
  /** Entitlements that policies removed; missing when they removed none. */
  readonly leftOut?: readonly LeftOut[]
}

/** A candidate that chance could have produced, so it is not a role. Its quality shows how far it is below the limit. */
export interface ChanceRole {
  readonly identityCount: number
  readonly quality: number
}

export interface RoleMiningProgress {
  readonly phase: 'preparing' | 'growing' | 'drawing' | 'finishing'
  /** 0 to 1 over the whole analysis; it never decreases. */
  readonly share: number
  readonly rolesFinished: number
  /** Known from the phase "finishing" on; 0 before. */
  readonly rolesTotal: number
}

/** One point of the grid from which the tightness is prescribed. */
export interface TightnessPoint {
  readonly tightness: number
  /** In bits; the point with the shortest length is prescribed. */
  readonly descriptionLength: number
  /** Members of all roles who hold at least that share of their role. */
  readonly memberships: number
  /** Grants of their roles that these members lack. */
  readonly missingGrants: number
}

/** The facts that are known before the first role is finished. */
export interface RoleOutline {
  readonly identityCount: number
  /** Grants of the population. */
  readonly grantCount: number
  /** The tightness in force: the requested one, or the prescribed one. */
  readonly tightness: number
  readonly prescribedTightness: number
  readonly tightnessCurve: readonly TightnessPoint[]
  readonly commonAccess: readonly CommonAccess[]
  /** Roles that will be finished. */
  readonly rolesTotal: number
}

export interface RoleMiningResult extends Omit<RoleOutline, 'rolesTotal'> {
  readonly settings: RoleMiningSettings
  /** Grants of the population that at least one role explains. */
  readonly explainedGrants: number
  /** By grants, the most first. */
  readonly roles: readonly MinedRole[]
}
