import { defineWork, openWorker, type Queue } from '@assay/jobs'

/** A worker process that takes one job of each of its queues, prints that, and never ends any job. The test kills it. */
const worker = openWorker({
  url: process.env.DATABASE_URL ?? '',
  applicationName: 'hanging-worker',
  onError: (error) => console.error(error),
})
for (const queue of JSON.parse(process.argv[2] ?? '[]') as Queue<object>[]) {
  worker.work(
    defineWork<object, object>({
      queue,
      title: 'It',
      takeUp: async (payload) => payload,
      run: async () => {
        process.send?.(queue.name)
        await new Promise(() => {})
      },
    }),
  )
}
