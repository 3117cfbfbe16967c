import { openOwnerDatabase } from '@assay/store'
import { PgBoss, type QueuePolicy } from 'pg-boss'
import type { Queue, Sharing } from './queue.ts'

/** pg-boss has its tables in a separate schema. They contain ids of tenants and runs, and no access data. */
export const queueSchema = 'pgboss'

/** The limit of pg-boss's own counting, which must never end a job. */
const noLimit = 2 ** 31 - 1

const policies: Readonly<Record<Sharing, QueuePolicy>> = {
  free: 'standard',
  'one-at-a-time': 'singleton',
  once: 'exclusive',
}

/**
 * Updates the schema of the queues, makes the queues, and lets the role of the services use them. Call it as the owner after
 * the migrations. Calling it again changes nothing.
 */
export async function prepareQueues(ownerUrl: string, queues: readonly Queue<object>[]): Promise<void> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    application_name: 'assay-migrate',
    schema: queueSchema,
    max: 1,
    supervise: false,
    schedule: false,
  })
  const faults: Error[] = []
  boss.on('error', (error) => faults.push(error))
  await boss.start()
  try {
    const known = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
    for (const { name, sharing } of queues) {
      const policy = policies[sharing]
      if (known.get(name)?.policy === policy) continue
      if (known.has(name)) throw new Error(`The queue "${name}" has another policy than "${policy}"; delete it first`)
      await boss.createQueue(name, { policy, expireInSeconds: 23 * 3600, deleteAfterSeconds: 7 * 24 * 3600 })
    }
  } finally {
    await boss.stop({ graceful: false })
  }
  if (faults[0] !== undefined) throw faults[0]
  await handOver(
    ownerUrl,
    queues.map(({ name }) => name),
  )
  await holdJobsOfInactiveTenants(ownerUrl)
}

/**
 * The mining service adds and cancels jobs. Processes that work on queues also take jobs and maintain the tables. Rights that
 * other versions of Assay gave to all services are revoked.
 */
const rights = `
  revoke all on schema pgboss from assay_service;
  revoke all on all tables in schema pgboss from assay_service;
  revoke all on all sequences in schema pgboss from assay_service;
  grant usage on schema pgboss to assay_mining, assay_mining_worker, assay_sessions;
  grant select on pgboss.queue to assay_mining;
  grant select, insert, update on pgboss.job to assay_mining;
  grant select, insert, update, delete on all tables in schema pgboss to assay_mining_worker, assay_sessions;
  grant usage on all sequences in schema pgboss to assay_mining_worker, assay_sessions`

/**
 * Lets the services use the queues, and switches off pg-boss's counting of attempts and watching of workers, also for waiting
 * jobs.
 */
async function handOver(ownerUrl: string, names: readonly string[]): Promise<void> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  try {
    // The last time each owner was served; see takeJob.
    await owner.sql`
      create table if not exists pgboss.turn (
        queue text, owner text, number bigint not null, primary key (queue, owner)
      ) with (fillfactor = 50)`
    await owner.sql.unsafe(rights)
    await owner.sql`
      update pgboss.queue set heartbeat_seconds = null, retry_limit = ${noLimit}
      where name = any(${[...names]}::text[]) and (heartbeat_seconds is not null or retry_limit <> ${noLimit})`
    await owner.sql`
      update pgboss.job set heartbeat_seconds = null, retry_limit = ${noLimit}, keep_until = 'infinity'
      where name = any(${[...names]}::text[]) and state < 'completed' and retry_limit <> ${noLimit}`
  } finally {
    await owner.close()
  }
}

/** Work of a suspended tenant waits, whatever process adds it or returns it; see migration 0024. */
async function holdJobsOfInactiveTenants(ownerUrl: string): Promise<void> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  try {
    // Checked first, because replacing a trigger would wait for every worker and block the others meanwhile.
    const [known] = await owner.sql`
      select from pg_trigger where tgname = 'hold_job_of_inactive_tenant' and tgrelid = 'pgboss.job'::regclass`
    if (known !== undefined) return
    await owner.sql`
      create trigger hold_job_of_inactive_tenant before insert or update of state on pgboss.job
      for each row when (new.state < 'active' and new.data ->> 'tenantId' is not null)
      execute function hold_job_of_inactive_tenant()`
  } finally {
    await owner.close()
  }
}
