import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { openWorker } from './jobs.ts'
import { prepareQueues } from './prepare-queues.ts'
import { defineQueue } from './queue.ts'
import { withSchedules } from './schedules.ts'
import { defineWork } from './work.ts'

const nightly = defineQueue<{ tenantId: number }>('test-nightly', 'once')
const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, [nightly])
afterAll(() => db.drop())

const worker = () => {
  const worker = openWorker({ url: db.url, applicationName: 'schedule-test', onError: () => {}, scheduleSeconds: 1 })
  worker.work(
    defineWork({
      queue: nightly,
      title: 'The nightly work',
      takeUp: async (payload) => payload,
      run: async ({ tenantId }) => void done.push(tenantId),
    }),
  )
  return worker
}
const done: number[] = []

/** Resolves when the schedules were checked once more. */
async function anotherLook(): Promise<void> {
  const lookedAt = async () =>
    (await db.owner.sql<{ at: Date | null }[]>`select cron_on as at from pgboss.version`)[0]?.at
  const before = await lookedAt()
  await expect.poll(lookedAt).not.toEqual(before)
}

test('what is due is done once, however many work, also after a restart', async () => {
  await withSchedules(db.ownerUrl, nightly, (schedules) =>
    schedules.set('tenant-7', { cron: '* * * * *', timeZone: 'UTC' }, { tenantId: 7 }),
  )
  const workers = [worker(), worker()]
  await expect.poll(() => done.length).toBeGreaterThan(0)
  await anotherLook()
  for (const one of workers) await one.stop()
  const third = worker()
  await anotherLook()
  await anotherLook()
  // What the last check found has become a job, and that job is done.
  const counts = async () => {
    const [row] = await db.owner.sql<{ jobs: number; left: number; minutes: number }[]>`
      select count(*)::integer as jobs, count(*) filter (where state <> 'completed')::integer as left,
        count(distinct date_trunc('minute', created_on))::integer as minutes
      from pgboss.job where name = ${nightly.name}`
    return row
  }
  await expect.poll(counts).toMatchObject({ left: 0 })
  const all = await counts()
  expect(all?.jobs).toBe(all?.minutes)
  expect(done).toEqual(Array(all?.jobs).fill(7))
  await third.stop()
})
