import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommittingImport } from './commit-import.ts'
import { importFiles, smallSet, snapshotByIds } from './testing-imports.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

test('the whole native CSV set becomes tables, a snapshot, and facts for participants', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const seen: CommittingImport[] = []
  const done = await importFiles(sql, tenant, smallSet, {
    participants: [
      async (_, committing) => {
        seen.push(committing)
      },
    ],
  })
  expect(done).toMatchObject({
    state: 'committed',
    errorCount: 0,
    counts: {
      identities: 5,
      applications: 2,
      entitlements: 4,
      grants: 5,
      repeatedGrants: 1,
      usageRows: 6,
      accessProfiles: 2,
    },
  })
  const view = await snapshotByIds(sql, tenant)
  expect(view?.importId).toBe(done.id)
  expect(view?.held).toEqual({
    u1: ['crm/read', 'git/read'],
    u2: ['git/read'],
    u3: ['crm/export'],
    u4: [],
    s1: ['git/admin'],
  })
  expect(view?.attributes.u2).toEqual({
    department: 'Engineering',
    job_title: 'Engineer',
    manager: 'u3',
    directory_status: 'enabled',
    cost_center: 'CC 2',
  })
  expect([...(view?.snapshot.identityStatus ?? [])]).toEqual([0, 0, 0, 1, 0])
  expect([...(view?.snapshot.identityType ?? [])]).toEqual([0, 0, 0, 0, 1])
  const rows = await inTenant(sql, tenant, async (scoped) => ({
    grants: await scoped`
      select i.id, e.id as entitlement, granted_at, last_used_at from grants g
      join identities i on i.key = g.identity_key join entitlements e on e.key = g.entitlement_key order by i.id, e.key`,
    usage: await scoped`select identity_key, days_used, last_day::text from usage`,
    person: await scoped`select * from identities where id = 'u2'`,
  }))
  expect(rows.grants.map((row) => Object.values(row))).toEqual([
    ['s1', 'admin', null, new Date('2025-01-01')],
    ['u1', 'read', new Date('2024-01-01'), new Date('2025-03-05')],
    ['u1', 'read', null, null],
    ['u2', 'read', new Date('2024-01-01'), new Date('2025-03-02T10:00:00Z')],
    ['u3', 'export', null, null],
  ])
  expect([...rows.usage]).toEqual([{ identity_key: 1, days_used: 3, last_day: '2025-03-05' }])
  expect(rows.person[0]).toMatchObject({
    display_name: 'Hopper, Grace',
    department: 'Engineering',
    attributes: { cost_center: 'CC 2' },
    name_order: 'hopper, grace',
  })
  expect(seen[0]?.accessProfiles).toMatchObject([
    { id: 'p1', displayName: 'Basics', isCommonAccess: true, entitlementKeys: [1, 4], line: 2 },
    { id: 'p2', displayName: 'Dev', isCommonAccess: false, celExpression: 'subject.department == "Engineering"' },
  ])
})
