import { expect, test, vi } from 'vitest'
import { faultsOf } from '../answer-schemas.ts'
import type { Prepared } from '../prepared.ts'
import { unzipped } from '../unzipped.ts'

/** What a server must do for SailPoint's SDKs: contract section 1, in its order, with the behaviour of clients in sections 9 and 13.1. */
export function testRules(prepared: () => Prepared): void {
  const ofRole = (rest: string) =>
    `/beta/role-mining-sessions/${prepared().sessionId}/potential-roles/${prepared().roleId}${rest}`

  test('rule 1: all 25 operations answer under every base path', async () => {
    const { send, sessionId, roleId, sourceId } = prepared()
    const session = `/role-mining-sessions/${sessionId}`
    const reads = [
      '/role-mining-sessions',
      session,
      `${session}/status`,
      `${session}/potential-role-summaries`,
      `${session}/potential-role-summaries/${roleId}`,
      `${session}/potential-role-summaries/${roleId}/applications`,
      `${session}/potential-role-summaries/${roleId}/entitlements`,
      `${session}/potential-roles/${roleId}/entitlement-popularities`,
      `${session}/potential-roles/${roleId}/entitlement-popularity-distribution`,
      `${session}/potential-roles/${roleId}/excluded-entitlements`,
      `${session}/potential-roles/${roleId}/identities`,
      `${session}/potential-roles/${roleId}/export`,
      '/role-mining-potential-roles',
      '/role-mining-potential-roles/saved',
      `/role-mining-potential-roles/${roleId}`,
      `/role-mining-potential-roles/${roleId}/sources/${sourceId}/identityUsage`,
    ]
    const headers = { 'X-SailPoint-Experimental': 'true' }
    for (const path of reads) {
      const versions = [
        ...['beta', 'v2024', 'v2025', 'v2026'].map((version) => `/${version}${path}`),
        path.replace(/^\/[^/]+/, '$&/v1'),
      ]
      const answers = await Promise.all(versions.map((each) => send(`GET ${each}`, { headers })))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
      // The only difference is a decision: above beta, whole roles leave this member out before they are provisioned.
      const alike = answers.map(({ text }) => text.replace('"provisionState":"POTENTIAL",', ''))
      expect(new Set(alike).size).toBe(1)
    }
    // The writes: each refuses an empty role or session with its own message, which shows that the route exists.
    const nobody = '00000000-0000-4000-8000-000000000000'
    const writes = [
      [`PATCH /v2025/role-mining-sessions/${nobody}`, [{ op: 'replace', path: '/name', value: 'x' }]],
      [
        `PATCH /role-mining-sessions/v1/${nobody}/potential-role-summaries/${nobody}`,
        [{ op: 'remove', path: '/name' }],
      ],
      [`PATCH /role-mining-potential-roles/v1/${nobody}`, [{ op: 'remove', path: '/name' }]],
      [
        `POST /v2026/role-mining-sessions/${nobody}/potential-roles/${nobody}/edit-entitlements`,
        { ids: ['x'], exclude: true },
      ],
      [`POST /role-mining-sessions/v1/${nobody}/potential-roles/${nobody}/export-async`, {}],
      [`GET /v2024/role-mining-sessions/${nobody}/potential-roles/${nobody}/export-async/${nobody}`, undefined],
      [
        `GET /v2024/role-mining-sessions/${nobody}/potential-roles/${nobody}/export-async/${nobody}/download`,
        undefined,
      ],
      [`POST /role-mining-sessions/v1/${nobody}/potential-roles/${nobody}/provision`, {}],
    ] as const
    for (const [call, body] of writes) {
      const { status, text } = await send(call, { headers, body })
      expect([call, status, text]).toEqual([call, 404, expect.stringContaining(`\\"${nobody}\\" does not exist`)])
    }
  })

  test('rule 2: the token endpoint answers 200 to a multipart form, an encoded form and a query', async () => {
    const { platform, client } = prepared()
    const members = { grant_type: 'client_credentials', client_id: client.clientId, client_secret: client.clientSecret }
    const multipart = new FormData()
    for (const [name, value] of Object.entries(members)) multipart.append(name, value)
    const url = `${platform.baseUrl}/oauth/token`
    const query = new URLSearchParams({ ...members, grant_type: 'CLIENT_CREDENTIALS' })
    const asked = [
      fetch(url, { method: 'POST', body: multipart }),
      fetch(url, { method: 'POST', body: new URLSearchParams(members) }),
      fetch(`${url}?${query}`, { method: 'POST' }),
    ]
    for (const answer of await Promise.all(asked)) {
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'bearer',
        expires_in: 43_200,
        scope: 'sp:scopes:all',
      })
    }
    const info = await fetch(`${platform.baseUrl}/oauth/info`)
    expect(await info.json()).toMatchObject({ tokenEndpoint: url, pod: expect.any(String) })
  })

  test.each([
    ['an empty body with a content type (Python)', ''],
    ['{} (TypeScript)', '{}'],
    ['null (Go)', 'null'],
  ])('rule 3: %s means that the request has no members', async (_, body) => {
    const { send } = prepared()
    const { status, json } = await send(`POST ${ofRole('/export-async')}`, {
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect([status, json]).toEqual([
      202,
      expect.objectContaining({ minEntitlementPopularity: 0, includeCommonAccess: true }),
    ])
  })

  test.each(['application/json', 'application/json, text/plain, */*', 'application/zip'])(
    'rule 4: Accept %s does not prevent a zip file',
    async (accept) => {
      const { platform, token } = prepared()
      const answer = await fetch(platform.baseUrl + ofRole('/export'), {
        headers: { authorization: `Bearer ${token}`, accept },
      })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip'])
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[^"]+\.zip"$/)
      const files = await unzipped(Buffer.from(await answer.arrayBuffer()))
      expect(Object.keys(files)).toEqual(['identities.csv', 'entitlements.csv', 'changes.csv'])
    },
  )

  test('rule 5: blanks in a query are + or %20', async () => {
    const { send, sessionId } = prepared()
    for (const filters of ['name+eq+%22Prepared%22', 'name%20eq%20%22Prepared%22']) {
      const { json } = await send(`GET /beta/role-mining-sessions?filters=${filters}`)
      expect((json as { id: string }[]).map(({ id }) => id)).toEqual([sessionId])
    }
  })

  test('rule 6: integers have no fraction, and no number is a string', async () => {
    const { send, sessionId, roleId } = prepared()
    const session = await send(`GET /beta/role-mining-sessions/${sessionId}`)
    expect(session.text).toMatch(/"identityCount":\d+[,}]/)
    const role = await send(`GET /beta/role-mining-potential-roles/${roleId}`)
    expect(role.text).toMatch(/"density":\d+[,}]/)
    expect(`${session.text}${role.text}`).not.toMatch(/"\w*([cC]ount|density|freshness|quality|Threshold)":("|\d+\.)/)
  })

  test('rule 7: createdBy is absent or names the creator', async () => {
    const { send } = prepared()
    const { json } = await send('GET /beta/role-mining-sessions')
    const [mine, automatic] = ['MANUAL', 'AUTO_RM'].map((method) =>
      (json as { scopingMethod: string; createdBy?: object }[]).find(({ scopingMethod }) => scopingMethod === method),
    )
    expect(mine?.createdBy).toEqual({ id: expect.any(String), displayName: 'Test admin' })
    expect(automatic).not.toHaveProperty('createdBy')
  })

  test('rule 8: a single attribute filter is read as a list of one, and the response has a list', async () => {
    const { send, platform } = prepared()
    const filter = {
      displayName: { untranslated: 'Location: Oslo' },
      data: { name: 'location', operator: 'EQUALS', values: ['Oslo'] },
    }
    const given = await send('POST /beta/role-mining-sessions', {
      body: { scope: { attributeFilterCriteria: filter } },
    })
    expect(given.status).toBe(201)
    expect(given.json).toMatchObject({ scope: { attributeFilterCriteria: [filter] } })
    const none = await send('POST /beta/role-mining-sessions', { body: { scope: { attributeFilterCriteria: null } } })
    expect((none.json as { scope: object }).scope).not.toHaveProperty('attributeFilterCriteria')
    await platform.settled()
    const { id } = given.json as { id: string }
    const { json } = await send(`GET /beta/role-mining-sessions/${id}`)
    const inOslo = platform.organisation.identities.filter(
      ({ attributes, status }) => attributes.location === 'Oslo' && (status ?? 'enabled') === 'enabled',
    )
    expect(json).toMatchObject({ identityCount: inOslo.length, status: { state: 'POTENTIAL_ROLES_CREATED' } })
  })

  test('rule 9: attributes of identities are strings', async () => {
    const { send } = prepared()
    const { json } = await send(`GET ${ofRole('/identities')}`)
    expect(faultsOf(json, 'Identity[]')).toEqual([])
    expect((json as { attributes: object }[]).some(({ attributes }) => Object.keys(attributes).length > 3)).toBe(true)
  })

  test('rule 10: errors are JSON', async () => {
    const { send } = prepared()
    const failures = [
      await send('GET /beta/role-mining-sessions/nothing'),
      await send('GET /beta/nothing'),
      await send('POST /beta/role-mining-sessions', { body: '{' }),
      await send('GET /beta/role-mining-sessions', { token: null }),
      await send('DELETE /beta/role-mining-sessions'),
    ]
    expect(failures.map(({ status }) => status)).toEqual([404, 404, 400, 401, 405])
    for (const { headers, json } of failures) {
      expect(headers.get('content-type')).toMatch(/^application\/json/)
      expect(json).toBeTypeOf('object')
    }
  })

  test('rule 11: /saved is the list of drafts and not a role', async () => {
    const { send } = prepared()
    const { status, json } = await send('GET /beta/role-mining-potential-roles/saved')
    expect([status, json]).toEqual([200, expect.any(Array)])
  })

  test('rule 12: query parameters of provision have hyphens, those of popularities have none', async () => {
    const { send } = prepared()
    const refused = await send(
      `POST ${ofRole('/provision')}?min-entitlement-popularity=101&include-common-access=false`,
      { body: {} },
    )
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('min-entitlement-popularity')])
    const counts = await Promise.all(
      ['true', 'false'].map(
        async (value) =>
          ((await send(`GET ${ofRole('/entitlement-popularities')}?includeCommonAccess=${value}`)).json as unknown[])
            .length,
      ),
    )
    expect(counts[0]).toBeGreaterThan(counts[1] ?? 0)
  })

  test('rule 13: each call has exactly the documented status', async () => {
    const { send, sessionId } = prepared()
    const created = await send('POST /beta/role-mining-sessions', { body: { name: 'Thirteen' } })
    const patched = await send(`PATCH /beta/role-mining-sessions/${sessionId}`, {
      body: [{ op: 'replace', path: '/saved', value: 'true' }],
      headers: { 'content-type': 'application/json-patch+json' },
    })
    const edited = await send(`POST ${ofRole('/edit-entitlements')}`, {
      body: { ids: [prepared().entitlementId], exclude: false },
    })
    const asked = await send(`POST ${ofRole('/export-async')}`, { body: {} })
    expect([created, patched, edited, asked].map(({ status }) => status)).toEqual([201, 202, 201, 202])
  })

  test('rule 14: a failed call changes nothing, not even a part', async () => {
    const { send, fingerprint, platform } = prepared()
    await platform.settled()
    const before = await fingerprint()
    const { status } = await send('POST /beta/role-mining-sessions', { body: { scope: { identityIds: ['nobody'] } } })
    expect([status, await fingerprint()]).toEqual([400, before])
  })

  test('Python requests an export and downloads it with its usual headers', async () => {
    const { send } = prepared()
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const { json } = await send(`POST ${ofRole('/export-async')}`, { headers, body: '' })
    const { exportId } = json as { exportId: string }
    const path = ofRole(`/export-async/${exportId}`)
    await vi.waitFor(async () => expect((await send(`GET ${path}`)).json).toMatchObject({ status: 'SUCCESS' }), {
      timeout: 300_000,
      interval: 50,
    })
    const { status, headers: answered } = await send(`GET ${path}/download`, { headers: { accept: 'application/zip' } })
    expect([status, answered.get('content-type')]).toEqual([200, 'application/zip'])
  })

  test('Go adds saved and null members to a session, and decodes the response', async () => {
    const { send } = prepared()
    const body =
      '{"saved":false,"name":null,"pruneThreshold":null,"scope":{"identityIds":null,"criteria":null},"status":{"state":"CREATED"},"createdBy":{}}'
    const { status, json } = await send('POST /beta/role-mining-sessions', { body })
    expect(status).toBe(201)
    expect(faultsOf(json, 'Session')).toEqual([])
    expect(json).toMatchObject({ saved: false, minNumIdentitiesInPotentialRole: 20, type: 'SPECIALIZED' })
  })
}
