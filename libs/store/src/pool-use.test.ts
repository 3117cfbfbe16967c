import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let db: TestDatabase
const waits: number[] = []
let database: Database

beforeAll(async () => {
  db = await createTestDatabase()
  const options = { url: db.url, applicationName: 'pool-use', maxConnections: 2 }
  database = openDatabase({ ...options, onWait: (seconds) => void waits.push(seconds) })
})
afterAll(async () => {
  await database.close()
  await db.drop()
})

const idle = { most: 2, open: 2, busy: 0, waiting: 0 }

test('a pool tells how many connections are open and busy, and what waits for one', async () => {
  const { sql } = database
  expect(database.poolState()).toEqual({ most: 2, open: 0, busy: 0, waiting: 0 })
  const end = Promise.withResolvers<void>()
  const begun: number[] = []
  const transactions = [1, 2, 3].map((each) =>
    sql.begin(async (transaction) => {
      begun.push(each)
      await transaction`select 1`
      await end.promise
    }),
  )
  await expect.poll(() => begun.length).toBe(2)
  const statement = sql`select 1`.execute()
  await expect.poll(() => database.poolState()).toEqual({ most: 2, open: 2, busy: 2, waiting: 2 })
  expect(waits).toHaveLength(2)
  end.resolve()
  await Promise.all([...transactions, statement])
  expect(database.poolState()).toEqual(idle)
  expect(waits).toHaveLength(3)
  // The third one waited for the work of the first two, and for their own waits.
  expect(Math.max(...waits)).toBe(waits[2])
})

test('statements outside of transactions count while they run, those that fail and parts of others included', async () => {
  const { sql } = database
  const lock = Promise.withResolvers<void>()
  const held = db.owner.sql.begin(async (owner) => {
    await owner`select pg_advisory_xact_lock(7)`
    await lock.promise
  })
  const waiting = sql`select pg_advisory_xact_lock(${sql`7`})`.execute()
  await expect.poll(() => database.poolState()).toEqual({ ...idle, busy: 1 })
  lock.resolve()
  await Promise.all([waiting, held])
  expect(database.poolState()).toEqual(idle)
  await expect(sql`select nothing`).rejects.toThrow('nothing')
  expect(database.poolState()).toEqual(idle)
})

test('a pool that lost a connection counts those of its successor', async () => {
  const { sql } = database
  await db.owner.sql`
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pool-use' limit 1`
  await expect.poll(() => database.poolState()).toEqual({ ...idle, open: 0 })
  await sql`select 1`
  expect(database.poolState()).toEqual({ ...idle, open: 1 })
})
