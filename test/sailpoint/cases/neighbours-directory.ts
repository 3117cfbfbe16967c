import { expect, test } from 'vitest'
import { daysOfLastMonth, type Neighbours } from '../neighbours-fixture.ts'

type Row = Readonly<Record<string, unknown>>

/** Paths with each prefix and in the form of each service; every list has the same. */
const lists = [
  '/sources',
  '/identities',
  '/public-identities',
  '/entitlements',
  '/accounts',
  '/workgroups',
  '/identity-profiles',
  '/campaigns',
  '/certifications',
  '/account-activities',
  '/workflows',
  '/transforms',
  '/segments',
  '/source-apps',
]
const prefixes = ['/v3', '/beta', '/v2024', '/v2025', '/v2026']

/** A call such as `GET ...`, its status, and the expected part of the response, or `X-Total-Count` and the number of rows. */
interface Case {
  readonly call: string
  readonly status?: number
  readonly rows?: number
  readonly total?: number
  readonly first?: Row
  readonly ids?: readonly string[]
  readonly json?: unknown
  /** Matches the cause of a refusal. */
  readonly cause?: RegExp
}

const account = '<A>'
const [firstOfLastMonth] = daysOfLastMonth()

const cases: readonly Case[] = [
  { call: '/v2026/sources?limit=1', rows: 1 }, // 1
  // 4
  {
    call: '/sources?filters=name+eq+%22A%26B+%231+%C3%A9%22&count=true',
    total: 1,
    first: { id: 'a/b 1', name: 'A&B #1 é', owner: null, connector: 'delimited-file', category: null, cluster: null },
  },
  // 5
  {
    call: '/sources?filters=name%20eq%20%22GitHub%22%20or%20id%20eq%20%22GitHub%22&count=true',
    total: 1,
    first: { id: 'gh', description: 'Code', type: 'DelimitedFile', features: [], healthy: true, created: null },
  },
  { call: '/sources/a%2Fb%201', json: { name: 'A&B #1 é', connectorAttributes: {}, passwordPolicies: null } }, // 6
  { call: '/sources/none', status: 404, cause: /application "none"/ }, // 7
  // 8
  { call: '/sources?filters=foo eq "x"', status: 400, cause: /foo/ },
  { call: '/sources?filters=name eq', status: 400, cause: /filters/ },
  { call: '/sources?limit=251', status: 400, cause: /limit/ },
  { call: '/sources?limit=-1', status: 400, cause: /limit/ },
  { call: '/sources?sorters=foo', status: 400, cause: /foo/ },
  { call: '/sources?for-subadmin=me', status: 400, cause: /for-subadmin/ },
  { call: '/sources?filters=&sorters=&limit=250&offset=0&count=true', total: 3, ids: ['a/b 1', 'ad', 'gh'] }, // 9
  // 10
  { call: '/sources?limit=2&offset=2', rows: 1 },
  { call: '/sources?offset=4', rows: 0 },
  { call: '/sources?offset=2000', rows: 0 },
  { call: '/sources?sorters=-name', ids: ['gh', 'ad', 'a/b 1'] },
  { call: '/sources?filters=authoritative eq false and type sw "delimited" and not owner.id eq "x"', rows: 3 },
  { call: '/sources?filters=features ca ("PROVISIONING")', rows: 0 },
  { call: '/sources?filters=created gt 2020 or modified lt 2020', rows: 0 },
  { call: '/sources?filters=modified gt 2020&includeIDNSource=true', rows: 3 },
  // 11
  {
    call: '/beta/identities?filters=id in ("e-1","e-2")&defaultFilter=NONE',
    ids: ['e-1', 'e-2'],
    first: {
      name: 'Ada Lovelace',
      alias: 'ada.lovelace',
      emailAddress: 'ada@example.com',
      identityStatus: 'ACTIVE',
      managerRef: { type: 'IDENTITY', id: 'e-2', name: 'Grace Hopper' },
      isManager: false,
      processingState: null,
      created: null,
    },
  },
  { call: '/beta/identities/e-2', json: { managerRef: null, isManager: true } },
  // 12
  {
    call: '/v2026/identities?filters=alias eq "ada.lovelace"',
    rows: 1,
    first: {
      attributes: expect.objectContaining({
        uid: 'ada.lovelace',
        displayName: 'Ada Lovelace',
        firstname: 'Ada',
        department: 'Engineering',
        jobTitle: 'Engineer',
        manager: 'e-2',
        location: 'Miami',
        cloudLifecycleState: 'active',
        cloudStatus: 'ACTIVE',
      }),
      lifecycleState: { stateName: 'active', manuallyUpdated: false },
    },
  },
  // 13
  {
    call: '/v2025/identities?filters=email eq "alan2@example.com"',
    rows: 1,
    first: { lifecycleState: null, attributes: expect.objectContaining({ cloudLifecycleState: null }) },
  },
  // 14
  {
    call: '/v2025/identities?filters=name eq "Alan Turing"&sorters=-alias',
    ids: ['e-4', 'e-3'],
  },
  { call: '/identities?filters=cloudStatus eq "DISABLED"', ids: ['e-3'] },
  { call: '/identities?filters=cloudStatus eq "LOCKED"', rows: 0 },
  { call: '/identities?sorters=cloudStatus,-name', ids: ['e-2', 'e-4', 'e-1', 'e-3'] },
  { call: '/identities?filters=firstname sw "al" and lastname eq "turing"', ids: ['e-3', 'e-4'] },
  { call: '/identities?filters=id eq "e-9" or correlated eq false or protected eq true', rows: 0 },
  { call: '/identities?defaultFilter=SOME', status: 400, cause: /defaultFilter/ },
  { call: '/v2025/identities/none/role-assignments', status: 404 }, // 16
  { call: '/identities/none', status: 404 },
  // 17
  {
    call: '/entitlements/v1/identities/e-1/entitlements?count=true',
    total: 2,
    rows: 2,
    first: { objectRef: { type: 'ENTITLEMENT', id: 'gh-dev', name: 'Developers' }, tags: [] },
  },
  {
    call: '/identity-attributes?count=true',
    first: { name: 'uid', displayName: 'User Name', standard: true, type: 'string', multi: false, sources: [] },
  },
  // 19
  {
    call: '/v2025/public-identities?filters=alias eq "x" or name eq "Ada Lovelace"&limit=1&count=true',
    total: 1,
    first: {
      id: 'e-1',
      identityState: 'ACTIVE',
      status: 'active',
      manager: { type: 'IDENTITY', id: 'e-2', name: 'Grace Hopper' },
      attributes: [
        { key: 'department', name: 'Department', value: 'Engineering' },
        { key: 'jobTitle', name: 'Job Title', value: 'Engineer' },
      ],
    },
  },
  { call: '/public-identities?add-core-filters=true&sorters=-name', ids: ['e-2', 'e-3', 'e-4', 'e-1'] },
  { call: '/accounts?filters=sourceId eq "ad"&count=true&limit=0&offset=0', total: 3, rows: 0 }, // 46
  // 47
  {
    call: '/v2025/accounts?filters=identityId eq "e-1" and sourceId eq "gh"&limit=1',
    rows: 1,
    first: {
      id: account,
      name: 'ada.lovelace',
      nativeIdentity: 'ada.lovelace',
      sourceId: 'gh',
      sourceName: 'GitHub',
      identityId: 'e-1',
      identity: { type: 'IDENTITY', id: 'e-1', name: 'Ada Lovelace' },
      attributes: { teams: ['gh-dev'] },
      authoritative: false,
      disabled: false,
      locked: false,
      systemAccount: false,
      uncorrelated: false,
      manuallyCorrelated: false,
      hasEntitlements: true,
      isMachine: false,
      cloudLifecycleState: 'active',
      identityState: 'ACTIVE',
      connectionType: 'file',
      origin: 'AGGREGATED',
      uuid: null,
      features: null,
      modified: null,
    },
  },
  { call: '/accounts?filters=uncorrelated eq true and sourceId in ("gh","ad")', rows: 0 }, // 48
  { call: '/accounts?count=true', total: 5, rows: 5 },
  { call: '/accounts?sorters=sourceId,identityId&limit=3', rows: 3, first: { sourceId: 'ad', identityId: 'e-1' } },
  { call: '/accounts?filters=nativeIdentity eq "grace.hopper"&detailLevel=SLIM', rows: 1, first: { attributes: null } },
  { call: '/accounts?filters=entitlements eq "gh-dev"&count=true', total: 2, rows: 2 },
  { call: '/accounts?filters=hasEntitlements eq false', rows: 0 },
  { call: '/accounts?filters=identity.identityState eq "INACTIVE_LONG_TERM"', rows: 1, first: { identityId: 'e-3' } },
  { call: `/accounts?filters=id eq "${account}" or id eq "none"`, rows: 1 },
  { call: `/accounts?filters=id in ("${account}","none")`, rows: 1 },
  { call: '/accounts?detailLevel=SOME', status: 400, cause: /detailLevel/ },
  // 49
  { call: `/accounts/${account}`, json: { id: account, attributes: { teams: ['gh-dev'] } } },
  { call: `/accounts/${account}/entitlements`, rows: 1, first: { id: 'gh-dev' } },
  { call: `/v2026/entitlements/account/${account}/entitlements`, rows: 1, first: { id: 'gh-dev' } },
  { call: '/accounts/none', status: 404 },
  { call: '/accounts/00000001000000010000000000000001', status: 404 },
  // 50
  {
    call: '/beta/entitlements?filters=source.id eq "ad"&count=true&limit=1',
    total: 2,
    first: {
      id: 'ad-vpn',
      name: 'VPN',
      value: 'ad-vpn',
      attribute: 'memberOf',
      sourceSchemaObjectType: 'group',
      description: null,
      privileged: false,
      privilegeLevel: { direct: 'NONE', setBy: 'IMPORT', setByType: null, inherited: null, effective: 'NONE' },
      source: { type: 'SOURCE', id: 'ad', name: 'Active Directory' },
      owner: null,
      segments: null,
      tags: null,
      directPermissions: [],
      attributes: {},
    },
  },
  // 51
  {
    call: '/v2025/entitlements/gh-admin',
    json: { privileged: true, privilegeLevel: expect.objectContaining({ direct: 'HIGH' }) },
  },
  { call: '/v2026/entitlements/gh-admin', json: { attributes: { resource: 'admin', riskLevel: 'high' } } },
  // 52
  { call: '/v2025/entitlements/dup', status: 400, cause: /"ad".*"gh"/ },
  { call: '/v2025/entitlements/none', status: 404 },
  // 53
  { call: '/v2025/entitlements/gh-dev/parents', rows: 0 },
  { call: '/v2025/entitlements/gh-dev/children', rows: 0 },
  { call: '/v2025/entitlements/none/children', status: 404 },
  { call: '/entitlements?filters=id eq "dup"', rows: 2 },
  { call: '/entitlements?filters=privilegeLevel.direct eq "high" and type eq "team"', ids: ['gh-admin'] },
  { call: '/entitlements?filters=requestable eq true or owner.id eq "x" or tags eq "x"', rows: 0 },
  { call: `/entitlements?account-id=${account}`, ids: ['gh-dev'] },
  { call: `/entitlements?account-id=${account}&filters=id eq "x"`, status: 400, cause: /account-id/ },
  { call: '/entitlements?include-unsegmented=false', status: 400, cause: /include-unsegmented/ },
  { call: '/entitlements?searchAfter=x', status: 400, cause: /searchAfter/ },
  { call: '/entitlements?sorters=source.id,-value', ids: ['dup', 'ad-vpn', 'gh-dev', 'gh-admin', 'dup'] },
  // 54
  { call: '/beta/workgroups?sorters=name&limit=50&count=true', total: 0, rows: 0 },
  { call: '/beta/identity-profiles?count=true&filters=name eq "X" or id eq "X"', total: 0, rows: 0 },
  { call: '/workgroups/x', status: 404 },
  { call: '/workgroups/x/members', status: 404 },
  { call: '/identity-profiles/x', status: 404 },
  { call: '/identity-profiles/x/lifecycle-states', status: 404 },
  { call: '/campaigns?limit=1', rows: 0 },
  // 55, 56
  { call: `/account-usages/${account}/summaries?sorters=-date`, json: [{ date: firstOfLastMonth, count: 2 }] },
  { call: '/account-usages/none/summaries', status: 404 },
  { call: '/source-usages/gh/status', json: { status: 'COMPLETE' } },
  { call: '/source-usages/ad/status', json: { status: 'INCOMPLETE' } },
  { call: '/source-usages/gh/summaries', json: [{ date: firstOfLastMonth, count: 2 }] },
  { call: '/source-usages/none/status', status: 404 },
  // Calls that are not served are 404 in SailPoint's form; so are other years (2), and Assay's own paths of another version.
  ...[
    '/v2027/sources',
    '/v2020/sources',
    '/v2/sources',
    '/v1/sources',
    '/v3/sod-violations',
    '/v3/rules',
    '/roles/v2',
  ].map((call) => ({ call, status: 404 })),
]

export function testDirectory(prepared: () => Neighbours): void {
  test.each(cases)('$call', async ({ call, status = 200, rows, total, first, ids, json, cause }) => {
    const { send, accountId } = prepared()
    const named = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(account, accountId)) as T
    const answer = await send(`GET ${call.replaceAll(account, accountId)}`)
    expect(answer.status, answer.text).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/json')
    const items = answer.json as readonly Row[]
    if (rows !== undefined) expect(items).toHaveLength(rows)
    if (total !== undefined) expect(answer.headers.get('x-total-count')).toBe(String(total))
    if (ids !== undefined) expect(items.map(({ id }) => id)).toEqual(ids)
    if (first !== undefined)
      expect(items[0]).toMatchObject('id' in first && first.id === account ? named(first) : first)
    if (json !== undefined) {
      const expected = JSON.stringify(json).includes(account) ? named(json) : json
      if (Array.isArray(expected)) expect(answer.json).toEqual(expected)
      else expect(answer.json).toMatchObject(expected as Row)
    }
    if (cause !== undefined) {
      const { causes, detailCode } = answer.json as { causes: { text: string }[]; detailCode: string }
      expect(detailCode).toMatch(new RegExp(`^${status}`))
      expect(causes[0]?.text).toMatch(cause)
    }
  })

  test('3: every list gives the same response under every prefix, without the experimental header', async () => {
    const { send } = prepared()
    for (const list of lists) {
      const answers = await Promise.all(
        [...prefixes.map((prefix) => prefix + list), `${list}/v1`].map((path) => send(`GET ${path}`)),
      )
      expect(
        answers.map(({ status }) => status),
        list,
      ).toEqual(answers.map(() => 200))
      expect(new Set(answers.map(({ text }) => text)).size, list).toBe(1)
    }
  })

  test('15: the roles of an identity are the access profiles that it is a member of', async () => {
    const { send } = prepared()
    const { json } = await send('GET /v2025/identities/e-1/role-assignments')
    const assignment = { id: expect.stringMatching(/^[0-9a-f]{32}$/), addedDate: expect.stringMatching(/^\d{4}-.*Z$/) }
    const role = { id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'Engineers', type: 'ROLE' }
    expect(json).toEqual([{ ...assignment, role, startDate: null, removeDate: null }])
    const long = await send('GET /identities/v1/e-1/role-assignments?roleName=Engineers')
    expect(long.json).toEqual([
      {
        ...(json as Row[])[0],
        comments: null,
        assignmentSource: 'ROLE_MEMBERSHIP',
        assigner: { type: 'IDENTITY', id: null, name: null },
        assignedDimensions: [],
        assignmentContext: null,
        accountTargets: [],
      },
    ])
    expect((await send('GET /identities/e-1/role-assignments?roleId=x')).json).toEqual([])
    expect((await send('GET /identities/e-3/role-assignments')).json).toEqual([])
  })

  test('18: sp:scopes:default opens the public identities, and nothing else', async () => {
    const { send, tokenOf } = prepared()
    const token = await tokenOf(['sp:scopes:default'])
    const answer = await send('GET /v2025/public-identities?limit=1&count=true&filters=id eq "e-2"', { token })
    expect([answer.status, answer.headers.get('x-total-count')]).toEqual([200, '1'])
    expect(answer.json).toMatchObject([{ name: 'Grace Hopper', alias: 'grace.hopper', email: 'grace@example.com' }])
    expect((await send('GET /identities', { token })).status).toBe(403)
  })

  test('62: the tenant has the name that is org in tokens', async () => {
    const { send, tokenOf } = prepared()
    const token = await tokenOf(['sp:tenant:read'])
    const { org, tenant_id: id } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Row
    const { json } = await send('GET /beta/tenant', { token })
    expect(json).toEqual({ id, name: org, fullName: org, pod: 'assay', description: null, products: [] })
  })

  test('63: a call is refused without a token and with the scope of another call', async () => {
    const { send, tokenOf } = prepared()
    expect(await send('GET /sources', { token: null })).toMatchObject({
      status: 401,
      json: { error: expect.any(String) },
    })
    const token = await tokenOf(['idn:sources:read'])
    expect((await send('GET /sources', { token })).status).toBe(200)
    expect((await send('GET /accounts', { token })).status).toBe(403)
  })

  test('a filter with an unknown state matches nobody, also with the name of a member of every JavaScript object', async () => {
    for (const word of ['nothing', 'constructor', '__proto__']) {
      for (const list of [
        '/identities?filters=cloudStatus',
        '/accounts?filters=identity.identityState',
        '/sod-policies?filters=state',
      ]) {
        const answer = await prepared().send(`GET ${list} eq "${word}"`)
        expect([answer.status, answer.json], `${list} ${word}`).toEqual([200, []])
      }
    }
  })

  test('an attribute of an account may have any name, also that of a member of every JavaScript object', async () => {
    const { send, platform } = prepared()
    const { sql } = platform.db.owner
    const tenantId = await platform.tenantId()
    const rename = (from: string, to: string) =>
      sql`update entitlements set attribute = ${to} where tenant_id = ${tenantId} and attribute = ${from}`
    await rename('memberOf', 'constructor')
    try {
      const answer = await send('GET /accounts?filters=identityId eq "e-3"')
      expect([answer.status, answer.json]).toEqual([
        200,
        [expect.objectContaining({ attributes: { constructor: ['ad-vpn'] } })],
      ])
    } finally {
      await rename('constructor', 'memberOf')
    }
  })

  test('paths that are not served, in the areas of experimental calls, are 404 where no header is needed', async () => {
    const answer = await prepared().send('GET /beta/outliers')
    expect([answer.status, answer.json]).toMatchObject([404, { detailCode: expect.stringMatching(/^404/) }])
  })

  test('a call that is not served is 404, also on a path with other calls', async () => {
    const { send } = prepared()
    const headers = { 'content-type': 'application/json-patch+json' }
    const answer = await send('PATCH /v2025/entitlements/gh-dev', { headers, body: [] })
    expect([answer.status, answer.json]).toMatchObject([404, { detailCode: expect.stringMatching(/^404/) }])
    expect((await send('POST /v3/sources', { body: {} })).status).toBe(404)
  })

  test("paths of Assay's own sources do not change", async () => {
    const { send, platform } = prepared()
    const token = await platform.token('admin')
    expect((await send('GET /sources/v1/sources', { token })).json).toHaveProperty('sources')
    expect((await send('GET /sources/v1/nothing/there', { token })).status).toBe(404)
    expect((await send('GET /sources/v1/gh')).json).toMatchObject({ id: 'gh' })
  })
}
