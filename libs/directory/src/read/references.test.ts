import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { importFiles } from '../import/testing-imports.ts'
import {
  applicationKeys,
  entitlementKeys,
  entitlementReferences,
  identityExists,
  identityIds,
  identityKeys,
  unknownIdentityIds,
} from './references.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const tenantId = await db.tenantId()
const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)

const set = (people: string, grants: string) => ({
  'identities.csv': `id\n${people}`,
  'grants.csv': `identity_id,application_id,entitlement_id\n${grants}`,
})
await importFiles(db.database.sql, tenantId, set('ada\nben\neve\n', 'ada,crm,read\nben,mail,read\neve,wiki,edit\n'))
// Without eve, and without the entitlements that only eve held.
await importFiles(db.database.sql, tenantId, set('ada\nben\n', 'ada,crm,read\nben,mail,read\n'))

const [crmRead, mailRead, wikiEdit] = ['crm/read', 'mail/read', 'wiki/edit'].map((name) => {
  const [applicationId = '', entitlementId = ''] = name.split('/')
  return { applicationId, entitlementId }
})
const nothing = { applicationId: 'crm', entitlementId: 'edit' }

test('entitlements have their keys in the order of the references, also where one id is in two applications', async () => {
  const wanted = [mailRead!, nothing, crmRead!, mailRead!]
  const keys = await within((sql) => entitlementKeys(sql, wanted))
  expect(keys[1]).toBeUndefined()
  expect(keys[3]).toBe(keys[0])
  const known = keys.filter((key) => key !== undefined)
  expect(await within((sql) => entitlementReferences(sql, known))).toEqual([mailRead, crmRead, mailRead])
  expect(await within((sql) => entitlementKeys(sql, []))).toEqual([])
})

test('what a later import deleted is found on request alone', async () => {
  const both = { includeDeleted: true }
  const [key = 0] = await within((sql) => entitlementKeys(sql, [wikiEdit!], both))
  expect(await within((sql) => entitlementKeys(sql, [wikiEdit!]))).toEqual([undefined])
  expect(await within((sql) => entitlementReferences(sql, [key]))).toEqual([])
  const applications = ['crm', 'wiki', 'none']
  expect([...(await within((sql) => applicationKeys(sql, applications))).keys()]).toEqual(['crm'])
  expect([...(await within((sql) => applicationKeys(sql, applications, both))).keys()].sort()).toEqual(['crm', 'wiki'])
})

test('identities are those that are not deleted', async () => {
  const ids = ['eve', 'ben', 'zoe', 'ada', 'zoe']
  const keys = await within((sql) => identityKeys(sql, ids))
  expect([...keys.keys()]).toEqual(['ada', 'ben'])
  expect(await within((sql) => identityIds(sql, [...keys.values()].reverse()))).toEqual(['ben', 'ada'])
  expect(await within((sql) => unknownIdentityIds(sql, ids))).toEqual(['eve', 'zoe'])
  expect(await within((sql) => Promise.all([identityExists(sql, 'ada'), identityExists(sql, 'eve')]))).toEqual([
    true,
    false,
  ])
})
