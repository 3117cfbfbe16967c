import {
  AppEntitlementOwners,
  AppEntitlementSearchService,
  AppEntitlements,
  AppEntitlementUserBindingService,
  AppOwners,
  AppResourceSearch,
  AppResourceService,
  AppResourceTypeService,
  Apps,
  AppUserService,
  AttributeSearch,
  Attributes,
  OriginDirectoryService,
  Roles,
  UserService,
} from '@assay/contracts'
import type { AppEntitlementUserView } from '@assay/contracts/c1/api/app/v1/app_entitlement_grant_pb'
import { AppEntitlementPurposeValue as Purpose } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import { AppSchema } from '@assay/contracts/c1/api/app/v1/app_pb'
import { AppResourceTypeSchema } from '@assay/contracts/c1/api/app/v1/app_resource_pb'
import { AppUserStatus_Status as Status, AppUserType as Type } from '@assay/contracts/c1/api/app/v1/app_user_pb'
import { UserSchema } from '@assay/contracts/c1/api/user/v1/user_pb'
import { replaceAccounts } from '@assay/directory'
import { addProfileMembers, builtInApplication, createAccessProfile } from '@assay/profiles'
import { inTenant } from '@assay/store'
import type { DescService } from '@bufbuild/protobuf'
import { anyUnpack, timestampDate } from '@bufbuild/protobuf/wkt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, importFiles, startTestService, type TestService } from '../../testing-service.ts'
import { serveDirectory } from './serve-directory.ts'

// A team gives two repositories. p1 has an account in git and one in code. p2 has one account, in code, and it is disabled.
const files = {
  'identities.csv': [
    'id,display_name,email,username,status,type',
    'p1,Ada,ada@example.test,ada,,',
    'p2,Bob,bob@example.test,bob,,',
    'p3,Cas,cas@example.test,cas,disabled,',
    's1,Robot,,robot,,service',
    'p9,Gone,gone@example.test,gone,deleted,',
  ].join('\n'),
  'applications.csv': 'id,display_name\ngit,Git\ncode,Code\nempty,Empty\n',
  'entitlements.csv': [
    'application_id,id,display_name,resource_type,resource,risk_level',
    'git,team,Team,group,platform,low',
    'git,chat,Chat,,,',
    'code,write,Writer,repository,core,high',
    'code,read,Reader,repository,core,low',
    'code,old,Old,repository,attic,low',
  ].join('\n'),
  'grants.csv': [
    'identity_id,application_id,entitlement_id,granted_at',
    'p1,git,team,2024-03-01T00:00:00Z',
    'p2,git,team,',
    'p2,code,write,2024-04-01T00:00:00Z',
    'p3,git,chat,',
    's1,git,team,',
  ].join('\n'),
  'memberships.csv': [
    'holder_application_id,holder_entitlement_id,application_id,entitlement_id',
    'git,team,code,write',
    'git,team,code,read',
  ].join('\n'),
}
const builtIn = builtInApplication.id

let running: TestService
let tenant: number
let profile: string

beforeAll(async () => {
  running = await startTestService(serveDirectory)
  tenant = await running.database.tenantId('tenant')
  const { sql } = running.database.database
  await importFiles(sql, tenant, files)
  const fewer = files['entitlements.csv'].split('\n').filter((row) => !row.startsWith('code,old'))
  await importFiles(sql, tenant, { ...files, 'entitlements.csv': fewer.join('\n') })
  await inTenant(sql, tenant, (scoped) =>
    replaceAccounts(scoped, tenant, [
      { identityId: 'p1', applicationId: 'git', id: 'GIT-ADA', name: 'Ada at Git', isDisabled: false },
      { identityId: 'p1', applicationId: 'code', id: 'ada', name: '', isDisabled: false },
      { identityId: 'p1', applicationId: 'code', id: 'ada-admin', name: '', isDisabled: false },
      { identityId: 'p2', applicationId: 'code', id: 'bob', name: '', isDisabled: true },
    ]),
  )
  profile = await inTenant(sql, tenant, async (scoped) => {
    const { id } = await createAccessProfile(scoped, tenant, {
      displayName: 'Engineers',
      description: 'mined',
      entitlements: [{ applicationId: 'git', entitlementId: 'team' }],
      createdBy: 'p1',
    })
    await addProfileMembers(scoped, tenant, id, ['p1', 'p3'])
    return id
  })
})
afterAll(() => running?.stop())

const client = <Service extends DescService>(service: Service) => running.client(service, tenant, 'auditor')

const grantOf = ({ appUser, appId, appEntitlementId, appUserId, grantSources }: AppEntitlementUserView) => {
  expect(appUser?.appUser?.id).toBe(appUserId)
  expect(appUser?.appUser?.appId).toBe(appId)
  const through = grantSources.map((one) => `${one.appId}/${one.id}`)
  const name = `${appUser?.appUser?.identityUserId} ${appId === builtIn ? 'profile' : `${appId}/${appEntitlementId}`} by ${appUserId}`
  return through.length === 0 ? name : `${name} through ${through}`
}

const gitTeam = ['p1 git/team by GIT-ADA', 'p2 git/team by p2', 's1 git/team by s1']
const gitChat = ['p3 git/chat by p3']
const codeWrite = [
  'p1 code/write by ada through git/team',
  'p2 code/write by bob',
  's1 code/write by s1 through git/team',
]
const codeRead = [
  'p1 code/read by ada through git/team',
  'p2 code/read by bob through git/team',
  's1 code/read by s1 through git/team',
]
const memberships = ['p1 profile by p1', 'p3 profile by p3']
const all = [...gitTeam, ...gitChat, ...codeWrite, ...codeRead, ...memberships]
const ofPerson = (id: string) => all.filter((one) => one.startsWith(`${id} `))

type GrantsRequest = Parameters<ReturnType<typeof client<typeof AppEntitlementSearchService>>['searchGrants']>[0]

test.each<[GrantsRequest, string[]]>([
  [{}, all],
  [{ appIds: ['git'] }, [...gitTeam, ...gitChat]],
  [{ appIds: ['none'] }, []],
  [{ appIds: [builtIn] }, memberships],
  [{ userId: 'p1' }, ofPerson('p1')],
  [{ userId: 'p3' }, ofPerson('p3')],
  [{ userId: 'nobody' }, []],
  [{ userId: 'p2', appIds: ['code'] }, [codeWrite[1]!, codeRead[1]!]],
  [{ appUserIds: ['GIT-ADA'] }, [gitTeam[0]!]],
  [{ appUserIds: ['ada', 'p3'] }, [gitChat[0]!, codeWrite[0]!, codeRead[0]!, memberships[1]!]],
  [{ appUserIds: ['GIT-ADA'], userId: 'p2' }, []],
  [{ entitlementRefs: [{ appId: 'code', id: 'write' }] }, codeWrite],
  [{ entitlementRefs: [{ appId: 'code', id: 'none' }] }, []],
  [{ appIds: ['git'], entitlementRefs: [{ appId: 'code', id: 'write' }] }, []],
  [{ resourceIds: ['core'] }, [...codeWrite, ...codeRead]],
  [{ resourceTypeIds: ['group'], appIds: ['git'] }, gitTeam],
  [{ resourceTypeIds: ['access_profile'] }, memberships],
  [{ entitlementSlugs: ['enrollment'] }, memberships],
  [{ entitlementSlugs: ['enrollment'], userId: 'p3' }, [memberships[1]!]],
  [{ entitlementSlugs: ['other'] }, []],
  [{ purpose: [Purpose.ASSIGNMENT] }, memberships],
  [{ purpose: [Purpose.OWNERSHIP] }, []],
  [{ purpose: [Purpose.UNSPECIFIED], appIds: ['git'] }, [...gitTeam, ...gitChat]],
])('grants %j', async (request, expected) => {
  const found: string[] = []
  let pageToken = ''
  do {
    const page = await client(AppEntitlementSearchService).searchGrants({ ...request, pageSize: 2, pageToken })
    for (const { appEntitlementUserBinding: grant, entitlement } of page.list) {
      if (grant === undefined) throw new Error('a row without a grant')
      expect(entitlement?.appEntitlement).toMatchObject({ appId: grant.appId, id: grant.appEntitlementId })
      found.push(grantOf(grant))
    }
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  const order = (one: string) => all.indexOf(one)
  expect(found).toEqual(expected.toSorted((a, b) => order(a) - order(b)))
})

test('a grant says when it was given, and where the import does not tell, when the data came', async () => {
  const { list } = await client(AppEntitlements).listUsers({ appId: 'git', appEntitlementId: 'team' })
  expect(list.map(grantOf)).toEqual(gitTeam)
  const [first, second] = list.map(({ appEntitlementUserBindingCreatedAt: at }) => at && timestampDate(at))
  expect(first).toEqual(new Date('2024-03-01T00:00:00Z'))
  expect(second?.getTime()).toBeGreaterThan(new Date('2026-01-01').getTime())
  const inTime = await client(AppEntitlementSearchService).searchAppEntitlementsWithExpired({
    appId: 'git',
    appEntitlementId: 'team',
    pageSize: 1,
  })
  expect(inTime.list).toMatchObject([
    { appUserId: 'GIT-ADA', user: { id: 'p1' }, appUser: { displayName: 'Ada at Git' } },
  ])
  expect(inTime.nextPageToken).not.toBe('')
})

test('members of a profile hold its enrolment in the built-in application', async () => {
  const { list } = await client(AppEntitlements).listUsers({ appId: builtIn, appEntitlementId: profile })
  expect(list.map(grantOf)).toEqual(memberships)
  const { appEntitlementView } = await client(AppEntitlements).get({ appId: builtIn, id: profile })
  expect(appEntitlementView?.appEntitlement).toMatchObject({
    displayName: 'Engineers',
    slug: 'enrollment',
    purpose: Purpose.ASSIGNMENT,
    grantCount: 2n,
    systemBuiltin: true,
  })
  const { app } = await client(Apps).get({ id: builtIn })
  expect(app).toMatchObject({ displayName: 'ConductorOne', userCount: 2n })
})

test.each([
  ['git', 'team', 'p1', ['GIT-ADA held']],
  ['code', 'write', 'p1', ['ada held', 'ada-admin']],
  ['git', 'team', 'p3', ['p3']],
  ['code', 'write', 'p3', []],
  ['code', 'read', 's1', ['s1 held']],
])(
  'the accounts of one person with a grant: %s/%s of %s',
  async (appId, appEntitlementId, identityUserId, expected) => {
    const request = { appId, appEntitlementId, identityUserId }
    const { bindings } = await client(AppEntitlementUserBindingService).listAppUsersForIdentityWithGrant(request)
    expect(bindings.map(({ appUserId, createdAt }) => (createdAt ? `${appUserId} held` : appUserId))).toEqual(expected)
  },
)

test('entitlements say how many hold them, and applications how many use them', async () => {
  const counted = async (appId: string) => {
    const { list } = await client(AppEntitlements).list({ appId })
    return list.map(({ appEntitlement: one }) => `${one?.id} ${one?.grantCount}`)
  }
  expect([await counted('git'), await counted('code'), await counted('empty')]).toEqual([
    ['chat 1', 'team 3'],
    ['read 3', 'write 3'],
    [],
  ])
  const pages: string[] = []
  let pageToken = ''
  do {
    const page = await client(Apps).list({ pageSize: 2, pageToken })
    pages.push(...page.list.map(({ id, userCount }) => `${id} ${userCount}`))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(pages).toEqual(['code 3', 'empty 0', 'git 4', `${builtIn} 2`])
})

test('what a later import deleted is told with the time since when it is gone', async () => {
  const { appEntitlementView } = await client(AppEntitlements).get({ appId: 'code', id: 'old' })
  expect(appEntitlementView?.appEntitlement).toMatchObject({ id: 'old', grantCount: 0n, deletedAt: expect.anything() })
  const { userView } = await client(UserService).get({ id: 'p9' })
  expect(userView).toMatchObject({ userId: 'p9', user: { status: 3, deletedAt: expect.anything() } })
})

test('entitlements of a resource and of an account are those of its application', async () => {
  const service = client(AppEntitlements)
  const idsOf = ({ list }: Awaited<ReturnType<typeof service.listForAppUser>>) =>
    list.map((one) => one.appEntitlement?.id)
  const resource = { appId: 'code', appResourceTypeId: 'repository', appResourceId: 'core' }
  expect(idsOf(await service.listForAppResource(resource))).toEqual(['read', 'write'])
  expect(idsOf(await service.listForAppUser({ appId: 'code', appUserId: 'ada' }))).toEqual(['read', 'write'])
  expect(idsOf(await service.listForAppUser({ appId: 'git', appUserId: 'p3' }))).toEqual(['chat'])
  const search = client(AppEntitlementSearchService)
  expect(idsOf(await search.searchAppEntitlementsForAppUser({ appId: 'git', appUserId: 'GIT-ADA' }))).toEqual(['team'])
})

const brought = ['git GIT-ADA p1', 'code ada p1', 'code ada-admin p1', 'code bob p2']
const derived = ['git p2 p2', 'git p3 p3', 'git s1 s1', 'code s1 s1']
const members = ['built-in p1 p1', 'built-in p3 p3']
type AccountsRequest = Parameters<ReturnType<typeof client<typeof AppUserService>>['search']>[0]

test.each<[AccountsRequest, string[]]>([
  [{}, [...brought, ...derived, ...members]],
  [{ appId: 'git' }, [brought[0]!, ...derived.slice(0, 3)]],
  [{ appId: 'git', appIds: ['code'] }, []],
  [{ appIds: ['git', 'none'] }, [brought[0]!, ...derived.slice(0, 3)]],
  [{ appIds: [builtIn] }, members],
  [{ appUserIds: ['ada', 'p2'] }, [brought[1]!, derived[0]!]],
  [{ excludeAppUserIds: ['ada', 's1', 'p3'] }, [brought[0]!, brought[2]!, brought[3]!, derived[0]!, members[0]!]],
  [
    {
      refs: [
        { appId: 'git', id: 's1' },
        { appId: 'code', id: 'bob' },
      ],
    },
    [brought[3]!, derived[2]!],
  ],
  [{ refs: [{ appId: builtIn, id: 'p3' }] }, [members[1]!]],
  [{ userIds: ['p2'] }, [brought[3]!, derived[0]!]],
  [{ query: 'ROBOT' }, derived.slice(2)],
  [{ query: 'at git' }, [brought[0]!]],
  [{ appUserStatuses: [Status.DISABLED] }, [brought[3]!, derived[1]!, members[1]!]],
  [{ appUserStatuses: [Status.ENABLED], appId: 'git' }, [brought[0]!, derived[0]!, derived[2]!]],
  [{ appUserTypes: [Type.SERVICE_ACCOUNT] }, derived.slice(2)],
  [{ appUserTypes: [Type.SYSTEM_ACCOUNT] }, []],
  [{ appUserDomains: ['x'] }, []],
  [{ withoutResponsibleParty: true }, []],
])('accounts %j', async (request, expected) => {
  const found: string[] = []
  let pageToken = ''
  do {
    const page = await client(AppUserService).search({ ...request, pageSize: 3, pageToken })
    for (const { appUser } of page.list)
      found.push(
        `${appUser?.appId === builtIn ? 'built-in' : appUser?.appId} ${appUser?.id} ${appUser?.identityUserId}`,
      )
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(found.sort()).toEqual(expected.toSorted())
})

test('the accounts of an application and of a person in it are listed', async () => {
  const idsOf = ({ list }: { list: { appUser?: { id: string } | undefined }[] }) =>
    list.map(({ appUser }) => appUser?.id)
  expect(idsOf(await client(AppUserService).list({ appId: 'git' }))).toEqual(['GIT-ADA', 'p2', 'p3', 's1'])
  const ofUser = (userId: string) => client(AppUserService).listAppUsersForUser({ appId: 'code', userId })
  expect([idsOf(await ofUser('p1')), idsOf(await ofUser('s1')), idsOf(await ofUser('p3'))]).toEqual([
    ['ada', 'ada-admin'],
    ['s1'],
    [],
  ])
})

test('only what a mask names is expanded, each thing once, and rows say where it stands', async () => {
  const search = client(AppEntitlementSearchService)
  const request = { appIds: ['code', builtIn], expandMask: { paths: ['app_id', 'app_resource_type_id'] } }
  const { list, expanded } = await search.search(request)
  const [reader, writer, enrolment] = list
  expect([reader!.appPath, reader!.appResourceTypePath, reader!.appResourcePath]).toEqual([
    '$.expanded[0]',
    '$.expanded[1]',
    '',
  ])
  expect([writer!.appPath, writer!.appResourceTypePath]).toEqual(['$.expanded[0]', '$.expanded[1]'])
  expect([enrolment!.appPath, enrolment!.appResourceTypePath]).toEqual(['$.expanded[2]', '$.expanded[3]'])
  expect(expanded).toHaveLength(4)
  expect(anyUnpack(expanded[0]!, AppSchema)).toMatchObject({ id: 'code', userCount: 3n })
  expect(anyUnpack(expanded[1]!, AppResourceTypeSchema)).toMatchObject({ id: 'repository', appId: 'code' })
  const all = await search.searchGrants({ userId: 'p1', expandMask: { paths: ['*'] }, pageSize: 1 })
  expect(all.expanded.map(({ typeUrl }) => typeUrl)).toEqual([
    'type.googleapis.com/c1.api.app.v1.App',
    'type.googleapis.com/c1.api.app.v1.AppResourceType',
    'type.googleapis.com/c1.api.app.v1.AppResource',
  ])
  expect((await search.searchGrants({ userId: 'p1' })).expanded).toEqual([])
  const accounts = await client(AppUserService).search({ appId: 'git', expandMask: { paths: ['identity_user_id'] } })
  expect(accounts.list[0]).toMatchObject({ appPath: '', identityUserPath: '$.expanded[0]' })
  expect(anyUnpack(accounts.expanded[0]!, UserSchema)).toMatchObject({ id: 'p1' })
})

test('a search for entitlements counts all that it finds, with the first page', async () => {
  const search = client(AppEntitlementSearchService)
  const first = await search.search({ pageSize: 2 })
  expect(first.facets).toMatchObject({ count: 5n })
  const second = await search.search({ pageSize: 2, pageToken: first.nextPageToken })
  expect(second.facets).toBeUndefined()
  expect((await search.search({ isAutomated: true })).facets).toMatchObject({ count: 0n })
  expect((await search.search({ excludeImmutable: true })).facets).toMatchObject({ count: 4n })
})

test('resources and their kinds follow from the entitlements that name them', async () => {
  const types = await client(AppResourceSearch).searchAppResourceTypes({})
  expect(types.list.map(({ appId, id }) => `${appId}/${id}`)).toEqual([
    'git/group',
    'code/repository',
    `${builtIn}/access_profile`,
  ])
  const byName = await client(AppResourceSearch).searchAppResourceTypes({
    displayName: 'group',
    appIds: ['git', 'code'],
  })
  expect(byName.list.map(({ id }) => id)).toEqual(['group'])
  const ofCode = await client(AppResourceTypeService).list({ appId: 'code' })
  expect(ofCode.list.map(({ appResourceType }) => appResourceType?.id)).toEqual(['repository'])
  const resources = await client(AppResourceService).list({ appId: 'code', appResourceTypeId: 'repository' })
  expect(resources.list).toMatchObject([{ appResource: { id: 'core', grantCount: 6n } }])
  const one = await client(AppResourceService).get({ appId: builtIn, appResourceTypeId: 'access_profile', id: profile })
  expect(one.appResourceView?.appResource).toMatchObject({ displayName: 'Engineers', grantCount: 2n })
  const found = await client(AppResourceSearch).searchAppResources({
    refs: [{ appId: 'git', appResourceTypeId: 'group', id: 'platform' }],
    expandMask: { paths: ['*'] },
  })
  expect(found.list).toMatchObject([
    { appResource: { id: 'platform' }, appPath: '$.expanded[0]', resourceTypePath: '$.expanded[1]' },
  ])
})

test('risk levels resolve what entitlements say', async () => {
  const service = client(Attributes)
  const valuesOf = ({ list }: { list: { id: string; value: string }[] }) =>
    list.map(({ id, value }) => `${id} ${value}`)
  expect(valuesOf(await service.listRiskLevels({}))).toEqual(['high high', 'low low'])
  expect(valuesOf(await service.listAttributeValues({ attributeTypeId: 'risk_level' }))).toEqual([
    'high high',
    'low low',
  ])
  expect((await service.getRiskLevelAttributeValue({ id: 'high' })).value).toMatchObject({ value: 'high' })
  expect((await service.listAttributeTypes({})).list).toMatchObject([{ id: 'risk_level' }])
  const search = client(AttributeSearch)
  expect(valuesOf(await search.searchAttributeValues({ value: 'LOW' }))).toEqual(['low low'])
  expect(valuesOf(await search.searchAttributeValues({ excludeIds: ['low'] }))).toEqual(['high high'])
  expect(valuesOf(await search.searchAttributeValues({ attributeTypeIds: ['framework'] }))).toEqual([])
})

test('what imports do not tell is empty, and whoever asks for one of it finds nothing', async () => {
  expect((await client(AppOwners).list({ appId: 'git' })).list).toEqual([])
  expect((await client(AppOwners).listOwnerIDs({ appId: builtIn })).userIds).toEqual([])
  expect((await client(AppEntitlementOwners).list({ appId: 'git', entitlementId: 'team' })).list).toEqual([])
  expect((await client(Attributes).listComplianceFrameworks({})).list).toEqual([])
  expect((await client(OriginDirectoryService).list({})).list).toEqual([])
  expect((await client(Roles).list({})).list).toEqual([])
  expect((await client(UserService).getUserProfileTypes({ userId: 'p1' })).profileTypes).toEqual([])
})

test.each<[string, () => Promise<unknown>]>([
  ['user', () => client(UserService).get({ id: 'nobody' })],
  ['caller without an identity', () => client(UserService).introspect({})],
  ['app', () => client(Apps).get({ id: 'none' })],
  ['entitlements', () => client(AppEntitlements).list({ appId: 'none' })],
  ['entitlement', () => client(AppEntitlements).get({ appId: 'git', id: 'write' })],
  ['profile', () => client(AppEntitlements).get({ appId: builtIn, id: 'x' })],
  ['holders', () => client(AppEntitlements).listUsers({ appId: 'git', appEntitlementId: 'none' })],
  ['owners', () => client(AppOwners).list({ appId: 'none' })],
  ['accounts', () => client(AppUserService).list({ appId: 'none' })],
  ['resource', () => client(AppResourceService).get({ appId: 'git', appResourceTypeId: 'group', id: 'none' })],
  ['risk level', () => client(Attributes).getAttributeValue({ id: 'none' })],
  ['framework', () => client(Attributes).getComplianceFrameworkAttributeValue({ id: 'SOX' })],
  ['directory', () => client(OriginDirectoryService).get({ appId: 'git' })],
])('an unknown %s is not found', async (_, call) => {
  expect(await failureOf(call())).toMatch(/^NotFound/)
})

test.each<[() => Promise<unknown>, RegExp]>([
  [() => client(AppUserService).search({ appUserStatuses: [Status.UNSPECIFIED] }), /app_user_statuses\[0\]/],
  [() => client(AppUserService).search({ appUserTypes: [9 as Type] }), /app_user_types\[0\]/],
  [() => client(AppEntitlementSearchService).searchGrants({ purpose: [9 as Purpose] }), /purpose\[0\]/],
  [() => client(AppEntitlementSearchService).searchGrants({ appIds: Array(1_001).fill('x') }), /app_ids/],
  [() => client(AppEntitlementSearchService).searchGrants({ userId: 'x'.repeat(1_001) }), /user_id/],
  [() => client(Apps).list({ pageSize: -1 }), /page_size/],
  [() => client(Roles).list({ pageToken: 'x' }), /page_token/],
])('%s is refused by name', async (call, words) => {
  const refusal = await failureOf(call())
  expect(refusal).toMatch(/^InvalidArgument/)
  expect(refusal).toMatch(words)
})
