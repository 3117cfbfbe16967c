import type { Session } from './session.ts'

type ProvisionState = 'POTENTIAL' | 'PENDING' | 'COMPLETE' | 'FAILED'

/** How the identities of a role spread over the values of one attribute, most frequent value first. */
export interface AttributeDistribution {
  readonly attributeName: string
  readonly distribution: readonly { readonly attributeValue: string | null; readonly count: number }[]
}

/** A potential role in short, with the session that found it. */
export interface PotentialRoleSummary {
  readonly id: string
  /** Given, or made from the id. */
  readonly name: string
  readonly description: string | null
  readonly saved: boolean
  readonly identityCount: number
  /** Excluded ones and common access left out. */
  readonly entitlementCount: number
  /** Whole percents. */
  readonly density: number
  readonly freshness: number
  readonly quality: number
  readonly provisionState: ProvisionState
  /** Nobody wants it. */
  readonly dismissed: boolean
  /** The access profile that was made from it. */
  readonly roleId: string | null
  readonly createdAt: Date
  readonly modifiedAt: Date
  readonly session: Session
}

/** A potential role, whole; identities and entitlements by the customer's own ids. */
export interface PotentialRole extends PotentialRoleSummary {
  /** By name. */
  readonly identityIds: readonly string[]
  readonly excludedEntitlements: readonly string[]
  readonly identityDistribution: readonly AttributeDistribution[]
}

/** The name of a role that nobody named (contract section 6.7). */
export function defaultRoleName(id: string): string {
  return `Potential Role - ${id.slice(0, 6)}`
}
