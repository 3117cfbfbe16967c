import type { CohortFilter, CommonAccess } from '../cohort-result.ts'
import type { LeftOut } from '../policy/cut-candidate.ts'
import type { RoleMiningSettings } from './role-settings.ts'

/** The rule over attributes that comes nearest to a role's members. */
export interface RoleExplanation {
  readonly filters: readonly CohortFilter[]
  /** Identities of the population that the rule selects. */
  readonly cohortSize: number
  /** Members that the rule selects. */
  readonly matchedMembers: number
  /** Share of the selected that are members, and share of the members that are selected. */
  readonly precision: number
  readonly recall: number
}

/** A role that was found, in the snapshot's ordinals. */
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
  /** Missing when no attribute says anything about the members. */
  readonly explanation?: RoleExplanation
  /** What policies left out of it; missing when they left all as it is. */
  readonly leftOut?: readonly LeftOut[]
}

/** What chance could have made, and what is therefore no role: its quality shows how far it would have stood below. */
export interface ChanceRole {
  readonly identityCount: number
  readonly quality: number
}

export interface RoleMiningProgress {
  readonly phase: 'preparing' | 'growing' | 'drawing' | 'finishing'
  /** 0 to 1 over the whole analysis; never falls. */
  readonly share: number
  readonly rolesFinished: number
  /** Known from the phase "finishing" on; 0 before. */
  readonly rolesTotal: number
}

/** One point of the grid on which the tightness is prescribed. */
export interface TightnessPoint {
  readonly tightness: number
  /** In bits; what is shortest is prescribed. */
  readonly descriptionLength: number
  /** Members of all roles who hold that much of their role. */
  readonly memberships: number
  /** Grants that these members lack of their roles. */
  readonly missingGrants: number
}

/** What is known before the first role is finished. */
export interface RoleOutline {
  readonly identityCount: number
  /** Grants of the population. */
  readonly grantCount: number
  /** In force: the given one, or the prescribed one. */
  readonly tightness: number
  readonly prescribedTightness: number
  readonly tightnessCurve: readonly TightnessPoint[]
  readonly commonAccess: readonly CommonAccess[]
  /** Roles that will be finished. */
  readonly rolesTotal: number
}

export interface RoleMiningResult extends Omit<RoleOutline, 'rolesTotal'> {
  readonly settings: RoleMiningSettings
  /** Grants of the population that some role explains. */
  readonly explainedGrants: number
  /** By grants, most first. */
  readonly roles: readonly MinedRole[]
}
