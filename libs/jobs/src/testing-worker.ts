import { openJobs } from './jobs.ts'
import { defineQueue } from './queue.ts'

/** A worker process for the tests: takes jobs of `nap`, says when it begins one, and ends it only in its second life. */
export const nap = defineQueue<{ tenantId: number; patient: boolean }>('test-nap', 'one-at-a-time')

if (process.argv[1] === import.meta.filename) {
  const jobs = await openJobs(
    { url: process.env.DATABASE_URL ?? '', applicationName: 'test-worker', onError: (error) => console.error(error) },
    'works',
  )
  await jobs.work(nap, async ({ payload, signal }) => {
    process.send?.({ began: payload.tenantId })
    if (payload.patient) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    process.send?.({ ended: payload.tenantId })
  })
  process.send?.({ ready: true })
  process.on('message', () => void jobs.stop().then(() => process.exit(0)))
}
