export { type Access, type CallerAccess, refusalOf, requireAccess } from './access.ts'
export { type AccessToken, type AccessTokens, type AccessTokensOptions, createAccessTokens } from './access-tokens.ts'
export {
  type ApiClient,
  type ApiClientInit,
  createApiClient,
  listApiClients,
  revokeApiClient,
} from './api-clients.ts'
export type { Assertion } from './assertions.ts'
export { type CallCountOptions, CallCounts } from './call-counts.ts'
export type { ClientDialect, ClientScopes, NewCredentials } from './client-dialect.ts'
export { type ClientTrust, createFederatedClient, type FederatedClientInit } from './client-trusts.ts'
export { actsForItself, userIdFromRow, userIdOfClient, userIdsInRows } from './client-user.ts'
export { hostOf, listenAddress, publicAddress, publicHosts } from './hosts.ts'
export { createInternalTokens, type InternalTokens } from './internal-tokens.ts'
export type { EncryptionKeys } from './key-encryption.ts'
export { type Principal, type Role, roles } from './principal.ts'
export { hasRight, type Right, rights } from './rights.ts'
export type { SubjectToken } from './subject-tokens.ts'
