import { Health, ServerReflection, ServerReflectionV1Alpha } from '@assay/contracts'
import { accessOfCalls, type CallAccess } from '../call-access.ts'

/**
 * Calls that every server answers without a token: load balancers and `buf curl` have none, and the responses have no secrets.
 */
export const openCalls: readonly CallAccess[] = [
  ...accessOfCalls(Health, { check: 'everyone', list: 'everyone', watch: 'everyone' }),
  ...accessOfCalls(ServerReflection, { serverReflectionInfo: 'everyone' }),
  ...accessOfCalls(ServerReflectionV1Alpha, { serverReflectionInfo: 'everyone' }),
]

/** The health probes of every server, and the documents of the public port. `*` means one segment of a path. */
export const openPlatformPaths: readonly string[] = [
  '/healthz',
  '/readyz',
  '/openapi.json',
  '/docs',
  '/docs/',
  '/docs/*',
  // Says how to get a token, for clients that have none yet (RFC 9728, RFC 8414).
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-authorization-server',
]

/** The console: its session, the sign-in of people, its files and its screens, which are pages without data. */
export const openConsolePaths: readonly string[] = [
  '/console/session',
  '/console/sign-in',
  '/console/sign-in/*',
  '/console/signed-in/*',
  '/console/signed-out/*',
  '/assets/*',
  '/',
  '/sign-in',
  '/keys',
  '/candidates',
  '/candidates/*',
  '/candidates/search/*',
  '/access-profiles',
  '/access-profiles/*',
  '/explore',
  '/matrix',
  '/compare',
  '/drafts',
  '/drafts/*',
  '/changes',
  '/coverage',
  '/role-models',
  '/role-models/*',
  '/settings',
  '/settings/*',
  '/settings/policies/*',
  '/settings/webhooks/*',
  '/entitlements/*/*',
  '/people/*',
  '/data',
  '/data/bring',
  '/data/sources/*',
  '/reviews',
  '/reviews/*',
  '/decide',
  '/decide/*',
  '/ledger',
  '/ledger/*',
]
