/** An identity; an empty string means that it has no such value. */
export interface SampleIdentity {
  readonly id: string
  readonly displayName: string
  readonly email: string
  readonly username: string
  readonly department: string
  readonly jobTitle: string
  readonly managerId: string
  readonly employmentType: string
  readonly employmentStatus: string
  readonly status: 'enabled' | 'disabled' | 'deleted'
  readonly type: 'human' | 'service' | 'agent'
  readonly attributes: Readonly<Record<CustomAttribute, string>>
}

type CustomAttribute = 'location' | 'cost_center' | 'project'

export interface SampleEntitlement {
  readonly id: string
  readonly applicationId: string
  readonly displayName: string
  readonly description: string
  readonly resourceType: 'group' | 'permission'
  readonly resource: string
  readonly riskLevel: 'low' | 'medium' | 'high'
  readonly privileged: boolean
  /** Ids of the entitlements that a holder of this group also holds; the data have those grants too. Empty for a permission. */
  readonly implies: readonly string[]
}

export interface SampleGrant {
  readonly identityId: string
  readonly entitlementId: string
  /** `YYYY-MM-DD` */
  readonly grantedAt: string
  /** `YYYY-MM-DD`, empty when it was never used. */
  readonly lastUsedAt: string
}
