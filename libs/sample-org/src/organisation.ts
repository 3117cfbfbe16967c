import type { GrantTable } from './grant-table.ts'
import type { SampleEntitlement, SampleIdentity } from './sample-records.ts'

/** The settings of an organisation; the same settings give the same organisation, byte for byte. */
export interface OrganisationSettings {
  /** Any whole number; only its low 32 bits count. */
  readonly seed: number
  /** People, service accounts and agents together, 20 to 100,000. */
  readonly identityCount: number
  /** The share of the planted grants that are left out, 0 to 1. Default 0.05. */
  readonly missingShare?: number
  /** The number of grants that no role explains, as a share of the planted grants, 0 to 1. Default 0.02. */
  readonly extraShare?: number
  /** A role is planted only if it has at least this many enabled people. Default 8. */
  readonly minimumRoleSize?: number
  /** Multiplies the number of entitlements of every role. Default 1 (about 30 grants for each person). */
  readonly density?: number
  /** The present day of the organisation, `YYYY-MM-DD`. Default 2026-06-30; the clock is never read. */
  readonly asOf?: string
}

interface SampleApplication {
  readonly id: string
  readonly displayName: string
  readonly description: string
}

/** A day on which the identity used the application, within the 90 days up to `asOf`. */
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

/** A role that was planted in the data, before noise. */
export interface PlantedRole {
  readonly name: string
  readonly kind: PlantedRoleKind
  /** All filters must match (AND), each by any of its values (OR). Empty: every enabled person (birthright). */
  readonly filters: readonly { readonly attribute: string; readonly values: readonly string[] }[]
  /** The enabled people whom the filters select. People who left keep some grants of the role, but are not listed here. */
  readonly identityIds: readonly string[]
  /** The entitlements of this role; those that its members get by a more general role are not repeated. */
  readonly entitlementIds: readonly string[]
}

export interface Organisation {
  readonly settings: Required<OrganisationSettings>
  readonly identities: readonly SampleIdentity[]
  readonly applications: readonly SampleApplication[]
  readonly entitlements: readonly SampleEntitlement[]
  /** Stored by column, since an organisation may have millions; iterating it gives plain objects. */
  readonly grants: GrantTable
  /** Computed while it is iterated. */
  readonly usage: Iterable<SampleUsage>
  readonly plantedRoles: readonly PlantedRole[]
}
