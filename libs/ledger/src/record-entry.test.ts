import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { actingAs } from './acting.ts'
import { contentHash, valueHash } from './entry-content.ts'
import { newEntry, recordEntry } from './record-entry.ts'

const db = await createTestDatabase()
const tenantId = await db.tenantId()
afterAll(() => db.drop())

const ada = { type: 'client', id: 'calm-otter', person: 'ada', name: 'Ada "Ä" Long', role: 'reviewer' } as const

async function stored(id: string) {
  return inTenant(db.database.sql, tenantId, async (sql) => {
    const [entry] = await sql`select * from ledger_entries where id = ${id}`
    const values =
      await sql`select field, salt, value, found_by from ledger_values where entry_id = ${id} order by field`
    return { entry, values: [...values] }
  })
}

test('an entry names the actor, however deep it is written, and has personal values stored beside it', async () => {
  const { id } = await actingAs(ada, () =>
    inTenant(db.database.sql, tenantId, async (sql) => {
      await sql`select 1`
      return recordEntry(sql, {
        kind: 'profile.update',
        subject: { type: 'profile', id: 'p1' },
        before: { name: 'Old', size: 2 },
        after: { size: 3, name: 'New \\ {quoted}' },
        comment: 'as agreed',
        people: ['grace', 'alan'],
        load: 7,
      })
    }),
  )
  const { entry, values } = await stored(id)
  expect(values.map(({ field, value, found_by }) => [field, value, found_by])).toEqual([
    ['actor', '{"name":"Ada \\"Ä\\" Long","person":"ada"}', 'ada'],
    ['after', '{"name":"New \\\\ {quoted}","size":3}', null],
    ['before', '{"name":"Old","size":2}', null],
    ['comment', '"as agreed"', null],
    ['people.0', '"grace"', 'grace'],
    ['people.1', '"alan"', 'alan'],
  ])
  expect(entry!.hash).toEqual(contentHash(entry!.content))
  const content = JSON.parse(entry!.content)
  expect(content).toMatchObject({ kind: 'profile.update', reason: 'unspecified', load: 7, peopleCount: 2 })
  expect(content.actor).toMatchObject({ type: 'client', client: 'calm-otter', role: 'reviewer' })
  for (const { field, salt, value } of values) {
    const [name, index] = field.split('.')
    const told = name === 'actor' ? content.actor.who : name === 'people' ? content.people[index] : content[name]
    expect(told.sha256, field).toBe(valueHash(salt, value).toString('hex'))
  }
  expect(entry!.content).not.toMatch(/Ada|grace|agreed|Old/)
})

test('an entry is rolled back with its transaction', async () => {
  let id = ''
  await expect(
    inTenant(db.database.sql, tenantId, async (sql) => {
      id = (await recordEntry(sql, { kind: 'profile.delete', subject: { type: 'profile', id: 'p1' } })).id
      throw new Error('changed my mind')
    }),
  ).rejects.toThrow('changed my mind')
  expect(await stored(id)).toEqual({ entry: undefined, values: [] })
})

test('a statement of the decision writes the whole entry too, with its values and its mark for the sealer', async () => {
  const subject = { type: 'profile', id: 'p2', isPersonal: true }
  const entry = actingAs(ada, () => newEntry({ kind: 'profile.create', subject, after: { name: 'A' } }))
  const [row] = await inTenant(
    db.database.sql,
    tenantId,
    (sql) => sql`${entry.beginning(sql)} select ${'decided'}::text as state`,
  )
  expect(row).toEqual({ state: 'decided' })
  const { entry: written, values } = await stored(entry.id)
  expect(written).toMatchObject({ content: entry.content, hash: entry.hash, kind: 'profile.create', subject_id: null })
  expect(written).toMatchObject({ client: 'calm-otter', tenant_id: tenantId })
  const expected = entry.values.map(({ field, salt, value, foundBy }) => ({ field, salt, value, found_by: foundBy }))
  expect(values).toEqual(expected.toSorted((a, b) => (a.field < b.field ? -1 : 1)))
  expect(await db.owner.sql`select from ledger_unsealed where entry_id = ${entry.id}`).toHaveLength(1)
})

test('sessions and workers write entries, and cannot read values of entries', async () => {
  for (const service of ['assay_sessions', 'assay_mining_worker'] as const) {
    await inTenant(db.owner.sql, tenantId, async (sql) => {
      await sql.unsafe(`set local role ${service}`)
      await recordEntry(sql, {
        kind: 'session.create',
        subject: { type: 'session', id: service },
        after: { name: 'A' },
      })
      const [rights] = await sql`
        select has_table_privilege('ledger_values', 'select') as values, has_table_privilege('ledger_entries', 'select') as entries`
      expect(rights).toEqual({ values: false, entries: service === 'assay_mining_worker' })
    })
    expect(await db.owner.sql`select from ledger_entries where subject_id = ${service}`).toHaveLength(1)
  }
})

test('a service cannot change or remove an entry, a value, a link or a head', async () => {
  for (const table of ['ledger_entries', 'ledger_values', 'ledger_links', 'ledger_heads']) {
    for (const statement of [
      `delete from ${table}`,
      `update ${table} set tenant_id = tenant_id`,
      `truncate ${table}`,
    ]) {
      await expect(
        inTenant(db.database.sql, tenantId, (sql) => sql.unsafe(statement)),
        statement,
      ).rejects.toThrow(/permission denied/)
    }
  }
})
