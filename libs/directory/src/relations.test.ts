import { type Fragment, inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { replaceAccounts } from './import/brought-accounts.ts'
import { importFiles, smallSet } from './import/testing-imports.ts'
import {
  accessCounts,
  accountsInForce,
  entitlementRelation,
  grantsInForce,
  identityRelation,
  presentEntitlements,
  usageOf,
} from './relations.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const tenantId = await db.tenantId()
await importFiles(db.database.sql, tenantId, smallSet)
const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)

test.each<[string, (sql: TenantSql) => Fragment]>([
  ['identities', (sql) => sql`${identityRelation(sql)} row where row.key = 1`],
  ['entitlements', (sql) => sql`${entitlementRelation(sql)} row where row.key = 1`],
  ['present entitlements', (sql) => sql`${presentEntitlements(sql)} row where row.key = 1`],
  ['grants', (sql) => sql`${grantsInForce(sql)} row where row.identity_key = 1`],
  [
    'usage',
    (sql) => sql`${identityRelation(sql)} one left join ${usageOf(sql, 'git')} row on row.identity_key = one.key`,
  ],
])('the relation of %s is planned as its tables would be in its place', async (_, rows) => {
  const plan = await within(
    (sql) => sql<{ 'QUERY PLAN': string }[]>`explain (costs off) select row.* from ${rows(sql)}`,
  )
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).not.toMatch(/Subquery Scan|CTE Scan/)
})

test('accounts and counts of access are those of the import in force', async () => {
  const read = () =>
    within(async (sql) => ({
      accounts: await sql<{ id: string }[]>`
        select one.id, application_id as application, privileged
        from ${accountsInForce(sql)} account join ${identityRelation(sql)} one on one.key = account.identity_key
        order by one.id, application_id`,
      counts: await sql<{ id: string }[]>`
        select one.id, entitlements, applications
        from ${accessCounts(sql)} counted join ${identityRelation(sql)} one on one.key = counted.identity_key order by one.id`,
    }))
  const csv = (grants: string) => ({
    'identities.csv': 'id\nu1\nu2\n',
    'entitlements.csv': 'id,application_id,privileged\nread,git,false\nadmin,git,true\nuser,mail,false\n',
    'grants.csv': `identity_id,application_id,entitlement_id\n${grants}`,
  })
  await importFiles(db.database.sql, tenantId, csv('u1,git,read\nu1,git,admin\nu1,mail,user\nu2,git,read\n'))
  expect(await read()).toEqual({
    accounts: [
      { id: 'u1', application: 'git', privileged: true },
      { id: 'u1', application: 'mail', privileged: false },
      { id: 'u2', application: 'git', privileged: false },
    ],
    counts: [
      { id: 'u1', entitlements: 3, applications: 2 },
      { id: 'u2', entitlements: 1, applications: 1 },
    ],
  })
  await importFiles(db.database.sql, tenantId, csv('u2,mail,user\n'))
  expect(await read()).toEqual({
    accounts: [{ id: 'u2', application: 'mail', privileged: false }],
    counts: [{ id: 'u2', entitlements: 1, applications: 1 }],
  })
})

test('accounts that sources brought stand for the ones that follow from access, until the next import', async () => {
  const accounts = () =>
    within(async (sql) => {
      const rows = await sql<{ text: string }[]>`
        select concat_ws(' ', one.id, application_id, account.id, account.disabled::text) as text
        from ${accountsInForce(sql)} account join ${identityRelation(sql)} one on one.key = account.identity_key`
      const counts = await sql<{ text: string }[]>`
        select concat_ws(' ', one.id, counted.accounts, counted.applications) as text
        from ${accessCounts(sql)} counted join ${identityRelation(sql)} one on one.key = counted.identity_key`
      return [...rows, ...counts].map(({ text }) => text).sort()
    })
  const files = {
    'identities.csv': 'id\nu1\nu2\n',
    'entitlements.csv': 'id,application_id\nread,git\nuser,mail\n',
    'grants.csv': 'identity_id,application_id,entitlement_id\nu1,git,read\nu1,mail,user\n',
  }
  await importFiles(db.database.sql, tenantId, files)
  const derived = ['u1 2 2', 'u1 git false', 'u1 mail false']
  expect(await accounts()).toEqual(derived)
  const account = { identityId: 'u1', applicationId: 'git', id: 'G1', name: '', isDisabled: true }
  await within((sql) =>
    replaceAccounts(sql, tenantId, [
      account,
      // Two sources have the same account; the second says that it is enabled.
      { ...account, isDisabled: false },
      { ...account, id: 'G2' },
      { ...account, identityId: 'u2' },
      { ...account, identityId: 'nobody' },
    ]),
  )
  expect(await accounts()).toEqual([
    'u1 3 2',
    'u1 git G1 false',
    'u1 git G2 true',
    'u1 mail false',
    'u2 1 0',
    'u2 git G1 true',
  ])
  await importFiles(db.database.sql, tenantId, { ...files, 'identities.csv': 'id\nu1\nu2\nu3\n' })
  expect(await accounts()).toEqual(derived)
})
