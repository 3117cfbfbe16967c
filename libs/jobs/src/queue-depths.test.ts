import { setTimeout as sleep } from 'node:timers/promises'
import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jobs, openWorker } from './jobs.ts'
import { prepareQueues } from './prepare-queues.ts'
import { defineQueue } from './queue.ts'
import { QueueDepths, type QueueDepthsOptions } from './queue-depths.ts'
import { defineWork } from './work.ts'

const bake = defineQueue<{ tenantId: number; name: string }>('test-bake', 'free')
const empty = defineQueue<{ tenantId: number }>('test-empty', 'free')

let db: TestDatabase
let tenantId: number
const open: QueueDepths[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
  await prepareQueues(db.ownerUrl, [bake, empty])
})
afterAll(async () => {
  await Promise.all(open.map((depths) => depths.close()))
  await db.drop()
})

function depthsOf(options: Partial<QueueDepthsOptions> = {}): QueueDepths {
  const depths = new QueueDepths({ url: db.url, applicationName: 'depths-test', freshForMs: 0, ...options })
  open.push(depths)
  return depths
}

const enqueue = (name: string) =>
  inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, bake, { tenantId, name }, name))

test('jobs are counted by kind and by what they wait for, and the oldest that waits for a worker tells for how long', async () => {
  const depths = depthsOf({ patienceMs: 30_000 })
  const none = { waiting: 0, delayed: 0, running: 0, oldestSeconds: 0 }
  expect(await depths.read()).toEqual([
    { kind: 'test-bake', ...none },
    { kind: 'test-empty', ...none },
  ])
  for (const name of ['old', 'young', 'later', 'held', 'taken', 'done']) await enqueue(name)
  await db.owner.sql`
    update pgboss.job set created_on = now() - interval '1 hour', start_after = now() - interval '100 s'
    where singleton_key = 'old'`
  await db.owner.sql`update pgboss.job set start_after = now() + interval '1 hour' where singleton_key = 'later'`
  await db.owner.sql`update pgboss.job set start_after = 'infinity' where singleton_key = 'held'`
  await db.owner.sql`update pgboss.job set state = 'active' where singleton_key = 'taken'`
  await db.owner.sql`update pgboss.job set state = 'completed' where singleton_key = 'done'`
  const [baked, nothing] = await depths.read()
  expect(baked).toMatchObject({ kind: 'test-bake', waiting: 2, delayed: 2, running: 1 })
  expect(baked?.oldestSeconds).toBeGreaterThanOrEqual(100)
  expect(baked?.oldestSeconds).toBeLessThan(3600)
  expect(nothing).toEqual({ kind: 'test-empty', ...none })
})

test('an answer holds for a while, and questions at the same time are one', async () => {
  const depths = depthsOf({ freshForMs: 600_000, patienceMs: 30_000 })
  const [first, second] = await Promise.all([depths.read(), depths.read()])
  await enqueue('more')
  expect(second).toBe(first)
  expect(await depths.read()).toBe(first)
})

test('a database that does not answer is given up within the patience, and asked again the next time', async () => {
  const depths = depthsOf({ patienceMs: 300 })
  const release = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const holder = db.owner.sql.begin(async (sql) => {
    await sql`lock table pgboss.job in access exclusive mode`
    locked.resolve()
    await release.promise
  })
  await locked.promise
  await expect(depths.read()).rejects.toThrow('no answer within 300 ms')
  release.resolve()
  await holder
  await expect.poll(() => depths.read().catch(() => [])).not.toEqual([])
})

test('a worker tells of each attempt how it ended and how long it took', async () => {
  const told: unknown[] = []
  await db.owner.sql`delete from pgboss.job`
  const worker = openWorker({
    url: db.url,
    applicationName: 'depths-test',
    onError: () => {},
    onAttempt: (kind, outcome, seconds) => void told.push([kind, outcome, seconds > 0.02]),
  })
  const faults = new Set<string>()
  worker.work(
    defineWork<{ tenantId: number; name: string }, string>({
      queue: bake,
      title: 'The bread',
      takeUp: async ({ name }) => name,
      async run(name) {
        if (name === 'slow') await sleep(50)
        if (name === 'faulty' && !faults.has(name)) {
          faults.add(name)
          throw new Error('the oven')
        }
      },
    }),
  )
  await enqueue('slow')
  await enqueue('faulty')
  await expect.poll(() => told.length).toBe(3)
  expect(told).toEqual([
    ['test-bake', 'completed', true],
    ['test-bake', 'retried', expect.any(Boolean)],
    ['test-bake', 'completed', expect.any(Boolean)],
  ])
  await worker.stop()
})
