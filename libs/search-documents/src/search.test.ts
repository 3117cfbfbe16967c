import { replaceAccounts } from '@assay/directory'
import { type DocumentKind, documentKinds, searchedSubject } from '@assay/search-criteria'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { countByValue, countValues } from './aggregate-documents.ts'
import type { DocumentSearch, PositionValue } from './document-search.ts'
import { countDocuments, findDocuments, readSearch } from './find-documents.ts'
import { getDocument } from './get-document.ts'
import { MemberChoice } from './member-choice.ts'
import { readDocuments } from './read-documents.ts'
import { engineers, importOrganisation } from './testing-organisation.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database
const tenantId = await db.tenantId()
await importOrganisation(sql, tenantId)
const empty = await db.tenantId()

interface Question {
  readonly kinds?: readonly DocumentKind[]
  readonly query?: string
  readonly sort?: readonly string[]
  readonly after?: readonly PositionValue[]
  readonly members?: MemberChoice
  readonly limit?: number
  readonly offset?: number
  readonly freeText?: readonly string[]
  readonly tenant?: number
}

type Document = Readonly<Record<string, unknown>> & { readonly id: string }

function stated({ kinds = ['identities'], query, sort = [], after, freeText }: Question): DocumentSearch {
  return {
    kinds,
    queries: query === undefined ? [] : [{ parameter: 'query.query', text: query }],
    sort: sort.map((name) => ({ field: name.replace('-', ''), isDescending: name.startsWith('-') })),
    after,
    freeText,
  }
}

async function search(question: Question): Promise<Document[]> {
  const { limit = 250, offset = 0, members = MemberChoice.everything, tenant = tenantId } = question
  const texts = await inTenant(sql, tenant, async (scoped) => {
    const found = await findDocuments(scoped, readSearch(stated(question)), { limit, offset })
    return readDocuments(scoped, found, { organisation: 'acme', members })
  })
  return texts.map((write) => JSON.parse(write()) as Document)
}

const ids = async (question: Question) => (await search(question)).map(({ id }) => id).join(' ')
const count = (question: Question) =>
  inTenant(sql, tenantId, (scoped) => countDocuments(scoped, readSearch(stated(question))))

// The strings that scripts send (contract section 13.3), and those of test 40.
test.each([
  ['id:e-1', 'e-1'],
  ['id:e-1 OR id:e-2', 'e-1 e-2'],
  // An id is one as a whole.
  ['id:e', ''],
  ['id:E-1', ''],
  ['id:e-*', 'e-1 e-2 e-3 e-4'],
  ['(id:e-1 OR id:e-3) AND status:ACTIVE', 'e-1'],
  ['id:e-1 OR displayName:grace', 'e-1 e-2'],
  ['NOT id:e-1', 'e-2 e-3 e-4'],
  ['"e-1"', 'e-1'],
  ['"Ada Lovelace"', 'e-1'],
  ['attributes.uid.exact:"ada.lovelace"', 'e-1'],
  ['@access(value.exact:"ad-vpn")', 'e-1 e-3'],
  ['@access(value.exact:"ad-vpn") OR @access(value.exact:"gh-admin")', 'e-1 e-2 e-3'],
  ['@accounts(source.id.exact:"gh")', 'e-1 e-2 e-4'],
  ['@access(source.name.exact:IdentityNow)', ''],
  ['NOT _exists_:attributes.cloudLifecycleState', 'e-4'],
  // An object exists when it has an id.
  ['_exists_:manager', 'e-1 e-3 e-4'],
  ['NOT _exists_:manager.id', 'e-2'],
  ['_exists_:identityProfile', ''],
  ['@accounts(disabled:false) AND (attributes.cloudLifecycleState:inactive)', 'e-3'],
  ['status:ACTIVE', 'e-1 e-2 e-4'],
  ['status.exact:DISABLED', 'e-3'],
  ['status:enabled', 'e-1 e-2 e-4'],
  ['attributes.department:Engineering NOT attributes.location:Miami', 'e-2'],
  ['@access(type:ROLE)', 'e-1 e-2'],
  ['@access(type:ACCESS_PROFILE)', ''],
  ['roleCount:1 AND accessProfileCount:0', 'e-1 e-2'],
  ['attributes.cloudStatus:ACTIVE', 'e-1 e-2 e-4'],
  ['attributes.identityState:INACTIVE_LONG_TERM', 'e-3'],
  ['lastName:turing', 'e-3 e-4'],
  // What documents have and Assay has no value of.
  ['created:[now-7d TO now]', ''],
  ['NOT created:[now-7d TO now]', 'e-1 e-2 e-3 e-4'],
  ['identityProfile.name:x OR id:e-2', 'e-2'],
  ['locked:false AND protected:false', 'e-1 e-2 e-3 e-4'],
  ['ownsCount:1', 'e-2'],
])('identities: %s finds %j', async (query, found) => {
  expect(await ids({ query })).toBe(found)
  expect(await count({ query })).toBe(found.split(' ').filter(Boolean).length)
})

test.each<[DocumentKind, string, string]>([
  ['roles', 'engineers', engineers],
  ['roles', 'name:Engineers', engineers],
  ['roles', 'owner.name:"grace hopper" AND entitlements.id.exact:gh-dev', engineers],
  ['roles', 'entitlementCount:>1', ''],
  ['roles', 'created:[now-1d TO now] AND enabled:true AND requestable:false', engineers],
  ['roles', 'source.name:GitHub', ''],
  ['roles', '_exists_:owner', engineers],
  ['entitlements', 'github', 'dup gh-admin gh-dev'],
  ['entitlements', 'source.id.exact:"gh" AND privileged:true', 'gh-admin'],
  ['entitlements', 'name:dupl*', 'dup dup'],
  ['entitlements', 'schema:Team', 'gh-admin gh-dev'],
  ['entitlements', 'NOT created:[now-1d TO now] AND attribute:memberOf', 'ad-all ad-vpn dup'],
])('%s: %s finds %j', async (kind, query, found) => {
  expect(await ids({ kinds: [kind], query })).toBe(found)
})

test.each<[readonly DocumentKind[], string]>([
  [['events'], 'operation:AGGREGATE AND status:PASSED AND objects:ACCOUNT AND target.name.exact:"X [source]"'],
  [['events'], 'target.name: "X" AND name:"Aggregate Source Account Passed"'],
  [['events'], 'name: "Create Account Failed" AND created: [now-90d TO now]'],
  [['accountactivities'], 'requester.name:ada'],
  [['accessprofiles'], 'source.name:GitHub'],
  [documentKinds, '(type:provisioning AND created:[now-7d TO now])'],
  [documentKinds, '(USER_UNLOCK_PASSED AND created:[now-7d TO now])'],
])('%j have nothing of %s', async (kinds, query) => {
  expect(await ids({ kinds, query })).toBe('')
  expect(await count({ kinds, query })).toBe(0)
})

test.each<[readonly DocumentKind[], string, string]>([
  [['identities'], 'nope:x', 'query.query: column 1: there is no field "nope"'],
  [['identities'], 'operation:AGGREGATE', 'there is no field "operation"'],
  [['events'], 'attribute:x', 'there is no field "attribute"'],
  [['roles'], '@access(name:x)', '@access is a list that only identities have'],
  [['identities', 'roles'], '@access(nope:x)', 'there is no field "nope"'],
  [['identities'], 'x '.repeat(1001), 'has 1001 terms, the most is 1000'],
  [['identities'], 'x'.repeat(65_537), 'has 65537 characters, the most is 65536'],
])('%j refuse %s', (kinds, query, message) => {
  expect(() => readSearch(stated({ kinds, query }))).toThrow(message)
})

test('several kinds are found together, and a field of one alone matches nothing in the others', async () => {
  const kinds = ['identities', 'roles', 'entitlements'] as const
  expect(await ids({ kinds, query: 'privileged:true OR isManager:true' })).toBe('e-2 gh-admin')
  expect(await ids({ kinds, query: 'type:role OR @access(name:vpn)' })).toBe(`${engineers} e-1 e-3`)
  const all = await search({ kinds, members: MemberChoice.of(['id', '_type'], [], '') })
  expect(all.map(({ _type }) => _type)).toEqual([
    'role',
    ...Array(2).fill('entitlement'),
    ...Array(2).fill('entitlement'),
    ...Array(4).fill('identity'),
    ...Array(2).fill('entitlement'),
  ])
})

test('terms without a field look in the fields that are named', async () => {
  expect(await ids({ query: 'alan' })).toBe('e-3 e-4')
  expect(await ids({ query: 'alan', freeText: ['email'] })).toBe('e-3')
  expect(await ids({ query: 'miami turing', freeText: ['attributes.location', 'displayName'] })).toBe('e-1 e-3 e-4')
  expect(await ids({ kinds: ['roles'], query: 'engineers', freeText: ['email'] })).toBe('')
})

describe('order and positions', () => {
  test('pages by id and by offset hold everything once', async () => {
    expect(await ids({ limit: 2 })).toBe('e-1 e-2')
    expect(await ids({ limit: 2, sort: ['id'], after: ['e-2'] })).toBe('e-3 e-4')
    expect(await ids({ limit: 2, sort: ['id'], after: ['e-4'] })).toBe('')
    expect(await ids({ limit: 3, offset: 3 })).toBe('e-4')
    expect(await ids({ limit: 0 })).toBe('')
    expect(await ids({ limit: 250, offset: 2000 })).toBe('')
    expect(await ids({ limit: 2, sort: ['-id'], after: ['e-3'] })).toBe('e-2 e-1')
  })

  test('equal documents come by id, and those without a value come last, either way', async () => {
    expect(await ids({ sort: ['displayName'] })).toBe('e-1 e-3 e-4 e-2')
    expect(await ids({ sort: ['-displayName'] })).toBe('e-2 e-3 e-4 e-1')
    expect(await ids({ sort: ['attributes.cloudLifecycleState'] })).toBe('e-1 e-2 e-3 e-4')
    expect(await ids({ sort: ['-attributes.cloudLifecycleState', '-id'] })).toBe('e-3 e-2 e-1 e-4')
    expect(await ids({ sort: ['-created'] })).toBe('e-1 e-2 e-3 e-4')
  })

  test('a position is strictly behind its values, of numbers and truths as texts too', async () => {
    expect(await ids({ sort: ['displayName', 'id'], after: ['Alan Turing', 'e-3'] })).toBe('e-4 e-2')
    expect(await ids({ sort: ['displayName', '-id'], after: ['Alan Turing', 'e-3'] })).toBe('e-2')
    expect(await ids({ sort: ['-entitlementCount', 'id'], after: ['2', 'e-1'] })).toBe('e-2 e-4 e-3')
    expect(await ids({ sort: ['isManager', 'id'], after: ['false', 'e-3'] })).toBe('e-4 e-2')
    expect(await ids({ sort: ['attributes.cloudLifecycleState', 'id'], after: ['inactive', 'e-3'] })).toBe('e-4')
  })

  test.each<[Question, string]>([
    [{ sort: ['id'], after: ['a', 'b'] }, 'searchAfter: has 2 values'],
    [{ sort: ['foo'] }, 'sort: "foo" is no single value of identities'],
    [{ sort: ['access'] }, 'sort: "access" is no single value'],
    [{ sort: ['manager.name'] }, 'sort: "manager.name" is no single value'],
    [{ sort: ['attributes.projects'] }, 'sort: "attributes.projects" is no single value'],
    [{ sort: ['accountCount'], after: ['many'] }, 'searchAfter[0]: must be a number'],
    [{ sort: ['isManager'], after: ['maybe'] }, 'searchAfter[0]: must be true or false'],
    [{ kinds: ['events'], sort: ['x y'] }, 'sort: "x y" is no single value of events'],
  ])('%j is refused', async (question, message) => {
    await expect(search(question)).rejects.toThrow(message)
  })

  // The slow twin: the documents, sorted here.
  test.each(documentKinds.slice(0, 3))('every single value of %s sorts as the documents show it', async (kind) => {
    const documents = await search({ kinds: [kind] })
    const single = Object.keys(documents[0] ?? {}).filter((name) =>
      documents.every(({ [name]: value }) => typeof value !== 'object' || value === null),
    )
    const fields = single.filter(
      (name) => !['pod', 'org', 'identityProfile', 'source', 'processingDetails'].includes(name),
    )
    const sortable = fields.filter((name) =>
      documents.some(({ [name]: value }) => value !== null && value !== undefined),
    )
    const shown: string[] = []
    for (const field of sortable.filter((name) => name !== 'identityCount')) {
      for (const sign of ['', '-']) {
        const found = await search({ kinds: [kind], sort: [`${sign}${field}`] })
        expect([field, found.map(keyOf)]).toEqual([field, sorted(documents, field, sign === '-').map(keyOf)])
      }
      shown.push(field)
    }
    expect(shown.length).toBeGreaterThan(10)
  })
})

function sorted(documents: readonly Document[], field: string, isDescending: boolean): Document[] {
  const rank = (value: unknown) => (typeof value === 'boolean' ? Number(value) : (value as string | number))
  return documents.toSorted((a, b) => {
    const [one, other] = [a[field] ?? undefined, b[field] ?? undefined]
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined)
    const order = rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0
    return (isDescending ? -order : order) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  })
}

const keyOf = ({ id, source }: Document) => `${id} ${(source as { id?: string } | null)?.id ?? ''}`

// What is searched is what is shown.
test.each(documentKinds.slice(0, 3))('a query for the value of a member finds the %s that show it', async (kind) => {
  const documents = await search({ kinds: [kind] })
  const { types } = searchedSubject('', kind, [kind])
  const valueAt = (document: Document, field: string): unknown =>
    field
      .split('.')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], document)
  let asked = 0
  for (const field of Object.keys(types).filter((name) => !['entitlements.id', 'entitlements.name'].includes(name))) {
    // Of these, queries know more than is shown: a display name, and a manager's or source's other names.
    if (field.startsWith('manager.') || (kind === 'identities' && field.startsWith('source.'))) continue
    for (const value of new Set(documents.map((document) => valueAt(document, field)))) {
      if (value === null || value === undefined || value === '') continue
      const query = typeof value === 'string' ? `${field}.exact:"${value}"` : `${field}:${value}`
      const found = await search({ kinds: [kind], query })
      const expected = documents.filter((document) => valueAt(document, field) === value)
      expect([query, found.map(keyOf)]).toEqual([query, expected.map(keyOf)])
      asked++
    }
  }
  expect(asked).toBeGreaterThan(10)
})

describe('documents', () => {
  test('an identity shows who it is, what it holds and what follows from that', async () => {
    const [ada] = await search({ query: 'id:e-1' })
    const synced = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const developers = {
      id: 'gh-dev',
      name: 'Developers',
      displayName: 'Developers',
      description: 'Write code',
      source: { id: 'gh', name: 'GitHub' },
      type: 'ENTITLEMENT',
      privileged: false,
      attribute: 'teams',
      value: 'gh-dev',
      standalone: false,
    }
    const account = {
      name: 'ada.lovelace',
      accountId: 'ada.lovelace',
      disabled: false,
      locked: false,
      privileged: false,
      manuallyCorrelated: false,
      passwordLastSet: null,
      accountAttributes: null,
      created: null,
      supportsPasswordChange: false,
    }
    expect(ada).toEqual({
      id: 'e-1',
      name: 'ada.lovelace',
      displayName: 'Ada Lovelace',
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.com',
      created: null,
      modified: null,
      inactive: false,
      disabled: false,
      protected: false,
      locked: false,
      status: 'ACTIVE',
      manager: { id: 'e-2', name: 'grace.hopper', displayName: 'Grace Hopper' },
      isManager: false,
      identityProfile: null,
      source: null,
      attributes: {
        cloudLifecycleState: 'active',
        type: 'human',
        uid: 'ada.lovelace',
        displayName: 'Ada Lovelace',
        email: 'ada@example.com',
        department: 'Engineering',
        jobTitle: 'Engineer',
        manager: 'e-2',
        employmentType: 'Employee',
        employmentStatus: 'Active',
        cloudStatus: 'ACTIVE',
        identityState: 'ACTIVE',
        location: 'Miami',
        firstname: 'Ada',
        lastname: 'Lovelace',
        projects: ['Mars', 'Moon'],
      },
      processingState: null,
      processingDetails: null,
      tags: [],
      tagsCount: 0,
      visibleSegments: null,
      visibleSegmentCount: 0,
      accounts: [
        {
          ...account,
          id: expect.any(String),
          source: { id: 'ad', name: 'Active Directory', type: 'DelimitedFile' },
          entitlementAttributes: { memberOf: ['ad-vpn'] },
        },
        {
          ...account,
          id: expect.any(String),
          source: { id: 'gh', name: 'GitHub', type: 'DelimitedFile' },
          entitlementAttributes: { teams: ['gh-dev'] },
        },
      ],
      accountCount: 2,
      apps: [
        { id: 'ad', name: 'Active Directory', source: { id: 'ad', name: 'Active Directory' } },
        { id: 'gh', name: 'GitHub', source: { id: 'gh', name: 'GitHub' } },
      ],
      appCount: 2,
      access: [
        expect.objectContaining({ id: 'ad-vpn', standalone: true, description: null, attribute: 'memberOf' }),
        developers,
        {
          id: engineers,
          name: 'Engineers',
          displayName: 'Engineers',
          description: 'Everybody in Engineering',
          type: 'ROLE',
          owner: { id: 'e-2', name: 'Grace Hopper', displayName: 'Grace Hopper' },
          disabled: false,
          revocable: false,
        },
      ],
      accessCount: 3,
      entitlementCount: 2,
      roleCount: 1,
      accessProfileCount: 0,
      owns: [],
      ownsCount: 0,
      synced,
      _type: 'identity',
      type: 'identity',
      _version: 'v2',
      pod: 'assay',
      org: 'acme',
    })
  })

  test('access shows what groups give, as its list is searched, and counts count what is assigned', async () => {
    const [turing] = await search({ query: 'id:e-4' })
    const access = turing?.access as { id: string; source: { id: string }; standalone: boolean }[]
    expect(access.map(({ id, source, standalone }) => [id, source.id, standalone])).toEqual([
      ['ad-all', 'ad', true],
      ['dup', 'ad', true],
      ['dup', 'gh', false],
    ])
    expect(turing).toMatchObject({
      entitlementCount: 2,
      accessCount: 2,
      appCount: 2,
      accountCount: 2,
      manager: { id: 'e-2' },
    })
    expect(turing?.attributes).toMatchObject({ cloudLifecycleState: null })
    expect(await ids({ query: '@access(source.id:gh AND value.exact:"dup")' })).toBe('e-4')
  })

  test('accounts that sources brought take the place of the one that follows from access', async () => {
    const tenant = await db.tenantId()
    await importOrganisation(sql, tenant)
    await inTenant(sql, tenant, (scoped) =>
      replaceAccounts(scoped, tenant, [
        { identityId: 'e-1', applicationId: 'gh', id: 'ADA', name: 'ada', isDisabled: false },
        { identityId: 'e-1', applicationId: 'gh', id: 'adm-ada', name: '', isDisabled: true },
      ]),
    )
    const [ada] = await search({ query: '@accounts(accountId:adm-ada)', tenant })
    expect(ada).toMatchObject({ id: 'e-1', accountCount: 3, appCount: 2 })
    const accounts = ada?.accounts as { accountId: string; name: string; disabled: boolean; source: { id: string } }[]
    expect(accounts.map((one) => [one.accountId, one.name, one.disabled, one.source.id])).toEqual([
      ['ADA', 'ada', false, 'gh'],
      ['adm-ada', 'adm-ada', true, 'gh'],
      ['ada.lovelace', 'ada.lovelace', false, 'ad'],
    ])
  })

  test('a role shows what it gives and who answers for it', async () => {
    const [role] = await search({ kinds: ['roles'] })
    expect(role).toMatchObject({
      id: engineers,
      name: 'Engineers',
      description: 'Everybody in Engineering',
      enabled: true,
      requestable: false,
      owner: { type: 'IDENTITY', id: 'e-2', name: 'Grace Hopper', email: 'grace@example.com' },
      accessProfiles: [],
      accessProfileCount: 0,
      entitlements: [
        { id: 'gh-dev', name: 'Developers', value: 'gh-dev', attribute: 'teams', schema: 'Team', privileged: false },
      ],
      entitlementCount: 1,
      _type: 'role',
      type: 'role',
    })
  })

  test('a role that is off, or offered to everybody, says so and is found by it', async () => {
    const set = (enabled: boolean, published: boolean) =>
      inTenant(
        sql,
        tenantId,
        (scoped) => scoped`update access_profiles set ${scoped({ enabled, published })} where id = ${engineers}`,
      )
    await set(false, true)
    try {
      const [role] = await search({ kinds: ['roles'], query: 'enabled:false AND requestable:true' })
      expect(role).toMatchObject({ id: engineers, enabled: false, requestable: true })
      expect(await ids({ kinds: ['roles'], query: 'enabled:true' })).toBe('')
      const [ada] = await search({ query: 'id:e-1' })
      expect(ada?.access).toContainEqual(expect.objectContaining({ type: 'ROLE', id: engineers, disabled: true }))
    } finally {
      await set(true, false)
    }
  })

  test('an entitlement shows its source and how many hold it', async () => {
    const [admin] = await search({ kinds: ['entitlements'], query: 'id:gh-admin' })
    expect(admin).toMatchObject({
      id: 'gh-admin',
      displayName: 'Administrators',
      description: null,
      source: { id: 'gh', name: 'GitHub', type: 'DelimitedFile' },
      value: 'gh-admin',
      privileged: true,
      identityCount: 1,
      attributes: { riskLevel: 'high' },
      _type: 'entitlement',
    })
  })

  test('one is read by its id; an id of two applications is refused with their names', async () => {
    const form = { organisation: 'acme', members: MemberChoice.everything }
    const get = (kind: DocumentKind, id: string) =>
      inTenant(sql, tenantId, (scoped) => getDocument(scoped, kind, id, form))
    expect(JSON.parse(await get('identities', 'e-1'))).toEqual((await search({ query: 'id:e-1' }))[0])
    expect(JSON.parse(await get('roles', engineers))).toMatchObject({ id: engineers })
    await expect(get('entitlements', 'dup')).rejects.toThrow('several sources have an entitlement "dup": "ad", "gh"')
    await expect(get('identities', 'none')).rejects.toThrow('none')
    await expect(get('roles', 'none')).rejects.toThrow('none')
    await expect(get('events', 'none')).rejects.toThrow('none')
  })

  test('members that were chosen are shown, with all that lies below them', async () => {
    const shown = (includes: string[], excludes: string[] = []) =>
      search({
        query: 'id:e-1',
        members: MemberChoice.of(includes, excludes, 'queryResultFilter').and(['id', '_type']),
      })
    expect(await shown(['attributes.uid', 'source.name', 'access.name'], [])).toEqual([
      {
        id: 'e-1',
        source: null,
        attributes: { uid: 'ada.lovelace' },
        access: [{ name: 'VPN' }, { name: 'Developers' }, { name: 'Engineers' }],
        _type: 'identity',
      },
    ])
    const [most] = await shown([], ['access', 'accounts.source', 'attributes.*', 'id'])
    expect(most).toMatchObject({ id: 'e-1', accountCount: 2 })
    expect(most).not.toHaveProperty('attributes')
    expect(most).not.toHaveProperty('access')
    expect((most?.accounts as object[] | undefined)?.[0]).not.toHaveProperty('source')
    expect(await shown([], ['*'])).toEqual([{ id: 'e-1', _type: 'identity' }])
    expect(() => MemberChoice.of(['a.*.b'], [], 'queryResultFilter')).toThrow(
      'queryResultFilter.includes[0]: "a.*.b" has a wildcard',
    )
  })

  test('another tenant has none of them', async () => {
    expect(await search({ kinds: documentKinds, tenant: empty })).toEqual([])
  })
})

describe('counting by value', () => {
  const within = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(sql, tenantId, work)
  const read = (question: Question) => readSearch(stated(question))

  test('the most frequent values come first, equal ones by value', async () => {
    const terms = (field: string, size = 10, least = 1) =>
      within((scoped) => countByValue(scoped, read({}), { kind: 'terms', field, size, least }))
    expect(await terms('attributes.location')).toEqual([
      { key: 'London', count: 2 },
      { key: 'Austin', count: 1 },
      { key: 'Miami', count: 1 },
    ])
    expect(await terms('attributes.location', 1)).toEqual([{ key: 'London', count: 2 }])
    expect(await terms('attributes.location', 10, 2)).toEqual([{ key: 'London', count: 2 }])
    expect(await terms('isManager')).toEqual([
      { key: false, count: 3 },
      { key: true, count: 1 },
    ])
    await expect(terms('access')).rejects.toThrow('aggregations: "access" is no single value of identities')
  })

  test('values are counted, all or different ones, of what the query finds', async () => {
    const counted = (field: string, isDistinct: boolean, query?: string) =>
      within((scoped) =>
        countValues(scoped, read(query === undefined ? {} : { query }), { kind: 'count', field, isDistinct }),
      )
    expect(await counted('attributes.cloudLifecycleState', false)).toBe(3)
    expect(await counted('attributes.cloudLifecycleState', true)).toBe(2)
    expect(await counted('attributes.location', true, 'attributes.department:Legal')).toBe(1)
    expect(
      await within((scoped) =>
        countValues(scoped, read({ kinds: ['events'] }), { kind: 'count', field: 'id', isDistinct: true }),
      ),
    ).toBe(0)
  })
})
