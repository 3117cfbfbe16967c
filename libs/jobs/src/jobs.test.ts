import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { failedPrecondition } from '@assay/errors'
import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Jobs, openJobs } from './jobs.ts'
import { prepareQueues } from './prepare-queues.ts'
import { defineQueue } from './queue.ts'
import { nap } from './testing-worker.ts'

const greet = defineQueue<{ tenantId: number; name: string }>('test-greet', 'free')
const once1 = defineQueue<{ tenantId: number }>('test-once', 'once')

let db: TestDatabase
let tenantId: number
const open: Jobs[] = []
const workers: ChildProcess[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
  await prepareQueues(db.ownerUrl, [greet, once1, nap])
})
afterEach(async () => {
  for (const worker of workers.splice(0)) worker.kill('SIGKILL')
  for (const jobs of open.splice(0)) await jobs.stop()
})
afterAll(() => db.drop())

async function connect(role: 'enqueues' | 'works'): Promise<Jobs> {
  const onError = () => {}
  const jobs = await openJobs({ url: db.url, applicationName: 'jobs-test', onError }, role)
  open.push(jobs)
  return jobs
}

function startWorker(): { worker: ChildProcess; next: (key: string) => Promise<unknown> } {
  const worker = fork(join(import.meta.dirname, 'testing-worker.ts'), { env: { ...process.env, DATABASE_URL: db.url } })
  workers.push(worker)
  const next = async (key: string) => {
    for (;;) {
      const [message] = (await once(worker, 'message')) as [Record<string, unknown>]
      if (key in message) return message[key]
    }
  }
  return { worker, next }
}

test('a job exists exactly when the transaction that enqueued it commits', async () => {
  const jobs = await connect('works')
  const done: string[] = []
  const finished = Promise.withResolvers<void>()
  await expect(
    inTenant(db.database.sql, tenantId, async (sql) => {
      await jobs.enqueue(sql, greet, { tenantId, name: 'never' }, '')
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  await inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, greet, { tenantId, name: 'Oslo "Ø"' }, ''))
  await jobs.work(greet, async ({ payload }) => {
    done.push(payload.name)
    finished.resolve()
  })
  await finished.promise
  expect(done).toEqual(['Oslo "Ø"'])
})

test('work that is there already is not enqueued a second time, and can be asked for again once it is done', async () => {
  const jobs = await connect('works')
  const ask = () => inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, once1, { tenantId }, 'import-1'))
  expect([await ask(), await ask()]).toEqual([true, false])
  const finished = Promise.withResolvers<void>()
  await jobs.work(once1, async () => finished.resolve())
  await finished.promise
  await expect.poll(ask, { timeout: 5000 }).toBe(true)
})

test('a handler that throws is run again', async () => {
  const jobs = await connect('works')
  const finished = Promise.withResolvers<void>()
  let tries = 0
  await inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, greet, { tenantId, name: 'again' }, ''))
  await jobs.work(greet, async () => {
    if (++tries === 1) throw new Error('a passing fault')
    finished.resolve()
  })
  await finished.promise
  expect(tries).toBe(2)
})

test('whoever enqueued a job that this process works on need not wait for the next look', async () => {
  const jobs = await connect('works')
  let done = Promise.withResolvers<void>()
  await jobs.work(greet, async () => done.resolve())
  const waits: number[] = []
  for (let count = 0; count < 5; count++) {
    done = Promise.withResolvers()
    await inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, greet, { tenantId, name: 'now' }, ''))
    const enqueued = performance.now()
    jobs.wake(greet)
    await done.promise
    waits.push(performance.now() - enqueued)
  }
  // Each was enqueued right after a look, so without being woken the worker would take half a second.
  expect(waits.toSorted((a, b) => a - b)[2]).toBeLessThan(300)
})

test('a job that can never succeed fails with a message that can be read, and whoever waits is told once', async () => {
  const jobs = await connect('works')
  const told = Promise.withResolvers<string>()
  const enqueued = { tenantId, name: 'refused' }
  await inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, greet, enqueued, 'refused'))
  await jobs.work(
    greet,
    async () => {
      throw failedPrecondition('there is no access data')
    },
    { onGivenUp: async (payload, error) => told.resolve(`${payload.name}: ${error.message}`) },
  )
  expect(await told.promise).toBe('refused: there is no access data')
  const stateOf = async () => {
    const [job] = await db.owner.sql`
      select state::text, output->>'message' as message from pgboss.job where singleton_key = 'refused'`
    return job
  }
  await expect.poll(stateOf).toEqual({ state: 'failed', message: 'there is no access data' })
})

test('a cancelled job is not begun, and the handler of one that goes on is told to stop', {
  timeout: 20_000,
}, async () => {
  const jobs = await connect('works')
  const began = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  let begun = 0
  const enqueue = (name: string) =>
    inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, greet, { tenantId, name }, 'cancelled'))
  await enqueue('first')
  await jobs.work(greet, async ({ signal }) => {
    begun++
    began.resolve()
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))).finally(
      stopped.resolve,
    )
  })
  await began.promise
  await enqueue('second')
  const cancel = () => inTenant(db.database.sql, tenantId, (sql) => jobs.cancel(sql, greet, 'cancelled'))
  expect(await cancel()).toBe(2)
  await stopped.promise
  expect(await cancel()).toBe(0)
  expect(begun).toBe(1)
})

test('several jobs go on at once in a process that is asked to', async () => {
  const jobs = await connect('works')
  const together = Promise.withResolvers<void>()
  let running = 0
  await inTenant(db.database.sql, tenantId, async (sql) => {
    for (const name of ['a', 'b', 'c']) await jobs.enqueue(sql, greet, { tenantId, name }, '')
  })
  await jobs.work(
    greet,
    async () => {
      if (++running === 3) together.resolve()
      await together.promise
    },
    { concurrency: 3 },
  )
  await together.promise
})

test('jobs of one key go on one at a time, those of different keys side by side', async () => {
  const jobs = await connect('enqueues')
  const first = startWorker()
  const second = startWorker()
  const began = [first.next('began'), second.next('began')]
  await Promise.all([first.next('ready'), second.next('ready')])
  await inTenant(db.database.sql, tenantId, async (sql) => {
    await jobs.enqueue(sql, nap, { tenantId: 1, patient: true }, 'one')
    await jobs.enqueue(sql, nap, { tenantId: 1, patient: true }, 'one')
    await jobs.enqueue(sql, nap, { tenantId: 2, patient: true }, 'two')
  })
  expect((await Promise.all(began)).sort()).toEqual([1, 2])
  const [active] = await db.owner
    .sql`select count(*)::integer as count from pgboss.job where name = ${nap.name} and state = 'active'`
  expect(active?.count).toBe(2)
  await db.owner.sql`delete from pgboss.job where name = ${nap.name}`
})

test('a worker that stops hands its job back at once', async () => {
  const jobs = await connect('enqueues')
  const first = startWorker()
  await first.next('ready')
  await inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, nap, { tenantId: 3, patient: true }, 'three'))
  await first.next('began')
  first.worker.send('stop')
  await once(first.worker, 'exit')
  const second = startWorker()
  const began = performance.now()
  expect(await second.next('began')).toBe(3)
  expect(performance.now() - began).toBeLessThan(8000)
  await db.owner.sql`delete from pgboss.job where name = ${nap.name}`
})

test('the job of a worker killed by SIGKILL is taken up by another', { timeout: 60_000 }, async () => {
  const jobs = await connect('enqueues')
  const first = startWorker()
  await first.next('ready')
  await inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, nap, { tenantId: 4, patient: true }, 'four'))
  await first.next('began')
  first.worker.kill('SIGKILL')
  const second = startWorker()
  expect(await second.next('began')).toBe(4)
  await db.owner.sql`delete from pgboss.job where name = ${nap.name}`
})
