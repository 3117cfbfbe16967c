import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { importFiles, smallSet, snapshotByIds } from '../import/testing-imports.ts'
import { loadCurrentSnapshot } from './load-snapshot.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

/** As if another version had written the snapshot. */
const spoil = (tenantId: number, byte: number) =>
  db.owner.sql`
    update snapshot_chunks set data = set_byte(data, ${byte}, 99) where tenant_id = ${tenantId} and ordinal = 0`

const bytesOf = async (tenantId: number) => {
  const stored = await loadCurrentSnapshot(sql, tenantId)
  return Buffer.from(new Uint8Array(stored?.buffer ?? new SharedArrayBuffer(0)))
}

const sets = {
  'every file': smallSet,
  'attributes that are lists': {
    'identities.csv': 'id,projects[],team,tags[|]\na,Zeus;Apollo,red,\nb,Apollo;Hermes,,\nc,,,\n',
    'grants.csv': 'identity_id,entitlement_id\na,x\nb,x\n',
  },
  pairs: { 'pairs.txt': '1 7\n2 7\n2 8\n' },
  'people without grants, and grants of people who are deleted': {
    'identities.csv': 'id,status,team,department\na,enabled,red,\nb,deleted,blue,Sales\nc,disabled,,Sales\n',
    'grants.csv': 'identity_id,entitlement_id,last_used_at\nb,x,1969-01-01\nb,y,2025-01-01\nb,x,\n',
  },
}

const groups = {
  'identities.csv': 'id\na\nb\n',
  'grants.csv': 'identity_id,entitlement_id,last_used_at\na,team,2025-01-01\nb,repo,\nb,admins,\n',
  'memberships.csv': 'holder_entitlement_id,entitlement_id\nteam,repo\nteam,wiki\nadmins,team\nwiki,team\nrepo,repo\n',
}

test.each([
  ...Object.entries(sets).map(([name, files]) => [name, files, false] as const),
  ['groups', groups, false] as const,
  ['groups whose access is mined', groups, true] as const,
])(
  'a snapshot of another format is made again from the rows, to the same bytes: %s',
  async (_, files, minesEffectiveAccess) => {
    const tenantId = await db.tenantId()
    await importFiles(sql, tenantId, files, { minesEffectiveAccess })
    const before = await bytesOf(tenantId)
    for (const byte of [0, 8]) {
      await spoil(tenantId, byte)
      expect((await bytesOf(tenantId)).equals(before)).toBe(true)
    }
    // The rebuilt snapshot is also stored.
    const [row] = await inTenant(
      sql,
      tenantId,
      (scoped) => scoped`select substring(data from 1 for 9) as head from snapshot_chunks`,
    )
    expect(row?.head).toEqual(before.subarray(0, 9))
  },
)

test('rows that earlier imports held and the one in force does not are no part of it', async () => {
  const tenantId = await db.tenantId()
  await importFiles(sql, tenantId, smallSet)
  const fewer = {
    'identities.csv': 'id\nu2\n',
    'grants.csv': 'identity_id,entitlement_id,application_id\nu2,read,git\n',
  }
  await importFiles(sql, tenantId, fewer)
  const before = await bytesOf(tenantId)
  await spoil(tenantId, 8)
  expect((await bytesOf(tenantId)).equals(before)).toBe(true)
})

test('everybody who asks at once gets it, and it is made once', async () => {
  const tenantId = await db.tenantId()
  await importFiles(sql, tenantId, smallSet)
  const before = await bytesOf(tenantId)
  await spoil(tenantId, 8)
  const answers = await Promise.all(Array.from({ length: 4 }, () => bytesOf(tenantId)))
  expect(answers.map((answer) => answer.equals(before))).toEqual([true, true, true, true])
})

test('importing the same files again helps as well', async () => {
  const tenantId = await db.tenantId()
  const first = await importFiles(sql, tenantId, smallSet)
  expect((await importFiles(sql, tenantId, smallSet)).sameContentAs).toBe(first.id)
  await spoil(tenantId, 8)
  const again = await importFiles(sql, tenantId, smallSet)
  expect(again.sameContentAs).toBeUndefined()
  expect((await snapshotByIds(sql, tenantId))?.importId).toBe(again.id)
})
