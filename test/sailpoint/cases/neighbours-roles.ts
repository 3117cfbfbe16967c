import { beforeAll, describe, expect, test } from 'vitest'
import type { Neighbours, RequestOptions } from '../neighbours-fixture.ts'

type Row = Readonly<Record<string, unknown>>

const prefixes = ['/v3', '/beta', '/v2024', '/v2025', '/v2026']
const missing = '00000000-0000-4000-8000-000000000000'
const isDate = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

/** A role as the Python client writes it, with every member that it knows. */
const pythonRole = {
  name: 'R',
  description: null,
  owner: { type: 'IDENTITY', id: 'e-2' },
  entitlements: [{ type: 'ENTITLEMENT', id: 'gh-admin' }],
  accessProfiles: null,
  membership: {
    type: 'IDENTITY_LIST',
    identities: [{ id: 'e-1', name: null, aliasName: null }],
    criteria: null,
  },
  segments: null,
  additionalOwners: null,
  legacyMembershipInfo: null,
  dimensionRefs: null,
  privilegeLevel: null,
  enabled: true,
  requestable: false,
  dimensional: false,
}

const criteria = (operation: string, property: string, stringValue: string) => ({
  operation,
  key: { type: 'IDENTITY', property: `attribute.${property}`, sourceId: null },
  stringValue,
  children: null,
})

/** Tests for roles (section 9) and related calls. */
export function testRoles(prepared: () => Neighbours): void {
  let engineers: string
  let token: string
  const send = (call: string, options: RequestOptions = {}) => prepared().send(call, { token, ...options })
  const ok = async <T = Row>(call: string, body?: unknown, status = 200): Promise<T> => {
    const answer = await send(call, { body })
    expect(answer.status, `${call}: ${answer.text}`).toBe(status)
    return answer.json as T
  }
  const patch = (id: string, operations: unknown, status = 200) =>
    send(`PATCH /v2025/roles/${id}`, {
      body: operations,
      headers: { 'content-type': 'application/json-patch+json' },
    }).then((answer) => {
      expect(answer.status, answer.text).toBe(status)
      return answer.json as Row & { causes: { text: string }[] }
    })
  const make = (more: Row = {}) => ok<Row & { id: string }>('POST /v2024/roles', { ...pythonRole, ...more }, 201)
  const causesOf = ({ json }: { json: unknown }) =>
    (json as { causes: { text: string }[] }).causes.map(({ text }) => text)

  beforeAll(async () => {
    token = await prepared().tokenOf(['sp:scopes:all'])
    const [role] = await ok<{ id: string }[]>('GET /roles?filters=name eq "Engineers"')
    engineers = role?.id ?? ''
  })

  test('3: every list is the same under every prefix', async () => {
    for (const path of ['/roles', '/access-profiles', '/sod-policies', '/task-status']) {
      const [first, ...rest] = await Promise.all(
        [...prefixes.map((prefix) => prefix + path), `${path}/v1`].map((one) => send(`GET ${one}?count=true`)),
      )
      expect([first?.status, first?.headers.get('x-total-count')], path).toEqual([200, expect.stringMatching(/^\d+$/)])
      for (const one of rest) expect(one.text).toBe(first?.text)
    }
  })

  test('20, 21: a role has its entitlements, owner and criteria, and null for values that are not stored', async () => {
    const [first] = await ok<Row[]>('GET /roles?limit=250&sorters=-modified')
    expect(first).toEqual({
      id: engineers,
      name: 'Engineers',
      created: isDate,
      modified: isDate,
      description: 'Everybody in Engineering',
      owner: { type: 'IDENTITY', id: null, name: null },
      additionalOwners: null,
      accessProfiles: [],
      entitlements: [{ type: 'ENTITLEMENT', id: 'gh-dev', name: 'Developers' }],
      membership: {
        type: 'STANDARD',
        criteria: criteria('EQUALS', 'department', 'Engineering'),
        identities: null,
      },
      legacyMembershipInfo: null,
      enabled: true,
      requestable: false,
      accessRequestConfig: null,
      revocationRequestConfig: null,
      segments: null,
      dimensional: false,
      dimensionRefs: null,
      accessModelMetadata: { attributes: [] },
      privilegeLevel: null,
    })
    expect(await ok(`GET /beta/roles/${engineers}`)).toEqual(first)
  })

  describe('lists of roles', () => {
    test.each([
      ['filters=name sw "engi"', 1],
      ['filters=name eq "x" or name eq "Engineers"', 1],
      ['filters=requestable eq true', 0],
      ['filters=dimensional eq false&limit=0', 0, '1'],
      ['filters=owner.id eq "e-2"', 0],
      ['filters=created gt 2020-01-01T00:00:00Z and modified lt 2999-01-01T00:00:00Z', 1],
      ['filters=&sorters=&limit=250&offset=0', 1],
      ['offset=5', 0, '1'],
      ['for-segment-ids=a', 1],
      ['for-segment-ids=a&include-unsegmented=false', 0, '0'],
    ])('?%s', async (query, rows, total = String(rows)) => {
      const { json, headers, status, text } = await send(`GET /v2026/roles?${query}&count=true`)
      expect(status, text).toBe(200)
      expect([json, headers.get('x-total-count')]).toEqual([expect.objectContaining({ length: rows }), total])
    })

    test.each([
      ['filters=foo eq "x"', 'filters'],
      ['filters=name co "x"', 'filters'],
      ['limit=251', 'limit'],
      ['limit=-1', 'limit'],
      ['sorters=foo', 'sorters'],
      ['include-unsegmented=false', 'include-unsegmented'],
      ['for-subadmin=me', 'for-subadmin'],
    ])('?%s is 400', async (query, names) => {
      const answer = await send(`GET /v2026/roles?${query}`)
      expect([answer.status, causesOf(answer)[0]]).toEqual([400, expect.stringContaining(names)])
    })

    test('by a filter in the body; a search for metadata matches nothing', async () => {
      const search = (body: unknown) => send('POST /v2026/roles/filter?limit=5&count=true', { body })
      const found = await search({ filters: 'name eq "Engineers"' })
      expect([found.status, found.headers.get('x-total-count')]).toEqual([200, '1'])
      expect((await search({ ammKeyValues: [{ attribute: 'a', values: ['b'] }] })).json).toEqual([])
      expect((await search(undefined)).json).toEqual([expect.objectContaining({ id: engineers })])
    })
  })

  test('22, 23: members and entitlements of a role', async () => {
    const members = await send(`GET /roles/${engineers}/assigned-identities?filters=name sw "Ada"&count=true`)
    expect([members.headers.get('x-total-count'), members.json]).toEqual([
      '1',
      [
        {
          id: 'e-1',
          aliasName: 'ada.lovelace',
          name: 'Ada Lovelace',
          email: 'ada@example.com',
          roleAssignmentSource: 'ROLE_MEMBERSHIP',
        },
      ],
    ])
    const sorted = await ok<Row[]>(`GET /roles/${engineers}/assigned-identities?sorters=-aliasName`)
    expect(sorted.map(({ id }) => id)).toEqual(['e-2', 'e-1'])
    const [given] = await ok<Row[]>(`GET /v2024/roles/${engineers}/entitlements?filters=source.id eq "gh"`)
    expect(given).toMatchObject({ id: 'gh-dev', source: { type: 'SOURCE', id: 'gh', name: 'GitHub' } })
    expect(await ok(`GET /v2024/roles/${engineers}/entitlements?filters=source.id eq "ad"`)).toEqual([])
  })

  test.each([
    `/roles/${missing}`,
    '/roles/abc',
    `/roles/${missing}/assigned-identities`,
    `/roles/${missing}/entitlements`,
    '/access-profiles/x',
    '/access-profiles/x/entitlements',
    `/sod-policies/${missing}`,
    `/task-status/${missing}`,
    '/sod-violations',
    '/outliers',
    '/outlier-summaries/latest',
  ])('24, 33, 61: GET %s is 404', async (path) => {
    const answer = await send(`GET /beta${path}`)
    expect([answer.status, answer.json]).toEqual([
      404,
      expect.objectContaining({ detailCode: '404 Not found', messages: expect.anything() }),
    ])
  })

  test('27, 29 to 31: a role is made with the body of the Python client, changed and deleted', async () => {
    const made = await make()
    expect(made).toMatchObject({
      name: 'R',
      description: null,
      owner: { type: 'IDENTITY', id: 'e-2', name: 'Grace Hopper' },
      enabled: true,
      requestable: false,
      membership: {
        type: 'IDENTITY_LIST',
        criteria: null,
        identities: [{ type: 'IDENTITY', id: 'e-1', name: 'Ada Lovelace', aliasName: 'ada.lovelace' }],
      },
    })
    expect(await ok(`GET /v2025/roles/${made.id}`)).toEqual(made)
    const described = await patch(made.id, [
      { op: 'replace', path: '/description', value: 'd' },
      { op: 'replace', path: '/segments', value: [] },
      { op: 'replace', path: '/privilegeLevel', value: null },
      { op: 'replace', path: '/additionalOwners', value: [] },
      { op: 'replace', path: '/dimensionRefs', value: [] },
      { op: 'remove', path: '/revokeRequestConfig' },
      { op: 'replace', path: '/membership', value: pythonRole.membership },
    ])
    expect(described).toEqual({ ...made, description: 'd', modified: isDate })
    const added = await patch(made.id, [
      { op: 'add', path: '/entitlements/-', value: { id: 'ad-vpn', type: 'ENTITLEMENT' } },
      { op: 'replace', path: '/owner', value: { type: 'IDENTITY', id: 'e-1' } },
      { op: 'replace', path: '/requestable', value: true },
      { op: 'replace', path: '/enabled', value: false },
      { op: 'add', path: '/membership/identities/-', value: { id: 'e-2', type: 'IDENTITY' } },
    ])
    expect(added).toMatchObject({
      entitlements: [{ id: 'gh-admin' }, { id: 'ad-vpn' }],
      owner: { id: 'e-1', name: 'Ada Lovelace' },
      requestable: true,
      enabled: false,
      membership: { identities: [{ id: 'e-1' }, { id: 'e-2' }] },
    })
    expect(await ok(`GET /v2025/roles?filters=owner.id eq "e-1" and requestable eq true`)).toEqual([added])
    expect((await patch(made.id, [{ op: 'remove', path: '/entitlements/0' }])).entitlements).toEqual([
      expect.objectContaining({ id: 'ad-vpn' }),
    ])
    const gone = await send(`DELETE /v2025/roles/${made.id}`)
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect((await send(`DELETE /v2025/roles/${made.id}`)).status).toBe(404)
  })

  test('criteria become a rule that selects the members, and are returned unchanged', async () => {
    const either = {
      operation: 'OR',
      key: null,
      stringValue: null,
      children: [criteria('EQUALS', 'department', 'Legal'), criteria('EQUALS', 'department', 'Engineering')],
    }
    const wanted = {
      operation: 'AND',
      key: null,
      stringValue: null,
      children: [
        either,
        criteria('CONTAINS', 'location', 'n'),
        criteria('NOT_EQUALS', 'cloudLifecycleState', 'active'),
      ],
    }
    const made = await make({
      name: 'By criteria',
      membership: { type: 'STANDARD', criteria: wanted, identities: null },
    })
    expect(made.membership).toEqual({ type: 'STANDARD', criteria: wanted, identities: null })
    const members = await ok<Row[]>(`GET /roles/${made.id}/assigned-identities`)
    // Rules do not apply to disabled people.
    expect(members.map(({ id }) => id)).toEqual(['e-4'])
    const more = await patch(made.id, [
      {
        op: 'add',
        path: '/membership/criteria/children/0/children/-',
        value: criteria('EQUALS', 'uid', 'ada.lovelace'),
      },
      { op: 'remove', path: '/membership/criteria/children/2' },
    ])
    expect((more.membership as { criteria: { children: Row[] } }).criteria.children).toHaveLength(2)
    // The rule is removed; the members stay.
    const without = await patch(made.id, [{ op: 'replace', path: '/membership', value: null }])
    expect(without.membership).toMatchObject({ type: 'IDENTITY_LIST', criteria: null })
    await ok(`DELETE /v2025/roles/${made.id}`, undefined, 204)
  })

  describe('28: values that cannot be stored are 400, with the reason', () => {
    const keyOf = (type: string) => ({
      operation: 'EQUALS',
      key: { type, property: 'attribute.x', sourceId: 's' },
      stringValue: 'x',
    })
    const standard = (tree: unknown) => ({ membership: { type: 'STANDARD', criteria: tree } })
    test.each<[string, Row, string]>([
      ['an id', { id: missing }, 'id'],
      ['no owner', { owner: null }, 'owner'],
      ['an unknown owner', { owner: { type: 'IDENTITY', id: 'none' } }, 'owner.id'],
      ['another name of the owner', { owner: { type: 'IDENTITY', id: 'e-2', name: 'Ada Lovelace' } }, 'owner.name'],
      ['an unknown entitlement', { entitlements: [{ type: 'ENTITLEMENT', id: 'none' }] }, 'entitlements[0]'],
      [
        'an entitlement of two sources',
        { entitlements: [{ type: 'ENTITLEMENT', id: 'dup' }] },
        'several applications ("ad", "gh")',
      ],
      ['a long name', { name: 'x'.repeat(129) }, 'name: must have at most 128 characters'],
      ['an empty name', { name: ' ' }, 'name'],
      ['a long description', { description: 'x'.repeat(2_001) }, 'description'],
      ['criteria on accounts', standard(keyOf('ACCOUNT')), 'membership.criteria.key.type'],
      ['an unknown attribute', standard(keyOf('IDENTITY')), 'membership.criteria.key.property'],
      ['an order of numbers', standard(criteria('GREATER_THAN', 'location', '7')), 'membership.criteria.stringValue'],
      ['an unknown operation', standard(criteria('LIKE', 'location', '7')), 'membership.criteria.operation'],
      [
        'four levels',
        standard({
          operation: 'AND',
          children: [{ operation: 'OR', children: [{ operation: 'AND', children: [criteria('EQUALS', 'uid', 'x')] }] }],
        }),
        'deeper than 3 levels',
      ],
      ['an unknown kind of membership', { membership: { type: 'X' } }, 'membership.type'],
      [
        'unknown members',
        { membership: { type: 'IDENTITY_LIST', identities: [{ id: 'none' }] } },
        'membership.identities',
      ],
      ['segments', { segments: ['s'] }, 'segments'],
      ['additional owners', { additionalOwners: [{ type: 'IDENTITY', id: 'e-1' }] }, 'additionalOwners'],
      ['access profiles', { accessProfiles: [{ type: 'ACCESS_PROFILE', id: 'a' }] }, 'accessProfiles'],
      ['rules for requests', { accessRequestConfig: { commentsRequired: true } }, 'accessRequestConfig'],
      ['dimensions', { dimensional: true }, 'dimensional'],
    ])('%s', async (_, more, names) => {
      const answer = await send('POST /beta/roles', { body: { ...pythonRole, name: 'Refused', ...more } })
      expect([answer.status, causesOf(answer).join()]).toEqual([400, expect.stringContaining(names)])
      expect(await ok('GET /beta/roles?filters=name eq "Refused"')).toEqual([])
    })

    test.each<[string, unknown, string]>([
      ['no operation', [], 'body'],
      ['another operation', [{ op: 'move', path: '/name', from: '/description' }], '[0].op'],
      ['an unknown member', [{ op: 'replace', path: '/foo', value: 1 }], '[0].path'],
      ['no value', [{ op: 'replace', path: '/name' }], '[0].value'],
      ['a place that is not there', [{ op: 'remove', path: '/entitlements/9' }], '[0]'],
      [
        'segments',
        [
          { op: 'replace', path: '/name', value: 'N' },
          { op: 'replace', path: '/segments', value: ['s'] },
        ],
        'segments',
      ],
      ['a number for a name', [{ op: 'replace', path: '/name', value: 7 }], 'name'],
      ['no owner', [{ op: 'replace', path: '/owner', value: null }], 'owner'],
    ])('a patch with %s', async (_, operations, names) => {
      const before = await ok(`GET /v2025/roles/${engineers}`)
      const { causes } = await patch(engineers, operations, 400)
      expect(causes.map(({ text }) => text).join()).toContain(names)
      expect(await ok(`GET /v2025/roles/${engineers}`)).toEqual(before)
    })
  })

  test('an access request configuration without an effect is accepted', async () => {
    const made = await make({
      name: 'As an editor writes it',
      accessRequestConfig: { commentsRequired: false, denialCommentsRequired: false, approvalSchemes: [] },
      revocationRequestConfig: { approvalSchemes: [] },
      accessModelMetadata: { attributes: [] },
    })
    expect(made.accessRequestConfig).toBeNull()
    await ok(`DELETE /v2025/roles/${made.id}`, undefined, 204)
  })

  test('25, 32: sixty roles are one page and are deleted all or none, and the task has the result', async () => {
    const { platform } = prepared()
    const rows = await platform.db.owner.sql<{ id: string }[]>`
      insert into access_profiles (tenant_id, id, display_name, name_order, created_by)
      select ${await platform.tenantId()}, gen_random_uuid(), 'Role ' || place, 'role ' || place, 'script'
      from generate_series(1, 60) as place returning id`
    const ids = rows.map(({ id }) => id)
    expect(await ok('GET /roles?limit=250&offset=0&filters=name sw "Role "')).toHaveLength(60)
    expect(await ok('GET /roles')).toHaveLength(50)
    const remove = (roleIds: readonly string[]) => send('POST /roles/v1/bulk-delete', { body: { roleIds } })
    for (const [wrong, names] of [
      [ids, '1 to 50'],
      [[], '1 to 50'],
      [[...ids.slice(0, 2), missing], missing],
    ] as const) {
      const answer = await remove(wrong)
      expect([answer.status, causesOf(answer).join()]).toEqual([400, expect.stringContaining(names)])
    }
    expect(await ok('GET /roles?limit=250&filters=name sw "Role "')).toHaveLength(60)
    const removed = await remove(ids.slice(0, 50))
    expect([removed.status, removed.json]).toEqual([
      202,
      { type: 'TASK_RESULT', id: expect.stringMatching(/^[\w-]{36}$/), name: null },
    ])
    await remove(ids.slice(50))
    const task = await ok(`GET /beta/task-status/${(removed.json as { id: string }).id}`)
    expect(task).toEqual({
      id: (removed.json as { id: string }).id,
      type: 'QUARTZ',
      uniqueName: expect.stringContaining('Role bulk delete'),
      description: 'Deletes several roles',
      parentName: null,
      launcher: expect.stringMatching(/./),
      target: null,
      created: isDate,
      modified: isDate,
      launched: isDate,
      completed: isDate,
      completionStatus: 'SUCCESS',
      messages: [],
      returns: [{ name: 'deleted', attributeName: 'deleted' }],
      attributes: { deleted: 50 },
      progress: null,
      percentComplete: 100,
      taskDefinitionSummary: expect.objectContaining({ parentName: null, arguments: {} }),
    })
    const listed = await send(
      'GET /v2026/task-status?count=true&sorters=-created&filters=completionStatus eq "SUCCESS"',
    )
    expect(listed.headers.get('x-total-count')).toBe('2')
    expect(await ok('GET /v2026/task-status?filters=sourceId eq "gh"')).toEqual([])
  })

  test('33: there are no access profiles', async () => {
    const answer = await send('GET /access-profiles?count=true&limit=50&sorters=-modified&filters=source.id eq "gh"')
    expect([answer.status, answer.headers.get('x-total-count'), answer.json]).toEqual([200, '0', []])
    expect((await send('GET /access-profiles?filters=foo eq 1')).status).toBe(400)
  })

  test('54, 60: separation of duties', async () => {
    const { platform } = prepared()
    const predict = (identityId: string, ...ids: string[]) =>
      send('POST /v2024/sod-violations/predict', {
        body: { identityId, accessRefs: ids.map((id) => ({ type: 'ENTITLEMENT', id })) },
      })
    expect((await predict('e-1', 'gh-admin')).json).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
      violationContexts: [],
    })
    const admin = await platform.token('admin')
    const made = await fetch(`${platform.baseUrl}/policies/v1/policies`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        displayName: 'Keep apart',
        separationOfDuties: {
          severity: 'SEVERITY_HIGH',
          first: [{ applicationId: 'gh', entitlementId: 'gh-dev' }],
          second: [{ applicationId: 'ad', entitlementId: 'dup' }],
        },
      }),
    })
    expect(made.status, await made.clone().text()).toBe(200)
    const { id } = (await made.json()) as { id: string }
    const side = (name: string, entitlement: string, called: string) => ({
      name,
      criteriaList: [{ type: 'ENTITLEMENT', id: entitlement, name: called }],
    })
    const listed = await send('GET /v2024/sod-policies?sorters=name&count=true&filters=state eq "ENFORCED"')
    expect([listed.headers.get('x-total-count'), listed.json]).toEqual([
      '1',
      [
        expect.objectContaining({
          id,
          name: 'Keep apart',
          state: 'ENFORCED',
          type: 'CONFLICTING_ACCESS_BASED',
          level: 'HIGH',
          description: null,
          policyQuery: null,
          ownerRef: { type: 'IDENTITY', id: null, name: null },
          conflictingAccessCriteria: {
            leftCriteria: side('Left', 'gh-dev', 'Developers'),
            rightCriteria: side('Right', 'dup', 'Duplicate in AD'),
          },
        }),
      ],
    ])
    expect(await ok(`GET /v2024/sod-policies/${id}`)).toEqual((listed.json as Row[])[0])
    // e-4 holds one side and would get the other.
    expect((await predict('e-4', 'gh-dev')).json).toMatchObject({
      violationContexts: [
        {
          policy: { type: 'SOD_POLICY', id, name: 'Keep apart' },
          conflictingAccessCriteria: {
            leftCriteria: { criteriaList: [{ id: 'gh-dev', existing: false }] },
            rightCriteria: { criteriaList: [{ id: 'dup', existing: true }] },
          },
        },
      ],
    })
    expect((await predict('e-4', 'gh-admin')).json).toMatchObject({ violationContexts: [] })
    expect((await predict('none', 'gh-dev')).status).toBe(404)
    expect((await predict('e-1', 'none')).status).toBe(404)
    expect((await predict('e-1', 'dup')).status).toBe(400)
    expect((await predict('e-1')).status).toBe(400)
    const headers = { authorization: `Bearer ${admin}` }
    await fetch(`${platform.baseUrl}/policies/v1/policies/${id}`, { method: 'DELETE', headers })
  })

  test('57: common access', async () => {
    const [item] = await ok<Row[]>('GET /beta/common-access')
    expect(item).toEqual({
      id: engineers,
      access: {
        id: engineers,
        type: 'ROLE',
        name: 'Engineers',
        description: 'Everybody in Engineering',
        ownerName: null,
        ownerId: null,
      },
      status: 'CONFIRMED',
      commonAccessType: 'UNSET',
      lastUpdated: isDate,
      reviewedByUser: true,
      lastReviewed: null,
      createdByUser: false,
    })
    expect((await send('GET /v2024/common-access')).status).toBe(400)
    const headers = { 'X-SailPoint-Experimental': 'true' }
    expect((await send('GET /v2024/common-access', { headers })).json).toEqual([item])
    const deny = { access: { id: engineers, type: 'ROLE', name: 'Engineers' }, status: 'DENIED' }
    expect(await ok('POST /beta/common-access', deny, 202)).toMatchObject({ id: engineers, status: 'DENIED' })
    expect(await ok('GET /beta/common-access?count=true')).toEqual([])
    expect(
      await ok('POST /beta/common-access/update-status', [{ confirmedIds: [engineers], deniedIds: [] }], 202),
    ).toEqual({})
    expect(await ok('GET /beta/common-access?filters=access.name sw "Eng" and status eq "CONFIRMED"')).toHaveLength(1)
    const wrong = [[{ confirmedIds: [engineers], deniedIds: [engineers] }], [{ confirmedIds: [missing] }], []]
    for (const updates of wrong) await ok('POST /beta/common-access/update-status', updates, 400)
    await ok('POST /beta/common-access', { ...deny, access: { id: missing, type: 'ROLE' } }, 404)
    await ok('POST /beta/common-access', { ...deny, status: 'X' }, 400)
  })

  test('58, 59: insights into roles', async () => {
    expect(await ok('GET /beta/role-insights/summary')).toEqual({
      numberOfUpdates: expect.any(Number),
      lastGenerated: isDate,
      entitlementsIncludedInRoles: 1,
      totalNumberOfEntitlements: 5,
      identitiesWithAccessViaRoles: 2,
      totalNumberOfIdentities: 3,
    })
    // Its only member holds two entitlements, one of which is common access.
    const made = await make({ name: 'Insight', entitlements: [] })
    const [insight] = await ok<Row[]>('GET /beta/role-insights?filters=name sw "Ins"&sorters=-numberOfUpdates')
    expect(insight).toMatchObject({
      id: made.id,
      numberOfUpdates: 1,
      role: { id: made.id, name: 'Insight', ownerName: 'Grace Hopper', ownerId: 'e-2', description: null },
      insight: {
        type: 'ADD',
        identitiesWithAccess: 1,
        identitiesImpacted: 0,
        totalNumberOfIdentities: 1,
        impactedIdentityNames: null,
      },
    })
    expect(await ok(`GET /beta/role-insights/${made.id}`)).toEqual(insight)
    const changes = await ok<Row[]>(`GET /beta/role-insights/${made.id}/entitlement-changes?sorters=name`)
    expect(changes.map(({ id }) => id)).toEqual(['ad-vpn'])
    expect(changes[0]).toMatchObject({
      name: 'VPN',
      value: 'ad-vpn',
      attribute: 'memberOf',
      source: 'Active Directory',
      insight: { identitiesWithAccess: 1 },
    })
    const csv = await send(`GET /beta/role-insights/${made.id}/entitlement-changes/download`)
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/)
    expect(csv.text.split('\n')[0]).toContain('identitiesWithAccess')
    const holders = `/beta/role-insights/${made.id}/entitlement-changes/ad-vpn/identities`
    expect(await ok(`GET ${holders}`)).toEqual([])
    expect(await ok(`GET ${holders}?hasEntitlement=true`)).toMatchObject([{ id: 'e-1', name: 'Ada Lovelace' }])
    expect(await ok(`GET /beta/role-insights/${engineers}/current-entitlements`)).toMatchObject([{ id: 'gh-dev' }])
    expect((await send(`GET /beta/role-insights/${missing}`)).status).toBe(404)
    expect((await send('GET /v2025/role-insights')).status).toBe(400)
    const asked = await send('POST /beta/role-insights/requests', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: '',
    })
    expect([asked.status, asked.json]).toEqual([
      201,
      expect.objectContaining({ status: 'COMPLETED', roleIds: expect.arrayContaining([made.id]) }),
    ])
    expect(await ok(`GET /beta/role-insights/requests/${(asked.json as { id: string }).id}`)).toEqual(asked.json)
    await ok(`DELETE /v2025/roles/${made.id}`, undefined, 204)
  })

  test('recommendations say what they cannot judge', async () => {
    const ask = (identityId: string, item: Row) => ({ identityId, item })
    const body = {
      requests: [
        ask('e-1', { id: 'gh-admin', type: 'ENTITLEMENT' }),
        ask('e-1', { id: 'gh-dev', type: 'ENTITLEMENT' }),
        ask('none', { id: 'gh-dev', type: 'ENTITLEMENT' }),
        ask('e-1', { id: 'none', type: 'ENTITLEMENT' }),
        ask('e-1', { id: 'a', type: 'ACCESS_PROFILE' }),
        ask('e-4', { id: engineers, type: 'ROLE' }),
      ],
      excludeInterpretations: false,
      includeTranslationMessages: false,
      includeDebugInformation: true,
      prescribeMode: false,
    }
    const { response } = await ok<{ response: Row[] }>('POST /beta/recommendations/request', body)
    expect(response.map(({ recommendation }) => recommendation)).toEqual([
      'MAYBE',
      'MAYBE',
      'NOT_FOUND',
      'NOT_FOUND',
      'NOT_FOUND',
      'MAYBE',
    ])
    expect(response[0]).toMatchObject({
      request: body.requests[0],
      interpretations: [expect.stringContaining('at least 50')],
      recommenderCalculations: { threshold: 0.5 },
    })
    await ok('POST /beta/recommendations/request', { requests: [] }, 400)
    await ok('POST /beta/recommendations/request', { requests: [ask('e-1', { id: 'dup', type: 'ENTITLEMENT' })] }, 400)
    expect(await ok('GET /beta/recommendations/config')).toMatchObject({ peerGroupPercentageThreshold: 0.5 })
  })

  test.each<[string, string[], number]>([
    ['GET /roles', ['idn:role-unchecked:read'], 200],
    ['GET /roles', ['idn:role-checked:manage'], 200],
    ['GET /roles', ['idn:sources:read'], 403],
    ['POST /roles', ['idn:role-unchecked:read'], 403],
    ['GET /access-profiles', ['idn:access-profile:read'], 200],
    ['GET /sod-policies', ['idn:sod-policy:read'], 200],
    ['GET /task-status', ['idn:task-management:read'], 200],
    ['GET /beta/role-insights/summary', ['iai:role-insights'], 200],
    ['GET /beta/common-access', ['iai:access-modeling:read'], 200],
    ['POST /beta/common-access', ['iai:access-modeling:read'], 403],
    ['GET /beta/recommendations/config', ['iai:configuration:read'], 200],
    ['GET /beta/recommendations/config', ['sp:scopes:default'], 403],
  ])('63: %s with %j is %i', async (call, scopes, status) => {
    const other = await prepared().tokenOf(scopes)
    expect((await send(call, { token: other, body: call.startsWith('POST') ? {} : undefined })).status).toBe(status)
  })
}
