import type { EntitlementReference } from '@assay/directory'

export const severities = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

/** Mined roles do not get privileged entitlements, those of a risk level and above, and named ones. */
interface ProtectedAccess {
  readonly kind: 'protected_access'
  readonly privileged: boolean
  /** Empty for no level. */
  readonly fromRiskLevel: string
  /** Roles may get them from this coverage on; undefined for never. 1 to 10000. */
  readonly fromCoverageBasisPoints: number | undefined
}

/** Access that was not used for this number of days does not count when roles are proposed, and can be removed. */
interface UnusedAccess {
  readonly kind: 'unused_access'
  readonly days: number
  /** Empty for all applications. */
  readonly applicationIds: readonly string[]
  /** Applications whose usage names all people who used them: a person who is not in it has not used them. */
  readonly completeUsageApplicationIds: readonly string[]
}

/** No person may hold entitlements of both sets. */
interface SeparationOfDuties {
  readonly kind: 'separation_of_duties'
  readonly severity: Severity
}

/** The number of grants that a candidate may give to people who lack them. At least one limit is set. */
interface OverGrantBudget {
  readonly kind: 'over_grant_budget'
  /** Share of its cells, 0 to 10000. */
  readonly mostBasisPoints: number | undefined
  readonly mostGrants: number | undefined
  readonly privilegedWeight: number
}

/** The smallest size of a candidate, and the form of its name. */
interface SizeAndNaming {
  readonly kind: 'size_and_naming'
  readonly fewestMembers: number
  readonly fewestEntitlements: number
  /** RE2; it matches a part of a name unless it has anchors. Empty for any name. */
  readonly namePattern: string
}

/** The settings of a policy, without the entitlements that it names. */
export type PolicySettings = ProtectedAccess | UnusedAccess | SeparationOfDuties | OverGrantBudget | SizeAndNaming

export type PolicyKind = PolicySettings['kind']

/** A person with an exception from a separation of duties. */
export interface PolicyException {
  readonly identityId: string
  readonly reason: string
  readonly expiresAt: Date
}

/** The content of a policy to make or change. */
export interface PolicyRequest {
  readonly displayName: string
  readonly description: string
  readonly enabled: boolean
  readonly settings: PolicySettings
  /** The named entitlements of protected access, or the first set of separation of duties. */
  readonly first: readonly EntitlementReference[]
  readonly second: readonly EntitlementReference[]
  readonly exceptions: readonly PolicyException[]
}

/** A stored policy, without its entitlements and exceptions, which are read separately. */
export interface Policy extends Omit<PolicyRequest, 'first' | 'second' | 'exceptions'> {
  readonly id: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly etag: string
  /** Number of entitlements of both sets. */
  readonly entitlementCount: number
  /** Number of these entitlements that the import in force no longer has. */
  readonly goneCount: number
  readonly exceptionCount: number
}

/** The entitlements and exceptions of a policy. */
export interface PolicyContents {
  readonly first: readonly EntitlementReference[]
  readonly second: readonly EntitlementReference[]
  readonly exceptions: readonly PolicyException[]
}
