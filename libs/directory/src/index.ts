export {
  type CommitOptions,
  type CommitParticipant,
  type CommittingImport,
  commitImport,
} from './import/commit-import.ts'
export type { Import, ImportCounts, ImportFile, ImportState, RowError } from './import/import.ts'
export { abortImport, beginCommit, createImport, failImport, getImport, listImports } from './import/imports.ts'
export type { ImportedAccessProfile } from './import/load-access-profiles.ts'
export type { CommitProgress } from './import/loading.ts'
export { type UploadOptions, uploadImportFile } from './import/upload-file.ts'
export { type Application, hasCurrentUsage, listApplications } from './read/applications.ts'
export { type Entitlement, getEntitlement, listEntitlements, listedEntitlements } from './read/entitlements.ts'
export { type GrantPosition, type IdentityGrant, listIdentityGrants } from './read/grants.ts'
export {
  getIdentity,
  type Identity,
  type IdentityFilter,
  type IdentityStatus,
  type IdentityType,
  identitiesById,
  type ListedIdentity,
  listedIdentities,
  listIdentities,
} from './read/identities.ts'
export type { NamePosition, Page } from './read/listing.ts'
export {
  builtInAttributes,
  type EntitlementDetails,
  entitlementsByKey,
  identityNamesById,
  knownAttributes,
} from './read/lookups.ts'
export {
  type ApplicationSearch,
  type EntitlementSearch,
  type IdentitySearch,
  searchApplications,
  searchEntitlements,
  searchIdentities,
} from './read/search.ts'
export { loadCurrentSnapshot, type StoredSnapshot } from './snapshot/load-snapshot.ts'
