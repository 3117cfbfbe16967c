import { expect, test } from 'vitest'
import { faultsOf } from '../answer-schemas.ts'
import type { Neighbours, RequestOptions } from '../neighbours-fixture.ts'

type Document = Readonly<Record<string, unknown>> & { readonly id: string }

/** The requests of section 26 about search, and other requirements of sections 13.1 to 13.5. */
export function testSearch(prepared: () => Neighbours): void {
  const search = (query: string, body: unknown, options: RequestOptions = {}) =>
    prepared().send(`POST /search${query}`, { body, ...options })
  const people = (query: string, more: object = {}) =>
    search('', { indices: ['identities'], query: { query }, ...more })
  const idsOf = (answer: { json: unknown }) => (answer.json as Document[]).map(({ id }) => id)

  test('search 3: the response is the same under every prefix', async () => {
    const body = { indices: ['identities', 'roles', 'entitlements'], query: { query: '*' } }
    const answers = await Promise.all(
      ['/v3', '/beta', '/v2024', '/v2025', '/v2026', ''].map((prefix) =>
        prepared().send(`POST ${prefix}/search${prefix === '' ? '/v1' : ''}?count=true`, { body }),
      ),
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(200)
    expect(answers.map(({ headers }) => headers.get('x-total-count'))).toEqual(Array(6).fill('10'))
    expect(answers[0]?.headers.get('content-type')).toMatch(/^application\/json/)
  })

  test('search 34, 35: pages continue by position', async () => {
    const asked = { indices: ['identities'], query: { query: '*' }, sort: ['id'] }
    const first = await search('?limit=2&count=true', asked)
    expect(first.headers.get('x-total-count')).toBe('4')
    expect(first.json).toMatchObject([
      { id: 'e-1', _type: 'identity', accounts: expect.any(Array), access: expect.any(Array) },
      { id: 'e-2', _type: 'identity' },
    ])
    expect(faultsOf(first.json, 'IdentityDocument[]')).toEqual([])
    expect(idsOf(await search('?limit=2', { ...asked, searchAfter: ['e-2'] }))).toEqual(['e-3', 'e-4'])
    const past = await search('?limit=2', { ...asked, searchAfter: ['e-4'] })
    expect([past.text, past.headers.get('x-total-count')]).toEqual(['[]', null])
    expect((await search('?offset=2000', asked)).text).toBe('[]')
    expect((await search('?limit=0&count=true', asked)).headers.get('x-total-count')).toBe('4')
  })

  test('search 36: the sort field, id and _type are in every document, whatever members are selected', async () => {
    const { json } = await people('*', { sort: ['-name'], queryResultFilter: { includes: ['attributes.uid'] } })
    expect((json as Document[])[0]).toEqual({
      id: 'e-2',
      name: 'grace.hopper',
      attributes: { uid: 'grace.hopper' },
      _type: 'identity',
    })
    expect(idsOf({ json })).toEqual(['e-2', 'e-4', 'e-3', 'e-1'])
  })

  test.each<[string, unknown, RegExp]>([
    // 37
    ['', { indices: ['identities'], sort: ['id'], searchAfter: [null] }, /^searchAfter\[0\]: .*such as id$/],
    ['', { indices: ['identities'], sort: ['id'], searchAfter: ['a', 'b'] }, /^searchAfter: has 2 values/],
    ['', { indices: ['identities'], searchAfter: ['a'] }, /^searchAfter: .*"sort" has 0/],
    ['?offset=1', { indices: ['identities'], sort: ['id'], searchAfter: ['a'] }, /^offset: /],
    ['', { indices: ['identities'], sort: ['foo'] }, /^sort: "foo"/],
    ['', { indices: ['foo'] }, /^indices\[0\]: "foo" is no index/],
    ['', { indices: ['sources'] }, /^indices\[0\]/],
    // 38
    [
      '',
      { indices: ['events'], queryType: 'DSL', queryDsl: { match: { action: 'X' } } },
      /^queryType: "DSL" is not offered/,
    ],
    ['', { queryType: 'TYPEAHEAD', typeAheadQuery: { query: 'x' } }, /^queryType/],
    ['', { queryType: 'TEXT', textQuery: { terms: ['x'] } }, /^queryType/],
    ['', { queryDsl: { match_all: {} } }, /^queryDsl: is not offered/],
    ['', { textQuery: { terms: ['x'] } }, /^textQuery/],
    ['', { typeAheadQuery: { query: 'x' } }, /^typeAheadQuery/],
    ['', { querry: { query: 'x' } }, /^querry: is not offered/],
    ['', { query: 'x' }, /^query: must be an object/],
    ['', { query: { query: 'x', innerHit: { query: 'x', type: 'access' } } }, /^query\.innerHit/],
    ['', { query: { query: 'x', timeZone: 'America/Chicago' } }, /^query\.timeZone/],
    ['', { query: { query: 'x', fields: ['nope'] } }, /^query\.fields\[0\]/],
    ['', { query: { query: 'x', boost: 2 } }, /^query\.boost/],
    ['', { query: { query: '' } }, /^query\.query: is blank/],
    ['', { query: { query: 'nope:x' } }, /^query\.query: column 1: there is no field "nope"/],
    ['', { query: { query: '(a' } }, /^query\.query: column 3/],
    ['', { query: { query: 'a\0' } }, /U\+0000/],
    ['', { filters: { status: { type: 'PREFIX' } } }, /^filters\.status\.type/],
    ['', { filters: { nope: { type: 'EXISTS' } } }, /there is no field "nope"/],
    ['', { filters: { status: { type: 'TERMS', terms: [] } } }, /^filters\.status\.terms/],
    ['', { filters: { status: { type: 'RANGE', range: {} } } }, /^filters\.status\.range/],
    ['', { queryResultFilter: { includes: ['a*b.c'] } }, /^queryResultFilter\.includes\[0\]/],
    ['', { queryResultFilter: ['id'] }, /^queryResultFilter: must be an object/],
    ['', { includeNested: 'no' }, /^includeNested: must be true or false/],
    ['', { sort: 'id' }, /^sort: must be a list/],
    ['', { sort: ['id', '-id'] }, /^sort\[1\]: "id" is there twice/],
    ['', { sort: [''] }, /^sort\[0\]/],
    ['', [], /must be an object/],
    ['', 'null', /^search: is missing/],
    ['', undefined, /^search: is missing/],
    ['?limit=10001', {}, /^limit: .*10000/],
    ['?limit=-1', {}, /^limit: /],
    ['?offset=-1', {}, /^offset: /],
  ])('search 37, 38: POST /search%s of %j is refused by name', async (query, body, cause) => {
    const { status, json } = await search(query, body)
    expect([status, (json as { causes: { text: string }[] }).causes[0]?.text]).toEqual([
      400,
      expect.stringMatching(cause),
    ])
    expect(faultsOf(json, 'Failure')).toEqual([])
  })

  test('search 39: null, empty and default members do not change a search', async () => {
    const found = await search('', {
      indices: ['identities'],
      queryType: null,
      queryVersion: null,
      query: { query: 'id:e-1 OR id:e-2', fields: null, timeZone: null, innerHit: null },
      queryDsl: null,
      sort: [],
      searchAfter: [],
      queryResultFilter: {},
      includeNested: true,
      aggregationType: 'DSL',
      aggregations: null,
      filters: null,
    })
    expect(idsOf(found)).toEqual(['e-1', 'e-2'])
    expect(idsOf(await search('', {}))).toHaveLength(10)
    expect(idsOf(await search('', { indices: [], query: { query: '*' } }))).toHaveLength(10)
    expect(idsOf(await search('', { indices: ['*'], query: {} }))).toHaveLength(10)
  })

  test.each([
    ['attributes.uid.exact:"ada.lovelace"', 'e-1'],
    ['@access(value.exact:"ad-vpn")', 'e-1 e-3'],
    ['@accounts(source.id.exact:"gh")', 'e-1 e-2'],
    ['"e-1"', 'e-1'],
    ['NOT _exists_:attributes.cloudLifecycleState', 'e-4'],
    ['@accounts(disabled:false) AND (attributes.cloudLifecycleState:inactive)', 'e-3'],
    ['status:ACTIVE', 'e-1 e-2 e-4'],
    ['attributes.department:Engineering NOT attributes.location:Miami', 'e-2'],
  ])('search 40: %s finds %s', async (query, found) => {
    expect(idsOf(await people(query)).join(' ')).toBe(found)
  })

  test('search 40: one query may have a thousand ids', async () => {
    const ids = Array.from({ length: 999 }, (_, index) => `id:none-${index}`)
    expect(idsOf(await people([...ids, 'id:e-3'].join(' OR ')))).toEqual(['e-3'])
  })

  test('search 41, 42, 43: there are no events, and a count is only a header', async () => {
    const query = 'operation:AGGREGATE AND status:PASSED AND objects:ACCOUNT AND target.name.exact:"GitHub [source]"'
    const events = await search('?limit=1', { indices: ['events'], query: { query }, sort: ['-created'] })
    expect([events.status, events.text]).toEqual([200, '[]'])
    const count = (body: unknown) => prepared().send('POST /search/count', { body })
    const none = await count({ query: { query: '(type:provisioning AND created:[now-7d TO now])' } })
    expect([none.status, none.headers.get('x-total-count'), none.text]).toEqual([204, '0', ''])
    const legal = await count({ indices: ['identities'], query: { query: 'attributes.department:Legal' } })
    expect([legal.status, legal.headers.get('x-total-count'), legal.text]).toEqual([204, '2', ''])
  })

  test('search 44: roles and entitlements are documents, without nested lists if the request excludes them', async () => {
    const roles = await search('', { indices: ['roles'], query: { query: 'name:Engineers' } })
    expect(roles.json).toMatchObject([{ _type: 'role', entitlementCount: 1, entitlements: [{ id: 'gh-dev' }] }])
    expect(faultsOf(roles.json, 'RoleDocument[]')).toEqual([])
    const flat = await search('', { indices: ['roles'], query: { query: 'name:Engineers' }, includeNested: false })
    expect(flat.json).toMatchObject([{ _type: 'role', entitlementCount: 1 }])
    expect((flat.json as object[])[0]).not.toHaveProperty('entitlements')
    const entitlements = await search('', { indices: ['entitlements'], query: { query: 'source.id.exact:"gh"' } })
    expect(idsOf(entitlements)).toEqual(['dup', 'gh-admin', 'gh-dev'])
    expect(faultsOf(entitlements.json, 'EntitlementDocument[]')).toEqual([])
    const bare = await people('id:e-1', { includeNested: false })
    for (const name of ['accounts', 'access', 'apps', 'owns'])
      expect((bare.json as object[])[0]).not.toHaveProperty(name)
    expect(bare.json).toMatchObject([{ accountCount: 2, accessCount: 3, entitlementCount: 2, roleCount: 1 }])
  })

  test('search 45: one document by its id', async () => {
    const { send } = prepared()
    const [ada] = (await people('id:e-1')).json as Document[]
    for (const path of ['/search/identities/e-1', '/search/v1/identities/e-1'])
      expect((await send(`GET ${path}`)).json).toEqual(ada)
    expect((await send('GET /search/identities/none')).status).toBe(404)
    const unknown = await send('GET /search/foo/e-1')
    expect([unknown.status, (unknown.json as { causes: { text: string }[] }).causes[0]?.text]).toEqual([
      400,
      expect.stringMatching(/^index: "foo" is no index/),
    ])
    const ambiguous = await send('GET /search/entitlements/dup')
    expect(ambiguous.status).toBe(400)
    expect(ambiguous.text).toMatch(/\\"ad\\".*\\"gh\\"/)
    expect((await send('GET /search/events/e-1')).status).toBe(404)
  })

  test('search: the accounts of a document are those of /accounts', async () => {
    const [ada] = (await people('id:e-1')).json as { accounts: { id: string; source: { id: string } }[] }[]
    expect(ada?.accounts.find(({ source }) => source.id === 'gh')?.id).toBe(prepared().accountId)
  })

  test('search: filters are conditions in addition to the query', async () => {
    const filtered = async (filters: object) => idsOf(await people('*', { filters })).join(' ')
    expect(await filtered({ status: { type: 'TERMS', terms: ['ACTIVE'] } })).toBe('e-1 e-2 e-4')
    expect(await filtered({ status: { type: 'TERMS', terms: ['ACTIVE'], exclude: true } })).toBe('e-3')
    expect(await filtered({ 'attributes.cloudLifecycleState': { type: 'EXISTS' } })).toBe('e-1 e-2 e-3')
    expect(await filtered({ 'attributes.cloudLifecycleState': { type: 'EXISTS', exclude: true } })).toBe('e-4')
    const from = (value: string, inclusive?: boolean) => ({ type: 'RANGE', range: { lower: { value, inclusive } } })
    expect(await filtered({ entitlementCount: from('1') })).toBe('e-1 e-2')
    expect(await filtered({ entitlementCount: from('2', true) })).toBe('e-1 e-2')
    expect(await filtered({ entitlementCount: { type: 'RANGE', range: { upper: { value: '2' } } } })).toBe('e-3 e-4')
    expect(await filtered({ displayName: { type: 'TERMS', terms: ['Alan Turing', 'Nobody "x"'] } })).toBe('e-3 e-4')
    const both = { status: { type: 'TERMS', terms: ['ACTIVE'] }, isManager: { type: 'TERMS', terms: ['true'] } }
    expect(await filtered(both)).toBe('e-2')
    expect(idsOf(await people('turing', { filters: { status: { type: 'TERMS', terms: ['ACTIVE'] } } }))).toEqual([
      'e-4',
    ])
  })

  test('search: documents are counted by the values of a field', async () => {
    const aggregate = (aggregations: object | undefined, more: object = {}, query = '') =>
      prepared().send(`POST /search/aggregate${query}`, { body: { indices: ['identities'], aggregations, ...more } })
    const bucket = { name: 'Identity Locations', type: 'TERMS', field: 'attributes.location', size: 10, minDocCount: 1 }
    const counted = await aggregate({ bucket }, { aggregationType: 'SAILPOINT' }, '?count=true')
    expect(counted.headers.get('x-total-count')).toBe('4')
    expect(counted.json).toEqual({
      aggregations: {
        'Identity Locations': {
          buckets: [
            { key: 'London', doc_count: 2 },
            { key: 'Austin', doc_count: 1 },
            { key: 'Miami', doc_count: 1 },
          ],
        },
      },
      hits: [],
    })
    const metric = { name: 'How many', field: 'attributes.location' }
    expect((await aggregate({ metric })).json).toEqual({ aggregations: { 'How many': { value: 3 } }, hits: [] })
    for (const wrong of [
      {},
      undefined,
      { nested: { name: 'x', type: 'access' } },
      { bucket: { ...bucket, type: 'HISTOGRAM' } },
      { bucket: { ...bucket, size: 0 } },
      { metric: { ...metric, type: 'AVG' } },
      { metric: { name: 'x' } },
      { bucket, subAggregation: {} },
    ])
      expect([wrong, (await aggregate(wrong)).status]).toEqual([wrong, 400])
    expect((await aggregate({ bucket: { ...bucket, field: 'access' } })).status).toBe(400)
    expect((await aggregate(undefined, { aggregationsDsl: {} })).status).toBe(400)
    expect((await aggregate({ bucket }, {}, '?limit=251')).status).toBe(400)
  })

  test('search 63: only its scope permits it', async () => {
    const { tokenOf, send } = prepared()
    const body = { indices: ['identities'] }
    const right = await tokenOf(['sp:search:read'])
    const wrong = await tokenOf(['idn:identity:read'])
    for (const call of ['POST /search', 'POST /search/count', 'GET /search/identities/e-1']) {
      const options = call.startsWith('POST') ? { body } : {}
      expect((await send(call, { ...options, token: right })).status, call).toBeLessThan(300)
      expect((await send(call, { ...options, token: wrong })).status, call).toBe(403)
      expect((await send(call, { ...options, token: null })).status, call).toBe(401)
    }
  })
}
