import type { Role } from '@assay/auth'
import { http } from '@assay/contracts/google/api/annotations_pb'
import { conductorone } from '@assay/dialects'
import { generateOrganisation } from '@assay/sample-org'
import { getOption } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { importFiles, joinTestPlatform, rest, type TestPlatform } from './platform.ts'
import { filesOf } from './sample.ts'

// What a client of ConductorOne's role mining API also calls, over REST as its SDKs do: an access profile that a
// suggestion created is read, extended, updated and deleted.

const organisation = generateOrganisation({ seed: 6, identityCount: 300 })
const missing = '00000000-0000-4000-8000-000000000000'
const roles: readonly Role[] = ['admin', 'role-miner', 'reviewer', 'auditor']

interface Ref {
  readonly appId: string
  readonly id: string
}
interface Entitlement {
  readonly appId: string
  readonly entitlementId: string
}
interface Suggestion {
  readonly id: string
  readonly suggestedName: string
  readonly cohortFilters: readonly { readonly attribute: string; readonly values: readonly string[] }[]
  readonly cohortSize: number
  readonly entitlements: readonly Entitlement[]
}

let platform: TestPlatform
const tokens = new Map<Role | 'stranger', string>()
let suggestion: Suggestion

beforeAll(async () => {
  platform = await joinTestPlatform()
  for (const role of roles) tokens.set(role, await platform.token(role))
  tokens.set('stranger', await platform.token('admin', 'elsewhere'))
  await importFiles(platform.baseUrl, tokens.get('admin') as string, filesOf(organisation))
  await vi.waitFor(async () => expect(await suggestions()).not.toEqual([]), { timeout: 300_000 })
  const [richest] = (await suggestions()).toSorted((a, b) => b.entitlements.length - a.entitlements.length)
  suggestion = richest as Suggestion
})
afterAll(() => platform?.stop())

const as = (who: Role | 'stranger', call: string, body?: unknown) => rest(platform.baseUrl, tokens.get(who), call, body)

/** The response of a call that must succeed: 200, JSON, without nulls. */
async function ask<T = Record<string, unknown>>(call: string, body?: unknown, who: Role | 'stranger' = 'admin') {
  const { status, json, headers } = await as(who, call, body)
  expect(status, `${call}: ${JSON.stringify(json)}`).toBe(200)
  expect(headers.get('content-type')).toMatch(/^application\/json/)
  expect(JSON.stringify(json)).not.toMatch(/:null|\[null/)
  return json as T
}

async function suggestions(): Promise<Suggestion[]> {
  return (await ask<{ list: Suggestion[] }>('POST /api/v1/search/role-mining/suggestions', { pageSize: 100 })).list
}

async function accept(displayName: string): Promise<string> {
  const { accessProfileId } = await ask<{ accessProfileId: string }>('POST /api/v1/role-mining/access-profiles', {
    displayName,
    description: 'From a suggestion',
    profileFilters: suggestion.cohortFilters,
    entitlements: suggestion.entitlements.slice(0, 2),
    enableAutomation: true,
  })
  return accessProfileId
}

const refsOf = (entitlements: readonly Entitlement[]): Ref[] =>
  entitlements.map(({ appId, entitlementId }) => ({ appId, id: entitlementId }))
const given = async (id: string): Promise<Ref[]> => {
  const path = `GET /api/v1/catalogs/${id}/requestable_entitlements`
  const { list } = await ask<{ list: { appEntitlement: Ref }[] }>(path)
  return list.map(({ appEntitlement: { appId, id: entitlement } }) => ({ appId, id: entitlement }))
}
const sorted = (refs: readonly Ref[]) => refs.map(({ appId, id }) => `${appId}/${id}`).toSorted()

test('a profile made from a suggestion is read, extended, updated and deleted', async () => {
  const id = await accept('Read and removed')
  const { requestCatalogView } = await ask(`GET /api/v1/catalogs/${id}`)
  expect(requestCatalogView).toEqual({
    requestCatalog: {
      id,
      displayName: 'Read and removed',
      description: 'From a suggestion',
      createdByUserId: expect.stringMatching(/./),
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      published: false,
      visibleToEveryone: false,
      requestBundle: false,
      enrollmentBehavior: 'REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_UNSPECIFIED',
      unenrollmentBehavior: 'REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_UNSPECIFIED',
      unenrollmentEntitlementBehavior: 'REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_UNSPECIFIED',
      annotations: {},
      accessEntitlements: [],
      type: 'REQUEST_CATALOG_TYPE_CATALOG_AND_BUNDLE',
    },
    memberCount: String(suggestion.cohortSize),
    createdByUserPath: '',
    accessEntitlementsPath: '',
  })
  const { list } = await ask('GET /api/v1/catalogs?page_size=100')
  expect(list).toContainEqual(requestCatalogView)

  const [first, second, third] = refsOf(suggestion.entitlements) as [Ref, Ref, Ref]
  expect(sorted(await given(id))).toEqual(sorted([first, second]))
  const entries = `/api/v1/catalogs/${id}/requestable_entries`
  expect(await ask(`POST ${entries}`, { appEntitlements: [second, third], createRequests: false })).toEqual({})
  expect(sorted(await given(id))).toEqual(sorted([first, second, third]))
  expect(await ask(`DELETE ${entries}`, { appEntitlements: [third] })).toEqual({})
  const replace = `POST /api/v1/catalogs/${id}/requestable_entitlements/update`
  expect(await ask(replace, { appEntitlements: [third] })).toEqual({})
  expect(sorted(await given(id))).toEqual(sorted([third]))
  await ask(replace, { app_entitlements: [] })
  expect(await given(id)).toEqual([])

  expect(await ask(`POST /api/v1/catalogs/${id}/bundle_automation/run`)).toEqual({})
  expect(await ask(`DELETE /api/v1/catalogs/${id}`, {})).toEqual({})
  expect((await as('admin', `GET /api/v1/catalogs/${id}`)).status).toBe(404)
  expect((await as('admin', `DELETE /api/v1/catalogs/${id}`)).status).toBe(404)
})

test('an entitlement of a profile shows its names, its resource and its risk', async () => {
  const id = await accept('Shown')
  const { list } = await ask<{ list: unknown[] }>(`GET /api/v1/catalogs/${id}/requestable_entitlements?page_size=1`)
  const known = new Map(organisation.entitlements.map((one) => [one.id, one]))
  const [{ id: wanted }] = (await given(id)) as [Ref]
  const sample = known.get(wanted)
  expect(list).toMatchObject([
    {
      appEntitlement: {
        appId: sample?.applicationId,
        id: wanted,
        displayName: sample?.displayName,
        description: sample?.description,
        appResourceId: sample?.resource,
        appResourceTypeId: sample?.resourceType,
        riskLevelValueId: sample?.riskLevel,
      },
    },
  ])
})

test('the automation of a profile shows its rule, its last evaluation and its circuit breaker', async () => {
  const id = await accept('Automated')
  const path = `/api/v1/catalogs/${id}/bundle_automation`
  const automation = await ask(`GET ${path}`)
  expect(automation).toEqual({
    requestCatalogId: id,
    enabled: true,
    createTasks: false,
    cel: { expression: expect.stringContaining('subject.') },
    state: { status: 'BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS', errorMessage: '', lastRunAt: expect.any(String) },
    circuitBreaker: { removedMembersThresholdPercentage: '20', state: 'CIRCUIT_BREAKER_STATE_UNSPECIFIED' },
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
    disableCircuitBreaker: false,
    enforceOnSmallProfiles: false,
    removedMembersThresholdPercent: '0',
  })
  await ask(`POST ${path}/run`, {})
  await ask(`POST ${path}/resume`)
  const { state } = (await ask(`GET ${path}`)) as { state: { lastRunAt: string } }
  expect(Date.parse(state.lastRunAt)).toBeGreaterThan(
    Date.parse((automation as { state: { lastRunAt: string } }).state.lastRunAt),
  )
})

test('an accepted suggestion can be made new again after its profile is deleted', async () => {
  const { accessProfileId } = await ask<{ accessProfileId: string }>('POST /api/v1/role-mining/access-profiles', {
    displayName: 'Given up',
    suggestionId: suggestion.id,
  })
  const reopen = () =>
    as('admin', `POST /api/v1/role-mining/suggestions/${suggestion.id}/state`, { state: 'SUGGESTION_STATE_NEW' })
  expect((await reopen()).status).toBe(400)
  await ask(`DELETE /api/v1/catalogs/${accessProfileId}`)
  expect((await reopen()).status).toBe(200)
})

test('users, applications and entitlements are found', async () => {
  const person = organisation.identities.find(({ status, type }) => status === 'enabled' && type === 'human')
  const found = await ask<{ list: unknown[] }>('POST /api/v1/search/users', { email: person?.email, refs: null })
  expect(found.list).toMatchObject([{ user: { id: person?.id, status: 'ENABLED', type: 'USER_TYPE_HUMAN' } }])
  const [application] = organisation.applications
  const query = { displayName: application?.displayName }
  const apps = await ask<{ list: unknown[] }>('POST /api/v1/search/apps', query)
  expect(apps.list).toMatchObject([application])
  const [sample] = organisation.entitlements
  const ref = { appId: sample?.applicationId, id: sample?.id }
  const entitlements = await ask<{ list: unknown[] }>('POST /api/v1/search/entitlements', { refs: [ref] })
  expect(entitlements.list).toMatchObject([{ appEntitlement: ref }])
  for (const kind of ['users', 'apps', 'entitlements']) {
    const empty = await ask<{ list: unknown[] }>(`POST /api/v1/search/${kind}`)
    expect(empty.list.length, kind).toBeGreaterThan(0)
  }
})

test('a published condition filters the response or matches nothing, and none is ignored', async () => {
  const found = async (kind: string, body: unknown) =>
    (await ask<{ list: { appEntitlement?: { appId: string; id: string } }[] }>(`POST /api/v1/search/${kind}`, body))
      .list
  const [sample] = organisation.entitlements
  const ref = { appId: sample?.applicationId, id: sample?.id }
  const whole = await found('entitlements', { appIds: [ref.appId], pageSize: 100 })
  const others = await found('entitlements', { appIds: [ref.appId], excludedEntitlementRefs: [ref], pageSize: 100 })
  expect(others).toEqual(whole.filter(({ appEntitlement }) => appEntitlement?.id !== ref.id))
  expect(others.length).toBe(whole.length - 1)
  const unmet: [string, unknown][] = [
    ['apps', { onlyDirectories: true }],
    ['apps', { policyRefs: [{ id: 'p' }] }],
    ['users', { origins: ['USER_ORIGIN_LOCAL'] }],
    ['users', { excludeOrigins: ['USER_ORIGIN_DIRECTORY'] }],
    ['users', { delegateStatus: 'DELEGATE_STATUS_HAS_DELEGATE' }],
    ['users', { is_delegate: true }],
    ['entitlements', { policyRefs: [{ id: 'p' }] }],
    ['entitlements', { membershipType: ['APP_ENTITLEMENT_MEMBERSHIP_TYPE_OWNER'] }],
    ['entitlements', { sourceConnectorId: 'x', isAutomated: null }],
  ]
  for (const [kind, body] of unmet) expect(await found(kind, body), JSON.stringify(body)).toEqual([])
  const idle: [string, unknown][] = [
    ['apps', { onlyDirectories: false, policyRefs: [], displayName: '' }],
    ['users', { origins: null, delegateStatus: 'DELEGATE_STATUS_NO_DELEGATE', expandMask: { paths: ['*'] } }],
    ['entitlements', { isAutomated: false, membershipType: [], expandMask: { paths: ['alias'] }, refs: null }],
  ]
  for (const [kind, body] of idle) expect(await found(kind, body), JSON.stringify(body)).toEqual(await found(kind, {}))
})

test('a search with an unknown condition is refused, over REST and over Connect with JSON', async () => {
  const condition = { shoeSize: 41 }
  for (const call of ['POST /api/v1/search/users', 'POST /c1.api.user.v1.UserSearch/Search']) {
    const { status, json } = await as('admin', call, condition)
    expect([status, JSON.stringify(json)], call).toEqual([400, expect.stringContaining('shoeSize')])
  }
  // Role mining's own search ignores it, as its contract wants.
  for (const call of [
    'POST /api/v1/search/role-mining/suggestions',
    'POST /c1.api.role_mining_management.v1.RoleMiningManagementSearchService/Search',
  ])
    expect((await as('admin', call, condition)).status, call).toBe(200)
})

/** An expectation about a response: a path in it, and the value at that path. */
type Expected = readonly (readonly [path: string, value: unknown])[]

function at(json: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], json)
}

test('calls of scripts around role mining get the members that the scripts read', async () => {
  const person = organisation.identities.find(({ status, type }) => status === 'enabled' && type === 'human')
  const ofPerson = [...organisation.grants].filter(({ identityId }) => identityId === person?.id)
  const [held] = ofPerson
  const entitlement = organisation.entitlements.find(({ id }) => id === held?.entitlementId)
  const application = organisation.applications.find(({ id }) => id === entitlement?.applicationId)
  if (!person || !entitlement || !application) throw new Error('the organisation has nobody who holds something')
  const { id: a, displayName: name } = application
  const { id: e, displayName, riskLevel } = entitlement
  const u = person.id
  const text = expect.any(String)
  const count = expect.stringMatching(/^[1-9]\d*$/)
  const everything = ['app_id', 'app_resource_type_id', 'app_resource_id']
  const cases: [call: string, body: unknown, expected: Expected][] = [
    ['POST /search/apps', { displayName: name.toLowerCase() }, [['list.0.displayName', name]]],
    ['POST /search/apps', { displayName: 'ConductorOne' }, [['list.0.id', 'assay-access-profiles']]],
    ['POST /search/apps', { onlyDirectories: true }, [['list', []]]],
    [
      `GET /apps/${a}`,
      undefined,
      [
        ['app.id', a],
        ['app.userCount', count],
        ['app.isDirectory', false],
      ],
    ],
    [
      'POST /search/entitlements',
      { appIds: [a], displayName },
      [
        ['list.0.appEntitlement.displayName', displayName],
        ['facets.count', count],
      ],
    ],
    ['POST /search/entitlements', { policyRefs: [{ id: 'p' }] }, [['list', []]]],
    [
      'POST /search/entitlements',
      { refs: [{ appId: a, id: e }], expandMask: { paths: everything } },
      [
        ['expanded.0.@type', 'type.googleapis.com/c1.api.app.v1.App'],
        ['expanded.0.id', a],
        ['expanded.1.@type', 'type.googleapis.com/c1.api.app.v1.AppResourceType'],
        ['expanded.2.@type', 'type.googleapis.com/c1.api.app.v1.AppResource'],
        ['list.0.appPath', '$.expanded[0]'],
        ['list.0.appResourceTypePath', '$.expanded[1]'],
        ['list.0.appResourcePath', '$.expanded[2]'],
      ],
    ],
    [
      `GET /apps/${a}/entitlements/${e}`,
      undefined,
      [
        ['appEntitlementView.appEntitlement.id', e],
        ['appEntitlementView.appEntitlement.grantCount', count],
        ['expanded', []],
      ],
    ],
    [
      `GET /users/${u}`,
      undefined,
      [
        ['userView.user.id', u],
        ['userView.userId', u],
      ],
    ],
    [
      'POST /search/users',
      { email: person.email },
      [
        ['list.0.user.id', u],
        ['list.1', undefined],
      ],
    ],
    ['POST /search/users', { origins: ['USER_ORIGIN_LOCAL'] }, [['list', []]]],
    [
      'POST /search/grants',
      { pageSize: 50, appIds: [a], entitlementRefs: [{ appId: a, id: e }] },
      [
        ['list.0.appEntitlementUserBinding.appUser.appUser.identityUserId', text],
        ['list.0.entitlement.appEntitlement.id', e],
        ['list.0.appEntitlementUserBinding.grantSources', []],
      ],
    ],
    [`GET /apps/${a}/entitlements/${e}/users`, undefined, [['list.0.appUser.appUser.appId', a]]],
    [`GET /apps/${a}/entitlements/${e}/users/${u}/grants`, undefined, [['bindings.0.createdAt', text]]],
    [`GET /apps/${a}/users/${u}/app_users`, undefined, [['list.0.appUser.identityUserId', u]]],
    [
      'POST /search/app_users',
      { appId: a, appUserStatuses: ['STATUS_ENABLED'] },
      [['list.0.appUser.status.status', 'STATUS_ENABLED']],
    ],
    ['GET /attributes/risk_levels', undefined, [['list.0.id', text]]],
    [`GET /attributes/risk_levels/${riskLevel}`, undefined, [['value.id', riskLevel]]],
    ['POST /search/app_resource_types', { appIds: [a] }, [['list.0.id', text]]],
    ['POST /search/app_resources', { appId: a }, [['list.0.appResource.grantCount', text]]],
    ['GET /directories', undefined, [['list', []]]],
    ['GET /auth/introspect', undefined, [['tenantId', text]]],
  ]
  for (const [call, body, expected] of cases) {
    const [method, path] = call.split(' ')
    const answer = await ask(`${method} /api/v1${path}`, body)
    for (const [place, value] of expected) expect([call, place, at(answer, place)]).toEqual([call, place, value])
  }
  const rows: unknown[] = []
  let pageToken = ''
  do {
    const body = { userId: u, pageSize: 2, pageToken }
    const page = await ask<{ list: unknown[]; nextPageToken: string }>('POST /api/v1/search/grants', body)
    rows.push(...page.list)
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  const enrolled = rows.filter((row) => at(row, 'entitlement.appEntitlement.slug') === 'enrollment')
  expect(rows.length - enrolled.length).toBe(ofPerson.length)
  expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length)
})

test('an automation around role mining makes, publishes, fills, runs, reads and retires a profile', async () => {
  const base = '/api/v1/catalogs'
  const [first, second] = refsOf(suggestion.entitlements) as [Ref, Ref]
  const audience = { accessEntitlements: [first] }
  type Made = { requestCatalogView: { requestCatalog: { id: string; published: boolean }; memberCount: string } }
  const made = await ask<Made>(`POST ${base}`, { displayName: 'By a script' })
  const { id } = made.requestCatalogView.requestCatalog
  const path = `${base}/${id}`
  await ask(`POST ${path}/requestable_entries`, { appEntitlements: [second, first] })
  expect((await ask<{ refs: Ref[] }>(`GET ${path}/requestable_entitlementIDs`)).refs).toEqual([second, first])
  await ask(`POST ${path}`, { catalog: { published: true }, updateMask: 'published' })
  await ask(`POST ${path}/visibility_bindings`, audience)
  const expression = 'subject.department != "Nowhere"'
  await ask(`POST ${path}/bundle_automation/create`, { cel: { expression }, enabled: true })
  await ask(`POST ${path}/bundle_automation/run`, {})
  const { state } = await ask<{ state: { status: string } }>(`GET ${path}/bundle_automation`)
  expect(state.status).toBe('BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS')
  const { memberCount } = (await ask<Made>(`GET ${path}`)).requestCatalogView
  expect(Number(memberCount)).toBeGreaterThan(0)

  const enrolment = { appId: 'assay-access-profiles', id }
  const members = new Set<unknown>()
  let pageToken = ''
  do {
    const body = { appIds: [enrolment.appId], entitlementRefs: [enrolment], pageSize: 100, pageToken }
    const page = await ask<{ list: unknown[]; nextPageToken: string }>('POST /api/v1/search/grants', body)
    for (const row of page.list) members.add(at(row, 'appEntitlementUserBinding.appUser.appUser.identityUserId'))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(String(members.size)).toBe(memberCount)
  const shown = await ask(`GET /api/v1/apps/${enrolment.appId}/entitlements/${id}`)
  expect(shown).toMatchObject({
    appEntitlementView: { appEntitlement: { slug: 'enrollment', grantCount: memberCount, isAutomationEnabled: true } },
  })
  const [member] = members
  const held = await ask(`GET /api/v1/apps/${enrolment.appId}/entitlements/${id}/users/${member}/grants`)
  expect(held).toMatchObject({ bindings: [{ createdAt: expect.any(String) }] })

  expect(await ask(`DELETE ${path}/bundle_automation`)).toEqual({})
  expect(await ask(`DELETE ${path}`)).toEqual({})
  expect((await as('admin', `GET /api/v1/apps/${enrolment.appId}/entitlements/${id}`)).status).toBe(404)
  expect(await ask('POST /api/v1/search/grants', { entitlementRefs: [enrolment] })).toMatchObject({ list: [] })
})

test('a call of the vendor that is not offered is 501 in its form, and an unpublished path is 404', async () => {
  const served = new Set(
    conductorone.services
      .flatMap(({ service }) => service.methods)
      .map((method) => {
        const { pattern } = getOption(method, http)
        return `${pattern.case?.toUpperCase()} ${String(pattern.value).replaceAll(/\{\w+\}/g, '{}')}`
      }),
  )
  const unserved = conductorone.rest.published.filter(
    ({ httpMethod, template }) => !served.has(`${httpMethod} ${template.replaceAll(/\{\w+\}/g, '{}')}`),
  )
  expect(unserved.length).toBeGreaterThan(50)
  for (const { httpMethod, template } of unserved) {
    const call = `${httpMethod} ${template.replaceAll(/\{\w+\}/g, 'x')}`
    const { status, json } = await as('admin', call, httpMethod === 'GET' ? undefined : { displayName: 'x' })
    expect([call, status]).toEqual([call, 501])
    expect(json).toMatchObject({ code: 12, message: expect.stringContaining('not offered') })
  }
  expect((await rest(platform.baseUrl, undefined, 'POST /api/v1/apps', {})).status).toBe(401)
  for (const call of ['GET /api/v1/nothing', 'POST /api/v1/nothing', 'GET /api/v1/apps/'])
    expect([call, (await as('admin', call)).status]).toEqual([call, 404])
  expect((await as('admin', 'PATCH /api/v1/apps/x', {})).status).toBe(405)
})

/** Every neighbouring call on a profile, with the right that it needs. */
const calls = (id: string): [right: 'read' | 'decide', call: string, body?: unknown][] => {
  const [first] = refsOf(suggestion.entitlements)
  const appEntitlements = [first]
  return [
    ['read', `GET /api/v1/catalogs/${id}`],
    ['read', `GET /api/v1/catalogs/${id}/requestable_entitlements`],
    ['read', `GET /api/v1/catalogs/${id}/bundle_automation`],
    ['decide', `POST /api/v1/catalogs/${id}/requestable_entries`, { appEntitlements }],
    ['decide', `DELETE /api/v1/catalogs/${id}/requestable_entries`, { appEntitlements }],
    ['decide', `POST /api/v1/catalogs/${id}/requestable_entitlements/update`, { appEntitlements }],
    ['decide', `POST /api/v1/catalogs/${id}/bundle_automation/run`],
    ['decide', `POST /api/v1/catalogs/${id}/bundle_automation/resume`],
    ['decide', `DELETE /api/v1/catalogs/${id}`],
  ]
}
const allLists: [right: 'read', call: string, body?: unknown][] = [
  ['read', 'GET /api/v1/catalogs'],
  ['read', 'POST /api/v1/search/users', {}],
  ['read', 'POST /api/v1/search/apps', {}],
  ['read', 'POST /api/v1/search/entitlements', {}],
  ['read', 'POST /api/v1/search/grants', {}],
  ['read', 'POST /api/v1/search/app_users', {}],
  ['read', 'GET /api/v1/users'],
  ['read', 'GET /api/v1/apps'],
  ['read', 'POST /api/v1/search/role-mining/suggestions', {}],
  ['read', 'GET /api/v1/role-mining/filter-attributes'],
  ['read', 'GET /api/v1/role-mining/filter-attributes/department/values'],
]

test.each(roles)('the role %s may read, and change only with the right for it', async (role) => {
  const mayDecide = role !== 'auditor'
  const id = await accept(`For ${role}`)
  for (const [right, call, body] of [...allLists, ...calls(id)]) {
    const { status } = await as(role, call, body)
    expect([call, status]).toEqual([call, right === 'read' || mayDecide ? 200 : 403])
  }
  const { status } = await as('admin', `GET /api/v1/catalogs/${id}`)
  expect(status).toBe(mayDecide ? 404 : 200)
})

test('another tenant finds no profile and no data, and changes nothing', async () => {
  const id = await accept('Not for strangers')
  const before = [await ask(`GET /api/v1/catalogs/${id}`), await given(id)]
  for (const [, call, body] of calls(id)) {
    const { status, json } = await as('stranger', call, body)
    expect([call, status]).toEqual([call, 404])
    expect(json).toMatchObject({ code: 5, message: expect.stringContaining(id) })
  }
  for (const call of [
    'GET /api/v1/catalogs',
    ...['users', 'entitlements', 'grants', 'app_users'].map((kind) => `POST /api/v1/search/${kind}`),
  ])
    expect(await ask(call, call.startsWith('POST') ? {} : undefined, 'stranger')).toMatchObject({
      list: [],
      nextPageToken: '',
    })
  const cohort = await as('stranger', `POST /api/v1/role-mining/suggestions/${suggestion.id}/users`, {})
  expect(cohort.status).toBe(404)
  expect([await ask(`GET /api/v1/catalogs/${id}`), await given(id)]).toEqual(before)
})

test('without a token every call is refused', async () => {
  const id = await accept('Not for nobody')
  for (const [, call, body] of [...allLists, ...calls(id)]) {
    const { status, json } = await rest(platform.baseUrl, undefined, call, body)
    expect([call, status]).toEqual([call, 401])
    expect(json).toMatchObject({ code: 16 })
  }
})

test('an unknown, deleted or malformed id is not found by any call', async () => {
  const deleted = await accept('Deleted')
  await ask(`DELETE /api/v1/catalogs/${deleted}`)
  for (const id of [missing, deleted, 'latest', "x'%20or%20true", '%F0%9F%92%A9'])
    for (const [, call, body] of calls(id)) expect([call, (await as('admin', call, body)).status]).toEqual([call, 404])
})

test('bad input is refused with the name of the member and changes nothing', async () => {
  const id = await accept('Kept whole')
  const before = await given(id)
  const [first] = refsOf(suggestion.entitlements)
  const entries = `POST /api/v1/catalogs/${id}/requestable_entries`
  const cases: [call: string, body: unknown, words: RegExp][] = [
    [entries, { appEntitlements: 'all' }, /appEntitlements|app_entitlements/],
    [entries, { appEntitlements: [{ appId: first?.appId, id: 'nothing' }] }, /app_entitlements\[0\]/],
    [entries, { appEntitlements: [first, first] }, /app_entitlements\[1\].*twice/],
    [entries, { appEntitlements: [{ appId: 'a\0b', id: 'x' }] }, /U\+0000/],
    ['GET /api/v1/catalogs?page_size=-1', undefined, /page_size/],
    ['GET /api/v1/catalogs?page_token=forged', undefined, /page_token/],
    [`GET /api/v1/catalogs/${id}/requestable_entitlements?page_token=forged`, undefined, /page_token/],
    ['POST /api/v1/search/users', { pageSize: 'many' }, /pageSize|page_size/],
    ['POST /api/v1/search/users', { query: 'a\0b' }, /U\+0000/],
    ['POST /api/v1/search/users', { userStatuses: ['UNKNOWN'] }, /user_statuses\[0\]/],
    // An unknown member filters nothing; an empty condition is no condition.
    ['POST /api/v1/search/app_resources', { appIds: [first?.appId], newer: [null] }, /appIds: is not a field here/],
    ['POST /api/v1/search/entitlements', { appIds: Array(1_001).fill('x') }, /app_ids/],
  ]
  for (const [call, body, words] of cases) {
    const { status, json } = await as('admin', call, body)
    expect([call, body, status]).toEqual([call, body, 400])
    expect(json).toMatchObject({ code: 3, message: expect.stringMatching(words) })
  }
  expect(await given(id)).toEqual(before)
})

test('the values of an attribute with spaces and slashes in its name are read by an escaped path', async () => {
  const token = await platform.token('admin', 'odd names')
  const identities = 'id,Cost Center/Kostenstelle\nu1,CC-1\nu2,CC-2\nu3,CC-1'
  const grants = 'identity_id,application_id,entitlement_id\nu1,git,read'
  await importFiles(platform.baseUrl, token, { 'identities.csv': identities, 'grants.csv': grants })
  const name = encodeURIComponent('Cost Center/Kostenstelle')
  const path = `GET /api/v1/role-mining/filter-attributes/${name}/values`
  const { status, json } = await rest(platform.baseUrl, token, `${path}?q=cc-&page_size=10`)
  expect(status).toBe(200)
  expect(json).toEqual({
    values: [
      { value: 'CC-1', displayName: 'CC-1', userCount: 2 },
      { value: 'CC-2', displayName: 'CC-2', userCount: 1 },
    ],
    nextPageToken: '',
  })
  const list = await rest(platform.baseUrl, token, 'GET /api/v1/role-mining/filter-attributes?page_size=100')
  expect(list.json.attributes).toContainEqual({
    attribute: 'Cost Center/Kostenstelle',
    displayName: 'Cost Center/Kostenstelle',
    kind: 'COHORT_FILTER_ATTRIBUTE_KIND_CUSTOM',
  })
})

test('the count of the users of a cohort is a string, on the first page only', async () => {
  const path = `POST /api/v1/role-mining/suggestions/${suggestion.id}/users`
  const first = await ask<{ list: { id: string }[]; nextPageToken: string }>(path, { pageSize: 2, accessScope: null })
  expect(first).toMatchObject({ totalCount: String(suggestion.cohortSize), usersWithCoverage: [] })
  expect(first.list).toHaveLength(2)
  const second = await ask(path, { page_size: 2, page_token: first.nextPageToken, selectedEntitlements: [] })
  expect(second).not.toHaveProperty('totalCount')
})
