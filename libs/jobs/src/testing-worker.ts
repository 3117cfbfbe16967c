import { openWorker } from './jobs.ts'
import { defineQueue } from './queue.ts'
import { defineWork } from './work.ts'

/** A worker process for the tests: it takes jobs of `nap`, reports when it begins one, and reports when it has ended one. */
export const nap = defineQueue<{ tenantId: number; patient: boolean; blockMs?: number }>('test-nap', 'one-at-a-time')

if (process.argv[1] === import.meta.filename) {
  const worker = openWorker({
    url: process.env.DATABASE_URL ?? '',
    applicationName: 'test-worker',
    onError: (error) => console.error(error),
    ...(process.env.LOOK_MS !== undefined && { lookMs: Number(process.env.LOOK_MS) }),
  })
  worker.work(
    defineWork({
      queue: nap,
      title: 'The nap',
      takeUp: async (payload) => payload,
      run: async ({ tenantId, patient, blockMs = 0 }, { signal }) => {
        process.send?.({ began: tenantId })
        // Blocks the event loop without using a processor.
        if (blockMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs)
        if (patient) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        process.send?.({ ended: tenantId })
      },
    }),
  )
  process.send?.({ ready: true })
  process.on('message', () => void worker.stop().then(() => process.exit(0)))
}
