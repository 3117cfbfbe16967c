import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { UserOrigin as Origin, User_Status as Status, UserType as Type } from '@assay/contracts/c1/api/user/v1/user_pb'
import { CohortFilterAttributeKind as Kind } from '@assay/contracts/c1/mcp/role_mining/v1/cohort_pb'
import { generateOrganisation, type SampleIdentity, toCsv } from '@assay/sample-org'
import { inTenant } from '@assay/store'
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { roleMiningService } from './role-mining-service.ts'

const organisation = generateOrganisation({ seed: 5, identityCount: 400 })
const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
const people = organisation.identities.filter(({ status, type }) => status === 'enabled' && type === 'human')
const grants = [...organisation.grants]
const missing = '00000000-0000-4000-8000-000000000000'

type Service = Client<typeof RoleMiningManagementService>
type Search = MessageInitShape<(typeof RoleMiningManagementService.method.searchCohortUsers)['input']>

let running: TestService
let tenant: number
let client: Service
/** The client of a tenant that has no import. */
let stranger: Service
let suggestion: Awaited<ReturnType<Service['listSuggestions']>>['list'][number]

beforeAll(async () => {
  running = await startTestService((router, service) =>
    router.service(RoleMiningManagementService, roleMiningService(service)),
  )
  tenant = await running.database.tenantId('tenant')
  await importFiles(running.database.database.sql, tenant, files)
  await analyse(running.database.database.sql, tenant)
  client = running.client(RoleMiningManagementService, tenant, 'auditor')
  stranger = running.client(RoleMiningManagementService, await running.database.tenantId('stranger'))
  const { list } = await client.listSuggestions({ pageSize: 100 })
  const [largest] = list.toSorted((a, b) => b.cohortSize - a.cohortSize)
  suggestion = largest!
})
afterAll(() => running?.stop())

/** An attribute of a sample identity, by its key in the contract. */
function attributeOf(identity: SampleIdentity, attribute: string): string {
  const built: Record<string, string> = {
    department: identity.department,
    job_title: identity.jobTitle,
    manager: identity.managerId,
    employment_type: identity.employmentType,
    employment_status: identity.employmentStatus,
    directory_status: identity.status,
  }
  return built[attribute] ?? (identity.attributes as Record<string, string>)[attribute] ?? ''
}

type Filter = { readonly attribute: string; readonly values: readonly string[] }
const cohortOf = (filters: readonly Filter[]) =>
  people.filter((one) => filters.every(({ attribute, values }) => values.includes(attributeOf(one, attribute))))
const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).toSorted()

async function everybody(request: Search = {}, pageSize = 100) {
  const found = []
  let pageToken = ''
  do {
    const page = await client.searchCohortUsers({ suggestionId: suggestion.id, ...request, pageSize, pageToken })
    expect(page.totalCount === undefined).toBe(pageToken !== '')
    found.push(...page.list)
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  return found
}

test('the users of a cohort are the enabled people who match its filters, counted on the first page', async () => {
  const cohort = cohortOf(suggestion.cohortFilters)
  expect(cohort.length).toBe(suggestion.cohortSize)
  expect(idsOf(await everybody())).toEqual(idsOf(cohort))
  const { totalCount } = await client.searchCohortUsers({ suggestionId: suggestion.id, pageSize: 1 })
  expect(totalCount).toBe(BigInt(cohort.length))
})

test('a user shows all that the import tells, and nothing null', async () => {
  const [user] = await everybody()
  const sample = people.find(({ id }) => id === user!.id) as SampleIdentity
  const profile = Object.fromEntries(Object.entries(sample.attributes).filter(([, value]) => value !== ''))
  expect(user).toMatchObject({
    displayName: sample.displayName,
    email: sample.email,
    emails: [sample.email],
    username: sample.username,
    usernames: [sample.username],
    department: sample.department,
    jobTitle: sample.jobTitle,
    employmentType: sample.employmentType,
    employmentStatus: sample.employmentStatus,
    managerIds: sample.managerId === '' ? [] : [sample.managerId],
    status: Status.ENABLED,
    directoryStatus: Status.ENABLED,
    type: Type.HUMAN,
    origin: Origin.DIRECTORY,
    profile,
  })
  expect(user!.deletedAt).toBeUndefined()
})

test('pages of any size put together are the whole, each user once', async () => {
  const whole = (await everybody()).map(({ id }) => id)
  for (const size of [1, 3, whole.length - 1, whole.length])
    expect((await everybody({}, size)).map(({ id }) => id)).toEqual(whole)
})

test('further filters narrow the cohort, values being alternatives, blanks around them ignored', async () => {
  const cohort = cohortOf(suggestion.cohortFilters)
  const locations = [...new Set(cohort.map(({ attributes }) => attributes.location))].filter(Boolean)
  const cases: Filter[][] = [
    [{ attribute: 'location', values: [locations[0]!] }],
    [{ attribute: 'location', values: locations.slice(0, 2) }],
    [{ attribute: 'location', values: [`  ${locations[0]}\t`, 'nowhere'] }],
    [{ attribute: 'location', values: ['nowhere'] }],
    [{ attribute: 'directory_status', values: ['enabled'] }],
    [{ attribute: 'directory_status', values: ['disabled'] }],
    [
      { attribute: 'location', values: [locations[0]!] },
      { attribute: 'job_title', values: [cohort[0]!.jobTitle] },
    ],
    [{ attribute: 'location', values: [locations[0]!.toUpperCase()] }],
  ]
  for (const profileFilters of cases) {
    const trimmed = profileFilters.map(({ attribute, values }) => ({ attribute, values: values.map((v) => v.trim()) }))
    const expected = idsOf(cohortOf([...suggestion.cohortFilters, ...trimmed]))
    const found = await everybody({
      profileFilters: profileFilters.map((one) => ({ ...one, values: [...one.values] })),
    })
    expect(idsOf(found), JSON.stringify(profileFilters)).toEqual(expected)
  }
})

test.each(['ENABLED', 'Enabled', 'USER_STATUS_ENABLED', 'UserStatus.ENABLED'])(
  'the directory status %s selects whom "enabled" selects',
  async (value) => {
    const within = (text: string) => everybody({ profileFilters: [{ attribute: 'directory_status', values: [text] }] })
    const found = idsOf(await within(value))
    expect(found).toEqual(idsOf(await within('enabled')))
    expect(found.length).toBeGreaterThan(0)
    expect(await within(value.replace(/enabled/i, 'DISABLED'))).toEqual([])
  },
)

test('an access scope keeps those who hold a grant in the application, or the one entitlement', async () => {
  const cohort = cohortOf(suggestion.cohortFilters)
  const entitlements = new Map(organisation.entitlements.map((one) => [one.id, one]))
  const held = grants.filter(({ identityId }) => cohort.some(({ id }) => id === identityId))
  const holdersOf = (matches: (entitlementId: string) => boolean) =>
    [...new Set(held.filter(({ entitlementId }) => matches(entitlementId)).map(({ identityId }) => identityId))].sort()
  const rare = held.map(({ entitlementId }) => entitlementId).find((id) => holdersOf((one) => one === id).length < 4)
  const { id: entitlementId, applicationId: appId } = entitlements.get(rare ?? '') as {
    id: string
    applicationId: string
  }
  const narrow = await everybody({ accessScope: { scope: { case: 'entitlement', value: { appId, entitlementId } } } })
  expect(idsOf(narrow)).toEqual(holdersOf((id) => id === entitlementId))
  for (const application of organisation.applications) {
    const found = await everybody({ accessScope: { scope: { case: 'appId', value: application.id } } })
    expect(idsOf(found)).toEqual(holdersOf((id) => entitlements.get(id)?.applicationId === application.id))
  }
})

test('an import between two pages repeats nobody and loses nobody who is in the cohort before and after it', async () => {
  const other = await running.database.tenantId('changing')
  const { sql } = running.database.database
  await importFiles(sql, other, files)
  await analyse(sql, other)
  const changing = running.client(RoleMiningManagementService, other)
  const { list } = await changing.listSuggestions({ pageSize: 100 })
  const { id: suggestionId, cohortFilters } = list.toSorted((a, b) => b.cohortSize - a.cohortSize)[0]!
  const cohort = idsOf(cohortOf(cohortFilters))
  const first = await changing.searchCohortUsers({ suggestionId, pageSize: 4 })
  const leaves = [first.list[1]!.id, cohort.filter((id) => first.list.every((one) => one.id !== id))[0]]
  const rows = files['identities.csv']!.split(/\r?\n/)
  const header = rows[0]!.split(',')
  const { attribute } = cohortFilters[0]!
  const column = header.indexOf(attribute === 'manager' ? 'manager_id' : attribute)
  const changed = rows.map((row) => {
    const cells = row.split(',')
    return leaves.includes(cells[0]) ? cells.with(column, '').join(',') : row
  })
  await importFiles(sql, other, { ...files, 'identities.csv': changed.join('\n') })
  const later: string[] = []
  let pageToken = first.nextPageToken
  do {
    const page = await changing.searchCohortUsers({ suggestionId, pageSize: 4, pageToken })
    later.push(...page.list.map(({ id }) => id))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect([...first.list.map(({ id }) => id), ...later].toSorted()).toEqual(cohort.filter((id) => id !== leaves[1]))
})

test('a cohort that was requested before is that of the suggestion as it is now', async () => {
  const other = await running.database.tenantId('moving')
  const { sql } = running.database.database
  await importFiles(sql, other, files)
  await analyse(sql, other)
  const moving = running.client(RoleMiningManagementService, other)
  const [first, second] = (await moving.listSuggestions({ pageSize: 100 })).list.toSorted(
    (a, b) => a.cohortSize - b.cohortSize,
  )
  const request = { suggestionId: first!.id, pageSize: 100 }
  const read = async () => idsOf((await moving.searchCohortUsers(request)).list)
  for (let time = 0; time < 3; time++) expect(await read()).toEqual(idsOf(cohortOf(first!.cohortFilters)))
  await inTenant(
    sql,
    other,
    (scoped) => scoped`
      update role_mining_suggestions set cohort_filters = (select cohort_filters from role_mining_suggestions where id = ${second!.id})
      where id = ${first!.id}`,
  )
  for (let time = 0; time < 3; time++) expect(await read()).toEqual(idsOf(cohortOf(second!.cohortFilters)))
  await inTenant(sql, other, (scoped) => scoped`delete from role_mining_suggestions where id = ${first!.id}`)
  expect(await failureOf(read())).toMatch(/^NotFound/)
})

test.each([
  [
    { profileFilters: [{ attribute: 'shoe size', values: ['42'] }] },
    /unknown attribute "shoe size"; known are department/,
  ],
  [{ profileFilters: [{ attribute: '', values: ['42'] }] }, /profile_filters\[0\]\.attribute/],
  [{ profileFilters: [{ attribute: 'department', values: [] }] }, /profile_filters\[0\]\.values/],
  [{ profileFilters: [{ attribute: 'department', values: [' '] }] }, /profile_filters\[0\]\.values/],
  [{ profileFilters: Array(33).fill({ attribute: 'department', values: ['x'] }) }, /at most 32 filters/],
  [{ profileFilters: [{ attribute: 'department', values: Array(1001).fill('x') }] }, /at most 1000 values/],
  [{ accessScope: { scope: { case: 'appId' as const, value: '' } } }, /access_scope\.app_id/],
  [{ accessScope: { scope: { case: 'appId' as const, value: 'no-app' } } }, /no application "no-app"/],
  [
    { accessScope: { scope: { case: 'entitlement' as const, value: { appId: 'no-app', entitlementId: 'x' } } } },
    /no application "no-app"/,
  ],
  [
    { profileFilters: [{ attribute: 'directory_status', values: ['enabled', 'on'] }] },
    /profile_filters\[0\]\.values: "on" is no value of directory_status; there are enabled, disabled, deleted/,
  ],
  [{ pageSize: -1 }, /page_size/],
  [{ pageToken: 'forged' }, /page_token/],
])('a search for users with %j is refused by name', async (request, words) => {
  const refusal = await failureOf(client.searchCohortUsers({ suggestionId: suggestion.id, ...request }))
  expect(refusal).toMatch(/^InvalidArgument/)
  expect(refusal).toMatch(words)
})

test('a page token holds for the query that it was given for', async () => {
  const { nextPageToken } = await client.searchCohortUsers({ suggestionId: suggestion.id, pageSize: 1 })
  const profileFilters = [{ attribute: 'directory_status', values: ['enabled'] }]
  const other = client.searchCohortUsers({ suggestionId: suggestion.id, profileFilters, pageToken: nextPageToken })
  expect(await failureOf(other)).toMatch(/^InvalidArgument: page_token/)
})

test.each([missing, 'latest', "x' or true", ''])('no cohort has the id %j', async (suggestionId) => {
  expect(await failureOf(client.searchCohortUsers({ suggestionId }))).toMatch(/^NotFound/)
})

const attributeKeys = [
  'department',
  'job_title',
  'manager',
  'employment_type',
  'employment_status',
  'directory_status',
  'cost_center',
  'location',
  'project',
]

test('the attributes are the built-in ones in their order, then those of the tenant by name', async () => {
  const { attributes, nextPageToken } = await client.listCohortFilterAttributes({})
  expect(nextPageToken).toBe('')
  expect(attributes.map(({ attribute }) => attribute)).toEqual(attributeKeys)
  expect(attributes[1]).toMatchObject({ displayName: 'Job title', kind: Kind.BUILTIN })
  expect(attributes[7]).toMatchObject({ displayName: 'location', kind: Kind.CUSTOM })
  const paged: string[] = []
  let pageToken = ''
  do {
    const page = await client.listCohortFilterAttributes({ pageSize: 2, pageToken })
    paged.push(...page.attributes.map(({ attribute }) => attribute))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(paged).toEqual(attributeKeys)
})

async function allValues(attribute: string, q = '', pageSize = 100) {
  const found = []
  let pageToken = ''
  do {
    const page = await client.listCohortFilterAttributeValues({ attribute, q, pageSize, pageToken })
    found.push(...page.values)
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  return found
}

test.each(attributeKeys)('the values of %s are those of enabled people, with how many have each', async (attribute) => {
  const counts = new Map<string, number>()
  for (const one of people) {
    const value = attributeOf(one, attribute)
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const values = await allValues(attribute)
  expect(Object.fromEntries(values.map(({ value, userCount }) => [value, userCount]))).toEqual(
    Object.fromEntries(counts),
  )
  expect(values).toHaveLength(counts.size)
  const names = values.map(({ displayName }) => displayName.toLowerCase())
  expect(names).toEqual(names.toSorted())
  expect(await allValues(attribute, '', 2)).toEqual(values)
})

test('a manager is listed by name and found by name or id', async () => {
  const names = new Map(organisation.identities.map(({ id, displayName }) => [id, displayName]))
  const managers = await allValues('manager')
  for (const { value, displayName } of managers) expect(displayName).toBe(names.get(value))
  const { value, displayName } = managers[0]!
  const part = displayName.slice(1).toUpperCase()
  const expected = managers.filter((one) => `${one.displayName}\n${one.value}`.toUpperCase().includes(part))
  expect(await allValues('manager', part)).toEqual(expected)
  expect((await allValues('manager', value)).map((one) => one.value)).toContain(value)
  expect(await allValues('manager', 'nobody is called that')).toEqual([])
})

test.each([
  [{ attribute: 'shoe size' }, /unknown attribute "shoe size"; known are department, .*project/],
  [{ attribute: '' }, /unknown attribute ""/],
  [{ attribute: 'department', q: 'x'.repeat(1_001) }, /q: must have at most 1000 characters/],
  [{ attribute: 'department', pageSize: -1 }, /page_size/],
  [{ attribute: 'department', pageToken: 'forged' }, /page_token/],
])('a list of values with %j is refused by name', async (request, words) => {
  const refusal = await failureOf(client.listCohortFilterAttributeValues(request))
  expect(refusal).toMatch(/^InvalidArgument/)
  expect(refusal).toMatch(words)
})

test('before any import there are the built-in attributes, without values', async () => {
  const { attributes } = await stranger.listCohortFilterAttributes({})
  expect(attributes.map(({ attribute }) => attribute)).toEqual(attributeKeys.slice(0, 6))
  expect((await stranger.listCohortFilterAttributeValues({ attribute: 'department' })).values).toEqual([])
  expect(await failureOf(stranger.listCohortFilterAttributeValues({ attribute: 'location' }))).toMatch(
    /^InvalidArgument/,
  )
})

test('every role may look, nobody else, and another tenant sees nothing of it', async () => {
  for (const role of ['admin', 'role-miner', 'reviewer', 'auditor'] as const) {
    const asRole = running.client(RoleMiningManagementService, tenant, role)
    expect((await asRole.searchCohortUsers({ suggestionId: suggestion.id })).list).not.toEqual([])
    expect((await asRole.listCohortFilterAttributes({})).attributes).not.toEqual([])
    expect((await asRole.listCohortFilterAttributeValues({ attribute: 'department' })).values).not.toEqual([])
  }
  const nobody = running.client(RoleMiningManagementService, tenant, 'nobody')
  for (const call of [
    nobody.searchCohortUsers({ suggestionId: suggestion.id }),
    nobody.listCohortFilterAttributes({}),
    nobody.listCohortFilterAttributeValues({ attribute: 'department' }),
  ])
    expect(await failureOf(call)).toMatch(/^Unauthenticated/)
  expect(await failureOf(stranger.searchCohortUsers({ suggestionId: suggestion.id }))).toMatch(/^NotFound/)
})
