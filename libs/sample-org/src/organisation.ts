import type { GrantTable } from './grant-table.ts'

/** Everything that decides the outcome; the same settings give the same organisation, byte for byte. */
export interface OrganisationSettings {
  /** Any whole number; its low 32 bits count. */
  readonly seed: number
  /** People, service accounts and agents together, 20 to 100,000. */
  readonly identityCount: number
  /** Share of the planted grants that is left out, 0 to 1. Default 0.05. */
  readonly missingShare?: number
  /** Grants that no role explains, as a share of the planted ones, 0 to 1. Default 0.02. */
  readonly extraShare?: number
  /** A role is planted only where it has at least this many enabled people. Default 8. */
  readonly minimumRoleSize?: number
  /** Multiplies the number of entitlements of every role. Default 1 (about 30 grants for each person). */
  readonly density?: number
  /** The day on which the organisation is looked at, `YYYY-MM-DD`. Default 2026-06-30; the clock is never read. */
  readonly asOf?: string
}

/** An empty string means that the identity has no such value. */
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

interface SampleApplication {
  readonly id: string
  readonly displayName: string
  readonly description: string
}

export interface SampleEntitlement {
  readonly id: string
  readonly applicationId: string
  readonly displayName: string
  readonly description: string
  readonly resourceType: 'group' | 'permission'
  readonly resource: string
  readonly riskLevel: 'low' | 'medium' | 'high'
  readonly privileged: boolean
  /** Ids of what a holder of this group also holds; those grants are in the data as well. Empty for a permission. */
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

/** On this day the identity used the application; days span the 90 up to `asOf`. */
export interface SampleUsage {
  readonly identityId: string
  readonly applicationId: string
  /** `YYYY-MM-DD` */
  readonly day: string
}

export type PlantedRoleKind =
  | 'birthright'
  | 'employment_type'
  | 'department'
  | 'title'
  | 'location'
  | 'project'
  | 'department_title'
  | 'department_location'

/** A role that was put into the data, before noise. */
export interface PlantedRole {
  readonly name: string
  readonly kind: PlantedRoleKind
  /** All of them must hold (AND), each by any of its values (OR). Empty: every enabled person (birthright). */
  readonly filters: readonly { readonly attribute: string; readonly values: readonly string[] }[]
  /** The enabled people that the filters select. People who left keep remains of the role, and are not in here. */
  readonly identityIds: readonly string[]
  /** What this role itself gives; what its members hold by a more general role is not repeated. */
  readonly entitlementIds: readonly string[]
}

export interface Organisation {
  readonly settings: Required<OrganisationSettings>
  readonly identities: readonly SampleIdentity[]
  readonly applications: readonly SampleApplication[]
  readonly entitlements: readonly SampleEntitlement[]
  /** Column by column, since an organisation may have millions; iterate it for plain objects. */
  readonly grants: GrantTable
  /** Computed while it is iterated. */
  readonly usage: Iterable<SampleUsage>
  readonly plantedRoles: readonly PlantedRole[]
}
