import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importFiles, smallSet } from '../import/testing-imports.ts'
import { listApplications } from './applications.ts'
import { getEntitlement, listEntitlements } from './entitlements.ts'
import { listIdentityGrants } from './grants.ts'
import { getIdentity, type IdentityFilter, listIdentities } from './identities.ts'
import { entitlementsByKey, identityNamesById, knownAttributes } from './lookups.ts'

let db: TestDatabase
let tenantId: number

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
  await importFiles(db.database.sql, tenantId, smallSet)
})
afterAll(() => db.drop())

const tenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)
const all = { size: 100 }
const found = async (filter: IdentityFilter) => {
  const { identities } = await tenant((sql) => listIdentities(sql, filter, all))
  return identities.map(({ id }) => id)
}

test('identities come by name, letter case ignored, and pages put together are the whole list', async () => {
  const whole = await found({})
  expect(whole).toEqual(['u1', 's1', 'u2', 'u4', 'u3'])
  const pages: string[] = []
  let after: Awaited<ReturnType<typeof listIdentities>>['last']
  do {
    const page = await tenant((sql) => listIdentities(sql, {}, { size: 2, after }))
    pages.push(...page.identities.map(({ id }) => id))
    after = page.last
  } while (after !== undefined)
  expect(pages).toEqual(whole)
})

test.each<[string, IdentityFilter, string[]]>([
  ['beginning of a name', { query: 'ADA l' }, ['u1']],
  ['beginning of a mail address', { query: 'grace@' }, ['u2']],
  ['letters beyond ASCII', { query: 'éLISE' }, ['u3']],
  ['a percent sign, which is nothing special', { query: '%' }, []],
  ['a department', { department: 'Engineering' }, ['u1', 'u2', 'u3']],
  ['department and job title', { department: 'Engineering', jobTitle: 'Manager' }, ['u3']],
  ['a status', { status: 'disabled' }, ['u4']],
  ['a type', { type: 'service' }, ['s1']],
])('identities are found by %s', async (_, filter, expected) => {
  expect(await found(filter)).toEqual(expected)
})

test('an identity is shown with its custom attributes, and an unknown one is not found', async () => {
  expect(await tenant((sql) => getIdentity(sql, 'u1'))).toMatchObject({
    displayName: 'Ada Lovelace',
    managerId: 'u3',
    status: 'enabled',
    type: 'human',
    attributes: { cost_center: 'CC 1' },
  })
  await expect(tenant((sql) => getIdentity(sql, 'nobody'))).rejects.toMatchObject({ kind: 'not_found' })
})

test('applications and entitlements are listed by name, of one application or of all', async () => {
  const { applications } = await tenant((sql) => listApplications(sql, {}, all))
  expect(applications.map(({ id }) => id)).toEqual(['crm', 'git'])
  const names = async (filter: { applicationId?: string; query?: string }) => {
    const { entitlements } = await tenant((sql) => listEntitlements(sql, filter, all))
    return entitlements.map(({ applicationId, id }) => `${applicationId}/${id}`)
  }
  expect(await names({})).toEqual(['git/admin', 'crm/export', 'git/read', 'crm/read'])
  expect(await names({ applicationId: 'git', query: 'READ' })).toEqual(['git/read'])
  await expect(names({ applicationId: 'hr' })).rejects.toMatchObject({ kind: 'not_found' })
})

test('an entitlement id that several applications have needs the application', async () => {
  expect(await tenant((sql) => getEntitlement(sql, 'admin'))).toMatchObject({ applicationId: 'git', privileged: true })
  expect(await tenant((sql) => getEntitlement(sql, 'read', 'crm'))).toMatchObject({ displayName: 'Read customers' })
  await expect(tenant((sql) => getEntitlement(sql, 'read'))).rejects.toThrow(/name one of "crm", "git"/)
  await expect(tenant((sql) => getEntitlement(sql, 'read', 'hr'))).rejects.toMatchObject({ kind: 'not_found' })
})

test('grants of an identity come once each, with their latest use', async () => {
  const { grants, last } = await tenant((sql) => listIdentityGrants(sql, 'u1', all))
  expect(last).toBeUndefined()
  expect(grants.map(({ applicationId, entitlementId }) => `${applicationId}/${entitlementId}`).sort()).toEqual([
    'crm/read',
    'git/read',
  ])
  const used = grants.find(({ applicationId }) => applicationId === 'git')?.lastUsedAt
  expect(used?.toISOString()).toBe('2025-03-05T00:00:00.000Z')
  const first = await tenant((sql) => listIdentityGrants(sql, 'u1', { size: 1 }))
  const second = await tenant((sql) => listIdentityGrants(sql, 'u1', { size: 1, after: first.last }))
  expect([...first.grants, ...second.grants]).toEqual(grants)
})

test('look-ups by key and id give names, and attributes are those of the import', async () => {
  const { key } = await tenant((sql) => getEntitlement(sql, 'admin'))
  const details = await tenant((sql) => entitlementsByKey(sql, [key, 999_999]))
  expect([...details.values()]).toMatchObject([{ id: 'admin', applicationDisplayName: 'Git', riskLevel: 'high' }])
  const names = await tenant((sql) => identityNamesById(sql, ['u3', 'nobody']))
  expect([...names]).toEqual([['u3', 'Élise Müller']])
  expect(await tenant(knownAttributes)).toEqual([
    'department',
    'job_title',
    'manager',
    'employment_type',
    'employment_status',
    'directory_status',
    'cost_center',
  ])
})

test('another tenant sees none of it', async () => {
  const other = await db.tenantId()
  const { identities } = await inTenant(db.database.sql, other, (sql) => listIdentities(sql, {}, all))
  expect(identities).toEqual([])
  await expect(inTenant(db.database.sql, other, (sql) => listIdentityGrants(sql, 'u1', all))).rejects.toMatchObject({
    kind: 'not_found',
  })
})
