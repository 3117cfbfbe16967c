import { Health, ServerReflection, ServerReflectionV1Alpha } from '@assay/contracts'
import { accessOfCalls, type CallAccess } from '../call-access.ts'

/** Calls that every server answers without a token: a balancer and `buf curl` have none, and neither call tells a secret. */
export const openCalls: readonly CallAccess[] = [
  ...accessOfCalls(Health, { check: 'everyone', list: 'everyone', watch: 'everyone' }),
  ...accessOfCalls(ServerReflection, { serverReflectionInfo: 'everyone' }),
  ...accessOfCalls(ServerReflectionV1Alpha, { serverReflectionInfo: 'everyone' }),
]

/** The probes of every server, and what the public port says about itself. `*` stands for one part of a path. */
export const openPlatformPaths: readonly string[] = [
  '/healthz',
  '/readyz',
  '/openapi.json',
  '/docs',
  '/docs/',
  '/docs/*',
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
  '/access-profiles',
  '/access-profiles/*',
  '/explore',
  '/matrix',
  '/compare',
  '/drafts',
  '/drafts/*',
  '/changes',
  '/coverage',
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
