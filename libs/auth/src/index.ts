export { type AccessToken, type AccessTokens, type AccessTokensOptions, createAccessTokens } from './access-tokens.ts'
export {
  type ApiClient,
  type ApiClientInit,
  createApiClient,
  listApiClients,
  revokeApiClient,
} from './api-clients.ts'
export { createInternalTokens, type InternalTokens } from './internal-tokens.ts'
export { type Dialect, dialects, type Principal, type Role, roles } from './principal.ts'
export { hasRight, type Right, requireRight } from './rights.ts'
