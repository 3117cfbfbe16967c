import { serviceRole, type TenantSql } from '@assay/store'
import { type Db, PgBoss } from 'pg-boss'
import { queueSchema } from './prepare-queues.ts'
import type { Queue } from './queue.ts'

export interface JobsOptions {
  /** The same database as everything else; connections work as the services' role. */
  readonly url: string
  readonly applicationName: string
  /** Told about trouble that no call can report: a lost connection, a queue that grows. */
  readonly onError: (error: Error) => void
}

/** What a handler gets. */
export interface Job<Payload> {
  readonly id: string
  readonly payload: Payload
  /** Aborted when this process stops, or when the job was given to another worker. */
  readonly signal: AbortSignal
}

/** Durable work: what was enqueued is done at least once, by any process that works on its queue. */
export interface Jobs {
  /**
   * Enqueues in the caller's transaction: the job is there exactly when the transaction commits.
   * @param key what the queue's sharing goes by
   * @returns false when `once` found the work there already
   */
  enqueue<Payload extends object>(
    sql: TenantSql,
    queue: Queue<Payload>,
    payload: Payload,
    key: string,
  ): Promise<boolean>
  /**
   * Takes jobs one after another. A handler may run more than once for the same job (a worker was killed, the process
   * stopped), so it must be safe to run again. One that throws is run again after a second; work that can never succeed
   * must be recorded as failed and returned from.
   */
  work<Payload extends object>(queue: Queue<Payload>, handler: (job: Job<Payload>) => Promise<void>): Promise<void>
  /** Aborts the handlers' signals, waits for them, and hands back what they did not finish. */
  stop(): Promise<void>
}

/**
 * Connects to the queues, which `prepareQueues` has made.
 * @param role `works` also looks after jobs of workers that died: within about 11 seconds another one has them
 */
export async function openJobs(options: JobsOptions, role: 'enqueues' | 'works'): Promise<Jobs> {
  const works = role === 'works'
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: options.applicationName,
    options: `-c role=${serviceRole}`,
    schema: queueSchema,
    max: works ? 4 : 1,
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    supervise: works,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    // Which keys are taken: until it is known again, a waiting job of a taken key hides the jobs behind it.
    queueCacheIntervalSeconds: 1,
  })
  boss.on('error', options.onError)
  await boss.start()
  const stopping = new AbortController()

  return {
    async enqueue(sql, queue, payload, key) {
      const id = await boss.send(queue.name, payload, { singletonKey: key, db: within(sql) })
      return id !== null
    },

    async work(queue, handler) {
      await boss.work<object>(queue.name, { batchSize: 1, pollingIntervalSeconds: 0.5 }, async ([job]) => {
        if (job === undefined) return
        const signal = AbortSignal.any([job.signal, stopping.signal])
        await handler({ id: job.id, payload: job.data as never, signal })
      })
    },

    async stop() {
      stopping.abort(new Error('the worker stops'))
      await boss.stop({ graceful: true, timeout: 10_000 })
    },
  }
}

/** pg-boss's statements in a transaction of ours. They cast their parameters, so `unsafe` binds them as they are. */
function within(sql: TenantSql): Db {
  return {
    async executeSql(text, values) {
      return { rows: await sql.unsafe(text, values as never[]) }
    },
  }
}
