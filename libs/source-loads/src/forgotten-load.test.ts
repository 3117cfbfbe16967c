import { expect, test } from 'vitest'
import { applyChangeSet } from './changes/apply-change-set.ts'
import { beginLoad, getLoad } from './loads.ts'
import { bytesOf, db, load, openLoad, sql, tenant, tenantId, useTenants } from './testing-tenant.ts'
import { uploadLoadFile } from './upload-load-file.ts'

await useTenants()

const people = 'id,display_name,email,department\np1,Ana Ruiz,ana@example.org,\n'

/** Makes everything that was done so far older by this many hours. */
async function age(hours: number): Promise<void> {
  const owner = db.owner.sql
  const by = owner`make_interval(hours => ${hours})`
  await owner`update source_loads set created_at = created_at - ${by} where tenant_id = ${tenantId}`
  await owner`update source_files set created_at = created_at - ${by} where tenant_id = ${tenantId}`
}

const forgotten = {
  state: 'aborted',
  files: [],
  errorMessage: 'It had no upload for 24 hours when another load began',
}

test('an open load to which nobody has uploaded for a day gives way to the next one, and says why', async () => {
  const { id } = await openLoad('hr', { 'people.csv': people })
  const ofOther = await openLoad('crm', {})
  await age(25)
  expect(await load('hr', { 'people.csv': people })).toMatchObject({ state: 'committed' })
  expect(await getLoad(sql, tenantId, id)).toMatchObject(forgotten)
  expect(await getLoad(sql, tenantId, ofOther.id)).toMatchObject({ state: 'open' })
  const entries = await tenant(
    (scoped) => scoped`select from ledger_entries where subject_id = ${id} and kind = 'load.abort'`,
  )
  expect(entries).toHaveLength(1)
})

test('it gives way to a change set as well', async () => {
  const { id: base } = await load('hr', { 'people.csv': people })
  const { id } = await openLoad('hr', { 'people.csv': people })
  await age(25)
  const set = { requestId: 'r1', baseLoadId: base, changes: [{ deleteIdentity: { id: 'p1' } }], waitMs: 10_000 }
  const first = await tenant((scoped) => applyChangeSet(scoped, tenantId, 'hr', { ...set, createdBy: 'tester' }))
  expect(await getLoad(sql, tenantId, id)).toMatchObject(forgotten)
  // A load that gathers changes begins by itself, however old it is.
  await age(25)
  await expect(openLoad('hr', {})).rejects.toMatchObject({ kind: 'aborted', metadata: { loadId: first.loadId } })
})

test.each<[string, (id: string) => Promise<unknown>]>([
  ['that is younger', () => age(23)],
  [
    'to which a file was uploaded since, though it is the same',
    async (id) => {
      await age(25)
      await uploadLoadFile(sql, tenantId, id, 'people.csv', bytesOf(people))
    },
  ],
  [
    'to which a file comes',
    async (id) => {
      await age(25)
      await db.owner.sql`
        insert into source_files (tenant_id, load_id, name, live_until)
        values (${tenantId}, ${Number(id)}, 'grants.csv', now() + interval '10 minutes')`
    },
  ],
  [
    'that was committed',
    async (id) => {
      await tenant((scoped) => beginLoad(scoped, tenantId, id))
      await age(25)
    },
  ],
])('a load %s refuses others', async (_, happens) => {
  const { id } = await openLoad('hr', { 'people.csv': people })
  await happens(id)
  const before = await getLoad(sql, tenantId, id)
  await expect(openLoad('hr', {})).rejects.toMatchObject({ kind: 'aborted', metadata: { loadId: id } })
  expect(await getLoad(sql, tenantId, id)).toEqual(before)
})
