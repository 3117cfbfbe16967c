import { serviceRole, type TenantSql } from '@assay/store'
import { type Db, type JobResult, type JobWithMetadata, PgBoss } from 'pg-boss'
import { queueSchema } from './prepare-queues.ts'
import type { Queue } from './queue.ts'
import { runJob } from './run-job.ts'

export interface JobsOptions {
  /** The same database as everything else; connections work as the services' role. */
  readonly url: string
  readonly applicationName: string
  /** Told about trouble that no call can report: a lost connection, a queue that grows. */
  readonly onError: (error: Error) => void
  /** How often whoever works looks whether a schedule is due, 1 to 45 seconds; default 30. */
  readonly scheduleSeconds?: number
}

/** What a handler gets. */
export interface Job<Payload> {
  readonly id: string
  readonly payload: Payload
  /** Aborted when this process stops, or when the job was given to another worker. */
  readonly signal: AbortSignal
}

export interface WorkOptions<Payload> {
  /** Jobs at a time in this process; default 1. */
  readonly concurrency?: number
  /** Called once when a job has failed for good, to tell those who wait for it. Must be safe to run again. */
  readonly onGivenUp?: (payload: Payload, error: Error) => Promise<void>
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
   * Takes the jobs of a queue. A handler may run more than once for the same job (a worker was killed, the process
   * stopped), so it must be safe to run again. One that throws is run again after a second, and `onError` is told; the
   * job fails for good, with the error's message, after five throws in a row, at once for an error of the domain that no
   * repetition can change, and after a hundred attempts whatever ended them (a job that takes its worker's process down).
   * An `unavailable` or `aborted` error may pass and is never counted.
   */
  work<Payload extends object>(
    queue: Queue<Payload>,
    handler: (job: Job<Payload>) => Promise<void>,
    options?: WorkOptions<Payload>,
  ): Promise<void>
  /**
   * Looks for jobs of a queue that this process works on now, not at the next of its looks twice a second. Call it after
   * the transaction that enqueued one has committed.
   */
  wake<Payload extends object>(queue: Queue<Payload>): void
  /**
   * Cancels all unfinished jobs of a key, in the caller's transaction, and tells how many there were. The handler of one
   * that is going on finds its signal aborted within five seconds, wherever it runs.
   */
  cancel<Payload extends object>(sql: TenantSql, queue: Queue<Payload>, key: string): Promise<number>
  /** Aborts the handlers' signals, waits for them, and hands back what they did not finish. */
  stop(): Promise<void>
}

/**
 * Connects to the queues, which `prepareQueues` has made.
 * @param role `works` also looks after jobs of workers that died: within about 11 seconds another one has them
 */
export async function openJobs(options: JobsOptions, role: 'enqueues' | 'works'): Promise<Jobs> {
  const { onError } = options
  const works = role === 'works'
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: options.applicationName,
    options: `-c role=${serviceRole}`,
    schema: queueSchema,
    max: works ? 4 : 1,
    migrate: false,
    createSchema: false,
    // Of all that work, one at a time looks what is due; twice at the same time is once.
    schedule: works,
    cronMonitorIntervalSeconds: options.scheduleSeconds ?? 30,
    cronWorkerIntervalSeconds: options.scheduleSeconds ?? 5,
    reindex: false,
    supervise: works,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    // Which keys are taken: until it is known again, a waiting job of a taken key hides the jobs behind it.
    queueCacheIntervalSeconds: 1,
  })
  boss.on('error', onError)
  await boss.start()
  const stopping = new AbortController()
  const workers = new Map<string, string[]>()

  return {
    async enqueue(sql, queue, payload, key) {
      const id = await boss.send(queue.name, payload, { singletonKey: key, db: within(sql) })
      return id !== null
    },

    async work(queue, handler, { concurrency = 1, onGivenUp } = {}) {
      const options = {
        batchSize: 1,
        pollingIntervalSeconds: 0.5,
        includeMetadata: true,
        perJobResults: true,
      } as const
      const take = async ([taken]: JobWithMetadata<object>[]): Promise<JobResult[]> => {
        if (taken === undefined) return []
        const signal = AbortSignal.any([taken.signal, stopping.signal])
        const job = { id: taken.id, payload: taken.data as never, signal }
        const attempt = { retryCount: taken.retryCount, lastOutput: taken.output }
        const outcome = await runJob(attempt, signal, () => handler(job))
        if (outcome.error !== undefined) {
          onError(new Error(`A job of ${queue.name} failed: ${outcome.error.message}`, { cause: outcome.error }))
        }
        if (outcome.status === 'deadletter') await onGivenUp?.(job.payload, outcome.error)
        return [{ id: taken.id, status: outcome.status, output: outcome.output }]
      }
      // One by one, since pg-boss names only the first of several.
      for (let count = 0; count < concurrency; count++) {
        const worker = await boss.work<object, JobResult[], typeof options>(queue.name, options, take)
        workers.set(queue.name, [...(workers.get(queue.name) ?? []), worker])
      }
    },

    wake(queue) {
      for (const worker of workers.get(queue.name) ?? []) boss.notifyWorker(worker)
    },

    async cancel(sql, queue, key) {
      const db = within(sql)
      const jobs = await boss.findJobs(queue.name, { key, db })
      const unfinished = jobs.filter((job) => ['created', 'retry', 'active'].includes(job.state)).map((job) => job.id)
      if (unfinished.length > 0) await boss.cancel(queue.name, unfinished, { db })
      return unfinished.length
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
