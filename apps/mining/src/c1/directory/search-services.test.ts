import { AppResourceSearch, AppUserService, AttributeSearch } from '@assay/contracts'
import { AppEntitlementSearchService } from '@assay/contracts/c1/api/app/v1/app_entitlement_search_service_pb'
import { AppSearch } from '@assay/contracts/c1/api/app/v1/app_search_pb'
import { UserOrigin as Origin, User_Status as Status, UserType as Type } from '@assay/contracts/c1/api/user/v1/user_pb'
import { DelegateStatus, UserSearch } from '@assay/contracts/c1/api/user/v1/user_search_pb'
import { builtInApplication } from '@assay/profiles'
import { type DescField, ScalarType } from '@bufbuild/protobuf'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failureOf, importFiles, startTestService, type TestService } from '../../testing-service.ts'
import type { Handling } from '../search-members.ts'
import { appMembers } from './app-services.ts'
import { accountMembers } from './app-user-service.ts'
import { attributeMembers } from './attribute-services.ts'
import { entitlementMembers, grantMembers } from './entitlement-search-service.ts'
import { resourceMembers, resourceTypeMembers } from './resource-services.ts'
import { serveDirectory } from './serve-directory.ts'
import { userMembers } from './user-search-service.ts'

const builtIn = builtInApplication.id
let running: TestService
let tenant: number
let users: Client<typeof UserSearch>
let apps: Client<typeof AppSearch>
let entitlements: Client<typeof AppEntitlementSearchService>

const files = {
  'identities.csv': [
    'id,display_name,email,department,job_title,manager_id,status,type,Cost Center',
    'u1,Ada Lovelace,ada@example.org,Engineering,Engineer,u3,,,CC-1',
    'u2,"Hopper, Grace",Grace@Example.org,Engineering,Manager,u3,,,',
    'u3,Élise Müller,boss@example.org,Sales,Manager,,,,',
    'u4,Old Hand,adalbert@example.org,Sales,,u2,disabled,,',
    'u5,Zoe 100%,zoe@example.org,Sales,,u2,deleted,,',
    's1,backup,,,,,,service,',
  ].join('\n'),
  'applications.csv': 'id,display_name,description\ngit,Git,Source code\ncrm,CRM,All customers\n',
  'entitlements.csv': [
    'application_id,id,display_name,description,resource_type,resource,risk_level',
    'git,read,Read code,See all code,group,platform,low',
    'git,admin,Administer,,role,platform,high',
    'crm,read,Read customers,,,,',
  ].join('\n'),
  'grants.csv': 'identity_id,application_id,entitlement_id\nu1,git,read\nu2,crm,read',
}

beforeAll(async () => {
  running = await startTestService(serveDirectory)
  tenant = await running.database.tenantId('tenant')
  await importFiles(running.database.database.sql, tenant, files)
  // The next import deletes an entitlement.
  const fewer = files['entitlements.csv'].split('\n').filter((row) => !row.startsWith('git,admin'))
  await importFiles(running.database.database.sql, tenant, { ...files, 'entitlements.csv': fewer.join('\n') })
  users = running.client(UserSearch, tenant, 'auditor')
  apps = running.client(AppSearch, tenant, 'auditor')
  entitlements = running.client(AppEntitlementSearchService, tenant, 'auditor')
})
afterAll(() => running?.stop())

test.each<[Parameters<typeof users.search>[0], string[]]>([
  [{}, ['u1', 's1', 'u2', 'u4', 'u3']],
  [{ query: 'LOVE' }, ['u1']],
  [{ query: 'müller' }, ['u3']],
  [{ query: 'example.org' }, ['u1', 'u2', 'u4', 'u3']],
  [{ query: '%' }, []],
  [{ query: 'nobody' }, []],
  [{ email: 'grace@example.ORG' }, ['u2']],
  [{ email: 'grace@example' }, []],
  [{ departments: ['Sales', 'Nowhere'] }, ['u4', 'u3']],
  [{ departments: ['sales'] }, []],
  [{ jobTitles: ['Manager'], departments: ['Engineering'] }, ['u2']],
  [{ managerIds: ['u3', 'u2'] }, ['u1', 'u2', 'u4']],
  [{ userStatuses: [Status.DELETED] }, ['u5']],
  [{ userStatuses: [Status.ENABLED], excludeTypes: [Type.SERVICE] }, ['u1', 'u2', 'u3']],
  [{ userStatuses: [Status.ENABLED, Status.DISABLED, Status.DELETED] }, ['u1', 's1', 'u2', 'u4', 'u5', 'u3']],
  [{ refs: [{ id: 'u3' }, { id: 'nobody' }], ids: ['u1'] }, ['u1', 'u3']],
  [{ excludeIds: ['u1', 's1'] }, ['u2', 'u4', 'u3']],
  [{ roleIds: ['admin'] }, []],
  [{ origins: [Origin.DIRECTORY] }, ['u1', 's1', 'u2', 'u4', 'u3']],
  [{ origins: [Origin.LOCAL, Origin.DIRECTORY], departments: ['Engineering'] }, ['u1', 'u2']],
  [{ origins: [Origin.LOCAL] }, []],
  [{ excludeOrigins: [Origin.DIRECTORY] }, []],
  [{ excludeOrigins: [Origin.LOCAL, Origin.SYSTEM] }, ['u1', 's1', 'u2', 'u4', 'u3']],
  [{ sourceAppIds: ['git'] }, []],
  [{ sourceAppIds: ['git'], origins: [Origin.SYSTEM] }, []],
  [{ sourceAppIds: ['git'], origins: [Origin.DIRECTORY] }, ['u1', 's1', 'u2', 'u4', 'u3']],
  [{ delegateStatus: DelegateStatus.HAS_DELEGATE }, []],
  [{ delegateStatus: DelegateStatus.NO_DELEGATE }, ['u1', 's1', 'u2', 'u4', 'u3']],
])('users %j', async (request, ids) => {
  const { list, nextPageToken } = await users.search(request)
  expect([list.map(({ user }) => user?.id), nextPageToken]).toEqual([ids, ''])
})

test('a found user is shown as a cohort shows it', async () => {
  const { user } = (await users.search({ ids: ['u1'] })).list[0]!
  expect(user).toMatchObject({
    displayName: 'Ada Lovelace',
    emails: ['ada@example.org'],
    managerIds: ['u3'],
    status: Status.ENABLED,
    profile: { 'Cost Center': 'CC-1' },
  })
})

test.each<[Parameters<typeof apps.search>[0], string[]]>([
  [{}, ['crm', 'git', builtIn]],
  [{ query: 'GI' }, ['git']],
  [{ query: 'customers' }, ['crm']],
  [{ displayName: 'Git' }, ['git']],
  [{ displayName: 'git' }, ['git']],
  [{ displayName: 'gi' }, []],
  [{ appIds: ['git', 'other'] }, ['git']],
  [{ excludeAppIds: ['git'] }, ['crm', builtIn]],
  [{ displayName: 'conductorone' }, [builtIn]],
  [{ appIds: [builtIn, 'crm'] }, ['crm', builtIn]],
  [{ excludeAppIds: [builtIn] }, ['crm', 'git']],
])('applications %j', async (request, ids) => {
  expect((await apps.search(request)).list.map(({ id }) => id)).toEqual(ids)
})

test.each<[Parameters<typeof entitlements.search>[0], string[]]>([
  [{}, ['git/read', 'crm/read']],
  [{ includeDeleted: true }, ['git/admin', 'git/read', 'crm/read']],
  [{ query: 'CODE' }, ['git/read']],
  [{ query: 'all code' }, ['git/read']],
  [{ displayName: 'Read customers' }, ['crm/read']],
  [{ appIds: ['crm'] }, ['crm/read']],
  [{ excludeAppIds: ['crm'] }, ['git/read']],
  [
    {
      refs: [
        { appId: 'crm', id: 'read' },
        { appId: 'git', id: 'admin' },
      ],
    },
    ['crm/read'],
  ],
  [{ refs: [{ appId: 'git', id: 'nothing' }] }, []],
  [{ resourceIds: ['platform'] }, ['git/read']],
  [{ resourceTypeIds: ['group', 'x'] }, ['git/read']],
  [{ excludeResourceTypeIds: ['group'] }, ['crm/read']],
  [{ riskLevelIds: ['low'] }, ['git/read']],
  [{ riskLevelIds: ['high'] }, []],
  [{ alias: 'x' }, []],
  [{ complianceFrameworkIds: ['SOX'] }, []],
  [{ appUserIds: ['x'] }, []],
  [{ appUserIds: ['u1', 'x'] }, ['git/read']],
  [{ appUserIds: ['u1', 'u2'] }, ['git/read', 'crm/read']],
  [{ excludeAppUserIds: ['u1'] }, ['crm/read']],
  [{ excludeAppUserIds: ['x'] }, ['git/read', 'crm/read']],
  [{ excludedEntitlementRefs: [{ appId: 'git', id: 'read' }] }, ['crm/read']],
  [
    {
      excludedEntitlementRefs: [
        { appId: 'git', id: 'admin' },
        { appId: 'crm', id: 'nothing' },
      ],
      includeDeleted: true,
    },
    ['git/read', 'crm/read'],
  ],
  [{ refs: [{ appId: 'git', id: 'read' }], excludedEntitlementRefs: [{ appId: 'git', id: 'read' }] }, []],
  [{ membershipType: [0] }, ['git/read', 'crm/read']],
  [{ accessReviewId: 'x' }, []],
  [{ onlyGetExpiring: true }, []],
])('entitlements %j', async (request, ids) => {
  const { list } = await entitlements.search(request)
  expect(list.map(({ appEntitlement: one }) => `${one?.appId}/${one?.id}`)).toEqual(ids)
})

/** A value of a field that is not its default. */
function sampleOf(field: DescField): unknown {
  const one =
    field.message !== undefined
      ? Object.fromEntries(field.message.fields.map((part) => [part.localName, sampleOf(part)]))
      : field.scalar === ScalarType.STRING
        ? 'x'
        : field.scalar === ScalarType.BOOL
          ? true
          : 1
  return field.fieldKind === 'list' ? [one] : one
}

const searches = [
  ['users', UserSearch.method.search, userMembers],
  ['applications', AppSearch.method.search, appMembers],
  ['entitlements', AppEntitlementSearchService.method.search, entitlementMembers],
  ['grants', AppEntitlementSearchService.method.searchGrants, grantMembers],
  ['accounts', AppUserService.method.search, accountMembers],
  ['kinds of resources', AppResourceSearch.method.searchAppResourceTypes, resourceTypeMembers],
  ['resources', AppResourceSearch.method.searchAppResources, resourceMembers],
  ['attribute values', AttributeSearch.method.searchAttributeValues, attributeMembers],
] as const

describe.each(searches)('every member of a search for %s does what its table says', (_, method, members) => {
  const handling: Readonly<Record<string, Handling>> = members
  const { input, localName, parent } = method
  const search = async (request: object) => {
    const calls = running.client(parent, tenant) as unknown as Record<
      string,
      (request: object) => Promise<{ list: [] }>
    >
    return (await calls[localName]!(request)).list.length
  }

  test('no member is without a row, and no row without a member', () => {
    expect(Object.keys(handling).sort()).toEqual(input.fields.map(({ localName }) => localName).sort())
  })

  const unmet = input.fields.filter(({ localName }) => handling[localName] === 'finds nothing')
  if (unmet.length > 0)
    test.each(unmet.map((field) => [field.jsonName, field] as const))(
      '%s, which nothing meets, finds nothing',
      async (_, field) => {
        expect(await search({ [field.localName]: sampleOf(field) })).toBe(0)
      },
    )

  const idle = input.fields.filter(({ localName }) => /^(keeps all|is ignored)$/.test(handling[localName]!))
  if (idle.length > 0)
    test.each(idle.map((field) => [field.jsonName, field] as const))(
      '%s, which is met by all, keeps all',
      async (_, field) => {
        expect(await search({ [field.localName]: sampleOf(field) })).toBe(await search({}))
      },
    )

  test('what is empty or zero narrows nothing', async () => {
    const empty = input.fields.map((field) => [field.localName, field.fieldKind === 'list' ? [] : undefined] as const)
    expect(await search(Object.fromEntries(empty))).toBe(await search({}))
  })
})

test('a found entitlement shows all that the import tells', async () => {
  const { appEntitlement } = (await entitlements.search({ riskLevelIds: ['low'] })).list[0]!
  expect(appEntitlement).toMatchObject({
    appId: 'git',
    id: 'read',
    displayName: 'Read code',
    description: 'See all code',
    appResourceId: 'platform',
    appResourceTypeId: 'group',
    riskLevelValueId: 'low',
  })
})

test('pages put together are the whole, and a token holds for its query alone', async () => {
  const ids: (string | undefined)[] = []
  let pageToken = ''
  do {
    const page = await users.search({ pageSize: 2, pageToken })
    ids.push(...page.list.map(({ user }) => user?.id))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(ids).toEqual(['u1', 's1', 'u2', 'u4', 'u3'])
  const { nextPageToken } = await users.search({ pageSize: 1 })
  expect(await failureOf(users.search({ query: 'a', pageToken: nextPageToken }))).toMatch(
    /^InvalidArgument: page_token/,
  )
  expect(await failureOf(apps.search({ pageToken: nextPageToken }))).toMatch(/^InvalidArgument: page_token/)
  expect(await failureOf(users.search({ roleIds: ['x'], pageToken: nextPageToken }))).toMatch(/^InvalidArgument/)
})

test.each<[() => Promise<unknown>, RegExp]>([
  [() => users.search({ query: 'x'.repeat(1_001) }), /query: must have at most 1000 characters/],
  [() => users.search({ jobTitles: Array(1_001).fill('x') }), /job_titles: must have at most 1000 items/],
  [() => users.search({ userStatuses: [Status.UNKNOWN] }), /user_statuses\[0\]: must be ENABLED/],
  [() => users.search({ excludeTypes: [Type.UNSPECIFIED] }), /exclude_types\[0\]/],
  [() => users.search({ origins: [Origin.LOCAL, Origin.UNSPECIFIED] }), /origins\[1\]: must be USER_ORIGIN_DIRECTORY/],
  [() => users.search({ excludeOrigins: [99 as Origin] }), /exclude_origins\[0\]/],
  [() => users.search({ delegateStatus: 7 as DelegateStatus }), /delegate_status/],
  [() => users.search({ delegatedUserIds: Array(1_001).fill('x') }), /delegated_user_ids: must have at most 1000/],
  [() => entitlements.search({ sourceConnectorId: 'x'.repeat(1_001) }), /source_connector_id/],
  [() => entitlements.search({ excludeAppUserIds: Array(1_001).fill('x') }), /exclude_app_user_ids/],
  [() => users.search({ pageSize: -1 }), /page_size/],
  [() => apps.search({ displayName: 'x'.repeat(1_001) }), /display_name/],
  [() => apps.search({ appIds: Array(1_001).fill('x') }), /app_ids/],
  [() => entitlements.search({ refs: Array(1_001).fill({ appId: 'x', id: 'y' }) }), /refs: must have at most 1000/],
  [() => entitlements.search({ pageToken: 'forged' }), /page_token/],
])('%s is refused by name', async (call, words) => {
  const refusal = await failureOf(call())
  expect(refusal).toMatch(/^InvalidArgument/)
  expect(refusal).toMatch(words)
})

test('every role may search, nobody else, and another tenant finds nothing', async () => {
  for (const role of ['admin', 'role-miner', 'reviewer', 'auditor'] as const)
    expect((await running.client(UserSearch, tenant, role).search({})).list).toHaveLength(5)
  const other = await running.database.tenantId('other')
  expect((await running.client(UserSearch, other).search({})).list).toEqual([])
  const found = await running.client(AppSearch, other).search({})
  expect(found.list.map(({ id }) => id)).toEqual([builtIn])
  expect((await running.client(AppEntitlementSearchService, other).search({ includeDeleted: true })).list).toEqual([])
  expect(await failureOf(running.client(UserSearch, tenant, 'nobody').search({}))).toMatch(/^Unauthenticated/)
})
