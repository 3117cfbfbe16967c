import { type Filter, type FilterFields, type ListQuery, parseFilter } from '@assay/collection-query'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { insertOrganisation, insertRole, insertSession } from '../testing-roles.ts'
import { listDraftRoles } from './draft-roles.ts'
import { editEntitlements } from './edit-entitlements.ts'
import { getPotentialRole } from './get-role.ts'
import { listPotentialRoles, potentialRolesById } from './list-roles.ts'
import { patchPotentialRole } from './patch-role.ts'
import { listRoleApplications, listRoleEntitlements, popularityDistribution } from './role-entitlements.ts'
import { listRoleIdentities } from './role-identities.ts'
import { listSourceUsage } from './source-usage.ts'

type RoleQuery = Parameters<typeof listPotentialRoles>[2]

const db = await createTestDatabase()
afterAll(() => db.drop())
const tenantId = await db.tenantId()
await insertOrganisation(db.database.sql, tenantId)
const { session, role } = await within(async (sql) => {
  const session = await insertSession(sql, tenantId, { name: 'Sales', createdByName: 'Ashley' })
  return { session, role: await insertRole(sql, tenantId, session) }
})

function within<T>(work: (sql: TenantSql) => Promise<T>): Promise<T> {
  return inTenant(db.database.sql, tenantId, work)
}

const everything = {
  filter: { kind: 'and', of: [] },
  sorters: [],
  page: { limit: 250, offset: 0 },
  wantsTotal: true,
} as const
const paged = (limit: number, offset: number) => ({ ...everything, page: { limit, offset } })
const sorted = <Name extends string>(name: Name, descending = false) => ({
  ...everything,
  sorters: [{ name, descending }],
})
const named = (text: string) => ({
  ...everything,
  filter: parseFilter(text, { name: { type: 'text', operators: ['sw'] } }) as Filter<'name'>,
})

test('a role is shown whole, identities by name, with the names that SailPoint gives attributes', async () => {
  const shown = await within((sql) => getPotentialRole(sql, { id: role, sessionId: session }))
  expect(shown).toMatchObject({
    name: `Potential Role - ${role.slice(0, 6)}`,
    identityIds: ['i1', 'i2', 'i3', 'i4', 'i5'],
    excludedEntitlements: [],
    identityDistribution: [
      {
        attributeName: 'jobTitle',
        distribution: [
          { attributeValue: 'Clerk', count: 3 },
          { attributeValue: null, count: 2 },
        ],
      },
    ],
    session: { id: session, name: 'Sales', createdByName: 'Ashley', state: 'POTENTIAL_ROLES_CREATED' },
  })
})

test.each([
  [{ id: 'nothing' }, 'potential role "nothing" does not exist'],
  [
    { id: '00000000-0000-4000-8000-000000000000' },
    'potential role "00000000-0000-4000-8000-000000000000" does not exist',
  ],
  [{ id: role, sessionId: 'nothing' }, 'role mining session "nothing" does not exist'],
  [{ id: role, sessionId: role }, `role mining session "${role}" does not exist`],
])('%j is not found, by whatever call', async (key, message) => {
  const entitlements = { which: 'included', includeCommonAccess: true } as const
  for (const call of [
    (sql: TenantSql) => getPotentialRole(sql, key),
    (sql: TenantSql) => listRoleEntitlements(sql, key, entitlements, everything),
    (sql: TenantSql) => listRoleApplications(sql, key, everything),
    (sql: TenantSql) => listRoleIdentities(sql, key, everything),
    (sql: TenantSql) => popularityDistribution(sql, key, true),
    (sql: TenantSql) => listSourceUsage(sql, key, 'crm', everything),
    (sql: TenantSql) => editEntitlements(sql, key, { ids: ['mailbox'], exclude: true }),
    (sql: TenantSql) => patchPotentialRole(sql, key, [{ op: 'remove', path: '/name' }]),
  ]) {
    await expect(within<unknown>(call)).rejects.toThrow(message)
  }
})

test('another tenant sees nothing of it', async () => {
  const stranger = await db.tenantId()
  await inTenant(db.database.sql, stranger, async (sql) => {
    await expect(getPotentialRole(sql, { id: role })).rejects.toThrow('does not exist')
    expect(await listPotentialRoles(sql, undefined, everything)).toEqual({ items: [], total: 0 })
    expect(await listDraftRoles(sql, everything)).toEqual({ items: [], total: 0 })
  })
})

test('entitlements come with what was counted about them, most popular first', async () => {
  const all = { which: 'included', includeCommonAccess: true } as const
  const list = (
    query: ListQuery<'applicationName' | 'entitlementRef.name', 'popularity' | 'entitlementName' | 'applicationName'>,
  ) => within((sql) => listRoleEntitlements(sql, { id: role }, all, query))
  const { items, total } = await list(everything)
  expect(total).toBe(4)
  expect(
    items.map(({ id, identityCount, organisationCount, isCommonAccess, sourceUsers }) => [
      id,
      identityCount,
      organisationCount,
      isCommonAccess,
      sourceUsers,
    ]),
  ).toEqual([
    ['all-staff', 5, 8, true, null],
    ['crm-read', 5, 6, false, 2],
    ['mailbox', 4, 4, false, null],
    ['crm-write', 3, 8, false, 2],
  ])
  expect(items[1]).toMatchObject({
    name: 'Read accounts',
    description: 'May read',
    attribute: 'groups',
    sourceId: 'crm',
    applicationName: 'CRM',
    roleSize: 5,
    organisationSize: 8,
  })
  expect((await list(sorted('popularity'))).items.map(({ id }) => id)).toEqual([
    'crm-write',
    'mailbox',
    'all-staff',
    'crm-read',
  ])
  expect((await list(sorted('entitlementName', true))).items.map(({ id }) => id)).toEqual([
    'crm-write',
    'crm-read',
    'mailbox',
    'all-staff',
  ])
  expect((await list(sorted('applicationName'))).items.map(({ id }) => id)).toEqual([
    'crm-read',
    'crm-write',
    'all-staff',
    'mailbox',
  ])
  expect((await list(paged(2, 1))).items.map(({ id }) => id)).toEqual(['crm-read', 'mailbox'])
  expect((await list(paged(2, 9))).items).toEqual([])
  const filter = parseFilter('applicationName sw "cr"', {
    applicationName: { type: 'text', operators: ['sw'] },
  }) as Filter<'applicationName'>
  expect(await list({ ...everything, filter })).toMatchObject({
    total: 2,
    items: [{ id: 'crm-read' }, { id: 'crm-write' }],
  })
})

test('usage of a source that ended a month ago or earlier is not told as current', async () => {
  const usersWhenThrough = (daysAgo: number) =>
    within(async (sql) => {
      await sql`update applications set usage_through = (now() at time zone 'utc')::date - ${daysAgo}::integer where id = 'crm'`
      const choice = { which: 'included', includeCommonAccess: false } as const
      const { items } = await listRoleEntitlements(sql, { id: role }, choice, everything)
      return items.find(({ sourceId }) => sourceId === 'crm')?.sourceUsers
    })
  expect(await usersWhenThrough(150)).toBeNull()
  expect(await usersWhenThrough(30)).toBeNull()
  expect(await usersWhenThrough(29)).toBe(2)
  expect(await usersWhenThrough(0)).toBe(2)
})

test('sources are those of the own entitlements, and the distribution counts by whole percents', async () => {
  expect(await within((sql) => listRoleApplications(sql, { id: role }, everything))).toEqual({
    items: [
      { id: 'crm', name: 'CRM' },
      { id: 'mail', name: 'Mail' },
    ],
    total: 2,
  })
  expect(await within((sql) => popularityDistribution(sql, { id: role }, true))).toEqual({ 60: 1, 80: 1, 100: 2 })
  expect(await within((sql) => popularityDistribution(sql, { id: role }, false))).toEqual({ 60: 1, 80: 1, 100: 1 })
})

test('identities are paged in the order of their names, forwards and backwards, and filtered without regard to case', async () => {
  const ids = async (query: ListQuery<'name', 'name'>) => {
    const { items, total } = await within((sql) => listRoleIdentities(sql, { id: role }, query))
    return [items.map(({ id }) => id).join(' '), total]
  }
  expect(await ids(everything)).toEqual(['i1 i2 i3 i4 i5', 5])
  expect(await ids(paged(2, 2))).toEqual(['i3 i4', 5])
  expect(await ids(paged(0, 0))).toEqual(['', 5])
  expect(await ids(paged(2, 5))).toEqual(['', 5])
  expect(await ids({ ...sorted('name', true), page: { limit: 2, offset: 0 } })).toEqual(['i5 i4', 5])
  expect(await ids({ ...sorted('name', true), page: { limit: 2, offset: 4 } })).toEqual(['i1', 5])
  expect(await ids({ ...sorted('name', true), page: { limit: 2, offset: 7 } })).toEqual(['', 5])
  expect(await ids(named('name sw "BE"'))).toEqual(['i2', 1])
  const [ada] = (await within((sql) => listRoleIdentities(sql, { id: role }, paged(1, 0)))).items
  expect(ada).toEqual({
    id: 'i1',
    name: 'Ada',
    attributes: {
      email: 'ada@example.com',
      department: 'Sales',
      jobTitle: 'Clerk',
      location: 'Oslo',
      projects: 'Apollo; Zeus',
    },
  })
})

test('usage of a source is listed by name, by mail address or by days, also for those who never used it', async () => {
  const days = async (query: ListQuery<never, 'displayName' | 'email' | 'usageCount'>) =>
    (await within((sql) => listSourceUsage(sql, { id: role }, 'crm', query))).items
      .map(({ id, usageCount }) => `${id}:${usageCount}`)
      .join(' ')
  expect(await days(everything)).toBe('i1:0 i2:25 i3:4 i4:0 i5:0')
  expect(await days(paged(2, 1))).toBe('i2:25 i3:4')
  expect(await days(sorted('usageCount', true))).toBe('i2:25 i3:4 i1:0 i4:0 i5:0')
  expect(await days(sorted('email', true))).toBe('i5:0 i4:0 i3:4 i2:25 i1:0')
  await expect(within((sql) => listSourceUsage(sql, { id: role }, 'sap', everything))).rejects.toThrow(
    'source "sap" does not exist',
  )
})

test('excluding and taking in again changes lists, counts and figures, and says which ids are unknown', async () => {
  const key = { id: await within((sql) => insertRole(sql, tenantId, session)) }
  const included = { which: 'included', includeCommonAccess: true } as const
  const excluded = { which: 'excluded', includeCommonAccess: true } as const
  const edit = (ids: string[], exclude: boolean) => within((sql) => editEntitlements(sql, key, { ids, exclude }))
  const ids = async (choice: typeof included | typeof excluded) =>
    (await within((sql) => listRoleEntitlements(sql, key, choice, everything))).items.map(({ id }) => id)

  await edit(['crm-write', 'all-staff'], true)
  await edit(['crm-write'], true)
  expect(await ids(included)).toEqual(['crm-read', 'mailbox'])
  expect(await ids(excluded)).toEqual(['all-staff', 'crm-write'])
  // (5 + 4) of 10 grants; no profile exists; with eight people, everything may be chance.
  expect(await within((sql) => getPotentialRole(sql, key))).toMatchObject({
    entitlementCount: 2,
    density: 90,
    freshness: 100,
    quality: 50,
    excludedEntitlements: ['crm-write', 'all-staff'],
  })

  await expect(edit(['crm-write', 'nope'], false)).rejects.toThrow('ids: the potential role has no entitlement "nope"')
  await expect(edit([], true)).rejects.toThrow('ids: must name at least one entitlement')
  expect(await ids(excluded)).toEqual(['all-staff', 'crm-write'])

  await edit(['crm-write', 'all-staff'], false)
  expect(await ids(excluded)).toEqual([])
  expect(await within((sql) => getPotentialRole(sql, key))).toMatchObject({ entitlementCount: 3, density: 80 })
})

test('a patch changes what it names, and a document at fault changes nothing', async () => {
  const key = { id: await within((sql) => insertRole(sql, tenantId, session)) }
  const patch = (operations: { op: string; path: string; value?: unknown }[]) =>
    within((sql) => patchPotentialRole(sql, key, operations))
  await patch([
    { op: 'replace', path: '/name', value: 'Clerks' },
    { op: 'replace', path: '/saved', value: 'true' },
    { op: 'replace', path: '/description', value: 'Who sells' },
  ])
  expect(await within((sql) => getPotentialRole(sql, key))).toMatchObject({
    name: 'Clerks',
    saved: true,
    description: 'Who sells',
  })
  await expect(
    patch([
      { op: 'remove', path: '/name' },
      { op: 'replace', path: '/id', value: 'x' },
    ]),
  ).rejects.toThrow('[1].path')
  expect(await within((sql) => getPotentialRole(sql, key))).toMatchObject({ name: 'Clerks' })
  await patch([
    { op: 'remove', path: '/name' },
    { op: 'remove', path: '/saved' },
    { op: 'remove', path: '/description' },
  ])
  expect(await within((sql) => getPotentialRole(sql, key))).toMatchObject({
    name: `Potential Role - ${key.id.slice(0, 6)}`,
    saved: false,
    description: null,
  })
})

test('the version of a listed role changes with the role and with its session, and with nothing else', async () => {
  const tenant = await db.tenantId()
  await insertOrganisation(db.database.sql, tenant)
  const own = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenant, work)
  const [session, other] = await own((sql) => Promise.all([insertSession(sql, tenant), insertSession(sql, tenant)]))
  const one = await own((sql) => insertRole(sql, tenant, session))
  const two = await own((sql) => insertRole(sql, tenant, other))
  const versionOf = async (wanted: string) => {
    const { items } = await own((sql) => listPotentialRoles(sql, undefined, everything))
    return items.find(({ id }) => id === wanted)?.version
  }
  const before = await versionOf(one)
  await own((sql) => patchPotentialRole(sql, { id: two }, [{ op: 'replace', path: '/name', value: 'Two' }]))
  await own((sql) => sql`update mining_sessions set name = 'Other' where id = ${other}`)
  expect(await versionOf(one)).toBe(before)
  await own((sql) => patchPotentialRole(sql, { id: one }, [{ op: 'replace', path: '/name', value: 'One' }]))
  const renamed = await versionOf(one)
  expect(renamed).not.toBe(before)
  await own((sql) => sql`update mining_sessions set name = 'Its own' where id = ${session}`)
  expect(await versionOf(one)).not.toBe(renamed)
})

test('lists of roles are filtered, sorted and counted', async () => {
  const tenant = await db.tenantId()
  await insertOrganisation(db.database.sql, tenant)
  await inTenant(db.database.sql, tenant, async (sql) => {
    const mine = await insertSession(sql, tenant, { createdByName: 'Ashley' })
    const auto = await insertSession(sql, tenant, { type: 'COMMON' })
    await insertRole(sql, tenant, mine, { name: 'Alpha', density: 60, createdAt: '2026-01-03T00:00:00.123Z' })
    await insertRole(sql, tenant, mine, { name: 'Beta', saved: true, density: 90, createdAt: '2026-01-02T00:00:00Z' })
    await insertRole(sql, tenant, auto, {
      name: 'Gamma',
      saved: true,
      identityKeys: [2, 1],
      createdAt: '2026-01-01T00:00:00Z',
    })
    const names = async (query: RoleQuery, of?: string) => {
      const { items } = await listPotentialRoles(sql, of, query)
      const roles = await potentialRolesById(
        sql,
        items.map(({ id }) => id),
      )
      return items.map(({ id }) => roles.find((role) => role.id === id)?.name).join(' ')
    }
    const filtered = async (field: string, type: FilterFields[string], text: string) =>
      names({ ...everything, filter: parseFilter(text, { [field]: type }) as RoleQuery['filter'] })

    expect(await names(everything)).toBe('Alpha Beta Gamma')
    expect(await names(everything, mine)).toBe('Alpha Beta')
    expect(await names(sorted('identityCount'))).toBe('Gamma Alpha Beta')
    expect(await names(sorted('quality', true))).toBe('Beta Gamma Alpha')
    expect((await listPotentialRoles(sql, undefined, paged(1, 1))).total).toBe(3)
    expect(await names(paged(1, 1))).toBe('Beta')
    expect(await filtered('createdByName', { type: 'text', operators: ['eq'] }, 'createdByName eq "ASHLEY"')).toBe(
      'Alpha Beta',
    )
    expect(await filtered('saved', { type: 'boolean', operators: ['eq'] }, 'saved eq "true"')).toBe('Beta Gamma')
    expect(await filtered('type', { type: 'choice', values: ['COMMON'], operators: ['eq'] }, 'type eq "COMMON"')).toBe(
      'Gamma',
    )
    expect(
      await filtered('startDate', { type: 'instant', operators: ['ge'] }, 'startDate ge 2026-01-03T00:00:00.123Z'),
    ).toBe('Alpha')
    expect(await filtered('identityAttribute', { type: 'text', operators: ['co'] }, 'identityAttribute co "ler"')).toBe(
      'Alpha Beta Gamma',
    )
    expect(
      await filtered('identityAttribute', { type: 'text', operators: ['co'] }, 'identityAttribute co "count"'),
    ).toBe('')
    expect(await filtered('quality', { type: 'number', operators: ['gt'] }, 'quality gt 90')).toBe('Beta')
    const drafts = await listDraftRoles(sql, everything)
    expect(drafts).toMatchObject({
      total: 2,
      items: [
        { name: 'Beta' },
        {
          name: 'Gamma',
          description: '',
          type: 'COMMON',
          identityIds: ['i2', 'i1'],
          entitlementIds: ['crm-read', 'mailbox', 'crm-write'],
        },
      ],
    })
    expect((await listDraftRoles(sql, sorted('modified'))).items.map(({ name }) => name)).toEqual(['Gamma', 'Beta'])
    await expect(listPotentialRoles(sql, 'nothing', everything)).rejects.toThrow(
      'role mining session "nothing" does not exist',
    )
  })
})
