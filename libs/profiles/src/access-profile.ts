import type { MembershipPreview } from './membership-outcome.ts'

/** A set of entitlements with a rule that says who should hold them. */
export interface AccessProfile {
  readonly id: string
  readonly displayName: string
  readonly description: string
  /** Empty: no rule. */
  readonly celExpression: string
  /** The rule decides who is a member, and follows every import. */
  readonly automationEnabled: boolean
  /** A change of membership becomes a pending task instead of being made. */
  readonly createTasks: boolean
  /** Confirmed as what nearly everybody holds. */
  readonly commonAccess: boolean
  /** An identity's id, or an API client's; "import" for one out of access_profiles.csv. */
  readonly createdBy: string
  /** The id of the identity that answers for it; empty for none. */
  readonly ownerId: string
  /** Switched on. Kept for others: what people hold follows from their grants, whatever it says. */
  readonly enabled: boolean
  /** People may ask for it. */
  readonly published: boolean
  readonly visibleToEveryone: boolean
  /** People may ask for all of it at once. */
  readonly requestBundle: boolean
  /** Kept for others, as both below: whether policies of what it gives are asked when somebody joins; empty: not stated. */
  readonly enrollmentBehavior: '' | 'bypass' | 'enforce'
  /** What becomes of the access of somebody who leaves. */
  readonly unenrollmentBehavior: '' | 'leave_as_is' | 'revoke_all' | 'revoke_unjustified'
  /** Whether policies of what it gives are asked when somebody leaves. */
  readonly unenrollmentEntitlementBehavior: '' | 'bypass' | 'enforce'
  /** To be asked for, to be given by its rule, or both. */
  readonly purpose: 'both' | 'requestable' | 'birthright'
  /** Notes of the tools that look after it, by their names. */
  readonly annotations: Readonly<Record<string, string>>
  readonly enrollment: ProfileEnrollment
  readonly suggestionId: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly entitlementCount: number
  readonly memberCount: number
  readonly pendingTaskCount: number
  /** When the rule was last evaluated; null before. */
  readonly automationRanAt: Date | null
  /** Why the last evaluation left the members as they were; empty when it did not. */
  readonly automationError: string
  /** Since when the members are held as they are; null while the automation is not paused. */
  readonly automationPausedAt: Date | null
  /** Null while it is not paused. */
  readonly pauseReason: PauseReason | null
  /** The result of the evaluation that was stopped; null when there was none, and while it is not paused. */
  readonly pauseDifference: MembershipPreview | null
}

/** What scripts set on joining a profile; kept for them, nothing here acts on it. */
export interface ProfileEnrollment {
  readonly grantPolicyId?: string
  readonly revokePolicyId?: string
  readonly certifyPolicyId?: string
  readonly emergencyGrantPolicyId?: string
  /** How long an enrolment lasts, as seconds and nanoseconds: `600.000000000`; `unset` for without an end; absent: not stated. */
  readonly duration?: string
}

/**
 * Why the members of a profile stay as they are. circuit_breaker: too many would leave at once; semantics_changed: the
 * rule was stored by a version with other semantics, and members would change; rule_unreadable: it no longer compiles.
 */
export type PauseReason = 'circuit_breaker' | 'semantics_changed' | 'rule_unreadable'
