import type { GrantTable } from './grant-table.ts'
import type { SampleEntitlement, SampleIdentity } from './sample-records.ts'

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

interface SampleApplication {
  readonly id: string
  readonly displayName: string
  readonly description: string
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
