import { type Principal, type Role, refusalOf, roles } from '@assay/auth'
import * as contracts from '@assay/contracts'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { allDialects, clientsOf } from './all-dialects.ts'
import { accessOfCalls, fullNameOf } from './call-access.ts'
import { clientDialects } from './client-dialects.ts'
import { conductorone } from './conductorone/conductorone.ts'
import { dialectTables, internalAccess, isOpenPath, publicAccess, publicCalls } from './dialect-tables.ts'
import { internalCalls } from './platform/internal.ts'
import { openCalls } from './platform/open.ts'
import { sailpoint } from './sailpoint/sailpoint.ts'

const callsOf = (services: readonly DescService[]) => services.flatMap(({ methods }) => methods.map(fullNameOf)).sort()
const exported: readonly (DescService | readonly DescService[])[] = Object.values(contracts)
const everyService = exported.filter((one): one is DescService => 'kind' in one)

test('every call of every service is in one part of the table, and the table has no other', () => {
  const names = [...publicCalls, ...openCalls, ...internalCalls].map(({ method }) => fullNameOf(method))
  expect(names.sort()).toEqual(callsOf(everyService))
})

test('the kinds of clients are those of the dialects', () => {
  expect(clientDialects).toEqual(clientsOf(allDialects))
})

test('the public port has no access for what only our own processes call, and everything else is the same behind it', () => {
  for (const { method } of internalCalls) {
    expect(publicAccess(method), fullNameOf(method)).toBeUndefined()
    expect(internalAccess(method), fullNameOf(method)).toBeDefined()
  }
  for (const { method, access } of [...publicCalls, ...openCalls])
    expect([publicAccess(method), internalAccess(method)], fullNameOf(method)).toEqual([access, access])
})

test('a call without an entry has no access, and an entry without a call is refused', () => {
  const { Auth } = contracts
  const access = accessOfCalls({ ...Auth, method: {} } as DescService, {})
  expect(access).toEqual([])
  expect(publicAccess({ ...Auth.method.introspect } as DescMethod)).toBeUndefined()
  const readers = 'unaffected' as const
  expect(() => accessOfCalls(Auth as DescService, { introspect: { readers }, inspect: { readers } })).toThrow(
    'c1.api.auth.v1.Auth has no call "inspect"; take it out of the table',
  )
})

// The slow twin of the decision: which calls a caller may make, as the decision records on rights say.

const rightsOf: Readonly<Record<Role, readonly string[]>> = {
  admin: ['read', 'mine', 'decide', 'administer'],
  'role-miner': ['read', 'mine', 'decide'],
  reviewer: ['read', 'decide'],
  auditor: ['read'],
  agent: ['read'],
}
const read = 'iai:access-modeling:read'
const manage = 'iai:access-modeling:manage'
const subsets = (scopes: readonly string[]): string[][] =>
  scopes.reduce<string[][]>((sets, scope) => sets.flatMap((set) => [set, [...set, scope]]), [[]])
const tokens: readonly Pick<Principal, 'dialect' | 'scopes'>[] = [
  { dialect: 'c1' },
  { dialect: 'sailpoint' },
  ...subsets([read, manage, 'sp:scopes:all', 'sp:scopes:default']).map((scopes) => ({
    dialect: 'sailpoint' as const,
    scopes,
  })),
  ...sailpoint.clients.scopes.known.map((scope) => ({ dialect: 'sailpoint' as const, scopes: [scope] })),
]

/** The scopes of the calls around role mining, by service, or by call where one differs from the others of its service. */
const neighbours: Readonly<Record<string, string>> = {
  'sailpoint.search.v1.SearchService': 'sp:search:read',
  'sailpoint.sources.v1.SourcesService': 'idn:sources:read idn:sources:manage',
  'sailpoint.identities.v1.IdentitiesService': 'idn:identity:read idn:identity:manage',
  'sailpoint.identities.v1.IdentitiesService.ListRoleAssignments':
    'idn:identity:read idn:identity-direct-report:read idn:identity:manage',
  'sailpoint.identities.v1.IdentitiesService.ListEntitlementsOfIdentity':
    'idn:entitlement:read idn:entitlement:update idn:entitlement:manage',
  'sailpoint.identities.v1.IdentitiesService.ListIdentityAttributes':
    'idn:identity-profile-attribute:read idn:identity-profile-attribute:manage',
  'sailpoint.publicidentities.v1.PublicIdentitiesService': 'sp:scopes:default idn:identity:read idn:identity:manage',
  'sailpoint.entitlements.v1.EntitlementsService': 'idn:entitlement:read idn:entitlement:update idn:entitlement:manage',
  'sailpoint.accounts.v1.AccountsService': 'idn:accounts:read idn:accounts:manage',
  'sailpoint.accountusages.v1.AccountUsagesService': 'idn:identity-history:manage',
  'sailpoint.sourceusages.v1.SourceUsagesService': 'idn:identity-history:manage',
  'sailpoint.workgroups.v1.WorkgroupsService': 'idn:workgroup:read idn:workgroup:manage',
  'sailpoint.identityprofiles.v1.IdentityProfilesService': 'idn:identity-profile:read idn:identity-profile:manage',
  'sailpoint.identityprofiles.v1.IdentityProfilesService.GetLifecycleStates':
    'idn:identity-profile-lifecycle-state:read',
  'sailpoint.roles.v1.RolesService':
    'idn:role-unchecked:read idn:role-checked:read idn:role-unchecked:manage idn:role-checked:manage',
  'sailpoint.roles.v1.RolesService.CreateRole': 'idn:role-unchecked:manage idn:role-checked:manage',
  'sailpoint.roles.v1.RolesService.PatchRole': 'idn:role-unchecked:manage idn:role-checked:manage',
  'sailpoint.roles.v1.RolesService.DeleteRole': 'idn:role-unchecked:manage idn:role-checked:manage',
  'sailpoint.roles.v1.RolesService.DeleteBulkRoles': 'idn:role-unchecked:manage idn:role-checked:manage',
  'sailpoint.accessprofiles.v1.AccessProfilesService': 'idn:access-profile:read idn:access-profile:manage',
  'sailpoint.sod.v1.SodService': 'idn:sod-policy:read idn:sod-policy:manage',
  'sailpoint.sod.v1.SodService.StartPredictSodViolations': 'idn:sod-violation:read idn:sod-violation:manage',
  'sailpoint.taskstatus.v1.TaskStatusService': 'idn:task-management:read idn:task-management:write',
  'sailpoint.roleinsights.v1.RoleInsightsService': 'iai:role-insights',
  'sailpoint.commonaccess.v1.CommonAccessService': 'iai:access-modeling:read iai:access-modeling:manage',
  'sailpoint.commonaccess.v1.CommonAccessService.CreateCommonAccess': 'iai:access-modeling:manage',
  'sailpoint.commonaccess.v1.CommonAccessService.UpdateCommonAccessStatusInBulk': 'iai:access-modeling:manage',
  'sailpoint.recommendations.v1.RecommendationsService': 'iai:decisions:manage',
  'sailpoint.recommendations.v1.RecommendationsService.GetRecommendationsConfig':
    'iai:configuration:read iai:configuration:manage',
  'sailpoint.tenant.v1.TenantService': 'sp:tenant:read',
  'sailpoint.unheld.v1.UnheldService': '',
  'sailpoint.unheld.v1.UnheldService.ListCampaigns': 'idn:campaign:read idn:campaign:manage',
  'sailpoint.unheld.v1.UnheldService.ListCertifications': 'idn:campaign:read idn:campaign:manage',
}

function isInScope(
  { dialect, scopes }: (typeof tokens)[number],
  api: string,
  method: DescMethod,
  isRead: boolean,
): boolean {
  if (dialect === 'c1' || scopes === undefined || scopes.includes('sp:scopes:all')) return true
  if (api !== 'SailPoint') return false
  const opening = neighbours[fullNameOf(method)] ?? neighbours[method.parent.typeName]
  if (opening !== undefined) return scopes.some((scope) => opening.split(' ').includes(scope))
  return scopes.includes(manage) || (isRead && scopes.includes(read))
}

test('every call, for every role, dialect of the token and set of scopes, is allowed or refused as decided', () => {
  // A few hundred thousand decisions: an assertion for each takes most of the time of the test, so it collects the wrong ones.
  const wrong: string[] = []
  const counts = { calls: 0, decisions: 0, allowed: 0, MISSING_RIGHT: 0, MISSING_SCOPE: 0, BOUNDED_READER: 0 }
  for (const { title, services } of allDialects)
    for (const { method } of services.flatMap(({ calls }) => calls)) {
      const access = publicAccess(method) ?? 'everyone'
      counts.calls++
      const name = fullNameOf(method)
      if (access === 'everyone') return expect.unreachable(`${name} asks for no token`)
      for (const role of roles)
        for (const token of tokens) {
          const isRead = access.right === 'read'
          const mayByRole = access.right === undefined || rightsOf[role].includes(access.right)
          const mayByScope = isInScope(token, title, method, isRead)
          const expected = mayByRole ? (mayByScope ? undefined : 'MISSING_SCOPE') : 'MISSING_RIGHT'
          const decided = refusalOf({ role, ...token }, access)
          if (decided !== expected) wrong.push(`${name}, ${role}, ${token.dialect} ${token.scopes}: ${decided}`)
          counts.decisions++
          counts[decided ?? 'allowed']++
          const isClosed = typeof access.readers === 'object'
          const bound = refusalOf({ role, ...token, readerScope: 'some' }, access)
          if (bound !== (expected ?? (isClosed ? 'BOUNDED_READER' : undefined)))
            wrong.push(`${name}, ${role}, ${token.dialect} ${token.scopes}, bounded: ${bound}`)
        }
    }
  expect(wrong).toEqual([])
  console.info(`the table of access: ${JSON.stringify(counts)}`)
  expect(counts.decisions).toBe(counts.calls * roles.length * tokens.length)
})

test('what has no side effects needs the right to read, and what has some needs another one', () => {
  for (const { method, access } of publicCalls) {
    const right = access === 'everyone' ? access : access.right
    const isRead = method.idempotency === Idempotency.NO_SIDE_EFFECTS
    if (method === contracts.Auth.method.introspect) expect(right).toBeUndefined()
    else expect(right === 'read', fullNameOf(method)).toBe(isRead)
  }
})

test('a scope that two dialects name alike is refused, since it would open calls of both', () => {
  const [first] = allDialects.flatMap(({ clients }) => clients?.scopes ?? [])
  const known = first?.known.slice(0, 1) ?? []
  const clients = { ...conductorone.clients, name: 'other', scopes: { known, unlimited: 'other:all' } }
  const other = { ...conductorone, services: [], clients }
  expect(() => dialectTables([...allDialects, other])).toThrow(`Two dialects have the scope "${known[0]}"`)
})

test.each([
  ['/healthz', true],
  ['/oauth/token', true],
  ['/docs/start.js', true],
  ['/docs/a/b', false],
  ['/openapiXjson', false],
  ['/api/v1/role-mining/trigger', false],
  ['', false],
])('%j is open to everybody: %s', (path, open) => {
  expect(isOpenPath(path)).toBe(open)
})
