import { defineWork, openWorker, type Queue } from '@assay/jobs'

/** A worker process that takes one job of each queue that it is given, says so, and never ends any. It is to be killed. */
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
