import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test, vi } from 'vitest'
import { openWorker } from './jobs.ts'
import { prepareQueues } from './prepare-queues.ts'
import { defineQueue } from './queue.ts'
import { withSchedules } from './schedules.ts'
import { defineWork } from './work.ts'

const nightly = defineQueue<{ tenantId: number }>('test-nightly', 'once')
const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, [nightly])
afterAll(() => db.drop())

test('what is due is done once, however many work, also after a restart', async () => {
  await withSchedules(db.ownerUrl, nightly, (schedules) =>
    schedules.set('tenant-7', { cron: '* * * * *', timeZone: 'UTC' }, { tenantId: 7 }),
  )
  const done: number[] = []
  const start = async () => {
    const options = { url: db.url, applicationName: 'schedule-test', onError: () => {}, scheduleSeconds: 1 }
    const worker = openWorker(options)
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
  // Two in the same minute, then a third that starts when they are gone.
  const minute = () => Math.floor(Date.now() / 60_000)
  if (Date.now() % 60_000 > 45_000) await sleep(60_000 - (Date.now() % 60_000))
  const began = minute()
  const workers = [await start(), await start()]
  await vi.waitFor(() => expect(done).toEqual([7]), { timeout: 15_000, interval: 100 })
  for (const worker of workers) await worker.stop()
  const third = await start()
  await sleep(3_000)
  if (minute() === began) expect(done).toEqual([7])
  await third.stop()
}, 60_000)
