import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, jsonType, send } from '../c1/http.ts'
import { settled } from './furnished.ts'
import { importFiles, joinTestPlatform, type TestPlatform } from './platform.ts'
import { appliedResources, type Call } from './terraform-twin.ts'

// Catalogs as ConductorOne's own clients make, change, automate and retire them: the contract's cases over REST, and what its Terraform
// provider sends, call by call.

const entitlementIds = ['e1', 'e2', 'e3', ...Array.from({ length: 10 }, (_, place) => `n${place}`)]
const files = {
  'identities.csv': 'id,display_name,department\nu1,Ada,Eng\nu2,Bob,Eng\nu3,Cleo,Ops\n',
  'applications.csv': 'id,display_name\na1,GitHub\n',
  // Names and ids have opposite orders, so that the test distinguishes an order by name from one by id.
  'entitlements.csv': `application_id,id,display_name\n${entitlementIds.map((id, place) => `a1,${id},${String.fromCharCode(90 - place)} ${id}`).join('\n')}\n`,
  'grants.csv': `identity_id,application_id,entitlement_id\nu1,a1,e1\nu2,a1,e2\nu3,a1,e3\n`,
}

let platform: TestPlatform
let token: string

beforeAll(async () => {
  platform = await joinTestPlatform()
  token = await platform.token('admin')
  await importFiles(platform.baseUrl, token, files)
  await settled(platform)
})
afterAll(() => platform?.stop())

/** Sends a call such as `POST /catalogs`, with a JSON body and its type, or without both. */
const make: Call = async (call, body) => {
  const [verb = '', path = ''] = call.split(' ')
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: jsonType }
  return send(platform.baseUrl, token, { verb, path: `/api/v1${path}`, ...sent })
}

async function ok(call: string, body?: JsonValue): Promise<JsonObject> {
  const answer = await make(call, body)
  expect(answer.status, `${call} ${answer.text}`).toBe(200)
  return answer.json
}

const refused = async (call: string, body: JsonValue | undefined, status: number, code: number): Promise<string> => {
  const answer = await make(call, body)
  expect([answer.status, answer.json.code], `${call} ${answer.text}`).toEqual([status, code])
  return String(answer.json.message)
}

const catalogIn = (answer: JsonObject) =>
  (answer.requestCatalogView as JsonObject).requestCatalog as JsonObject & { readonly id: string }
const created = async (body: JsonObject = { displayName: 'Engineers' }) => catalogIn(await ok('POST /catalogs', body))
const refs = (...ids: string[]) => ids.map((id) => ({ appId: 'a1', id }))
const idsOf = async (id: string) =>
  ((await ok(`GET /catalogs/${id}/requestable_entitlementIDs`)).refs as { id: string }[]).map((one) => one.id)

const everything = {
  annotations: { managed_by: 'terraform', iac_workspace: 'main' },
  description: 'mined',
  displayName: 'Engineers',
  enrollmentBehavior: 'REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_BYPASS_ENTITLEMENT_REQUEST_POLICY',
  published: true,
  requestBundle: true,
  unenrollmentBehavior: 'REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_LEAVE_ACCESS_AS_IS',
  unenrollmentEntitlementBehavior: 'REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_BYPASS',
  visibleToEveryone: true,
}

describe('a catalog', () => {
  test('is made with only a name, and all other members have their defaults', async () => {
    const { id, createdAt, updatedAt, createdByUserId, ...rest } = await created()
    expect(createdAt).toMatch(/Z$/)
    expect(updatedAt).toBe(createdAt)
    expect(createdByUserId).toMatch(/./)
    expect(rest).toEqual({
      displayName: 'Engineers',
      description: '',
      published: false,
      visibleToEveryone: false,
      requestBundle: false,
      enrollmentBehavior: 'REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_UNSPECIFIED',
      unenrollmentBehavior: 'REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_UNSPECIFIED',
      unenrollmentEntitlementBehavior: 'REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_UNSPECIFIED',
      annotations: {},
      accessEntitlements: [],
      type: 'REQUEST_CATALOG_TYPE_CATALOG_AND_BUNDLE',
    })
    const { requestCatalogView } = await ok(`GET /catalogs/${id}`)
    expect(requestCatalogView).toMatchObject({ memberCount: '0', requestCatalog: { id, published: false } })
  })

  test('returns every member as it was set, and two catalogs can have the same name', async () => {
    const made = await created(everything)
    expect(made).toMatchObject(everything)
    expect(catalogIn(await ok(`GET /catalogs/${made.id}`))).toEqual(made)
    expect((await created(everything)).id).not.toBe(made.id)
  })

  const wrong: [body: JsonObject, words: RegExp][] = [
    [{}, /display_name/],
    [{ displayName: ' ' }, /display_name/],
    [{ displayName: 'x', annotations: { 'c1/a': 'b' } }, /annotations.*c1\//],
    [{ displayName: 'x', annotations: { '1a': 'b' } }, /annotations.*begin with a letter/],
    [{ displayName: 'x', annotations: { a: 'ü' } }, /annotations\["a"\].*ASCII/],
    [{ displayName: 'x', annotations: { a: 'v'.repeat(257) } }, /at most 256/],
    [
      { displayName: 'x', annotations: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ''])) },
      /at most 16 entries, not 17/,
    ],
    [
      {
        displayName: 'x',
        annotations: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, 'v'.repeat(256)])),
      },
      /at most 4096 bytes/,
    ],
    [{ displayName: 'x', published: 'yes' }, /published/],
    [{ displayName: 'x', enrollmentBehavior: 'SOMETHING' }, /enrollmentBehavior|enrollment_behavior/],
    [{ displayName: 'x', type: 'REQUEST_CATALOG_TYPE_PROFILE' }, /type/],
  ]
  test.each(wrong)('of %j is refused by name', async (body, words) => {
    const before = (await ok('GET /catalogs?page_size=100')).list
    expect(await refused('POST /catalogs', body, 400, 3)).toMatch(words)
    expect((await ok('GET /catalogs?page_size=100')).list).toEqual(before)
  })

  test('changes only the members that a mask names', async () => {
    const { id } = await created({ displayName: 'Kept', description: 'kept', annotations: { a: '1', b: '2' } })
    const update = async (catalog: JsonObject, updateMask: string) =>
      catalogIn(await ok(`POST /catalogs/${id}`, { catalog, updateMask }))
    expect(await update({ published: true }, 'published')).toMatchObject({ published: true, displayName: 'Kept' })
    expect(await update({ displayName: 'ignored', requestBundle: true }, 'request_bundle')).toMatchObject({
      displayName: 'Kept',
      requestBundle: true,
    })
    expect(await update({ visibleToEveryone: true }, 'catalog.visibleToEveryone,published')).toMatchObject({
      visibleToEveryone: true,
      published: false,
    })
    expect(await update({}, 'description')).toMatchObject({ description: '', displayName: 'Kept' })
    expect(await update({ createdByUserId: 'zz' }, 'createdByUserId,id')).toMatchObject({ displayName: 'Kept' })
    expect(await update({}, 'annotations')).toMatchObject({ annotations: {} })
    const message = await refused(`POST /catalogs/${id}`, { catalog: {}, updateMask: 'published,shoeSize' }, 400, 3)
    expect(message).toMatch(/update_mask.*"shoe_size"/)
    expect(await refused(`POST /catalogs/${id}`, { catalog: {}, updateMask: 'displayName' }, 400, 3)).toMatch(
      /display_name/,
    )
  })

  test('without a mask, changes the members of the body, ignores output-only members, and replaces annotations', async () => {
    const { id, createdByUserId } = await created({ displayName: 'Before', description: 'kept', published: true })
    const update = async (catalog: JsonObject) => catalogIn(await ok(`POST /catalogs/${id}`, { catalog }))
    const sent = { displayName: 'E', description: '', id, createdByUserId: 'zz', published: true }
    expect(await update(sent)).toMatchObject({ displayName: 'E', description: '', createdByUserId, published: true })
    expect(await update({ published: false, description: null })).toMatchObject({ published: false, displayName: 'E' })
    await update({ annotations: { a: '1', b: '2' } })
    expect((await update({ displayName: 'E', annotations: { a: '1' } })).annotations).toEqual({ a: '1' })
    expect((await update({ displayName: 'E', annotations: null })).annotations).toEqual({ a: '1' })
    expect(await refused(`POST /catalogs/${id}`, {}, 400, 3)).toMatch(/catalog/)
  })

  test('that does not exist is not found by any call, for any form of id', async () => {
    await refused('POST /catalogs/none', { catalog: { displayName: 'x' } }, 404, 5)
    for (const id of ['a%2Fb%20%3F%23', '00000000-0000-4000-8000-000000000000'])
      for (const path of ['', '/requestable_entitlementIDs', '/visibility_entitlements', '/requestable_entries/a1/e1'])
        await refused(`GET /catalogs/${id}${path}`, undefined, 404, 5)
    expect((await make('GET /catalogs/')).status).toBe(404)
  })

  test('is deleted by a request without a body, and a second deletion is not found', async () => {
    const { id } = await created()
    expect(await ok(`DELETE /catalogs/${id}`)).toEqual({})
    await refused(`GET /catalogs/${id}`, undefined, 404, 5)
    await refused(`DELETE /catalogs/${id}`, {}, 404, 5)
  })

  test('of a type refuses members that the type excludes, with the message that clients quote', async () => {
    const birthright = { displayName: 'B', type: 'REQUEST_CATALOG_TYPE_BUNDLE' }
    const { id, type } = await created({ ...birthright, visibleToEveryone: true })
    expect(type).toBe('REQUEST_CATALOG_TYPE_BUNDLE')
    const noRequests = /type Birthright does not support entitlement request settings/
    expect(await refused('POST /catalogs', { ...birthright, published: true }, 400, 9)).toMatch(noRequests)
    expect(await refused(`POST /catalogs/${id}`, { catalog: { published: true } }, 400, 9)).toMatch(noRequests)
    const bindings = `POST /catalogs/${id}/visibility_bindings`
    expect(await refused(bindings, { accessEntitlements: refs('e1') }, 400, 9)).toMatch(noRequests)
    expect(await refused(`POST /catalogs/${id}`, { catalog: { requestBundle: true } }, 400, 9)).toMatch(
      /membership requests/,
    )
    const requestable = await created({ displayName: 'R', type: 'REQUEST_CATALOG_TYPE_CATALOG' })
    const set = `POST /catalogs/${requestable.id}/bundle_automation`
    expect(await refused(set, { enabled: false }, 400, 9)).toMatch(/Requestable does not support membership automation/)
    const named = { catalog: { type: 'REQUEST_CATALOG_TYPE_CATALOG_AND_BUNDLE' }, updateMask: 'type' }
    expect(catalogIn(await ok(`POST /catalogs/${requestable.id}`, named)).type).toBe(named.catalog.type)
    await ok(set, { enabled: false })
  })
})

describe('the entries of a catalog', () => {
  test('keep the order in which they were added, through every change', async () => {
    const { id } = await created()
    const entries = `/catalogs/${id}/requestable_entries`
    expect(await ok(`POST ${entries}`, { appEntitlements: refs('e2', 'e1') })).toEqual({})
    expect(await idsOf(id)).toEqual(['e2', 'e1'])
    for (const none of [{ appEntitlements: null }, { appEntitlements: [] }, {}])
      for (const verb of ['POST', 'DELETE']) await ok(`${verb} ${entries}`, none)
    await ok(`POST ${entries}`, { appEntitlements: refs('e3', 'e2'), createRequests: true })
    expect(await idsOf(id)).toEqual(['e2', 'e1', 'e3'])
    const replace = `POST /catalogs/${id}/requestable_entitlements/update`
    await ok(replace, { appEntitlements: refs('e1', 'e3') })
    expect(await idsOf(id)).toEqual(['e1', 'e3'])
    await ok(replace, { appEntitlements: refs('e3', 'e2', 'e1') })
    expect(await idsOf(id)).toEqual(['e3', 'e2', 'e1'])
    const listed: string[] = []
    for (let next = ''; listed.length < 3; ) {
      const page = await ok(`GET /catalogs/${id}/requestable_entitlements?page_size=1&page_token=${next}`)
      listed.push(...(page.list as { appEntitlement: { id: string } }[]).map((one) => one.appEntitlement.id))
      next = String(page.nextPageToken)
    }
    expect(listed).toEqual(['e3', 'e2', 'e1'])
    await ok(`DELETE ${entries}`, { appEntitlements: refs('e2', 'gone') })
    expect(await idsOf(id)).toEqual(['e3', 'e1'])
    await ok(replace, { appEntitlements: null })
    expect(await ok(`GET /catalogs/${id}/requestable_entitlementIDs`)).toEqual({ refs: [] })
    expect(await refused(`POST ${entries}`, { appEntitlements: refs('e1', 'e1') }, 400, 3)).toMatch(/twice/)
    expect(await refused(`POST ${entries}`, { appEntitlements: refs('gone') }, 400, 3)).toMatch(/app_entitlements\[0\]/)
  })

  test('are added one by one and ten at once, and removed again', async () => {
    const { id } = await created()
    const entry = (one: string) => `/catalogs/${id}/requestable_entries/a1/${one}`
    const expected = { requestableEntry: { appId: 'a1', catalogId: id, entitlementId: 'e1' } }
    expect(await ok(`PUT ${entry('e1')}`, {})).toEqual(expected)
    expect(await ok(`PUT ${entry('e1')}`, { createRequests: true })).toEqual(expected)
    expect(await ok(`GET ${entry('e1')}`)).toEqual(expected)
    const ten = entitlementIds.filter((one) => one.startsWith('n'))
    await Promise.all(ten.map((one) => ok(`PUT ${entry(one)}`, {})))
    expect((await idsOf(id)).toSorted()).toEqual(['e1', ...ten].toSorted())
    await refused(`PUT ${entry('gone')}`, {}, 404, 5)
    expect(await ok(`DELETE ${entry('e1')}`, {})).toEqual({})
    await refused(`GET ${entry('e1')}`, undefined, 404, 5)
    await ok(`DELETE ${entry('e1')}`)
    await ok(`DELETE ${entry('gone')}`)
  })
})

test('a catalog that is published only for some people names its audience', async () => {
  const { id } = await created()
  const bindings = `/catalogs/${id}/visibility_bindings`
  const body = { accessEntitlements: refs('e2', 'e1') }
  const publish = (catalog: JsonObject) => ok(`POST /catalogs/${id}`, { catalog })
  expect(await refused(`POST ${bindings}`, body, 400, 9)).toBe('catalog must be published to add an access entitlement')
  await publish({ published: true, visibleToEveryone: true })
  expect(await refused(`POST ${bindings}`, body, 400, 9)).toBe(
    'catalog is visible to everyone, cannot add access entitlements',
  )
  await publish({ visibleToEveryone: false })
  expect(await ok(`POST ${bindings}`, body)).toEqual({})
  await ok(`POST ${bindings}`, { accessEntitlements: refs('e1') })
  await refused(`POST ${bindings}`, { accessEntitlements: refs('gone') }, 404, 5)
  const { list } = await ok(`GET /catalogs/${id}/visibility_entitlements`)
  expect(list).toMatchObject([{ appEntitlement: { id: 'e2' } }, { appEntitlement: { id: 'e1' } }])
  const { accessEntitlements } = catalogIn(await ok(`GET /catalogs/${id}`))
  expect(accessEntitlements).toMatchObject([{ id: 'e2', appId: 'a1', displayName: 'Y e2' }, { id: 'e1' }])
  for (const none of [{ accessEntitlements: null }, {}]) await ok(`POST ${bindings}`, none)
  await publish({ published: false })
  expect(await ok(`DELETE ${bindings}`, body)).toEqual({})
  await ok(`DELETE ${bindings}`, body)
  expect(await ok(`GET /catalogs/${id}/visibility_entitlements`)).toEqual({ list: [], expanded: [], nextPageToken: '' })
})

describe('the automation of a catalog', () => {
  const cel = { expression: 'subject.department == "Eng"' }
  const refsOf = (...ids: string[]) => ({ entitlementRefs: refs(...ids) })

  test('is made once, returned as it was set, and changed as a whole', async () => {
    const { id } = await created()
    const path = `/catalogs/${id}/bundle_automation`
    await refused(`GET ${path}`, undefined, 404, 5)
    const body = { cel, createTasks: false, enabled: true }
    const made = await ok(`POST ${path}/create`, body)
    expect(made).toMatchObject({ ...body, requestCatalogId: id, removedMembersThresholdPercent: '0' })
    expect(made).not.toHaveProperty('entitlements')
    expect(catalogIn(await ok(`GET /catalogs/${id}`)).id).toBe(id)
    expect(((await ok(`GET /catalogs/${id}`)).requestCatalogView as JsonObject).memberCount).toBe('2')
    // Repeating the same call is no error; another value is.
    expect(await ok(`POST ${path}/create`, body)).toMatchObject(body)
    await refused(`POST ${path}/create`, { ...body, cel: { expression: 'true' } }, 409, 6)
    const breaker = { disableCircuitBreaker: true, enforceOnSmallProfiles: true, removedMembersThresholdPercent: '35' }
    const told = await ok(`POST ${path}`, { ...body, ...breaker })
    expect(told).toMatchObject({ ...breaker, circuitBreaker: { removedMembersThresholdPercentage: '35' } })
    expect(await ok(`POST ${path}`, body)).toMatchObject({
      disableCircuitBreaker: false,
      removedMembersThresholdPercent: '0',
    })
    expect(await refused(`POST ${path}`, { ...body, removedMembersThresholdPercent: '101' }, 400, 3)).toMatch(
      /0 to 100/,
    )
    const bad = { cel: { expression: 'subject.nope ==' }, enabled: true }
    expect(await refused(`POST ${path}`, bad, 400, 3)).toMatch(/line 1, column/)
    expect(await refused(`POST ${path}`, { enabled: true }, 400, 3)).toMatch(/enabled/)
    const off = await ok(`POST ${path}`, { enabled: false })
    expect(off).not.toHaveProperty('cel')
    expect(await ok(`GET ${path}`)).toMatchObject({ enabled: false, requestCatalogId: id })
    expect(await ok(`DELETE ${path}`)).toEqual({})
    await refused(`GET ${path}`, undefined, 404, 5)
    await refused(`DELETE ${path}`, undefined, 404, 5)
    expect(await ok(`POST ${path}`, { cel: { expression: 'true' }, enabled: true })).toMatchObject({ enabled: true })
  })

  test('uses the holders of any of some entitlements, and returns these in their order and never the generated rule', async () => {
    const { id } = await created()
    const path = `/catalogs/${id}/bundle_automation`
    const made = await ok(`POST ${path}/create`, { enabled: true, entitlements: refsOf('e3', 'e1') })
    expect(made).toMatchObject({ entitlements: refsOf('e3', 'e1'), enabled: true })
    expect(made).not.toHaveProperty('cel')
    const { requestCatalogView } = await ok(`GET /catalogs/${id}`)
    expect(requestCatalogView).toMatchObject({ memberCount: '2' })
    expect(await refused(`POST ${path}`, { enabled: true, entitlements: refsOf('gone') }, 400, 3)).toMatch(
      /entitlements\.entitlement_refs\[0\]/,
    )
    await ok(`POST ${path}/run`, { refs: [] })
  })

  test('with both conditions takes the changed one, and refuses two changed ones', async () => {
    const { id } = await created()
    const path = `/catalogs/${id}/bundle_automation`
    await ok(`POST ${path}/create`, { cel, enabled: true })
    const held = await ok(`POST ${path}`, { cel, entitlements: refsOf('e2', 'e1'), enabled: true })
    expect(held).toMatchObject({ entitlements: refsOf('e2', 'e1') })
    expect(held).not.toHaveProperty('cel')
    const other = { expression: 'subject.department == "Ops"' }
    await refused(`POST ${path}`, { cel: other, entitlements: refsOf('e1', 'e2'), enabled: true }, 400, 3)
    const back = await ok(`POST ${path}`, { cel: other, entitlements: refsOf('e2', 'e1'), enabled: true })
    expect(back).toMatchObject({ cel: other })
    expect(back).not.toHaveProperty('entitlements')
  })
})

const builtIn = 'assay-access-profiles'

describe('the enrolment of a catalog', () => {
  test('stores the policies and the duration that a script sets, and refuses another name', async () => {
    const { list } = await ok('POST /search/apps', { displayName: 'ConductorOne' })
    expect(list).toMatchObject([{ id: builtIn }])
    const { id } = await created({ displayName: 'Enrolled' })
    const path = `/apps/${builtIn}/entitlements/${id}`
    const set = async (entitlement: JsonObject, more: JsonObject = {}) =>
      ((await ok(`POST ${path}`, { entitlement, ...more })).appEntitlementView as JsonObject)
        .appEntitlement as JsonObject
    const policies = { grantPolicyId: 'p1', revokePolicyId: 'p2' }
    const made = await set({ appId: builtIn, durationGrant: '600s', ...policies })
    expect(made).toMatchObject({ id, slug: 'enrollment', durationGrant: '600s', ...policies })
    const read = (await ok(`GET ${path}`)).appEntitlementView as JsonObject
    expect(read.appEntitlement).toEqual(made)
    // The provider sends unchanged values of its state too, also both forms of the duration.
    const told = { displayName: 'Enrolled', slug: 'enrollment', alias: '' }
    const unset = await set({ ...told, ...policies, durationGrant: '600s', durationUnset: {} })
    expect(unset).toMatchObject({ durationUnset: {}, ...policies })
    expect(unset).not.toHaveProperty('durationGrant')
    expect(await set({}, { updateMask: 'grantPolicyId' })).toMatchObject({ grantPolicyId: '', revokePolicyId: 'p2' })
    // Members outside of the mask do not change.
    expect(
      await set({ grantPolicyId: 'p3', revokePolicyId: 'p4', durationGrant: '60s' }, { updateMask: 'grantPolicyId' }),
    ).toMatchObject({ grantPolicyId: 'p3', revokePolicyId: 'p2', durationUnset: {} })
    expect(await refused(`POST ${path}`, { entitlement: { durationGrant: '-1s' } }, 400, 3)).toMatch(/duration_grant/)
    expect(await refused(`POST ${path}`, { entitlement: { displayName: 'Other' } }, 400, 3)).toMatch(/display_name/)
    expect(await refused(`POST ${path}`, { entitlement: {}, updateMask: 'shoe' }, 400, 3)).toMatch(/update_mask/)
    await refused('POST /apps/a1/entitlements/e1', { entitlement: { appId: 'a1', grantPolicyId: 'p1' } }, 501, 12)
    await refused(`POST /apps/${builtIn}/entitlements/none`, { entitlement: {} }, 404, 5)
    // No part of it is an application of the directory.
    const { applications } = (await send(platform.baseUrl, token, { verb: 'GET', path: '/directory/v1/applications' }))
      .json as { applications: { id: string }[] }
    expect(applications.map((one) => one.id)).toEqual(['a1'])
  })

  test('is requested, approved and denied by tasks, which are returned as before', async () => {
    const { id } = await created({ displayName: 'Asked for' })
    await ok(`POST /catalogs/${id}/bundle_automation`, { createTasks: true })
    const membership = (identityUserId: string) => ({ appId: builtIn, appEntitlementId: id, identityUserId })
    const taskIn = (answer: JsonObject) => (answer.taskView as JsonObject).task as JsonObject & { readonly id: string }
    const first = taskIn(await ok('POST /task/grant', membership('u1')))
    expect(first).toMatchObject({
      state: 'TASK_STATE_OPEN',
      type: { grant: { ...membership('u1'), outcome: 'GRANT_OUTCOME_UNSPECIFIED' } },
      policy: { current: { id: first.id, state: 'POLICY_STEP_STATE_ACTIVE', approval: {} } },
      actions: ['TASK_ACTION_TYPE_APPROVE', 'TASK_ACTION_TYPE_DENY'],
      origin: 'TASK_ORIGIN_PROFILE_MEMBERSHIP_MANUAL',
      numericId: expect.stringMatching(/^[1-9]\d*$/),
    })
    const second = taskIn(await ok('POST /task/grant', membership('u2')))
    const open = {
      taskStates: ['TASK_STATE_OPEN'],
      appEntitlementIds: [id],
      taskTypes: [{ grant: {} }, { revoke: {} }],
    }
    const found = async (search: JsonObject) =>
      ((await ok('POST /search/tasks', search)).list as { task: { id: string } }[]).map(({ task }) => task.id)
    expect(await found({ ...open, pageSize: 50 })).toEqual([first.id, second.id])
    expect(await found({ ...open, subjectIds: ['u2'] })).toEqual([second.id])
    expect(await refused('POST /search/tasks', { taskStates: [99] }, 400, 3)).toMatch(/task_states\[0\]/)
    expect(second.numericId).not.toBe(first.numericId)
    expect(await found({ ...open, query: 'ADA' })).toEqual([first.id])
    for (const nothing of [
      { assigneesInIds: ['u1'] },
      { taskTypes: [{ certify: {} }] },
      { applicationIds: ['a1'] },
      { emergencyStatus: 'EMERGENCY' },
      { accessReviewIds: ['r'] },
    ])
      expect(await found({ appEntitlementIds: [id], ...nothing })).toEqual([])
    const approve = `POST /tasks/${first.id}/action/approve`
    expect(await refused(approve, {}, 400, 3)).toMatch(/policy_step_id/)
    expect(taskIn(await ok(approve, { policyStepId: first.id }))).toMatchObject({ state: 'TASK_STATE_OPEN' })
    expect(await refused(approve, { policyStepId: first.id }, 400, 9)).toBe('task is closed')
    expect(taskIn(await ok(`GET /tasks/${first.id}`))).toMatchObject({
      state: 'TASK_STATE_CLOSED',
      type: { grant: { outcome: 'GRANT_OUTCOME_GRANTED' } },
      actions: [],
    })
    await ok(`POST /tasks/${second.id}/action/deny`, { comment: 'no' })
    expect(((await ok(`GET /catalogs/${id}`)).requestCatalogView as JsonObject).memberCount).toBe('1')
    const { list } = await ok('POST /search/grants', { entitlementRefs: [{ appId: builtIn, id }] })
    expect(list).toMatchObject([{ appEntitlementUserBinding: { appUser: { appUser: { identityUserId: 'u1' } } } }])
    // The change is made at once when it needs no tasks.
    await ok(`POST /catalogs/${id}/bundle_automation`, {})
    expect(taskIn(await ok('POST /task/revoke', membership('u1')))).toMatchObject({ state: 'TASK_STATE_CLOSED' })
    expect(await refused('POST /task/revoke', membership('u1'), 400, 9)).toMatch(/no member/)
    await refused('POST /task/grant', { ...membership('u1'), appId: 'a1', appEntitlementId: 'e1' }, 501, 12)
    await refused('POST /task/grant', { ...membership('u1'), appId: 'none' }, 404, 5)
  })
})

test('two policies name the effect of tasks, and errors of expressions have line and column', async () => {
  const { list } = await ok('POST /search/policies', { displayName: 'Auto approve' })
  expect(list).toMatchObject([{ id: 'assay-auto-approve', systemBuiltin: true }])
  expect((await ok('GET /policies')).list).toHaveLength(2)
  expect((await ok('POST /search/policies', { policyTypes: ['POLICY_TYPE_CERTIFY'] })).list).toEqual([])
  await refused('GET /policies/none', undefined, 404, 5)
  const { markers } = await ok('POST /policies/validate/cel', { text: 'subject.department ==' })
  expect(markers).toMatchObject([{ severity: 'ERROR', startLineNumber: 1, startColumn: expect.any(Number) }])
  expect(await ok('POST /policies/validate/cel', { text: 'subject.department == "Eng"' })).toEqual({ markers: [] })
})

test('a monitor of conflicts is a disabled policy, with entitlements in two groups', async () => {
  const monitor = await ok('POST /accessconflict', { displayName: 'SoD' })
  const { id } = monitor as { id: string }
  expect(monitor).toMatchObject({ displayName: 'SoD', description: '', enabled: false, negateGroupB: false })
  expect(monitor.entitlementSetAId).not.toBe(monitor.entitlementSetBId)
  expect(await ok(`GET /accessconflict/${id}`)).toEqual(monitor)
  await refused('POST /accessconflict', { displayName: 'SoD' }, 409, 6)
  const slack = { slackNotifications: { enabled: true } }
  await refused('POST /accessconflict', { displayName: 'Told', notificationConfig: slack }, 400, 3)
  const binding = (entitlementGroup: string, appEntitlementId = 'e1') => ({
    monitorId: id,
    appId: 'a1',
    appEntitlementId,
    entitlementGroup,
  })
  const bindings = '/appentitlementmonitorbinding'
  await refused(`POST ${bindings}/get`, binding('ENTITLEMENT_GROUP_A'), 404, 5)
  const made = await ok(`POST ${bindings}`, binding('ENTITLEMENT_GROUP_A'))
  expect(made).toMatchObject(binding('ENTITLEMENT_GROUP_A'))
  await ok(`POST ${bindings}`, binding('ENTITLEMENT_GROUP_A'))
  expect(await ok(`POST ${bindings}/get`, binding('ENTITLEMENT_GROUP_A'))).toMatchObject(binding('ENTITLEMENT_GROUP_A'))
  await refused(`POST ${bindings}`, binding('ENTITLEMENT_GROUP_B'), 400, 3)
  await refused(`POST ${bindings}`, binding('ENTITLEMENT_GROUP_UNSPECIFIED'), 400, 3)
  await refused(`POST ${bindings}`, binding('ENTITLEMENT_GROUP_B', 'gone'), 404, 5)
  await ok(`POST ${bindings}`, binding('ENTITLEMENT_GROUP_B', 'e2'))
  const changed = await ok(`POST /accessconflict/${id}`, { description: 'two', negateGroupB: true })
  expect(changed).toMatchObject({ displayName: 'SoD', description: 'two', negateGroupB: true })
  const policy = (await send(platform.baseUrl, token, { verb: 'GET', path: `/policies/v1/policies/${id}` })).json
  expect(policy).toMatchObject({ disabled: true, separationOfDuties: { first: [{ entitlementId: 'e1' }] } })
  await ok(`DELETE ${bindings}`, binding('ENTITLEMENT_GROUP_A'))
  await refused(`DELETE ${bindings}`, binding('ENTITLEMENT_GROUP_A'), 404, 5)
  expect(await ok(`DELETE /accessconflict/${id}`, {})).toEqual({})
  await refused(`GET /accessconflict/${id}`, undefined, 404, 5)
})

test('the search for requestable entitlements finds those of published catalogs that all users see', async () => {
  const search = async (more: JsonObject = {}) => {
    const body = { query: '', entitlementAlias: '', appDisplayName: '', grantedStatus: 'ALL', pageSize: 100, ...more }
    const { list } = await ok('POST /search/request_catalog/entitlements', body)
    expect(list).toBeInstanceOf(Array)
    return (list as { entitlement: { appEntitlement: { id: string } } }[]).map(
      (one) => one.entitlement.appEntitlement.id,
    )
  }
  const { id } = await created({ displayName: 'Open', published: true, visibleToEveryone: true })
  await ok(`POST /catalogs/${id}/requestable_entries`, { appEntitlements: refs('n7', 'n8') })
  expect(await search()).toEqual(expect.arrayContaining(['n7', 'n8']))
  expect(await search({ query: 'N7' })).toEqual(['n7'])
  expect(await search({ grantedStatus: 'GRANTED' })).toEqual([])
  expect(await search({ entitlementAlias: 'x' })).toEqual([])
  await refused('POST /search/request_catalog/entitlements', { grantedStatus: 99 }, 400, 3)
  expect(await search({ appDisplayName: 'Other' })).toEqual([])
  const mask = { paths: ['app_id', 'app_resource_type_id', 'app_resource_id'] }
  const { expanded, list } = await ok('POST /search/request_catalog/entitlements', { query: 'n8', expandMask: mask })
  expect(expanded).toMatchObject([{ '@type': 'type.googleapis.com/c1.api.app.v1.App', id: 'a1' }])
  expect(list).toMatchObject([{ entitlement: { appPath: '$.expanded[0]' }, appEntitlementUserBindings: [] }])
  const masked = { catalog: { published: false }, expandMask: { paths: ['created_by_user_id'] } }
  // The creator is an API client that acts for itself, and not a user.
  expect(await ok(`POST /catalogs/${id}`, masked)).toMatchObject({
    requestCatalogView: { createdByUserPath: '', accessEntitlementsPath: '' },
    expanded: [],
  })
  expect(await ok('GET /catalogs')).toMatchObject({ expanded: [] })
  expect(await search({ query: 'N7' })).toEqual([])
})

describe('the Terraform provider', () => {
  const importWithout = async (id: string) => {
    const kept = files['entitlements.csv'].split('\n').filter((line) => !line.startsWith(`a1,${id},`))
    await importFiles(platform.baseUrl, token, { ...files, 'entitlements.csv': kept.join('\n') })
    await settled(platform)
  }
  const resources = appliedResources(() => make, importWithout)

  test.each(resources.cases)(
    '%s: the second plan is empty, after every change, and nothing is left',
    async (_, run) => {
      await run()
    },
  )
})

test('the least powerful role can read all catalogs, and change none', async () => {
  const { id } = await created({ displayName: 'Read' })
  const auditor = await platform.token('auditor')
  const as = (verb: string, path: string): Promise<Answer> =>
    send(platform.baseUrl, auditor, { verb, path: `/api/v1/catalogs/${id}${path}`, body: '{}', headers: jsonType })
  expect((await send(platform.baseUrl, auditor, { verb: 'GET', path: `/api/v1/catalogs/${id}` })).status).toBe(200)
  for (const [verb, path] of [
    ['POST', ''],
    ['PUT', '/requestable_entries/a1/e1'],
    ['POST', '/visibility_bindings'],
    ['POST', '/bundle_automation/create'],
    ['DELETE', ''],
  ] as const)
    expect([verb, path, (await as(verb, path)).status]).toEqual([verb, path, 403])
})
