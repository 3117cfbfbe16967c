import type { Sql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareQueues } from './prepare-queues.ts'
import { requireQueues } from './require-queues.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  await prepareQueues(db.ownerUrl, [])
})
afterAll(() => db.drop())

test.each(['assay_mining', 'assay_mining_worker', 'assay_sessions'])(
  '%s has the queues that were made',
  async (role) => {
    await inTransactionAs(role, requireQueues)
  },
)

test('a role that may not add jobs has no queues', async () => {
  await expect(inTransactionAs('assay_gateway', requireQueues)).rejects.toMatchObject({
    reason: 'DATABASE_NOT_MIGRATED',
  })
})

async function inTransactionAs(role: string, check: (sql: Sql) => Promise<void>): Promise<void> {
  await db.owner.sql.begin(async (sql) => {
    await sql.unsafe(`set local role ${role}`)
    await check(sql as unknown as Sql)
  })
}
