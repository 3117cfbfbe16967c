import { inTransaction, openOwnerDatabase } from '@assay/store'
import { addJob } from './job-rows.ts'
import type { Queue } from './queue.ts'

/** A job, and the key for the sharing of its queue. */
interface KeyedJob<Payload extends object> {
  readonly payload: Payload
  readonly key: string
}

/** Enqueues jobs as the owner of the database, for work that follows from a migration. The queue must exist. */
export async function enqueueAsOwner<Payload extends object>(
  ownerUrl: string,
  queue: Queue<Payload>,
  jobs: readonly KeyedJob<Payload>[],
): Promise<void> {
  if (jobs.length === 0) return
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  try {
    await inTransaction(owner.sql, async (sql) => {
      for (const { payload, key } of jobs) await addJob(sql, queue, payload, key)
    })
  } finally {
    await owner.close()
  }
}
