export { agedImports } from './aged-rows.ts'
export { CopyIn } from './copy/copy-in.ts'
export { copiedBytes, copiedRows } from './copy/copy-out.ts'
export { eraseFromDirectory, personToErase } from './erase-person.ts'
export { replaceAccounts } from './import/brought-accounts.ts'
export { commitGrantChanges, type GrantChanges, type SaidGrant } from './import/commit-grant-changes.ts'
export {
  type CommitParticipant,
  type CommittingImport,
  checkImport,
  commitImport,
} from './import/commit-import.ts'
export { packed, pieces, storedContent, unpackedPiece } from './import/file-content.ts'
export { NotInPlace } from './import/grants-in-place.ts'
export { type Import, type ImportFile, importKeyOf } from './import/import.ts'
export {
  abortImport,
  beginCommit,
  createImport,
  createImportWithin,
  failImport,
  getImport,
  listImports,
  minesEffectiveAccess,
} from './import/imports.ts'
export { IncomingTable } from './import/incoming-table.ts'
export type { ImportedAccessProfile } from './import/load-access-profiles.ts'
export { type NumberedGrants, readGrantTime } from './import/numbered-grants.ts'
export {
  liveUntil,
  PiecewiseUpload,
  refuseTooManyUploads,
  uploadGivenUp,
  uploadInProgress,
} from './import/piecewise-upload.ts'
export { dropReplacedGrants, replacedGrantsStayMs } from './import/replaced-grants.ts'
export { removeDeadUploads } from './import/staged-uploads.ts'
export { uploadImportFile } from './import/upload-file.ts'
export {
  importedApplications,
  importedEntitlements,
  importedGrants,
  importedMemberships,
  importedPeople,
  importedUsage,
} from './imported-records.ts'
export { AccessPairs } from './query/access-pairs.ts'
export { accountIdOf } from './query/account-id.ts'
export {
  type Account,
  type AccountField,
  type AccountSorter,
  accountById,
  accountsBy,
  entitlementsOfAccount,
} from './query/accounts-by.ts'
export {
  type ApplicationField,
  type ApplicationSorter,
  applicationInForce,
  applicationsBy,
  dataInForceSince,
} from './query/applications-by.ts'
export {
  type EntitlementField,
  type EntitlementSorter,
  entitlementInForce,
  entitlementsBy,
  entitlementsGivenBy,
  entitlementsGiving,
  type LevelledEntitlement,
} from './query/entitlements-by.ts'
export {
  assignedEntitlements,
  type IdentityField,
  type IdentitySorter,
  identitiesBy,
  identityKeyInForce,
  type LedIdentity,
  ledIdentity,
} from './query/identities-by.ts'
export { monthsOfAccount, monthsOfApplication } from './query/months-of-usage.ts'
export { accessInForce } from './read/access-in-force.ts'
export {
  accountsOfIdentity,
  holdersNamed,
  identityKeysMatching,
  searchAccounts,
  withBroughtAccount,
} from './read/accounts.ts'
export {
  type Application,
  applicationKey,
  applicationsByKey,
  getApplication,
  listApplications,
} from './read/applications.ts'
export { type EffectiveGrant, listEffectiveGrants } from './read/effective-grants.ts'
export {
  countEntitlements,
  entitlementsByRisk,
  entitlementsInIdOrder,
  privilegedEntitlements,
  usersOfApplications,
} from './read/entitlement-marks.ts'
export { type Entitlement, getEntitlement, listEntitlements, listedEntitlements } from './read/entitlements.ts'
export { type AccessPath, explainAccess } from './read/explain-access.ts'
export { type BroughtAccount, grantDetails } from './read/grant-details.ts'
export { type GrantPosition, type IdentityGrant, listIdentityGrants } from './read/grants.ts'
export { type Holders, holdersOf, holdingsOf } from './read/holdings.ts'
export {
  countEnabledIdentities,
  getIdentity,
  type Identity,
  type IdentityStatus,
  type IdentityType,
  identitiesById,
  identitiesByKey,
  type ListedIdentity,
  listedIdentities,
  listIdentities,
} from './read/identities.ts'
export type { NamePosition } from './read/listing.ts'
export {
  builtInAttributes,
  type EntitlementDetails,
  entitlementsByKey,
  identityNamesById,
  identityNamesByKey,
  knownAttributes,
  listAttributes,
} from './read/lookups.ts'
export {
  applicationKeys,
  type EntitlementReference,
  entitlementKeys,
  entitlementReferences,
  identityExists,
  identityIds,
  identityKeys,
  unknownIdentityIds,
} from './read/references.ts'
export { type RepeatedText, repeatedPeople } from './read/repeated-people.ts'
export {
  type Resource,
  type ResourceType,
  searchResources,
  searchResourceTypes,
  searchRiskLevels,
} from './read/resources.ts'
export {
  countFoundEntitlements,
  type EntitlementSearch,
  keysOfFoundEntitlements,
  searchApplications,
  searchEntitlements,
  searchIdentities,
} from './read/search.ts'
export { usageReach, usageReachOfVisible } from './read/usage-reach.ts'
export { attributesOfPeople, type ValueName, valueNames, valuesOfPeople } from './read/value-names.ts'
export {
  keysOfScope,
  lockSettledScope,
  putReaderScope,
  readerScopes,
  removeReaderScope,
  type ScopeKeys,
  scopeState,
  settledScope,
  settleScope,
} from './reader-scopes/reader-scopes.ts'
export type { ScopeConditions } from './reader-scopes/scope-conditions.ts'
export { combineReaderScopes, identityNamedBy } from './reader-scopes/sign-in.ts'
export {
  accessCounts,
  accountsInForce,
  broughtAccounts,
  entitlementRelation,
  grantsInForce,
  groupAccess,
  identityRelation,
  importInForce,
  inForceSince,
  loadInForce,
  presentEntitlements,
  usageOf,
} from './relations.ts'
export type { SnapshotDescription } from './snapshot/describe-snapshot.ts'
export { type IdentityNameRanks, identityNameRanks } from './snapshot/identity-name-ranks.ts'
export { loadCurrentSnapshot, loadPreviousSnapshot } from './snapshot/load-snapshot.ts'
export { SnapshotDescriptions } from './snapshot/snapshot-descriptions.ts'
export { isInForce, snapshotVersion } from './snapshot/snapshot-format.ts'
export { storedMemberships } from './snapshot/stored-memberships.ts'
export { type UsedSources, usedSources } from './snapshot/used-sources.ts'
