import { expect, test, vi } from 'vitest'
import { faultsOf } from '../answer-schemas.ts'
import type { Prepared } from '../prepared.ts'

/** Tests for the decisions of Assay where SailPoint's sources define nothing. Tests of libs/role-sessions cover those below the API. */
export function testDecisions(prepared: () => Prepared): void {
  const S = (rest = '') => `/beta/role-mining-sessions/${prepared().sessionId}${rest}`
  const R = (rest: string) => S(`/potential-roles/${prepared().roleId}${rest}`)
  const ended = (id: string) =>
    vi.waitFor(
      async () => {
        const { json } = await prepared().send(`GET /beta/role-mining-sessions/${id}`)
        expect(json).toMatchObject({ status: { state: expect.stringMatching(/^(POTENTIAL_ROLES_CREATED|FAILED)$/) } })
        return json as Session
      },
      { timeout: 300_000, interval: 50 },
    )
  const mined = async (body: object) => {
    const { json } = await prepared().send('POST /beta/role-mining-sessions', { body })
    return ended((json as { id: string }).id)
  }

  test('decision: without a scope the population is every enabled identity, and other conditions narrow identityIds', async () => {
    const { organisation } = prepared().platform
    const enabled = organisation.identities.filter(({ status }) => (status ?? 'enabled') === 'enabled')
    expect((await mined({})).identityCount).toBe(enabled.length)
    const some = enabled.slice(0, 40)
    const department = some[0]?.department ?? ''
    const scope = {
      identityIds: some.map(({ id }) => id),
      attributeFilterCriteria: [{ data: { name: 'department', operator: 'EQUALS', values: [department] } }],
    }
    expect((await mined({ scope })).identityCount).toBe(
      some.filter((identity) => identity.department === department).length,
    )
  })

  test('decision: NOT and - in criteria exclude, and identityCount is the number of matches', async () => {
    const enabled = prepared().platform.organisation.identities.filter(
      ({ status }) => (status ?? 'enabled') === 'enabled',
    )
    const department = enabled[0]?.department ?? ''
    const title = enabled.find((one) => one.department === department)?.jobTitle ?? ''
    const inDepartment = enabled.filter((one) => one.department === department)
    const expected = inDepartment.filter((one) => one.jobTitle !== title).length
    for (const not of ['NOT ', '-', '!']) {
      const criteria = `attributes.department.exact:"${department}" ${not}attributes.jobTitle.exact:"${title}"`
      expect((await mined({ scope: { criteria } })).identityCount).toBe(expected)
    }
    expect(expected).toBeGreaterThan(0)
    expect(expected).toBeLessThan(inDepartment.length)
  })

  test('decision: the session of an empty population ends without roles, and errorMessage of the status says so', async () => {
    const session = await mined({ scope: { criteria: 'attributes.department:"no such department"' } })
    const status = {
      state: 'POTENTIAL_ROLES_CREATED',
      errorMessage: expect.stringContaining('No enabled identity was found'),
    }
    expect(session).toMatchObject({ identityCount: 0, potentialRoleCount: 0, status })
    const { json } = await prepared().send(`GET /beta/role-mining-sessions/${session.id}/status`)
    expect(json).toEqual(status)
  })

  test('decision: by default a session has the minimum 20, the type SPECIALIZED and the prescribed threshold', async () => {
    const session = await mined({})
    expect(session).toMatchObject({ minNumIdentitiesInPotentialRole: 20, type: 'SPECIALIZED', scopingMethod: 'MANUAL' })
    expect(session).not.toHaveProperty('pruneThreshold')
    expect(session.prescribedPruneThreshold).toBeGreaterThanOrEqual(50)
    expect(session).not.toHaveProperty('dataFilePath')
  })

  test('decision: COMMON proposes one role, with the entitlements that nearly everybody in the population holds', async () => {
    const session = await mined({ type: 'COMMON' })
    expect(session).toMatchObject({ potentialRoleCount: 1, potentialRolesReadyCount: 1 })
    const { json } = await prepared().send(`GET /beta/role-mining-sessions/${session.id}/potential-role-summaries`)
    const [role] = json as { id: string; type: string }[]
    expect(role?.type).toBe('COMMON')
    const held = await prepared().send(
      `GET /beta/role-mining-sessions/${session.id}/potential-roles/${role?.id}/entitlement-popularities`,
    )
    expect((held.json as { popularity: number }[]).every(({ popularity }) => popularity >= 75)).toBe(true)
  })

  test('decision: with the threshold 100 everybody in a role holds all of its entitlements', async () => {
    const { id } = await mined({ pruneThreshold: 100, minNumIdentitiesInPotentialRole: 5 })
    const { json } = await prepared().send(`GET /beta/role-mining-sessions/${id}/potential-role-summaries?limit=5`)
    expect((json as { density: number }[]).every(({ density }) => density === 100)).toBe(true)
  })

  test('decision: the id of a role is a UUID of version 8, and is the same for the same session, identities and entitlements', async () => {
    const ids = async () =>
      ((await prepared().send(`GET ${S('/potential-role-summaries')}`)).json as { id: string }[])
        .map(({ id }) => id)
        .sort()
    const before = await ids()
    expect(before.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-8/.test(id))).toBe(true)
    const headers = { 'content-type': 'application/json-patch+json' }
    await prepared().send(`PATCH ${S()}`, {
      headers,
      body: [{ op: 'replace', path: '/minNumIdentitiesInPotentialRole', value: 6 }],
    })
    await ended(prepared().sessionId)
    await prepared().send(`PATCH ${S()}`, {
      headers,
      body: [{ op: 'replace', path: '/minNumIdentitiesInPotentialRole', value: 5 }],
    })
    await ended(prepared().sessionId)
    expect(await ids()).toEqual(before)
  })

  test('decision: quality is the rounded mean of freshness and of the part of the density that is beyond chance', async () => {
    const { json } = await prepared().send('GET /beta/role-mining-potential-roles')
    for (const { density, freshness, quality } of json as { density: number; freshness: number; quality: number }[]) {
      expect(quality).toBeLessThanOrEqual(Math.floor((density + freshness) / 2 + 0.5))
      expect(quality).toBeGreaterThanOrEqual(Math.floor(freshness / 2 + 0.5))
    }
  })

  test('decision: entitlementCount does not count excluded and common access, and the distribution counts by whole percents', async () => {
    const { send, roleId, entitlementId } = prepared()
    const figures = async () => {
      const [role, held, distribution] = await Promise.all([
        send(`GET /beta/role-mining-potential-roles/${roleId}`),
        send(`GET ${R('/entitlement-popularities')}?includeCommonAccess=false`),
        send(`GET ${R('/entitlement-popularity-distribution')}?includeCommonAccess=false`),
      ])
      const { entitlementCount, identityCount } = role.json as { entitlementCount: number; identityCount: number }
      const percents = (held.json as { identityCount: number }[]).map(
        (each) => `${Math.floor((100 * each.identityCount) / identityCount + 0.5)}`,
      )
      const counted: Record<string, number> = {}
      for (const percent of percents) counted[percent] = (counted[percent] ?? 0) + 1
      expect(distribution.json).toEqual(counted)
      expect(entitlementCount).toBe(percents.length)
      return entitlementCount
    }
    const before = await figures()
    await send(`POST ${R('/edit-entitlements')}`, { body: { ids: [entitlementId], exclude: true } })
    const without = await figures()
    await send(`POST ${R('/edit-entitlements')}`, { body: { ids: [entitlementId], exclude: false } })
    expect([without, await figures()]).toEqual([before - 1, before])
  })

  test('decision: lists have a default order, and a page beyond the end is empty', async () => {
    const { send } = prepared()
    const dates = ((await send('GET /beta/role-mining-sessions')).json as { createdDate: string }[]).map(
      ({ createdDate }) => createdDate,
    )
    expect(dates).toEqual(dates.toSorted().reverse())
    const popularity = ((await send(`GET ${R('/entitlement-popularities')}`)).json as { popularity: number }[]).map(
      (held) => held.popularity,
    )
    expect(popularity).toEqual(popularity.toSorted((a, b) => b - a))
    const names = ((await send(`GET ${R('/identities')}`)).json as { name: string }[]).map(({ name }) =>
      name.toLowerCase(),
    )
    expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)))
    expect((await send(`GET ${R('/identities')}?offset=100000`)).json).toEqual([])
    expect((await send(`GET ${R('/identities')}?limit=0`)).json).toEqual([])
  })

  test('decision: the pages of a list together equal the whole list, and its count is right with and without a filter', async () => {
    const { send, roleId, sourceId } = prepared()
    const summary = S(`/potential-role-summaries/${roleId}`)
    const all = '/beta/role-mining-potential-roles'
    await send(`POST ${R('/edit-entitlements')}`, { body: { ids: [prepared().entitlementId], exclude: true } })
    const headers = { 'content-type': 'application/json-patch+json' }
    await send(`PATCH ${all}/${roleId}`, { headers, body: [{ op: 'replace', path: '/saved', value: true }] })
    for (const [path, filter] of [
      ['/beta/role-mining-sessions', 'name sw "p"'],
      [S('/potential-role-summaries'), 'quality ge 0'],
      [all, 'identityAttribute co "e"'],
      [`${all}/saved`, undefined],
      [`${all}/${roleId}/sources/${sourceId}/identityUsage`, undefined],
      [`${summary}/applications`, 'applicationName sw ""'],
      [`${summary}/entitlements`, 'entitlementRef.name sw ""'],
      [R('/entitlement-popularities'), 'applicationName sw "" and entitlementRef.name sw ""'],
      [R('/excluded-entitlements'), 'applicationName sw ""'],
      [R('/identities'), 'name sw ""'],
    ] as const) {
      const whole = (await send(`GET ${path}`)).json as unknown[]
      const pages: unknown[] = []
      const size = Math.max(1, Math.ceil(whole.length / 3))
      for (let offset = 0; offset < whole.length; offset += size) {
        const page = await send(`GET ${path}?limit=${size}&offset=${offset}&count=true`)
        expect([path, page.headers.get('x-total-count')]).toEqual([path, String(whole.length)])
        pages.push(...(page.json as unknown[]))
      }
      expect([path, pages]).toEqual([path, whole])
      if (filter === undefined) continue
      const filtered = await send(`GET ${path}?filters=${encodeURIComponent(filter)}&count=true`)
      expect([path, filtered.status]).toEqual([path, 200])
      expect(filtered.headers.get('x-total-count')).toBe(String((filtered.json as unknown[]).length))
    }
    await send(`POST ${R('/edit-entitlements')}`, { body: { ids: [prepared().entitlementId], exclude: false } })
  })

  test('decision: computed figures are ignored in a request', async () => {
    const [identity] = prepared().platform.organisation.identities
    const body = {
      prescribedPruneThreshold: 10,
      potentialRoleCount: 7,
      potentialRolesReadyCount: 7,
      identityCount: 7,
      emailRecipientId: identity?.id,
    }
    const { json } = await prepared().send('POST /beta/role-mining-sessions', { body })
    expect(json).toMatchObject({
      potentialRoleCount: 0,
      potentialRolesReadyCount: 0,
      identityCount: 0,
      emailRecipientId: identity?.id,
    })
    expect(json).not.toHaveProperty('prescribedPruneThreshold')
  })

  test('decision: a failed session has a separate state, with the reason', async () => {
    const { platform, tokenOf, send } = prepared()
    const token = await tokenOf(await platform.client({ tenant: 'without access data' }))
    const { json } = await send('POST /beta/role-mining-sessions', { token, body: {} })
    const path = `/beta/role-mining-sessions/${(json as { id: string }).id}/status`
    await vi.waitFor(
      async () =>
        expect((await send(`GET ${path}`, { token })).json).toEqual({
          state: 'FAILED',
          errorMessage: expect.stringContaining('import'),
        }),
      { timeout: 300_000, interval: 50 },
    )
  })

  test('decision: an export says what it leaves out', async () => {
    const { send } = prepared()
    const { json } = await send(`POST ${R('/export-async')}`, {
      body: { minEntitlementPopularity: 90, includeCommonAccess: false },
    })
    expect(json).toMatchObject({ minEntitlementPopularity: 90, includeCommonAccess: false })
  })

  test('decision: with count, and only then, a header has the size of the whole list', async () => {
    const { send } = prepared()
    const counted = await send(`GET ${R('/identities')}?count=true&limit=1`)
    const all = await send(`GET ${R('/identities')}`)
    expect(counted.headers.get('x-total-count')).toBe(String((all.json as unknown[]).length))
    expect(all.headers.get('x-total-count')).toBeNull()
  })

  test('decision: above beta, a whole role has provisionState only after it was provisioned', async () => {
    const { send, sessionId, platform } = prepared()
    const below = (version: string) => {
      const [prefix, own] = version === 'v1' ? ['', '/v1'] : [`/${version}`, '']
      return {
        ofSession: `${prefix}/role-mining-sessions${own}/${sessionId}`,
        ofTenant: `${prefix}/role-mining-potential-roles${own}`,
      }
    }
    const listed = await send(`GET ${below('beta').ofSession}/potential-role-summaries`)
    const { id } = (listed.json as { id: string; provisionState: string }[]).find(
      ({ provisionState }) => provisionState === 'POTENTIAL',
    )!
    const statesOf = async (version: string) => {
      const { ofSession, ofTenant } = below(version)
      const headers = { 'x-sailpoint-experimental': 'true' }
      const patch = { headers: { ...headers, 'content-type': 'application/json-patch+json' } }
      const saved = [{ op: 'replace', path: '/saved', value: true }]
      const summaries = await send(`GET ${ofSession}/potential-role-summaries`, { headers })
      const answers = [
        await send(`GET ${ofSession}/potential-role-summaries/${id}`, { headers }),
        await send(`GET ${ofTenant}/${id}`, { headers }),
        await send(`PATCH ${ofSession}/potential-role-summaries/${id}`, { ...patch, body: saved }),
        await send(`PATCH ${ofTenant}/${id}`, { ...patch, body: saved }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      return {
        summary: (summaries.json as { id: string; provisionState: string }[]).find((one) => one.id === id)
          ?.provisionState,
        whole: answers.map(({ json }) => (json as { provisionState?: string }).provisionState),
      }
    }
    const hidden = Array(4).fill(undefined)
    for (const version of ['v2024', 'v2025', 'v2026', 'v1']) {
      expect(await statesOf(version), version).toEqual({ summary: 'POTENTIAL', whole: hidden })
    }
    expect(await statesOf('beta')).toEqual({ summary: 'POTENTIAL', whole: Array(4).fill('POTENTIAL') })
    const { sql } = platform.db.owner
    await sql`update potential_roles set provision_state = 'PENDING' where id = ${id}`
    expect(await statesOf('v2025')).toEqual({ summary: 'PENDING', whole: Array(4).fill('PENDING') })
    await sql`update potential_roles set provision_state = 'POTENTIAL', saved = false where id = ${id}`
  })

  test('decision: activitySourceState says whether current usage of the source is known', async () => {
    const { send, platform } = prepared()
    const { sql } = platform.db.owner
    const tenantId = await platform.tenantId()
    const complete = async () => {
      const { json } = await send(`GET ${R('/entitlement-popularities')}`)
      const all = json as { activitySourceState: string; sourceUsagePercent?: number }[]
      for (const held of all) {
        expect(held.activitySourceState === 'complete').toBe(held.sourceUsagePercent !== undefined)
      }
      return all.filter(({ activitySourceState }) => activitySourceState === 'complete').length
    }
    expect(await complete()).toBeGreaterThan(0)
    // As if the usage data had stopped two months ago.
    await sql`update applications set usage_through = usage_through - 60 where tenant_id = ${tenantId}`
    expect(await complete()).toBe(0)
    await sql`update applications set usage_through = usage_through + 60 where tenant_id = ${tenantId}`
  })

  test('decision: an export cannot be downloaded before it has succeeded', async () => {
    const { send, platform } = prepared()
    const { json } = await send(`POST ${R('/export-async')}`, { body: {} })
    const { exportId } = json as { exportId: string }
    await platform.settled()
    await platform.db.owner.sql`update potential_role_exports set state = 'IN_PROGRESS' where id = ${exportId}`
    const shown = await send(`GET ${R(`/export-async/${exportId}`)}`)
    expect(shown.json).toMatchObject({ exportId, status: 'IN_PROGRESS' })
    const early = await send(`GET ${R(`/export-async/${exportId}/download`)}`)
    expect([early.status, early.text]).toEqual([
      400,
      expect.stringContaining('its status is IN_PROGRESS; wait until its status is SUCCESS'),
    ])
  })

  test('decision: a role is provisioned once, under its own name unless the request has another', async () => {
    const { send, platform, sessionId, roleId } = prepared()
    const { json } = await send(`GET ${S('/potential-role-summaries')}`)
    // Not the prepared role, which other tests use. The roles of a session are in the order of their ids, which are arbitrary.
    const role = (json as { id: string; name: string; provisionState: string }[]).findLast(({ id }) => id !== roleId)
    const path = `/beta/role-mining-sessions/${sessionId}/potential-roles/${role?.id}/provision`
    const first = await send(`POST ${path}`, {
      body: { roleDescription: 'Made once', directlyAssignedEntitlements: true },
    })
    expect([first.status, faultsOf(first.json, 'Summary'), first.json]).toEqual([
      202,
      [],
      expect.objectContaining({ provisionState: 'PENDING' }),
    ])
    const second = await send(`POST ${path}`, { body: {} })
    expect([second.status, second.text]).toEqual([400, expect.stringContaining('a role is provisioned once')])
    await platform.settled()
    const made = (await send(`GET /beta/role-mining-potential-roles/${role?.id}`)).json as {
      provisionState: string
      roleId: string
    }
    expect(made.provisionState).toBe('COMPLETE')
    const profile = await fetch(`${platform.baseUrl}/profiles/v1/accessProfiles/${made.roleId}`, {
      headers: { authorization: `Bearer ${prepared().token}` },
    })
    expect(await profile.json()).toMatchObject({ displayName: role?.name, description: 'Made once', memberCount: 0 })
    // A script continues with the new role, which has the entitlements of the potential role.
    const became = await send(`GET /v2025/roles/${made.roleId}`)
    expect([became.status, became.json]).toEqual([
      200,
      expect.objectContaining({ id: made.roleId, name: role?.name, description: 'Made once' }),
    ])
    const held = await send(
      `GET /beta/role-mining-sessions/${sessionId}/potential-roles/${role?.id}/entitlement-popularities`,
    )
    const idsOf = (given: unknown) => (given as { id: string }[]).map(({ id }) => id).sort()
    const potential = idsOf(
      (held.json as { entitlementRef: { id: string } }[]).map(({ entitlementRef }) => entitlementRef),
    )
    expect(potential.length).toBeGreaterThan(0)
    expect(idsOf((became.json as { entitlements: unknown }).entitlements)).toEqual(potential)
    expect(idsOf((await send(`GET /v2025/roles/${made.roleId}/entitlements?limit=250`)).json)).toEqual(potential)
    expect((await send(`GET /roles/v1/${made.roleId}/assigned-identities`)).json).toEqual([])
  })

  test('decision: an import starts a session over the whole organisation, without a creator', async () => {
    const { json } = await prepared().send(
      'GET /beta/role-mining-potential-roles?filters=scopingMethod%20eq%20%22AUTO_RM%22&limit=1&count=true',
    )
    expect(json).toEqual([expect.objectContaining({ session: expect.objectContaining({ scopingMethod: 'AUTO_RM' }) })])
    expect((json as object[])[0]).not.toHaveProperty('createdBy')
  })
}

interface Session {
  readonly id: string
  readonly identityCount: number
  readonly prescribedPruneThreshold: number
}
