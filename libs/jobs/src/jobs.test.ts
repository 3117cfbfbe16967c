import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectTo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { jobChannel } from './job-rows.ts'
import { type JobsOptions, jobs, openWorker, type Worker } from './jobs.ts'
import { prepareQueues } from './prepare-queues.ts'
import { defineQueue } from './queue.ts'
import { cancelTenantWork, listTenantWork } from './tenant-work.ts'
import { nap } from './testing-worker.ts'
import { parseWaitingLimits, withWaitingLimits } from './waiting-limits.ts'
import { type Attempt, defineWork, type ShownProgress } from './work.ts'
import { WorkWatch } from './work-watch.ts'

const greet = defineQueue<{ tenantId: number; name: string }>('test-greet', 'free')
const once1 = defineQueue<{ tenantId: number }>('test-once', 'once')

let db: TestDatabase
let tenantId: number
const open: Worker[] = []
const processes: ChildProcess[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
  await prepareQueues(db.ownerUrl, [greet, once1, nap])
})
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL')
  for (const worker of open.splice(0)) await worker.stop()
  await db.owner.sql`delete from pgboss.job`
  await db.owner.sql`delete from pgboss.turn`
})
afterAll(() => db.drop())

/** A look interval that never ends in a test, for a worker that must only react to notifications. */
const neverMs = 3_600_000

function connect(options: Partial<JobsOptions> = {}): Worker {
  const worker = openWorker({ url: db.url, applicationName: 'jobs-test', onError: () => {}, ...options })
  open.push(worker)
  return worker
}

type Greeting = { readonly tenantId: number; readonly name: string }

/** Work whose task is the greeting itself. */
function greeting(
  run: (greeting: Greeting, attempt: Attempt) => Promise<void>,
  fail?: (greeting: Greeting, message: string) => Promise<void>,
) {
  return defineWork<Greeting, Greeting>({
    queue: greet,
    title: 'The greeting',
    takeUp: async (payload) => payload,
    run,
    ...(fail && { fail }),
  })
}

const enqueue = (name: string, key = '', tenant = tenantId) =>
  inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, greet, { tenantId: tenant, name }, key))

const jobOf = async (key: string) => {
  const [job] = await db.owner.sql`select state::text, output from pgboss.job where singleton_key = ${key}`
  return job
}

function startWorker(environment: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, DATABASE_URL: db.url, ...environment }
  const worker = fork(join(import.meta.dirname, 'testing-worker.ts'), { env })
  processes.push(worker)
  const next = async (key: string) => {
    for (;;) {
      const [message] = (await once(worker, 'message')) as [Record<string, unknown>]
      if (key in message) return message[key]
    }
  }
  return { worker, next }
}

test('a job exists exactly when the transaction that enqueued it commits', async () => {
  const done: string[] = []
  const finished = Promise.withResolvers<void>()
  await expect(
    inTenant(db.database.sql, tenantId, async (sql) => {
      await jobs.enqueue(sql, greet, { tenantId, name: 'never' }, '')
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  await enqueue('Oslo "Ø"')
  connect().work(
    greeting(async ({ name }) => {
      done.push(name)
      finished.resolve()
    }),
  )
  await finished.promise
  expect(done).toEqual(['Oslo "Ø"'])
})

test('a job of a queue that was not prepared is refused with the remedy', async () => {
  const unprepared = defineQueue<{ tenantId: number }>('test-unprepared', 'once')
  const work = inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, unprepared, { tenantId }, 'one'))
  await expect(work).rejects.toThrow('npm run assay -- migrate')
})

test('work that is there already is not enqueued a second time, and can be asked for again once it is done', async () => {
  const ask = () => inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, once1, { tenantId }, 'import-1'))
  expect([await ask(), await ask()]).toEqual([true, false])
  const finished = Promise.withResolvers<void>()
  connect().work(
    defineWork({
      queue: once1,
      title: 'It',
      takeUp: async (payload) => payload,
      run: async () => finished.resolve(),
    }),
  )
  await finished.promise
  await expect.poll(ask).toBe(true)
})

test('a job begins when its transaction has committed, without waiting until a worker looks by itself', async () => {
  let done = Promise.withResolvers<void>()
  connect({ lookMs: neverMs }).work(greeting(async () => done.resolve()))
  // The worker looks for jobs when it begins and when it starts to listen; it begins all others because of their notification.
  for (let count = 0; count < 5; count++) {
    done = Promise.withResolvers()
    await enqueue('now')
    await done.promise
  }
})

test('a cancelled job is not begun, and one that is running is stopped at once and left alone', async () => {
  const began = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  const begun: string[] = []
  await enqueue('first', 'cancelled')
  connect().work(
    greeting(async ({ name }, { signal }) => {
      begun.push(name)
      if (name === 'third') return
      began.resolve()
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))).finally(
        stopped.resolve,
      )
    }),
  )
  await began.promise
  await enqueue('second', 'cancelled')
  const cancel = () => inTenant(db.database.sql, tenantId, (sql) => jobs.cancel(sql, greet, 'cancelled'))
  const told: string[] = []
  const { unlisten } = await db.owner.sql.listen(jobChannel, (payload) => told.push(payload))
  expect(await cancel()).toBe(2)
  await stopped.promise
  await expect.poll(() => told.filter((payload) => /^cancel [0-9a-f-]{36}$/.test(payload))).toHaveLength(2)
  await unlisten()
  expect(await cancel()).toBe(0)
  // Jobs run one at a time, the oldest first, so a job that was left of the cancelled ones would begin before this one.
  await enqueue('third')
  await expect.poll(() => begun).toEqual(['first', 'third'])
})

test('a worker stops the job that a notification names at once, before its lease tells it', async () => {
  const began = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  await enqueue('long', 'named')
  connect().work(
    greeting(async (_, { signal }) => {
      began.resolve()
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))).finally(
        stopped.resolve,
      )
    }),
  )
  await began.promise
  // The row of the job says that it still runs; only the notification withdraws it. Sent repeatedly, because the worker may not
  // listen yet.
  const notify = () => db.owner.sql`
    select pg_notify(${jobChannel}, 'cancel ' || id) from pgboss.job where singleton_key = 'named' and state = 'active'`
  const notifying = setInterval(() => void notify().execute(), 100)
  await stopped.promise
  clearInterval(notifying)
})

test('several jobs run at once in a process that is asked to', async () => {
  const together = Promise.withResolvers<void>()
  let running = 0
  for (const name of ['a', 'b', 'c']) await enqueue(name)
  connect().work(
    greeting(async () => {
      if (++running === 3) together.resolve()
      await together.promise
    }),
    { concurrency: 3 },
  )
  await together.promise
})

test('a tenant with many jobs does not keep another waiting: each is served in turn', async () => {
  const order: string[] = []
  const all = Promise.withResolvers<void>()
  for (const name of ['a1', 'a2', 'a3', 'a4']) await enqueue(name, '', 1)
  for (const name of ['b1', 'b2']) await enqueue(name, '', 2)
  connect().work(
    greeting(async ({ name }) => {
      order.push(name)
      if (order.length === 6) all.resolve()
    }),
  )
  await all.promise
  expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'a4'])
})

/** Workers that hold every job until the test releases it, and the tenants of the jobs in the order in which they began. */
function gatedWorkers(count: number) {
  const begun: number[] = []
  const gates: (() => void)[] = []
  const workers = Array.from({ length: count }, () => connect())
  for (const worker of workers) {
    worker.work(
      greeting(async ({ tenantId: tenant }) => {
        begun.push(tenant)
        await new Promise<void>((resolve) => gates.push(resolve))
      }),
    )
  }
  const begunAtLeast = async (most: number) => {
    while (begun.length < most) await sleep(5)
  }
  const releaseOldest = () => gates.shift()?.()
  const end = async () => {
    await db.owner.sql`delete from pgboss.job where state = 'created'`
    while (gates.length > 0) releaseOldest()
  }
  return { begun, begunAtLeast, releaseOldest, end }
}

const enqueueMany = (tenant: number, count: number) =>
  inTenant(db.database.sql, tenantId, async (sql) => {
    for (let i = 0; i < count; i++) await jobs.enqueue(sql, greet, { tenantId: tenant, name: '' }, '')
  })

test('with 200 jobs of one tenant waiting, the next job that begins is that of another, whatever the number of workers', async () => {
  await enqueueMany(1, 200)
  const { begun, begunAtLeast, releaseOldest, end } = gatedWorkers(3)
  await begunAtLeast(3)
  await enqueueMany(2, 1)
  releaseOldest()
  await begunAtLeast(4)
  expect(begun).toEqual([1, 1, 1, 2])
  await end()
})

test('with 50 tenants waiting, none begins twice before all have begun once, whatever the number of workers', async () => {
  const tenants = Array.from({ length: 50 }, (_, i) => i + 1)
  for (const tenant of tenants) await enqueueMany(tenant, 2)
  const { begun, begunAtLeast, releaseOldest, end } = gatedWorkers(3)
  for (let count = 3; count <= 100; count++) {
    await begunAtLeast(count)
    releaseOldest()
  }
  expect(begun.slice(0, 50).toSorted((a, b) => a - b)).toEqual(tenants)
  expect(begun.slice(50).toSorted((a, b) => a - b)).toEqual(tenants)
  await end()
})

test('more jobs of a tenant than may wait are refused with the limit, those of others and of other kinds are not', async () => {
  const limited = { ...greet, mostWaiting: 2 }
  const add = (tenant: number, queue = limited) =>
    inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, queue, { tenantId: tenant, name: '' }, ''))
  await add(1)
  await add(1)
  await expect(add(1)).rejects.toMatchObject({
    kind: 'resource_exhausted',
    reason: 'TOO_MANY_WAITING',
    metadata: { queue: 'test-greet', limit: '2' },
    message: expect.stringMatching(/2 jobs of the kind test-greet wait.*raise the limit of this kind/),
  })
  expect(await add(2)).toBe(true)
  expect(await add(1, { ...greet, mostWaiting: 3 })).toBe(true)
  const raised = withWaitingLimits(parseWaitingLimits('test-greet=4', [limited]))
  const addRaised = () =>
    inTenant(db.database.sql, tenantId, (sql) => raised.enqueue(sql, limited, { tenantId: 1, name: '' }, ''))
  expect(await addRaised()).toBe(true)
  await expect(addRaised()).rejects.toMatchObject({ metadata: { limit: '4' } })
})

test.each(['greet', 'other=3', 'test-greet=0', 'test-greet=x', `${'test-greet=2,'.repeat(2)}=3`])(
  'the limits "%s" are refused, naming the kinds',
  (text) => {
    const queues = [{ ...greet, mostWaiting: 2 }, once1]
    expect(() => parseWaitingLimits(text, queues)).toThrow('such as "test-greet=50"; the kinds are test-greet')
  },
)

test('a queue whose database is away waits, says so once, and goes on when it is back', async () => {
  const waits: string[] = []
  const target = new URL(db.url)
  let [isAway, refused] = [true, 0]
  const proxy = createServer((socket) => {
    if (isAway) {
      refused++
      socket.destroy()
      return
    }
    const through = target.searchParams.get('host')
    const upstream = through
      ? connectTo(`${through}/.s.PGSQL.${target.port || 5432}`)
      : connectTo(Number(target.port || 5432), target.hostname)
    socket.pipe(upstream).pipe(socket)
    for (const end of [socket, upstream]) end.on('error', () => {})
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as { port: number }
  const url = new URL(db.url)
  url.searchParams.delete('host')
  url.hostname = '127.0.0.1'
  url.port = String(port)
  const done = Promise.withResolvers<void>()
  connect({ url: url.href, onWaiting: (text) => waits.push(text) }).work(greeting(async () => done.resolve()))
  const saidOfQueue = () => waits.filter((text) => /^The queue waits for the database: /.test(text)).length
  await enqueue('patience')
  // The other connections of the worker are refused too, perhaps many times before the queue's own look.
  await expect.poll(saidOfQueue).toBe(1)
  const refusedBefore = refused
  await expect.poll(() => refused).toBeGreaterThan(refusedBefore + 12)
  isAway = false
  await done.promise
  expect(saidOfQueue()).toBe(1)
  for (const worker of open.splice(0)) await worker.stop()
  proxy.close()
})

test('jobs of one key run one at a time, those of different keys side by side', async () => {
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
})

const patientNap = (tenant: number, key: string) =>
  inTenant(db.database.sql, tenantId, (sql) => jobs.enqueue(sql, nap, { tenantId: tenant, patient: true }, key))

test('a worker that stops hands its job back at once, uncounted', async () => {
  const first = startWorker()
  await first.next('ready')
  await patientNap(3, 'three')
  await first.next('began')
  // It takes only jobs of notifications, and those that it finds when it begins.
  const second = startWorker({ LOOK_MS: String(neverMs) })
  await second.next('ready')
  first.worker.send('stop')
  expect(await second.next('began')).toBe(3)
  expect((await jobOf('three'))?.output).toMatchObject({ faults: 0, deaths: 0, waits: 0 })
})

test('the job of a worker killed by SIGKILL is taken up by another, one death counted', async () => {
  const first = startWorker()
  await first.next('ready')
  await patientNap(4, 'four')
  await first.next('began')
  first.worker.kill('SIGKILL')
  const second = startWorker()
  expect(await second.next('began')).toBe(4)
  expect((await jobOf('four'))?.output).toMatchObject({ deaths: 1, message: 'the worker process died' })
})

test('a worker whose main thread stands still for longer than a lease keeps its job', async () => {
  const sleepers = [startWorker(), startWorker()]
  await Promise.all(sleepers.map(({ next }) => next('ready')))
  const began = Promise.race(sleepers.map(async ({ next }, place) => [place, await next('began')] as const))
  await inTenant(db.database.sql, tenantId, (sql) =>
    // Blocks the thread, as reading a large import does, or a machine that lacks processors.
    jobs.enqueue(sql, nap, { tenantId: 5, patient: false, blockMs: 13_000 }, 'five'),
  )
  const [place] = await began
  const again = sleepers[1 - place]!.next('began').then(() => 'twice')
  const ended = sleepers[place]!.next('ended').then(() => 'once')
  expect(await Promise.race([again, ended])).toBe('once')
  await expect.poll(async () => (await jobOf('five'))?.state).toBe('completed')
})

const seen = { shown: [greet.name, once1.name], cancellable: [greet.name] }
const listed = (tenant = tenantId, page: Parameters<typeof listTenantWork>[3] = { size: 10 }) =>
  inTenant(db.database.sql, tenantId, (sql) => listTenantWork(sql, tenant, seen.shown, page))
const cancel = (id: string, tenant = tenantId) =>
  inTenant(db.database.sql, tenantId, (sql) => cancelTenantWork(sql, tenant, id, seen))

test('work of a tenant is listed with its progress, is cancelled where it runs, and is watched until it has ended', async () => {
  const began = Promise.withResolvers<void>()
  const told = Promise.withResolvers<string>()
  await enqueue('long')
  await enqueue('other tenant', '', 77)
  connect().work(
    defineWork<Greeting, Greeting, ShownProgress>({
      queue: greet,
      title: 'The greeting',
      takeUp: async (payload) => (payload.name === 'long' ? payload : undefined),
      progress: { shown: (progress) => progress },
      run: async (_, { signal, report }) => {
        report({ phase: 'words', done: 3, total: 8 })
        began.resolve()
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
      fail: async (_, message) => told.resolve(message),
    }),
  )
  await began.promise
  const shown: string[] = []
  const watcher = new WorkWatch(db.database.sql, { queues: seen.shown, lookMs: 50 })
  const watching = (async () => {
    for await (const work of watcher.watch(tenantId, AbortSignal.timeout(300_000))) {
      shown.push(work.map(({ state }) => state).join())
      if (work.length === 0) return
    }
  })()
  await expect
    .poll(async () => (await listed()).work)
    .toMatchObject([
      { queue: greet.name, about: { name: 'long' }, state: 'running', progress: { phase: 'words', done: 3, total: 8 } },
    ])
  const [work] = (await listed()).work
  const id = work?.id ?? ''
  await expect(cancel(id, 77)).rejects.toMatchObject({ kind: 'not_found' })
  await expect(cancel('no-id')).rejects.toMatchObject({ kind: 'not_found' })
  await expect.poll(() => shown.includes('running')).toBe(true)
  expect((await cancel(id)).state).toBe('cancelling')
  expect(await told.promise).toBe('The greeting was cancelled.')
  await watching
  expect(shown.at(-1)).toBe('')
  await expect(cancel(id)).rejects.toMatchObject({ kind: 'not_found' })
  expect((await db.owner.sql`select state::text, output from pgboss.job where id = ${id}`)[0]).toMatchObject({
    state: 'failed',
  })
})

test('work that waits says so, is cancelled before it begins, and an end that nobody may ask for is refused', async () => {
  await enqueue('a')
  await enqueue('b')
  await inTenant(db.database.sql, tenantId, async (sql) => {
    await jobs.enqueue(sql, once1, { tenantId }, 'one')
    await jobs.enqueue(sql, greet, { tenantId, name: 'later' }, '', { delayMs: 60_000 })
  })
  const first = await listed(tenantId, { size: 2 })
  const { work: rest, last } = await listed(tenantId, { size: 2, after: first.last })
  expect([...first.work, ...rest].map(({ queue, state }) => [queue, state])).toEqual([
    [greet.name, 'waiting'],
    [greet.name, 'waiting'],
    [once1.name, 'waiting'],
  ])
  expect(last).toBeUndefined()
  await expect(cancel(rest[0]?.id ?? '')).rejects.toMatchObject({ kind: 'failed_precondition' })
  await cancel(first.work[0]?.id ?? '')
  expect((await listed()).work[0]?.state).toBe('cancelling')
  const ended: string[] = []
  connect().work(
    greeting(
      async ({ name }) => void ended.push(`${name} done`),
      async ({ name }, message) => void ended.push(`${name}: ${message}`),
    ),
  )
  await expect.poll(() => ended.length).toBe(2)
  expect(ended).toEqual(['a: The greeting was cancelled.', 'b done'])
})

test('a tenant has so many watchers and no more, and one that leaves makes room', async () => {
  const watcher = new WorkWatch(db.database.sql, { queues: seen.shown, mostOfTenant: 1, lookMs: 20 })
  const leave = new AbortController()
  const first = watcher.watch(tenantId, leave.signal)
  await first.next()
  await expect(watcher.watch(tenantId, leave.signal).next()).rejects.toMatchObject({ reason: 'TOO_MANY_WATCHERS' })
  await watcher.watch(tenantId + 1, AbortSignal.abort()).next()
  leave.abort()
  expect((await first.next()).done).toBe(true)
  expect((await watcher.watch(tenantId, AbortSignal.timeout(300_000)).next()).value).toEqual([])
})
