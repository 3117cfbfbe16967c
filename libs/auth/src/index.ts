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
export { type ClientTrust, createFederatedClient, type FederatedClientInit } from './client-trusts.ts'
export { hostOf, publicAddress, publicHosts } from './hosts.ts'
export { createInternalTokens, type InternalTokens } from './internal-tokens.ts'
export { type Dialect, dialects, type Principal, type Role, roles } from './principal.ts'
export { hasRight, type Right, requireRight } from './rights.ts'
export { knownScopes, type ModelingAccess, requireModelingAccess, scopesOf } from './scopes.ts'
export type { SubjectToken } from './subject-tokens.ts'
