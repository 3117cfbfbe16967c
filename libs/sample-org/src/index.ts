export { type CsvFile, toCsv } from './csv.ts'
export { generateOrganisation } from './generate-organisation.ts'
export type { GrantTable } from './grant-table.ts'
export type {
  CustomAttribute,
  Organisation,
  OrganisationSettings,
  PlantedRole,
  PlantedRoleKind,
  SampleApplication,
  SampleEntitlement,
  SampleGrant,
  SampleIdentity,
  SampleUsage,
} from './organisation.ts'
