import type { EntitlementReference } from '@assay/directory'

export const severities = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

/** Privileged entitlements, those of a risk level and above, and named ones come into no mined role. */
interface ProtectedAccess {
  readonly kind: 'protected_access'
  readonly privileged: boolean
  /** Empty: no level. */
  readonly fromRiskLevel: string
  /** From this coverage on they may; undefined: never. 1 to 10000. */
  readonly fromCoverageBasisPoints: number | undefined
}

/** What was not used for so many days does not count when roles are proposed, and can be removed. */
interface UnusedAccess {
  readonly kind: 'unused_access'
  readonly days: number
  /** Empty: all applications. */
  readonly applicationIds: readonly string[]
  /** Applications whose usage tells everybody who used them: who is not in it has not. */
  readonly completeUsageApplicationIds: readonly string[]
}

/** Nobody holds something of both sets. */
interface SeparationOfDuties {
  readonly kind: 'separation_of_duties'
  readonly severity: Severity
}

/** How much a candidate may give to people who lack it. At least one limit is there. */
interface OverGrantBudget {
  readonly kind: 'over_grant_budget'
  /** Of its cells, 0 to 10000. */
  readonly mostBasisPoints: number | undefined
  readonly mostGrants: number | undefined
  readonly privilegedWeight: number
}

/** How small a candidate may be, and what it may be called. */
interface SizeAndNaming {
  readonly kind: 'size_and_naming'
  readonly fewestMembers: number
  readonly fewestEntitlements: number
  /** RE2; matches a part of a name unless it says otherwise. Empty: any name. */
  readonly namePattern: string
}

/** What a policy says, without the entitlements that it names. */
export type PolicySettings = ProtectedAccess | UnusedAccess | SeparationOfDuties | OverGrantBudget | SizeAndNaming

export type PolicyKind = PolicySettings['kind']

/** Somebody of whom a separation of duties does not speak. */
export interface PolicyException {
  readonly identityId: string
  readonly reason: string
  readonly expiresAt: Date
}

/** A policy as somebody wants it. */
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

/** A stored policy, without what it names: that is read apart. */
export interface Policy extends Omit<PolicyRequest, 'first' | 'second' | 'exceptions'> {
  readonly id: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly etag: string
  /** Entitlements that it names, of both sets. */
  readonly entitlementCount: number
  /** Those of them that the import in force no longer has. */
  readonly goneCount: number
  readonly exceptionCount: number
}

/** What a policy names. */
export interface PolicyContents {
  readonly first: readonly EntitlementReference[]
  readonly second: readonly EntitlementReference[]
  readonly exceptions: readonly PolicyException[]
}
