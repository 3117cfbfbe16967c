import { expect, test } from 'vitest'
import { faultsOf } from '../answer-schemas.ts'
import type { Prepared, RequestOptions } from '../prepared.ts'

/** Invalid requests: they get the status and document of contract section 4.4, with our message in `causes`, and change nothing. */
export function testBadRequests(prepared: () => Prepared): void {
  const json = { 'content-type': 'application/json' }
  const patch = { 'content-type': 'application/json-patch+json' }
  const S =
    (rest = '') =>
    (p: Prepared) =>
      `/beta/role-mining-sessions/${p.sessionId}${rest}`
  const R = (rest: string) => (p: Prepared) =>
    `/beta/role-mining-sessions/${p.sessionId}/potential-roles/${p.roleId}${rest}`
  const role = (p: Prepared) => `/beta/role-mining-potential-roles/${p.roleId}`
  const list = (query: string) => () => `/beta/role-mining-sessions?${query}`
  const all = (query: string) => () => `/beta/role-mining-potential-roles?${query}`
  const scoped = (scope: object) => ({ body: { scope }, headers: json })
  const operations = (...body: object[]) => ({ body, headers: patch })

  test.each<[string, string, (p: Prepared) => string, RequestOptions, number, string]>([
    ['a filter that cannot be parsed', 'GET', list('filters=name%20eq'), {}, 400, 'filters: column 8: found the end'],
    [
      'a field that the list does not have',
      'GET',
      list('filters=id%20eq%20%22x%22'),
      {},
      400,
      'filters: column 1: this list has no field "id"; it has saved, name',
    ],
    [
      'an operator that the field does not have',
      'GET',
      all('filters=quality%20in%20(1)'),
      {},
      400,
      'it supports eq, ge, gt, le, lt',
    ],
    [
      'an operator in upper case',
      'GET',
      list('filters=name%20EQ%20%22x%22'),
      {},
      400,
      'operators are written in lower case',
    ],
    [
      'a sorter that the list does not have',
      'GET',
      list('sorters=name'),
      {},
      400,
      'sorters: "name" is not supported; this list sorts by createdBy, createdDate',
    ],
    ['a limit above 250', 'GET', list('limit=251'), {}, 400, 'limit: 251 is not a whole number from 0 to 250'],
    ['a limit below 0', 'GET', list('limit=-1'), {}, 400, 'limit: -1 is not'],
    ['a limit that is no number', 'GET', list('limit=many'), {}, 400, 'limit'],
    ['an offset below 0', 'GET', all('offset=-1'), {}, 400, 'offset: -1 is not'],
    ...['', ' ', 'null'].flatMap(
      (body): [string, string, (p: Prepared) => string, RequestOptions, number, string][] => [
        [
          `a session from the body "${body}"`,
          'POST',
          () => '/beta/role-mining-sessions',
          { body, headers: json },
          400,
          'session: is missing; it must be a JSON object; {} means everybody in the organisation',
        ],
        [
          `a patch of a session from the body "${body}"`,
          'PATCH',
          S(),
          { body, headers: patch },
          400,
          'operations: is missing; it must be a JSON array of patch operations',
        ],
        [
          `a patch of a role from the body "${body}"`,
          'PATCH',
          role,
          { body, headers: patch },
          400,
          'operations: is missing',
        ],
        [
          `excluded entitlements from the body "${body}"`,
          'POST',
          R('/edit-entitlements'),
          { body, headers: json },
          400,
          'edit: is missing; it must be a JSON object such as',
        ],
      ],
    ),
    [
      'criteria that cannot be parsed',
      'POST',
      () => '/beta/role-mining-sessions',
      scoped({ criteria: 'name:(a' }),
      400,
      'scope.criteria: column 8: found the end',
    ],
    [
      'criteria that mix AND and OR',
      'POST',
      () => '/beta/role-mining-sessions',
      scoped({ criteria: 'name:a AND name:b OR name:c' }),
      400,
      'scope.criteria: column 19: AND and OR are mixed on one level; use brackets to group them',
    ],
    [
      'criteria with a regular expression',
      'POST',
      () => '/beta/role-mining-sessions',
      scoped({ criteria: 'name:/a.*/' }),
      400,
      'scope.criteria: column 6: regular expressions (/) are not supported',
    ],
    [
      'criteria with an unknown field',
      'POST',
      () => '/beta/role-mining-sessions',
      scoped({ criteria: 'shoe:44' }),
      400,
      'scope.criteria: column 1: there is no field "shoe"',
    ],
    [
      'an unknown identity',
      'POST',
      () => '/beta/role-mining-sessions',
      scoped({ identityIds: ['nobody', 'noone'] }),
      400,
      'scope.identityIds: nobody has the id "nobody", "noone"',
    ],
    [
      'an attribute filter of another kind',
      'POST',
      () => '/beta/role-mining-sessions',
      scoped({ attributeFilterCriteria: [{ data: { name: 'a', operator: 'CONTAINS', values: ['x'] } }] }),
      400,
      'scope.attributeFilterCriteria[0].data.operator',
    ],
    [
      'a threshold above 100',
      'POST',
      () => '/beta/role-mining-sessions',
      { body: { pruneThreshold: 101 } },
      400,
      'pruneThreshold',
    ],
    [
      'a minimum below 1',
      'POST',
      () => '/beta/role-mining-sessions',
      { body: { minNumIdentitiesInPotentialRole: 0 } },
      400,
      'minNumIdentitiesInPotentialRole',
    ],
    [
      'a threshold with a fraction',
      'POST',
      () => '/beta/role-mining-sessions',
      { body: { pruneThreshold: 50.5 } },
      400,
      'pruneThreshold: must be a whole number from 0 to 100',
    ],
    [
      'an unknown type',
      'POST',
      () => '/beta/role-mining-sessions',
      { body: { type: 'RARE' } },
      400,
      'type: must be one of SPECIALIZED, COMMON',
    ],
    [
      'a mail to nobody',
      'POST',
      () => '/beta/role-mining-sessions',
      { body: { emailRecipientId: 'nobody' } },
      400,
      'emailRecipientId',
    ],
    ['U+0000 in a string', 'POST', () => '/beta/role-mining-sessions', { body: { name: 'a\0b' } }, 400, 'U+0000'],
    [
      'a body that breaks off',
      'POST',
      () => '/beta/role-mining-sessions',
      { body: '{"name":', headers: json },
      400,
      'JSON',
    ],
    [
      'a body that is an array',
      'POST',
      () => '/beta/role-mining-sessions',
      { body: '[]', headers: json },
      400,
      'object',
    ],
    [
      'a body of another type',
      'POST',
      () => '/beta/role-mining-sessions',
      { body: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'it is "text/xml"',
    ],
    [
      'a patch of a session with a wrong operation',
      'PATCH',
      S(),
      operations({ op: 'remove', path: '/name' }),
      400,
      '[0].op: "remove" is not supported for /name',
    ],
    [
      'a patch of a session with a wrong path',
      'PATCH',
      S(),
      operations({ op: 'replace', path: '/id', value: 'x' }),
      400,
      '[0].path: "/id" cannot be changed',
    ],
    [
      'a patch of a session with a wrong value',
      'PATCH',
      S(),
      operations({ op: 'replace', path: '/pruneThreshold', value: 'tight' }),
      400,
      '[0].value: must be a whole number from 0 to 100',
    ],
    [
      'a patch that is right in part',
      'PATCH',
      S(),
      operations({ op: 'replace', path: '/name', value: 'x' }, { op: 'replace', path: '/saved', value: 7 }),
      400,
      '[1].value: must be true or false',
    ],
    ['a patch without operations', 'PATCH', S(), operations(), 400, 'must be an array of 1 to 100 operations'],
    [
      'a patch of a role that tests',
      'PATCH',
      role,
      operations({ op: 'test', path: '/name', value: 'x' }),
      400,
      '[0].op: "test" is not supported for /name; supported: remove, replace',
    ],
    [
      'a patch of a role with a wrong path',
      'PATCH',
      role,
      operations({ op: 'replace', path: '/density', value: 1 }),
      400,
      '[0].path: "/density" cannot be changed',
    ],
    ['a patch that is no list', 'PATCH', role, { body: { op: 'remove', path: '/name' }, headers: patch }, 400, 'array'],
    [
      'entitlements of another role',
      'POST',
      R('/edit-entitlements'),
      { body: { ids: ['nothing'], exclude: true } },
      400,
      'ids: the potential role has no entitlement "nothing"',
    ],
    [
      'an owner that does not exist',
      'POST',
      R('/provision'),
      { body: { ownerId: 'nobody' } },
      400,
      'ownerId: nobody has the id "nobody"',
    ],
    [
      'a popularity outside 0 to 100',
      'POST',
      R('/export-async'),
      { body: { minEntitlementPopularity: 101 } },
      400,
      'minEntitlementPopularity: must be a whole number from 0 to 100',
    ],
    [
      'an unknown source',
      'GET',
      (p) => `${role(p)}/sources/nothing/identityUsage`,
      {},
      404,
      'source "nothing" does not exist',
    ],
    ['an unknown export', 'GET', R('/export-async/nothing/download'), {}, 404, 'export "nothing" does not exist'],
    [
      'a role of no session',
      'GET',
      (p) => `/beta/role-mining-sessions/${p.roleId}/potential-role-summaries/${p.roleId}`,
      {},
      404,
      'does not exist',
    ],
    ['a path that nothing answers', 'GET', () => '/beta/role-mining', {}, 404, 'There is nothing at this path'],
    ['another method', 'PUT', S(), { body: {} }, 405, 'does not answer PUT'],
    ['no experimental header', 'GET', () => '/v2024/role-mining-sessions', {}, 400, 'X-SailPoint-Experimental'],
    [
      'an experimental header that says no',
      'GET',
      () => '/role-mining-sessions/v1',
      { headers: { 'X-SailPoint-Experimental': 'false' } },
      400,
      'X-SailPoint-Experimental',
    ],
  ])('%s', async (_, method, path, options, status, cause) => {
    const p = prepared()
    const before = await p.fingerprint()
    const answer = await p.send(`${method} ${path(p)}`, options)
    expect([answer.status, faultsOf(answer.json, 'Failure')]).toEqual([status, []])
    const { trackingId, causes } = answer.json as { trackingId: string; causes: { text: string }[] }
    expect(trackingId).toMatch(/^[0-9a-f]{32}$/)
    expect(causes.map(({ text }) => text).join('\n')).toContain(cause)
    expect(await p.fingerprint()).toBe(before)
  })

  test.each([
    ['no token', null, 'There is no token'],
    ['a token that is none', 'x.y.z', 'The token is not valid'],
  ])('%s is 401 with {"error"}', async (_, token, message) => {
    const { status, json: answer } = await prepared().send('GET /beta/role-mining-sessions', { token })
    expect([status, faultsOf(answer, 'TokenFailure'), answer]).toEqual([
      401,
      [],
      { error: expect.stringContaining(message) },
    ])
  })

  test('data of another tenant do not exist for any call', async () => {
    const { platform, tokenOf, send, sessionId, roleId, fingerprint } = prepared()
    const token = await tokenOf(await platform.client({ tenant: 'elsewhere' }))
    const before = await fingerprint()
    for (const [call, body] of [
      [`GET ${S()(prepared())}`],
      [`GET ${S('/potential-role-summaries')(prepared())}`],
      [`GET ${role(prepared())}`],
      [`GET ${R('/identities')(prepared())}`],
      [`GET ${R('/export')(prepared())}`],
      [`PATCH ${S()(prepared())}`, [{ op: 'replace', path: '/name', value: 'x' }]],
      [`PATCH ${role(prepared())}`, [{ op: 'remove', path: '/name' }]],
      [`POST ${R('/edit-entitlements')(prepared())}`, { ids: ['x'], exclude: true }],
      [`POST ${R('/export-async')(prepared())}`, {}],
      [`POST ${R('/provision')(prepared())}`, {}],
    ] as const) {
      const answer = await send(call, { token, body })
      expect([call, answer.status]).toEqual([call, 404])
    }
    expect((await send('GET /beta/role-mining-sessions', { token })).json).toEqual([])
    expect(await fingerprint()).toBe(before)
    expect([sessionId, roleId].every(Boolean)).toBe(true)
  })

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no grant', { grant_type: '' }, 400, 'invalid_request'],
  ])('the token endpoint refuses %s', async (_, wrong, status, code) => {
    const { platform, client } = prepared()
    const form = {
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret,
      ...wrong,
    }
    const answer = await fetch(`${platform.baseUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { error: code, error_description: expect.any(String) },
    ])
  })
}
