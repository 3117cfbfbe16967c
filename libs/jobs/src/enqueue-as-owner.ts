import { PgBoss } from 'pg-boss'
import { queueSchema } from './prepare-queues.ts'
import type { Queue } from './queue.ts'

/** A job and what its queue's sharing goes by. */
export interface KeyedJob<Payload extends object> {
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
  const boss = new PgBoss({
    connectionString: ownerUrl,
    application_name: 'assay-migrate',
    schema: queueSchema,
    max: 1,
    migrate: false,
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => {}) // what a call meets, it throws
  await boss.start()
  try {
    for (const { payload, key } of jobs) await boss.send(queue.name, payload, { singletonKey: key })
  } finally {
    await boss.stop({ graceful: false })
  }
}
