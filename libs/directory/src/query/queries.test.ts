import type { Filter, ListQuery } from '@assay/collection-query'
import { readSnapshot } from '@assay/mining'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { replaceAccounts } from '../import/brought-accounts.ts'
import { importFiles } from '../import/testing-imports.ts'
import { loadCurrentSnapshot } from '../snapshot/load-snapshot.ts'
import { AccessPairs } from './access-pairs.ts'
import { type AccountField, type AccountSorter, accountById, accountsBy } from './accounts-by.ts'
import { applicationInForce } from './applications-by.ts'
import { entitlementInForce, entitlementsGivenBy, entitlementsGiving } from './entitlements-by.ts'
import { monthsOfAccount, monthsOfApplication } from './months-of-usage.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const tenantId = await db.tenantId()
const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)

let access: AccessPairs

/** Days of usage of u1 in git: the window of a year begins with April 2024. */
const days = ['2025-03-05', '2025-03-05', '2025-03-01', '2025-01-31', '2024-04-01', '2024-03-31']

beforeAll(async () => {
  await importFiles(db.database.sql, tenantId, {
    'identities.csv': 'id,username,status\nu1,ann,enabled\nu2,,disabled\nu3,,enabled\nu4,,enabled\ngone,,deleted\n',
    'applications.csv': 'id,display_name\ngit,Git\nmail,Mail\nerp,ERP\n',
    'entitlements.csv':
      'id,application_id,attribute\nread,git,teams\nadmin,git,\nuser,mail,\nclerk,erp,groups\nteam,git,teams\nall,mail,\n',
    'grants.csv':
      'identity_id,application_id,entitlement_id\nu1,git,read\nu1,git,admin\nu1,mail,user\nu2,git,read\nu3,git,team\n',
    // The team gives the mailbox of all, and the mailbox gives clerk.
    'memberships.csv':
      'holder_application_id,holder_entitlement_id,application_id,entitlement_id\ngit,team,mail,all\nmail,all,erp,clerk\n',
    'usage.csv': [
      'identity_id,application_id,day',
      ...days.map((day) => `u1,git,${day}`),
      'u2,git,2025-03-02',
      'u2,git,2025-03-03',
      'u2,git,2025-03-04',
    ].join('\n'),
  })
  const stored = await loadCurrentSnapshot(db.database.sql, tenantId)
  if (stored === undefined) throw new Error('there is no snapshot')
  access = await AccessPairs.of(readSnapshot(stored.buffer))
  const account = { identityId: 'u1', applicationId: 'git', id: 'G1', name: 'Ann in Git', isDisabled: true }
  await within((sql) =>
    replaceAccounts(sql, tenantId, [account, { ...account, id: 'G2', name: '' }, { ...account, identityId: 'u4' }]),
  )
})

const everything: Filter<never> = { kind: 'and', of: [] }
const query = (
  filter: Filter<AccountField> = everything,
  more: Partial<ListQuery<AccountField, AccountSorter>> = {},
): ListQuery<AccountField, AccountSorter> => ({
  filter,
  sorters: [],
  page: { limit: 250, offset: 0 },
  wantsTotal: true,
  ...more,
})
const equal = (field: AccountField, value: string | boolean): Filter<AccountField> => ({
  kind: 'comparison',
  field,
  operator: 'eq',
  value,
})
/** Once by the grants and once by the snapshot, which must agree. */
const list = (...given: Parameters<typeof query>) =>
  within(async (sql) => {
    const byGrants = await accountsBy(sql, query(...given))
    expect(await accountsBy(sql, query(...given), access)).toEqual(byGrants)
    return byGrants
  })
const shown = ({ items }: Awaited<ReturnType<typeof list>>) =>
  items.map(({ identity, application, login }) => `${identity.id} ${application.id} ${login}`)

const all = ['u1 git G2', 'u1 git G1', 'u1 mail ann', 'u2 git u2', 'u3 git u3', 'u3 mail u3', 'u3 erp u3', 'u4 git G1']

test('accounts are those that sources brought, else one for each application that an identity has access to', async () => {
  const listed = await list()
  expect(shown(listed)).toEqual(all)
  expect(listed.total).toBe(all.length)
  const [unnamed, brought, derived] = listed.items
  expect([brought?.name, brought?.disabled, unnamed?.name, derived?.name]).toEqual(['Ann in Git', true, 'G2', 'ann'])
  // Access that groups give is not held by the account.
  expect(listed.items.map(({ holdings }) => Object.fromEntries(holdings))).toEqual([
    { '': ['admin'], teams: ['read'] },
    { '': ['admin'], teams: ['read'] },
    { '': ['user'] },
    { teams: ['read'] },
    { teams: ['team'] },
    {},
    {},
    {},
  ])
})

test('ids are in the order of the list, and each is the only one that finds its account', async () => {
  const { items } = await list()
  const ids = items.map(({ id }) => id)
  expect(ids).toEqual(ids.toSorted())
  for (const { id, login } of items) {
    expect((await within((sql) => accountById(sql, id))).login).toBe(login)
    expect(shown(await list(equal('id', id)))).toHaveLength(1)
  }
  await expect(within((sql) => accountById(sql, ids[0]?.replace(/.$/, 'x') ?? ''))).rejects.toThrow('does not exist')
  expect(shown(await list(undefined, { sorters: [{ name: 'id', descending: true }] }))).toEqual(all.toReversed())
})

test('pages of any size and offset are stretches of the list', async () => {
  for (const limit of [1, 3, 8])
    for (let offset = 0; offset <= all.length + 1; offset++)
      expect(shown(await list(undefined, { page: { limit, offset } }))).toEqual(all.slice(offset, offset + limit))
})

/** The slow twin: it filters the whole list, one by one. */
const filters: [string, Filter<AccountField>, (account: string) => boolean][] = [
  ['of an identity', equal('identityId', 'u1'), (text) => text.startsWith('u1 ')],
  ['of an application', equal('applicationId', 'git'), (text) => text.includes(' git ')],
  [
    'of both',
    { kind: 'and', of: [equal('identityId', 'u3'), equal('applicationId', 'erp')] },
    (text) => text.startsWith('u3 erp'),
  ],
  [
    'of either',
    { kind: 'or', of: [equal('identityId', 'u4'), equal('applicationId', 'mail')] },
    (text) => text.startsWith('u4 ') || text.includes(' mail '),
  ],
  [
    'of several',
    { kind: 'comparison', field: 'applicationId', operator: 'in', values: ['mail', 'erp', 'none'] },
    (text) => / (mail|erp) /.test(text),
  ],
  ['but not of one', { kind: 'not', of: equal('applicationId', 'git') }, (text) => !text.includes(' git ')],
  ['by login', equal('login', 'G1'), (text) => text.endsWith(' G1')],
  ['that hold an entitlement', equal('holds', 'read'), (text) => /^u[12] git/.test(text)],
  ['that hold nothing', equal('hasEntitlements', false), (text) => /^u3 (mail|erp)|^u4/.test(text)],
  ['of disabled people', equal('disabledIdentity', true), (text) => text.startsWith('u2 ')],
  ['of nobody', equal('identityId', 'gone'), () => false],
]

test.each(filters)('accounts %s are found, and counted', async (_, filter, isMeant) => {
  const listed = await list(filter)
  const expected = all.filter(isMeant)
  expect(shown(listed)).toEqual(expected)
  expect(listed.total).toBe(expected.length)
  const counted = await list(filter, { page: { limit: 0, offset: 0 } })
  expect([counted.items, counted.total]).toEqual([[], expected.length])
})

test('usage by month counts each day once, in the twelve months that end with the newest day', async () => {
  const page = { limit: 250, offset: 0 }
  const counts = await within(async (sql) => {
    const { key: applicationKey } = await applicationInForce(sql, 'git')
    const { items } = await accountsBy(sql, query(equal('identityId', 'u1')))
    const identityKey = items[0]?.identity.key ?? 0
    const months = (oldestFirst: boolean, given = page) =>
      monthsOfAccount(sql, { identityKey, applicationKey }, { oldestFirst, page: given })
    return {
      newest: await months(false),
      oldest: await months(true, { limit: 1, offset: 1 }),
      application: await monthsOfApplication(sql, applicationKey, { oldestFirst: false, page }),
    }
  })
  const march = { month: '2025-03-01', days: 2 }
  const january = { month: '2025-01-01', days: 1 }
  const april = { month: '2024-04-01', days: 1 }
  expect(counts).toEqual({
    newest: { months: [march, january, april], total: 3 },
    oldest: { months: [january], total: 3 },
    application: { months: [{ ...march, days: 2.5 }, january, april], total: 3 },
  })
})

test('what an entitlement gives and what gives it are one step away', async () => {
  const found = await within(async (sql) => {
    const key = async (id: string) => (await entitlementInForce(sql, id)).key
    const [team, everybody, clerk] = [await key('team'), await key('all'), await key('clerk')]
    return {
      ofTeam: [await entitlementsGivenBy(sql, team), await entitlementsGiving(sql, team)],
      ofAll: [await entitlementsGivenBy(sql, everybody), await entitlementsGiving(sql, everybody)],
      expected: { team, everybody, clerk },
    }
  })
  const { team, everybody, clerk } = found.expected
  expect([found.ofTeam, found.ofAll]).toEqual([
    [[everybody], []],
    [[clerk], [team]],
  ])
})

test('accounts hold what is assigned, of data too whose analyses mine what groups give', async () => {
  const { sql } = db.database
  const other = await db.tenantId()
  await importFiles(
    sql,
    other,
    {
      'identities.csv': 'id\nu1\n',
      'grants.csv': 'identity_id,application_id,entitlement_id\nu1,git,team\n',
      'memberships.csv':
        'holder_application_id,holder_entitlement_id,application_id,entitlement_id\ngit,team,git,read\ngit,team,mail,all\n',
    },
    { minesEffectiveAccess: true },
  )
  const stored = await loadCurrentSnapshot(sql, other)
  const found = await AccessPairs.of(readSnapshot(stored?.buffer ?? new SharedArrayBuffer(0)))
  const { items } = await inTenant(sql, other, (scoped) => accountsBy(scoped, query(), found))
  const shownHoldings = items.map(({ application, holdings }) => [application.id, Object.fromEntries(holdings)])
  expect(shownHoldings).toEqual([
    ['git', { '': ['team'] }],
    ['mail', {}],
  ])
})

test('who was deleted since the snapshot was found to be in force has no account', async () => {
  const deleted = within(async (sql) => {
    await sql`update identities set status = 'deleted' where id = 'u2'`
    const { items } = await accountsBy(sql, query(equal('applicationId', 'mail')), access)
    const { items: ofHer } = await accountsBy(sql, query(equal('identityId', 'u2')), access)
    throw Object.assign(new Error('only looked at'), { shown: [shown({ items, total: undefined }), ofHer] })
  })
  await expect(deleted).rejects.toMatchObject({ shown: [['u1 mail ann', 'u3 mail u3'], []] })
})

test('a login that several sources bring for one identity is one account, disabled where each says so', async () => {
  const account = { identityId: 'u1', applicationId: 'git', id: 'G1', name: 'Ann', isDisabled: true }
  const rows = await within(async (sql) => {
    await replaceAccounts(sql, tenantId, [
      account,
      { ...account, identityId: 'u4', name: '' },
      { ...account, name: 'Ann of another source', isDisabled: false },
      { ...account, identityId: 'u4', name: 'Dan' },
      { ...account, applicationId: 'mail' },
    ])
    return sql`
      select i.id as identity, ap.id as application, a.id, a.name, a.disabled
      from accounts a join identities i on i.key = a.identity_key join applications ap on ap.key = a.application_key
      order by ap.id, i.id`
  })
  expect(rows.map((row) => Object.values(row).join(' '))).toEqual([
    'u1 git G1 Ann false',
    'u4 git G1  true',
    'u1 mail G1 Ann true',
  ])
})

test('without accounts of sources, all are those that follow from access, page by page', async () => {
  await within((sql) => replaceAccounts(sql, tenantId, []))
  const derived = all.filter((text) => !text.includes(' G')).toSpliced(0, 0, 'u1 git ann')
  expect(shown(await list())).toEqual(derived)
  for (let offset = 0; offset <= derived.length; offset++) {
    const { items, total } = await list(undefined, { page: { limit: 2, offset } })
    expect([items.length, total]).toEqual([Math.min(2, derived.length - offset), derived.length])
    expect(shown({ items, total })).toEqual(derived.slice(offset, offset + 2))
  }
  const inGit = derived.filter((text) => text.includes(' git '))
  expect(shown(await list(equal('applicationId', 'git'), { page: { limit: 2, offset: 1 } }))).toEqual(inGit.slice(1))
})
