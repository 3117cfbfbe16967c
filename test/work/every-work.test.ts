import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { failedPrecondition, resourceExhausted } from '@assay/errors'
import { eventQueues } from '@assay/events'
import { type Attempt, cancelTenantWork, openWorker, prepareQueues, type Worker } from '@assay/jobs'
import { reviewQueues } from '@assay/reviews'
import { queues } from '@assay/role-mining'
import { sessionQueues } from '@assay/role-sessions'
import { sourceQueues } from '@assay/source-loads'
import { pullQueues } from '@assay/source-pulls'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, afterEach, expect, test } from 'vitest'
import { ends, everyWork, type WorkCase } from './every-work.ts'

// The contract of durable work. Every guarantee is tested for every kind of work.

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, [
  ...queues,
  ...reviewQueues,
  ...sourceQueues,
  ...pullQueues,
  ...sessionQueues,
  ...eventQueues,
])
const kinds = await everyWork(db.database.sql, () => db.tenantId())
const open: Worker[] = []
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const worker of open.splice(0)) await worker.stop()
  await db.owner.sql`delete from pgboss.job`
})
afterAll(() => db.drop())

type Run = WorkCase['work']['run']
const nameOf = ({ work }: WorkCase) => work.queue.name

/** There is nothing that they would tell of. */
const mails: ReadonlySet<string> = new Set(['session-mail', 'review-reminder'])

/** A worker for all kinds, whose attempts first run a function of the test. */
function work(before: (kind: string, count: number, attempt: Attempt) => Promise<void> = async () => {}): Worker {
  const worker = openWorker({ url: db.url, applicationName: 'work-test', onError: () => {} })
  open.push(worker)
  for (const kind of kinds) {
    let count = 0
    const run: Run = async (task, attempt) => {
      await before(nameOf(kind), ++count, attempt)
      await kind.work.run(task, attempt)
    }
    // A mail without content is not sent, but here it must be attempted.
    const takeUp: WorkCase['work']['takeUp'] = mails.has(nameOf(kind)) ? async (payload) => payload : kind.work.takeUp
    const ended: Run = mails.has(nameOf(kind)) ? (_, attempt) => before(nameOf(kind), ++count, attempt) : run
    worker.work({ ...kind.work, takeUp, run: ended })
  }
  return worker
}

/** Requests work of every kind. @returns the keys of the jobs by kind */
async function askForAll(): Promise<Map<WorkCase, string>> {
  const keys = new Map<WorkCase, string>()
  for (const kind of kinds) keys.set(kind, await kind.ask())
  return keys
}

interface Seen {
  readonly job: string
  readonly faults?: number
  readonly deaths?: number
  readonly shown?: string | undefined
  readonly message?: string
}

/** For each kind the state of the job, and what people see: `done`, `failed` or `open`. */
async function seen(keys: Map<WorkCase, string>): Promise<Record<string, Seen>> {
  const all: Record<string, Seen> = {}
  for (const [kind, key] of keys) {
    const [job] = await db.owner.sql<{ state: string; output: { faults?: number; deaths?: number } | null }[]>`
      select state::text, output from pgboss.job where name = ${nameOf(kind)} and singleton_key = ${key}
      order by created_on limit 1`
    const shown = await kind.shown?.()
    const state = shown && (ends.done.has(shown.state) ? 'done' : ends.failed.has(shown.state) ? 'failed' : 'open')
    all[nameOf(kind)] = {
      job: job?.state ?? 'none',
      faults: job?.output?.faults ?? 0,
      deaths: job?.output?.deaths ?? 0,
      ...(shown && { shown: state, message: shown.message }),
    }
  }
  return all
}

/** The same of every kind. */
function all(of: Omit<Seen, 'shown' | 'message'>, shown: Pick<Seen, 'shown' | 'message'>): Record<string, unknown> {
  return Object.fromEntries(
    kinds.map((kind) => [nameOf(kind), expect.objectContaining(kind.shown === undefined ? of : { ...of, ...shown })]),
  )
}

const hanging = (_: string, __: number, { signal }: Attempt) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('this table has the work of every queue of the platform', () => {
  const all = [...queues, ...reviewQueues, ...sourceQueues, ...pullQueues, ...sessionQueues, ...eventQueues]
  expect(kinds.map(nameOf).toSorted()).toEqual(all.map(({ name }) => name).toSorted())
})

test('killed: another worker does the jobs of a dead worker, and one death is counted', async () => {
  const keys = await askForAll()
  const wanted = kinds.map(({ work: { queue } }) => queue)
  const child = fork(join(import.meta.dirname, 'hanging-worker.ts'), [JSON.stringify(wanted)], {
    env: { ...process.env, DATABASE_URL: db.url },
  })
  children.push(child)
  const taken = new Set<unknown>()
  child.on('message', (kind) => taken.add(kind))
  await expect.poll(() => taken.size).toBe(kinds.length)
  // As far as its work had come: the rows say that it is under way.
  for (const { work: one } of kinds) {
    const [job] = await db.owner.sql`select data from pgboss.job where name = ${one.queue.name} and state = 'active'`
    await one.takeUp(job?.data)
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
  work()
  await expect
    .poll(() => seen(keys), { interval: 250 })
    .toEqual(all({ job: 'completed', faults: 0, deaths: 1 }, { shown: 'done' }))
})

test('refused: the work ends at the first attempt, and people see the reason', async () => {
  const keys = await askForAll()
  let attempts = 0
  work(async () => {
    attempts++
    throw failedPrecondition('The input cannot be used.')
  })
  await expect
    .poll(() => seen(keys), { interval: 200 })
    .toEqual(all({ job: 'failed', faults: 0 }, { shown: 'failed', message: 'The input cannot be used.' }))
  expect(attempts).toBe(kinds.length)
})

test('cancelled: running work of every kind stops, and people see that it was cancelled', async () => {
  const keys = await askForAll()
  const begun = new Set<string>()
  work(async (kind, count, attempt) => {
    begun.add(kind)
    // Work without a tenant, which no user can cancel.
    if (kind !== 'export-expiry') await hanging(kind, count, attempt)
  })
  await expect.poll(() => begun.size).toBe(kinds.length)
  for (const job of await db.owner.sql<{ id: string; name: string; tenantId: number | null }[]>`
    select id, name, (data ->> 'tenantId')::integer as "tenantId" from pgboss.job where state = 'active'`) {
    const { id, name, tenantId } = job
    if (tenantId === null) continue
    const queues = { shown: [name], cancellable: [name] }
    await inTenant(db.database.sql, tenantId, (sql) => cancelTenantWork(sql, tenantId, id, queues))
  }
  const { 'export-expiry': _, ...cancelled } = all(
    { job: 'failed', faults: 0 },
    { shown: 'failed', message: expect.stringContaining('was cancelled.') as unknown as string },
  )
  await expect.poll(() => seen(keys), { interval: 200 }).toMatchObject(cancelled)
})

test('disk full, here or in the database: the work waits without a counted fault, and is done when there is room', async () => {
  const keys = await askForAll()
  work(async (_, count) => {
    if (count === 1) throw resourceExhausted('The database has no disk space left')
    if (count === 2) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  })
  await expect
    .poll(() => seen(keys), { interval: 250 })
    .toEqual(all({ job: 'completed', faults: 0, deaths: 0 }, { shown: 'done' }))
})

test('cancelled: scheduled work stops without a message', async () => {
  const keys = await askForAll()
  const began = new Set<string>()
  const stopped = new Set<string>()
  const worker = work(async (kind, count, attempt) => {
    began.add(kind)
    await hanging(kind, count, attempt).finally(() => stopped.add(kind))
  })
  await expect.poll(() => began.size).toBe(kinds.length)
  const tenantId = await db.tenantId()
  for (const [kind, key] of keys) {
    await inTenant(db.database.sql, tenantId, (sql) => worker.cancel(sql, kind.work.queue, key))
  }
  await expect.poll(() => stopped.size).toBe(kinds.length)
  expect(await seen(keys)).toEqual(all({ job: 'cancelled', faults: 0, deaths: 0 }, { shown: 'open', message: '' }))
  // They stay open, because this test removed their jobs.
  await db.owner.sql`update role_mining_runs set status = 'failed' where status = 'running'`
  await db.owner.sql`update imports set state = 'failed' where state = 'committing'`
})

test('given up: after some faults in a row people see a general message, and only the log has the fault', async () => {
  const keys = await askForAll()
  work(async () => {
    throw new Error('index 7 out of range in /our/insides')
  })
  await expect
    .poll(() => seen(keys), { interval: 250 })
    .toEqual(
      all(
        { job: 'failed', faults: 4, deaths: 0 },
        { shown: 'failed', message: expect.stringMatching(/ met an internal fault; the log has the details \(job /) },
      ),
    )
})

test('resumed: another worker at once takes the jobs of a stopped worker, and nothing is counted', async () => {
  const keys = await askForAll()
  const began = new Set<string>()
  const first = work(async (kind, count, attempt) => {
    began.add(kind)
    await hanging(kind, count, attempt)
  })
  await expect.poll(() => began.size).toBe(kinds.length)
  await first.stop()
  expect(await seen(keys)).toEqual(all({ job: 'retry', faults: 0, deaths: 0 }, { shown: 'open' }))
  // No job waits for a delay.
  expect(await db.owner.sql`select name from pgboss.job where start_after > now()`).toEqual([])
  const taken = new Set<string>()
  work(async (kind) => void taken.add(kind))
  await expect.poll(() => taken.size, { interval: 20 }).toBe(kinds.length)
  await expect
    .poll(() => seen(keys), { interval: 200 })
    .toEqual(all({ job: 'completed', faults: 0, deaths: 0 }, { shown: 'done' }))
})
