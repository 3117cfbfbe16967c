import { expect, test, vi } from 'vitest'
import { faultsOf } from '../answer-schemas.ts'
import type { Prepared } from '../prepared.ts'

interface Held {
  readonly popularity: number
  readonly name: string
  readonly applicationName: string
}

const inOrder = (a: number | string, b: number | string) => (a === b ? 0 : a < b ? -1 : 1)

/** Contradictions between SailPoint's sources (contract section 14), and what Assay does so that no client breaks. */
export function testContradictions(prepared: () => Prepared): void {
  const session = (rest = '') => `/beta/role-mining-sessions/${prepared().sessionId}${rest}`
  const ofRole = (rest: string) => session(`/potential-roles/${prepared().roleId}${rest}`)
  const summary = (rest = '') => session(`/potential-role-summaries/${prepared().roleId}${rest}`)
  const patch = (path: string, body: unknown) =>
    prepared().send(`PATCH ${path}`, { body, headers: { 'content-type': 'application/json-patch+json' } })

  test('contradiction 1: there are 25 operations, getPotentialRoleEntitlements among them', async () => {
    const { status, json } = await prepared().send(`GET ${summary('/entitlements')}`)
    expect([status, faultsOf(json, 'Named[]')]).toEqual([200, []])
  })

  test('contradiction 2: applications accept the filter that only the newer source documents', async () => {
    const { send } = prepared()
    const { json: all } = await send(`GET ${summary('/applications')}`)
    const [first] = all as { id: string; name: string }[]
    const filters = encodeURIComponent(`applicationName sw "${first?.name.slice(0, 4).toUpperCase()}"`)
    const { json } = await send(`GET ${summary('/applications')}?filters=${filters}`)
    expect((json as { id: string }[]).map(({ id }) => id)).toContain(first?.id)
  })

  test('contradiction 3: popularities accept all three sorters, and common access is included unless the request excludes it', async () => {
    const { send } = prepared()
    const keys: Record<string, (held: Held) => number | string> = {
      popularity: (held: Held) => held.popularity,
      entitlementName: (held: Held) => held.name.toLowerCase(),
      applicationName: (held: Held) => held.applicationName.toLowerCase(),
    }
    for (const [sorter, keyOf] of Object.entries(keys)) {
      const [up, down] = await Promise.all(
        ['', '-'].map(async (sign) => {
          const { status, json } = await send(`GET ${ofRole('/entitlement-popularities')}?sorters=${sign}${sorter}`)
          expect(status).toBe(200)
          return (json as Held[]).map(keyOf)
        }),
      )
      expect(new Set(up).size, sorter).toBeGreaterThan(1)
      expect(up).toEqual(up?.toSorted(inOrder))
      expect(down).toEqual(up?.toReversed())
    }
    const [absent, included, left] = await Promise.all(
      ['', '?includeCommonAccess=true', '?includeCommonAccess=false'].map((query) =>
        send(`GET ${ofRole('/entitlement-popularities')}${query}`),
      ),
    )
    expect(absent?.text).toBe(included?.text)
    const sizeOf = (answer?: { readonly json: unknown }) => (answer?.json as Held[] | undefined)?.length ?? 0
    expect(sizeOf(left)).toBeGreaterThan(0)
    expect(sizeOf(left)).toBeLessThan(sizeOf(absent))
  })

  test('contradiction 4: every version lists whole sessions, which include the members of the shorter form', async () => {
    const { send } = prepared()
    const headers = { 'X-SailPoint-Experimental': 'true' }
    // A session of an earlier test may still be mining, and so differ between two readings.
    await vi.waitFor(
      async () => {
        const [beta, later] = await Promise.all(
          ['beta', 'v2024'].map((version) => send(`GET /${version}/role-mining-sessions`, { headers })),
        )
        expect(faultsOf(beta?.json, 'Session[]')).toEqual([])
        expect(later?.text).toBe(beta?.text)
      },
      { timeout: 300_000 },
    )
  })

  test('contradiction 5: a role is patched without the session that some clients require', async () => {
    const { roleId, send } = prepared()
    const { status } = await patch(`/beta/role-mining-potential-roles/${roleId}`, [
      { op: 'replace', path: '/description', value: 'Fifth' },
    ])
    expect(status).toBe(200)
    const headers = { 'X-SailPoint-Experimental': 'true', 'content-type': 'application/json-patch+json' }
    const later = await send(`PATCH /v2024/role-mining-potential-roles/${roleId}`, {
      headers,
      body: [{ op: 'remove', path: '/description' }],
    })
    expect(later.json).not.toHaveProperty('description')
  })

  test('contradiction 6: parameters of provision in camel case, as documented but sent by no client, are ignored', async () => {
    const { send } = prepared()
    const { status, text } = await send(`POST ${ofRole('/provision')}?minEntitlementPopularity=101`, {
      body: { ownerId: 'nobody' },
    })
    expect([status, text]).toEqual([400, expect.stringContaining('ownerId')])
  })

  test('contradiction 7: sp:scopes:all and the scopes of access modelling both open the calls', async () => {
    const { platform, tokenOf, send } = prepared()
    for (const [scopes, read, write] of [
      [['sp:scopes:all'], 200, 201],
      [['iai:access-modeling:manage'], 200, 201],
      [['iai:access-modeling:read'], 200, 403],
      [['sp:scopes:default'], 403, 403],
    ] as const) {
      const token = await tokenOf(await platform.client({ scopes: [...scopes] }))
      const reading = await send('GET /beta/role-mining-sessions', { token })
      const writing = await send('POST /beta/role-mining-sessions', { token, body: {} })
      expect([scopes, reading.status, writing.status]).toEqual([scopes, read, write])
    }
  })

  test('contradiction 8: attributeFilterCriteria is an array or one object in a request, and an array in a response', async () => {
    const filter = { data: { name: 'department', operator: 'EQUALS', values: ['nowhere'] } }
    for (const attributeFilterCriteria of [filter, [filter]]) {
      const { json } = await prepared().send('POST /beta/role-mining-sessions', {
        body: { scope: { attributeFilterCriteria } },
      })
      expect(json).toMatchObject({ scope: { attributeFilterCriteria: [filter] } })
    }
  })

  test('contradiction 9: a session accepts replace and add on four paths, and numbers and booleans also as strings', async () => {
    const operations = [
      { op: 'replace', path: '/saved', value: 'true' },
      { op: 'replace', path: '/minNumIdentitiesInPotentialRole', value: '5' },
      { op: 'replace', path: '/pruneThreshold', value: null },
      { op: 'add', path: '/name', value: 'Prepared' },
    ]
    const { status, json } = await patch(session(), operations)
    expect([status, json]).toEqual([
      202,
      expect.objectContaining({ name: 'Prepared', saved: true, minNumIdentitiesInPotentialRole: 5 }),
    ])
    await vi.waitFor(
      async () =>
        expect((await prepared().send(`GET ${session('/status')}`)).json).toEqual({ state: 'POTENTIAL_ROLES_CREATED' }),
      { timeout: 300_000, interval: 50 },
    )
  })

  test('contradiction 10: the response to a patch is the whole role, as an object', async () => {
    const { json } = await patch(summary(), [{ op: 'replace', path: '/saved', value: false }])
    expect(faultsOf(json, 'Role')).toEqual([])
  })

  test('contradiction 11: a call without a token is 401 with {"error"}, also for one session', async () => {
    const { status, json } = await prepared().send(`GET ${session()}`, { token: null })
    expect([status, faultsOf(json, 'TokenFailure')]).toEqual([401, []])
  })

  test('contradiction 12: identityGroupStatus is OBTAINED when a role can be read, in both forms', async () => {
    const { send, roleId } = prepared()
    const { json: all } = await send('GET /beta/role-mining-potential-roles')
    expect(new Set((all as { identityGroupStatus: string }[]).map((role) => role.identityGroupStatus))).toEqual(
      new Set(['OBTAINED']),
    )
    expect((await send(`GET /beta/role-mining-potential-roles/${roleId}`)).json).toMatchObject({
      identityGroupStatus: 'OBTAINED',
    })
  })

  test('contradiction 13: saved is false unless a request sets it', async () => {
    const { json } = await prepared().send('POST /beta/role-mining-sessions', { body: {} })
    expect(json).toMatchObject({ saved: false })
  })

  test('contradiction 14: one role is one object, applications are a list', async () => {
    const { send, roleId } = prepared()
    expect(faultsOf((await send(`GET ${summary()}`)).json, 'Role')).toEqual([])
    expect(faultsOf((await send(`GET /beta/role-mining-potential-roles/${roleId}`)).json, 'Role')).toEqual([])
    expect(faultsOf((await send(`GET ${summary('/applications')}`)).json, 'Named[]')).toEqual([])
  })

  test('contradiction 15: modifiedDate changes when the session completes and when a request changes it', async () => {
    const before = (await prepared().send(`GET ${session()}`)).json as { createdDate: string; modifiedDate: string }
    expect(Date.parse(before.modifiedDate)).toBeGreaterThan(Date.parse(before.createdDate))
    await patch(session(), [{ op: 'replace', path: '/name', value: 'Prepared' }])
    const after = (await prepared().send(`GET ${session()}`)).json as { modifiedDate: string }
    expect(Date.parse(after.modifiedDate)).toBeGreaterThan(Date.parse(before.modifiedDate))
  })

  test('contradiction 16: exportId is the id of an export', async () => {
    const { json } = await prepared().send(`POST ${ofRole('/export-async')}`, { body: {} })
    expect(Object.keys(json as object)).toContain('exportId')
    expect(json).not.toHaveProperty('reportId')
  })

  test('contradiction 18: every id is read as text, and an id that is not a UUID is not found', async () => {
    const { send, sessionId } = prepared()
    for (const path of [
      '/role-mining-sessions/s%201%2Fx',
      `/role-mining-sessions/${sessionId}/potential-roles/1/export-async/1`,
      `${ofRole('/export-async/x').slice('/beta'.length)}/download`,
    ]) {
      const { status, json } = await send(`GET /beta${path}`)
      expect([path, status, faultsOf(json, 'Failure')]).toEqual([path, 404, []])
    }
  })
}
