export { type Access, type BoundedReaders, type CallerAccess, refusalOf, requireAccess } from './access.ts'
export { type AccessToken, createAccessTokens } from './access-tokens.ts'
export { asActor } from './acting-caller.ts'
export {
  type ApiClient,
  bindApiClient,
  type ClientPosition,
  createApiClient,
  createClientOfTenant,
  getApiClient,
  listApiClients,
  lockApiClient,
  pageOfClients,
  revokeApiClient,
  revokeClientOfTenant,
} from './api-clients.ts'
export { CallCounts } from './call-counts.ts'
export type { ClientDialect, NewCredentials } from './client-dialect.ts'
export { type ClientLogin, createClientLogins } from './client-logins.ts'
export { createFederatedClient } from './client-trusts.ts'
export { actsForItself, userIdFromRow, userIdOfClient, userIdsInRows } from './client-user.ts'
export { type ConsoleSessions, createConsoleSessions, createSignInLink } from './console-sessions.ts'
export { eraseFromClients } from './erase-person.ts'
export { hostOf, listenAddress, publicAddress, publicHosts } from './hosts.ts'
export { createInternalTokens, type InternalTokens } from './internal-tokens.ts'
export { LedgerKeys, ledgerPublicKeys } from './ledger-keys.ts'
export { type Principal, type Role, roles } from './principal.ts'
export { recordReplacedKeys } from './replaced-keys.ts'
export { hasRight, rights } from './rights.ts'
export { usersBehindClients } from './users-behind-clients.ts'
