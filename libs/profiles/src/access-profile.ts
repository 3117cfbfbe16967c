import type { MembershipPreview } from './membership-outcome.ts'

/** A set of entitlements with a rule that says who should hold them. */
export interface AccessProfile {
  readonly id: string
  readonly displayName: string
  readonly description: string
  /** Empty for a profile without a rule. */
  readonly celExpression: string
  /** True when the rule decides who is a member, again after every import. */
  readonly automationEnabled: boolean
  /** True when a change of membership becomes a pending task instead of being made at once. */
  readonly createTasks: boolean
  /** True when people confirmed that nearly everybody holds it. */
  readonly commonAccess: boolean
  /** The id of an identity or of an API client; "import" for a profile from access_profiles.csv. */
  readonly createdBy: string
  /** The id of the identity that is responsible for it; empty for none. */
  readonly ownerId: string
  /** Whether it is switched on. Stored for other systems: the access of people follows from their grants, whatever this value is. */
  readonly enabled: boolean
  /** Whether people may request it. */
  readonly published: boolean
  readonly visibleToEveryone: boolean
  /** Whether people may request all of it at once. */
  readonly requestBundle: boolean
  /** Whether policies of its entitlements apply when a person joins; empty when not stated. Stored for other systems, like the next two. */
  readonly enrollmentBehavior: '' | 'bypass' | 'enforce'
  /** What happens to the access of a person who leaves. */
  readonly unenrollmentBehavior: '' | 'leave_as_is' | 'revoke_all' | 'revoke_unjustified'
  /** Whether policies of its entitlements apply when a person leaves. */
  readonly unenrollmentEntitlementBehavior: '' | 'bypass' | 'enforce'
  /** Whether people request it, its rule gives it, or both. */
  readonly purpose: 'both' | 'requestable' | 'birthright'
  /** Notes of the tools that manage it, by their names. */
  readonly annotations: Readonly<Record<string, string>>
  readonly enrollment: ProfileEnrollment
  readonly suggestionId: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly entitlementCount: number
  readonly memberCount: number
  readonly pendingTaskCount: number
  /** The time of the last evaluation of the rule; null before the first. */
  readonly automationRanAt: Date | null
  /** The reason why the last evaluation did not change the members; empty when it did. */
  readonly automationError: string
  /** The time since which the members do not change; null while the automation is not paused. */
  readonly automationPausedAt: Date | null
  /** Null while the automation is not paused. */
  readonly pauseReason: PauseReason | null
  /** The result of the stopped evaluation; null when there was none, and while the automation is not paused. */
  readonly pauseDifference: MembershipPreview | null
}

/** Settings for joining a profile that scripts store. Assay does not use them. */
export interface ProfileEnrollment {
  readonly grantPolicyId?: string
  readonly revokePolicyId?: string
  readonly certifyPolicyId?: string
  readonly emergencyGrantPolicyId?: string
  /** How long an enrolment lasts, as seconds and nanoseconds: `600.000000000`; `unset` for no end; absent when not stated. */
  readonly duration?: string
}

/**
 * The reason why the members of a profile do not change. circuit_breaker: too many members would leave at once. semantics_changed: a
 * version with other semantics stored the rule, and members would change. rule_unreadable: the rule does not compile any more.
 */
export type PauseReason = 'circuit_breaker' | 'semantics_changed' | 'rule_unreadable'
