import { Identity_Status as Status, Identity_Type as Type } from '@assay/contracts/assay/directory/v1/directory_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { directoryService } from './directory-service.ts'

let running: TestService
let tenant: number
let client: Client<typeof DirectoryService>
/** The client of a tenant that has no import. */
let stranger: Client<typeof DirectoryService>

const firstImport = {
  'identities.csv': [
    'id,display_name,email,username,department,job_title,manager_id,employment_type,employment_status,status,type,location',
    'u1,Ada Lovelace,ada@example.org,ada,Engineering,Engineer,u3,Employee,Active,,,Berlin',
    'u2,"Hopper, Grace",grace@example.org,,Engineering,Engineer,u3,,,,,',
    'u3,Élise Müller,boss@example.org,,Engineering,Manager,,,,,,',
    'u4,adam smith,smith@example.org,,Sales,Account Executive,u3,,,,,',
    'u5,Old Hand,adalbert@example.org,,Sales,,,,,disabled,,',
    'u6,Zoe 100%,zoe@example.org,,Sales,,,,,deleted,,',
    's1,backup,,,,,,,,enabled,service,',
    'gone,Gone Person,gone@example.org,,Sales,,,,,,,',
  ].join('\n'),
  'applications.csv': 'id,display_name,description\ngit,Git,Source code\ncrm,CRM,\nold,Old one,\n',
  'entitlements.csv': [
    'application_id,id,display_name,description,resource_type,resource,attribute,risk_level,privileged',
    'git,read,Read code,See all code,Team,platform,memberOf,low,',
    'git,admin,Administer,,,,,high,true',
    'crm,read,Read customers,,,,,,false',
    'crm,export,Export,,,,,medium,false',
    'old,everything,Everything,,,,,,',
  ].join('\n'),
  'grants.csv': [
    'identity_id,application_id,entitlement_id,granted_at,last_used_at',
    'u1,git,read,2024-01-01T12:00:00Z,2025-03-05',
    'u1,git,admin,,',
    'u1,crm,export,2024-02-01,',
    'u2,git,read,,',
    'gone,old,everything,,',
  ].join('\n'),
}

/** Entries of the first import that are missing here are deleted by this one. */
const secondImport = {
  'identities.csv': firstImport['identities.csv'].split('\n').slice(0, -1).join('\n'),
  'applications.csv': 'id,display_name,description\ngit,Git,Source code\ncrm,CRM,\n',
  'entitlements.csv': firstImport['entitlements.csv'].split('\n').slice(0, -1).join('\n'),
  'grants.csv': firstImport['grants.csv'].split('\n').slice(0, -1).join('\n'),
  'usage.csv': 'identity_id,application_id,day\nu1,git,2025-03-05\nu2,git,2025-03-04',
}

beforeAll(async () => {
  running = await startTestService((router, service) => router.service(DirectoryService, directoryService(service)))
  tenant = await running.database.tenantId('tenant')
  client = running.client(DirectoryService, tenant, 'auditor')
  stranger = running.client(DirectoryService, await running.database.tenantId('stranger'))
  const { sql } = running.database.database
  await importFiles(sql, tenant, firstImport)
  await importFiles(sql, tenant, secondImport)
})

afterAll(() => running?.stop())

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id)

test.each([
  [{}, ['u1', 'u4', 's1', 'u2', 'u5', 'u3']],
  [{ query: 'ada' }, ['u1', 'u4', 'u5']],
  [{ query: 'ADAM' }, ['u4']],
  [{ query: 'élise' }, ['u3']],
  [{ query: 'grace@' }, ['u2']],
  [{ query: 'lovelace' }, []],
  [{ query: '%' }, []],
  [{ query: '_' }, []],
  [{ department: 'Engineering' }, ['u1', 'u2', 'u3']],
  [{ department: 'engineering' }, []],
  [{ department: 'Engineering', jobTitle: 'Engineer' }, ['u1', 'u2']],
  [{ jobTitle: 'Account Executive' }, ['u4']],
  [{ status: Status.ENABLED }, ['u1', 'u4', 's1', 'u2', 'u3']],
  [{ status: Status.DISABLED }, ['u5']],
  [{ status: Status.DELETED }, ['gone', 'u6']],
  [{ query: 'zoe', status: Status.DELETED }, ['u6']],
  [{ type: Type.SERVICE }, ['s1']],
  [{ type: Type.HUMAN, query: 'ada', department: 'Sales' }, ['u4', 'u5']],
  [{ type: Type.SYSTEM }, []],
])('identities %j', async (request, ids) => {
  const { identities, nextPageToken } = await client.listIdentities(request)
  expect([idsOf(identities).toSorted(), nextPageToken]).toEqual([ids.toSorted(), ''])
  // By name, regardless of case.
  const names = identities.map(({ displayName }) => displayName.toLowerCase())
  expect(names).toEqual(names.toSorted())
})

test('an identity shows all that the import says about it', async () => {
  expect(await client.getIdentity({ identityId: 'u1' })).toMatchObject({
    id: 'u1',
    displayName: 'Ada Lovelace',
    email: 'ada@example.org',
    username: 'ada',
    department: 'Engineering',
    jobTitle: 'Engineer',
    managerId: 'u3',
    employmentType: 'Employee',
    employmentStatus: 'Active',
    status: Status.ENABLED,
    type: Type.HUMAN,
    attributes: { location: 'Berlin' },
  })
  expect((await client.getIdentity({ identityId: 'u2' })).attributes).toEqual({})
  expect((await client.getIdentity({ identityId: 'gone' })).status).toBe(Status.DELETED)
})

test.each([
  [{}, ['crm', 'git']],
  [{ query: 'GI' }, ['git']],
  [{ query: 'old' }, []],
])('applications %j', async (request, ids) => {
  const { applications } = await client.listApplications(request)
  expect(idsOf(applications)).toEqual(ids)
})

test('an application shows its description and until when its usage reaches', async () => {
  const { applications } = await client.listApplications({})
  expect(applications).toMatchObject([
    { id: 'crm', usageThroughDay: '' },
    { id: 'git', displayName: 'Git', description: 'Source code', usageThroughDay: '2025-03-05' },
  ])
})

test.each([
  [{}, ['git/admin', 'crm/export', 'git/read', 'crm/read']],
  [{ applicationId: 'git' }, ['git/admin', 'git/read']],
  [{ query: 'read' }, ['git/read', 'crm/read']],
  [{ query: 'READ C', applicationId: 'crm' }, ['crm/read']],
  [{ query: 'everything' }, []],
])('entitlements %j', async (request, ids) => {
  const { entitlements } = await client.listEntitlements(request)
  expect(entitlements.map(({ applicationId, id }) => `${applicationId}/${id}`)).toEqual(ids)
})

test('an entitlement shows all that the import says about it', async () => {
  const request = { applicationId: 'git', entitlementId: 'read' }
  expect(await client.getEntitlement(request)).toMatchObject({
    id: 'read',
    applicationId: 'git',
    applicationDisplayName: 'Git',
    displayName: 'Read code',
    description: 'See all code',
    resourceType: 'Team',
    resource: 'platform',
    attribute: 'memberOf',
    riskLevel: 'low',
    privileged: false,
  })
  expect(await client.getEntitlement({ entitlementId: 'admin' })).toMatchObject({
    applicationId: 'git',
    privileged: true,
  })
  expect((await client.getEntitlement({ entitlementId: 'everything' })).applicationId).toBe('old')
})

test('grants of an identity say what is held, since when and when it was last used', async () => {
  const { grants } = await client.listIdentityGrants({ identityId: 'u1' })
  const byId = new Map(grants.map((grant) => [grant.entitlementId, grant]))
  expect(grants).toHaveLength(3)
  expect(byId.get('read')).toMatchObject({
    identityId: 'u1',
    applicationId: 'git',
    entitlementDisplayName: 'Read code',
    grantTime: { seconds: BigInt(Date.UTC(2024, 0, 1, 12) / 1000) },
    lastUseTime: { seconds: BigInt(Date.UTC(2025, 2, 5) / 1000) },
  })
  expect(byId.get('admin')?.grantTime).toBeUndefined()
  expect(byId.get('admin')?.lastUseTime).toBeUndefined()
  expect((await client.listIdentityGrants({ identityId: 'u3' })).grants).toEqual([])
  expect((await client.listIdentityGrants({ identityId: 'gone' })).grants).toEqual([])
})

interface PageRequest {
  readonly pageSize: number
  readonly pageToken: string
}

/** Every list, as ids and the token of the next page. */
const lists: Record<string, (page: PageRequest) => Promise<{ ids: string[]; nextPageToken: string }>> = {
  identities: async (page) => {
    const { identities, nextPageToken } = await client.listIdentities(page)
    return { ids: idsOf(identities), nextPageToken }
  },
  'identities by prefix': async (page) => {
    const { identities, nextPageToken } = await client.listIdentities({ ...page, query: 'ada' })
    return { ids: idsOf(identities), nextPageToken }
  },
  applications: async (page) => {
    const { applications, nextPageToken } = await client.listApplications(page)
    return { ids: idsOf(applications), nextPageToken }
  },
  entitlements: async (page) => {
    const { entitlements, nextPageToken } = await client.listEntitlements(page)
    return { ids: entitlements.map(({ applicationId, id }) => `${applicationId}/${id}`), nextPageToken }
  },
  'entitlements of an application': async (page) => {
    const { entitlements, nextPageToken } = await client.listEntitlements({ ...page, applicationId: 'git' })
    return { ids: idsOf(entitlements), nextPageToken }
  },
  grants: async (page) => {
    const { grants, nextPageToken } = await client.listIdentityGrants({ ...page, identityId: 'u1' })
    return { ids: grants.map(({ applicationId, entitlementId }) => `${applicationId}/${entitlementId}`), nextPageToken }
  },
}

test.each(Object.entries(lists))('the pages of %s, one after another, are the whole list', async (_, list) => {
  const whole = await list({ pageSize: 0, pageToken: '' })
  expect(whole.nextPageToken).toBe('')
  expect(whole.ids.length).toBeGreaterThan(1)
  for (const pageSize of [1, 2, whole.ids.length]) {
    const paged: string[] = []
    for (let pageToken = '', isLast = false; !isLast; ) {
      const { ids, nextPageToken } = await list({ pageSize, pageToken })
      expect(ids.length).toBe(Math.min(pageSize, whole.ids.length - paged.length))
      paged.push(...ids)
      pageToken = nextPageToken
      isLast = nextPageToken === ''
    }
    expect(paged).toEqual(whole.ids)
  }
})

test('a page holds 25 items unless told otherwise, and never more than 100', async () => {
  const crowd = await running.database.tenantId('crowd')
  const people = Array.from({ length: 130 }, (_, index) => `p${index}`)
  await importFiles(running.database.database.sql, crowd, {
    'identities.csv': ['id', ...people].join('\n'),
    'grants.csv': 'identity_id,application_id,entitlement_id\np1,git,read\n',
  })
  const crowded = running.client(DirectoryService, crowd)
  const sizeOf = async (pageSize?: number) => {
    const request = pageSize === undefined ? {} : { pageSize }
    return (await crowded.listIdentities(request)).identities.length
  }
  expect([await sizeOf(), await sizeOf(0), await sizeOf(100), await sizeOf(101), await sizeOf(2 ** 31 - 1)]).toEqual([
    25, 25, 100, 100, 100,
  ])
})

test.each(Object.entries(lists))('a negative page size of %s is refused', async (_, list) => {
  expect(await failureOf(list({ pageSize: -1, pageToken: '' }))).toMatch(
    /^InvalidArgument: page_size: must not be negative/,
  )
})

test.each(Object.entries(lists))('a page token of another query than %s is refused', async (name, list) => {
  for (const [other, otherList] of Object.entries(lists)) {
    if (other === name) continue
    const { nextPageToken } = await otherList({ pageSize: 1, pageToken: '' })
    expect(nextPageToken, other).not.toBe('')
    expect(await failureOf(list({ pageSize: 1, pageToken: nextPageToken })), other).toMatch(
      /^InvalidArgument: page_token: /,
    )
  }
  expect(await failureOf(list({ pageSize: 1, pageToken: 'made-up' }))).toMatch(/^InvalidArgument: page_token: /)
})

test('a page token holds with another page size, and in no other tenant', async () => {
  const { nextPageToken } = await client.listIdentities({ pageSize: 1 })
  expect((await client.listIdentities({ pageSize: 2, pageToken: nextPageToken })).identities).toHaveLength(2)
  expect(await failureOf(stranger.listIdentities({ pageToken: nextPageToken }))).toMatch(
    /^InvalidArgument: page_token: /,
  )
})

test.each<[string, string, () => Promise<unknown>]>([
  ['an identity', 'identity "u99"', () => client.getIdentity({ identityId: 'u99' })],
  ['an empty identity id', 'identity ""', () => client.getIdentity({})],
  ['an identity whose grants are asked for', 'identity "u99"', () => client.listIdentityGrants({ identityId: 'u99' })],
  ['an application', 'application "nothing"', () => client.listEntitlements({ applicationId: 'nothing' })],
  ['an entitlement', 'entitlement "nothing"', () => client.getEntitlement({ entitlementId: 'nothing' })],
  [
    'an entitlement of another application',
    'entitlement "git/export"',
    () => client.getEntitlement({ entitlementId: 'export', applicationId: 'git' }),
  ],
  [
    'an entitlement of no application',
    'entitlement "nothing/read"',
    () => client.getEntitlement({ entitlementId: 'read', applicationId: 'nothing' }),
  ],
])('%s that is not there is not found', async (_, what, call) => {
  expect(await failureOf(call())).toBe(`NotFound: ${what} does not exist`)
})

test('an entitlement id that several applications have needs the application', async () => {
  expect(await failureOf(client.getEntitlement({ entitlementId: 'read' }))).toBe(
    'FailedPrecondition: several applications have an entitlement "read"; name one of "crm", "git"',
  )
})

test('another tenant has nothing of all this', async () => {
  expect((await stranger.listIdentities({})).identities).toEqual([])
  expect((await stranger.listApplications({})).applications).toEqual([])
  expect((await stranger.listEntitlements({})).entitlements).toEqual([])
  expect(await failureOf(stranger.getIdentity({ identityId: 'u1' }))).toBe('NotFound: identity "u1" does not exist')
  expect(await failureOf(stranger.listIdentityGrants({ identityId: 'u1' }))).toMatch(/^NotFound: /)
  expect(await failureOf(stranger.listEntitlements({ applicationId: 'git' }))).toMatch(/^NotFound: /)
  expect(await failureOf(stranger.getEntitlement({ entitlementId: 'admin' }))).toMatch(/^NotFound: /)
})

test.each([
  [{ status: 9 as Status }, 'status: must be one of STATUS_ENABLED, STATUS_DISABLED, STATUS_DELETED, not 9'],
  [{ type: 9 as Type }, 'type: must be one of TYPE_HUMAN, TYPE_SERVICE, TYPE_AGENT, TYPE_SYSTEM, not 9'],
  [{ query: 'a\0' }, 'text: must not contain the character U+0000'],
])('identities %j are refused', async (request, words) => {
  expect(await failureOf(client.listIdentities(request))).toBe(`InvalidArgument: ${words}`)
})

test('nobody reads without a token', async () => {
  const nobody = running.client(DirectoryService, tenant, 'nobody')
  expect(await failureOf(nobody.listIdentities({}))).toMatch(/^Unauthenticated: /)
  expect(await failureOf(nobody.getIdentity({ identityId: 'u1' }))).toMatch(/^Unauthenticated: /)
})
