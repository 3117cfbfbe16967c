import { inTenant, removeAgedRows } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { agedSessions } from './aged-rows.ts'
import { dismissRole, lockInboxRole } from './inbox/decide-role.ts'
import { insertRole, insertSession } from './testing-roles.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

test('what nobody saved goes 30 days after its last change, unless somebody worked on a role of it, or dismissed one lately', async () => {
  const tenantId = await db.tenantId()
  const within = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(db.database.sql, tenantId, work)
  await within(async (sql) => {
    const insert = async (name: string, days: number, given: { saved?: boolean; automatic?: boolean } = {}) => {
      const id = await insertSession(sql, tenantId, { name, ...(!given.automatic && { createdByName: 'Ashley' }) })
      await sql`
        update mining_sessions set modified_at = now() - make_interval(days => ${days}), saved = ${given.saved ?? false}
        where id = ${id}`
      return id
    }
    await insertRole(sql, tenantId, await insert('forgotten', 31))
    const dismissed = await insertRole(sql, tenantId, await insert('forgotten, a role dismissed', 31))
    await dismissRole(sql, await lockInboxRole(sql, dismissed), { reason: 'no_role' })
    await sql`update potential_roles set dismissed_at = now() - interval '31 days' where id = ${dismissed}`
    const lately = await insertRole(sql, tenantId, await insert('a role dismissed lately', 31))
    await dismissRole(sql, await lockInboxRole(sql, lately), { reason: 'no_role' })
    await insert('recent', 29)
    await insert('saved', 31, { saved: true })
    await insert('discovered', 31, { automatic: true })
    await insertRole(sql, tenantId, await insert('with a draft', 31), { saved: true })
  })
  await removeAgedRows(db.database.sql, agedSessions(30))
  await within(async (sql) => {
    const rows = await sql<{ name: string }[]>`select name from mining_sessions order by name`
    expect(rows.map(({ name }) => name)).toEqual([
      'a role dismissed lately',
      'discovered',
      'recent',
      'saved',
      'with a draft',
    ])
    expect(await sql`select from potential_roles`).toHaveLength(2)
  })
})
