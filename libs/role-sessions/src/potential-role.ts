import type { Session } from './session.ts'

type ProvisionState = 'POTENTIAL' | 'PENDING' | 'COMPLETE' | 'FAILED'

/** The number of a role's identities for each value of one attribute, most frequent value first. */
export interface AttributeDistribution {
  readonly attributeName: string
  readonly distribution: readonly { readonly attributeValue: string | null; readonly count: number }[]
}

/** A summary of a potential role, with the session that found it. */
export interface PotentialRoleSummary {
  readonly id: string
  /** The name from a user, or one made from the id. */
  readonly name: string
  readonly description: string | null
  readonly saved: boolean
  readonly identityCount: number
  /** Without excluded entitlements and common access. */
  readonly entitlementCount: number
  /** Whole percents. */
  readonly density: number
  readonly freshness: number
  readonly quality: number
  readonly provisionState: ProvisionState
  /** Whether somebody dismissed it. */
  readonly dismissed: boolean
  /** The access profile that was made from it. */
  readonly roleId: string | null
  readonly createdAt: Date
  readonly modifiedAt: Date
  readonly session: Session
}

/** A complete potential role; identities and entitlements by the customer's ids. */
export interface PotentialRole extends PotentialRoleSummary {
  /** By name. */
  readonly identityIds: readonly string[]
  readonly excludedEntitlements: readonly string[]
  readonly identityDistribution: readonly AttributeDistribution[]
}

/** The name of a role without a name from a user (contract section 6.7). */
export function defaultRoleName(id: string): string {
  return `Potential Role - ${id.slice(0, 6)}`
}
