import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { importFiles, snapshotByIds } from './testing-imports.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

const team = {
  'identities.csv': 'id\nu1\nu2\n',
  'entitlements.csv': 'id,application_id\nteam,git\nrepo-1,git\nrepo-2,git\nread,crm\nread,wiki\n',
  'grants.csv':
    'identity_id,entitlement_id,application_id,last_used_at\nu1,team,git,2025-01-01\nu2,repo-1,git,2025-02-01\n',
}
const header = 'holder_entitlement_id,holder_application_id,entitlement_id,application_id\n'
const memberships = `${header}team,git,repo-1,\nteam,,repo-2,git\nteam,git,repo-1,git\nteam,,team,\nrepo-2,,read,wiki\nread,wiki,repo-2,git\n`

const stored = (tenantId: number) =>
  inTenant(sql, tenantId, async (scoped: TenantSql) => {
    const rows = await scoped<{ pair: string }[]>`
      select holder.id || ' ' || e.id as pair from entitlement_memberships m
      join entitlements holder on holder.key = m.holder_key join entitlements e on e.key = m.entitlement_key
      order by holder.id, e.id`
    return rows.map(({ pair }) => pair)
  })

test('memberships are stored once each, without those of an entitlement in itself, and the next import replaces them', async () => {
  const tenantId = await db.tenantId()
  const { counts } = await importFiles(sql, tenantId, { ...team, 'memberships.csv': memberships })
  expect(counts).toMatchObject({ grants: 2, memberships: 4 })
  expect(await stored(tenantId)).toEqual(['read repo-2', 'repo-2 read', 'team repo-1', 'team repo-2'])
  await importFiles(sql, tenantId, { ...team, 'memberships.csv': `${header}repo-1,git,repo-2,git\n` })
  expect(await stored(tenantId)).toEqual(['repo-1 repo-2'])
  const none = await importFiles(sql, tenantId, team)
  expect([none.counts?.memberships, await stored(tenantId)]).toEqual([0, []])
  expect((await snapshotByIds(sql, tenantId))?.snapshot.closure).toBeUndefined()
})

test('the snapshot holds what is assigned, and beside it what groups give', async () => {
  const tenantId = await db.tenantId()
  await importFiles(sql, tenantId, { ...team, 'memberships.csv': memberships })
  const view = await snapshotByIds(sql, tenantId)
  expect(view?.held).toEqual({ u1: ['git/team'], u2: ['git/repo-1'] })
  // The team gives both repositories and the wiki; the cycle of the second repository and the wiki shares a row.
  expect(view?.snapshot.closure).toEqual({
    group: Uint32Array.of(0, 2, 4),
    groupRow: Uint32Array.of(0, 1, 1),
    givenOffset: Uint32Array.of(0, 3, 5),
    givenEntitlement: Uint32Array.of(1, 2, 4, 2, 4),
  })
})

test('an import may mine effective access: the snapshot then holds what groups give as well', async () => {
  const tenantId = await db.tenantId()
  const files = { ...team, 'memberships.csv': memberships }
  const assigned = await importFiles(sql, tenantId, files)
  const done = await importFiles(sql, tenantId, files, { minesEffectiveAccess: true })
  expect(done).toMatchObject({ minesEffectiveAccess: true, sameContentAs: undefined, counts: assigned.counts })
  const view = await snapshotByIds(sql, tenantId)
  expect(view?.held).toEqual({ u1: ['git/repo-1', 'git/repo-2', 'git/team', 'wiki/read'], u2: ['git/repo-1'] })
  // The days of last use belong to assigned access.
  expect(view?.snapshot.lastUsedDay).toEqual(Uint16Array.of(20_089, 0, 0, 0, 20_120))
})

test('without entitlements.csv what a membership names exists', async () => {
  const tenantId = await db.tenantId()
  const { counts } = await importFiles(sql, tenantId, {
    'identities.csv': 'id\nu1\n',
    'grants.csv': 'identity_id,entitlement_id\nu1,team\n',
    'memberships.csv': 'holder_entitlement_id,entitlement_id,application_id\nteam,repo,git\n',
  })
  expect(counts).toMatchObject({ entitlements: 2, applications: 2, memberships: 1 })
})

test.each([
  ['teem,,repo-1,git', 'memberships.csv:2:1', 'there is no entitlement "teem"'],
  ['read,,repo-1,git', 'memberships.csv:2:1', 'in several applications; name one in holder_application_id'],
  ['team,git,read,', 'memberships.csv:2:10', 'in several applications; name one in application_id'],
  ['team,got,repo-1,git', 'memberships.csv:2:6', 'there is no application "got"'],
  ['team,git,repo-9,git', 'memberships.csv:2:10', 'there is no entitlement "repo-9" in the application "git"'],
])('the row %s is a fault with its place, and changes nothing', async (row, field, description) => {
  const tenantId = await db.tenantId()
  await importFiles(sql, tenantId, { ...team, 'memberships.csv': memberships })
  const files = { ...team, 'memberships.csv': `${header}${row}\n` }
  await expect(importFiles(sql, tenantId, files)).rejects.toMatchObject({
    kind: 'invalid_argument',
    violations: [{ field, description: expect.stringContaining(description) }],
  })
  expect(await stored(tenantId)).toHaveLength(4)
})

test('groups that give more than can be held are refused with what to do, and change nothing', async () => {
  const tenantId = await db.tenantId()
  await importFiles(sql, tenantId, { ...team, 'memberships.csv': memberships })
  const chain = Array.from({ length: 8_000 }, (_, i) => `g${i},g${i + 1}`)
  const files = {
    'identities.csv': 'id\nu1\n',
    'grants.csv': 'identity_id,entitlement_id\nu1,g0\n',
    'memberships.csv': ['holder_entitlement_id,entitlement_id', ...chain].join('\n'),
  }
  await expect(importFiles(sql, tenantId, files)).rejects.toMatchObject({
    kind: 'invalid_argument',
    violations: [
      {
        field: 'memberships.csv',
        description: expect.stringMatching(/at most 25000000 entitlements.*leave out groups that lie very deep/),
      },
    ],
  })
  expect(await stored(tenantId)).toHaveLength(4)
})
