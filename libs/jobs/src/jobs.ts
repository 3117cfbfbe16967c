import { type DatabaseAddress, openDatabase, type TenantSql } from '@assay/store'
import { Attendant } from './attendant.ts'
import { addJob, type ClaimedJob, cancelJobs, leaseSeconds, queuesWithWork, releaseLapsedJobs } from './job-rows.ts'
import { Keeper } from './keeper.ts'
import { Leases } from './leases.ts'
import { causeOf, mayPass } from './passing-faults.ts'
import type { Ending } from './perform.ts'
import type { Queue } from './queue.ts'
import type { Work } from './work.ts'

/** The database is the same as everything else's. */
export interface JobsOptions extends DatabaseAddress {
  readonly applicationName: string
  /** For taking jobs, telling how far they are and settling them; default 3. */
  readonly maxConnections?: number
  /** Told about faults: an error that is no fault of the input. */
  readonly onError: (error: Error) => void
  /** Told about work that waits for something that is away, or short of room; once an outage for the database. */
  readonly onWaiting?: (text: string) => void
  /** Told about work that was refused: people were told why. */
  readonly onRefused?: (text: string) => void
  /** Told about each attempt that has ended: its kind, the outcome in a word, and how long it took. */
  readonly onAttempt?: (kind: string, outcome: AttemptOutcome, seconds: number) => void
  /** How often a worker looks whether a schedule is due, 1 to 45 seconds; default 30. */
  readonly scheduleSeconds?: number
  /** How often a worker looks by itself for jobs, in milliseconds; default 1000. */
  readonly lookMs?: number
}

/**
 * `refused`: ended with a message for people. `failed`: given up after faults. `retried`: a fault, to be tried again. `delayed`:
 * something was away. `handed_back`: this process stops. `dropped`: cancelled, or another worker's.
 */
type AttemptOutcome = 'completed' | 'refused' | 'failed' | 'retried' | 'delayed' | 'handed_back' | 'dropped'

interface WorkOptions {
  /** Jobs at a time in this process; default 1. */
  readonly concurrency?: number
}

/** Adds and cancels durable work. */
export interface Jobs {
  /**
   * Adds a job in the caller's transaction: it exists exactly when the transaction commits, and a worker that has room takes it
   * within milliseconds after that.
   * @param key what the queue's sharing goes by
   * @param options `delayMs`: no worker takes it earlier
   * @returns false when `once` found the work there already
   * @throws unavailable when the database was not migrated for this version
   */
  enqueue<Payload extends object>(
    sql: TenantSql,
    queue: Queue<Payload>,
    payload: Payload,
    key: string,
    options?: { readonly delayMs?: number },
  ): Promise<boolean>
  /**
   * Cancels all unfinished jobs of a key, in the caller's transaction, and gives their number. The signal of one that is
   * running is aborted as soon as the transaction has committed, wherever it runs.
   */
  cancel<Payload extends object>(sql: TenantSql, queue: Queue<Payload>, key: string): Promise<number>
}

/** A process that works: it takes jobs of the kinds it was given. */
export interface Worker extends Jobs {
  /** Takes the jobs of this kind from now on. */
  work<Payload extends object, Task, Progress>(work: Work<Payload, Task, Progress>, options?: WorkOptions): void
  /** Aborts the signals of what is running, waits up to ten seconds, and hands back what was not finished. */
  stop(): Promise<void>
}

/** Needs no connection: jobs are added in transactions of the caller's. */
export const jobs: Jobs = { enqueue: addJob, cancel: cancelJobs }

/** Notifications may be lost, delays end and workers die: so often a worker looks by itself. */
const usualLookMs = 1000
const stopMs = 10_000

/**
 * Opens a worker on the queues that `prepareQueues` has made. It waits for a database that is away, at the start as later.
 * The jobs of a worker that died are taken up by another within about 11 seconds.
 */
export function openWorker(options: JobsOptions): Worker {
  const { url, directUrl, prepares, service, applicationName, maxConnections = 3, onError, onWaiting } = options
  const { lookMs = usualLookMs } = options
  const address: DatabaseAddress = { url, directUrl, prepares, service }
  const database = openDatabase({ ...address, applicationName, maxConnections })
  const { sql } = database
  const stopping = new AbortController()
  const attendants = new Map<string, Attendant>()
  let isInTrouble = false
  const onTrouble = (error: unknown) => {
    if (!isInTrouble && mayPass(error)) onWaiting?.(`The queue waits for the database: ${causeOf(error)}`)
    if (!isInTrouble && !mayPass(error)) onError(new Error('The queue cannot be read', { cause: error }))
    isInTrouble = true
  }
  const wake = (queue: string | undefined) => {
    for (const [name, attendant] of attendants) if (queue === undefined || name === queue) attendant.wake()
  }
  const leases = new Leases({ address, applicationName: `${applicationName}-leases`, onWake: wake, onError })
  const keeper = new Keeper({
    address,
    applicationName: `${applicationName}-schedules`,
    onError,
    ...(onWaiting !== undefined && { onWaiting }),
    scheduleSeconds: options.scheduleSeconds ?? 30,
  })
  const tools = { sql, leases, stopping: stopping.signal, onTrouble, onEnding: reporter(options) }

  // Leases of others look lapsed after an outage or a standstill of this machine, until their owners had time to renew them.
  let watchedSince = Number.NEGATIVE_INFINITY
  let lookedAt = performance.now()
  const look = async () => {
    const names = [...attendants.keys()]
    if (names.length === 0) return
    const now = performance.now()
    if (isInTrouble || now - lookedAt > 5 * lookMs) watchedSince = now
    lookedAt = now
    if (now - watchedSince >= leaseSeconds * 1000) await releaseLapsedJobs(sql, names)
    const due = await queuesWithWork(
      sql,
      names.filter((name) => attendants.get(name)?.hasRoom),
    )
    isInTrouble = false
    for (const name of due) attendants.get(name)?.wake()
  }
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    looking ??= look()
      .catch(onTrouble)
      .finally(() => {
        looking = undefined
      })
  }, lookMs)

  return {
    ...jobs,
    work(work, { concurrency = 1 } = {}) {
      const { name } = work.queue
      if (attendants.has(name)) throw new Error(`this process works on ${name} already`)
      const attendant = new Attendant(work as unknown as Work<object>, concurrency, tools)
      attendants.set(name, attendant)
      attendant.wake()
    },
    async stop() {
      if (stopping.signal.aborted) return
      stopping.abort(new Error('the worker stops'))
      clearInterval(timer)
      await looking
      await Promise.all([...attendants.values()].map((attendant) => attendant.stop(stopMs)))
      await Promise.all([leases.stop(), keeper.stop()])
      await database.close()
    },
  }
}

function outcomeOf(ending: Ending): AttemptOutcome {
  switch (ending.kind) {
    case 'handed-back':
      return 'handed_back'
    case 'repeated':
      return ending.isPassing ? 'delayed' : 'retried'
    case 'failed':
      return ending.isRefusal ? 'refused' : 'failed'
    default:
      return ending.kind
  }
}

function reporter({ onError, onWaiting, onRefused, onAttempt }: JobsOptions) {
  return (queue: string, { id }: ClaimedJob, ending: Ending, seconds: number) => {
    onAttempt?.(queue, outcomeOf(ending), seconds)
    if (ending.kind === 'repeated' && ending.isPassing) {
      onWaiting?.(`Job ${id} of ${queue} waits ${ending.delayMs} ms: ${ending.error.message}`)
    } else if (ending.kind === 'failed' && ending.isRefusal) {
      onRefused?.(`Job ${id} of ${queue} was refused: ${ending.error.message}`)
    } else if (ending.kind === 'repeated' || ending.kind === 'failed') {
      const outcome = ending.kind === 'failed' ? 'was given up' : 'will be tried again'
      onError(new Error(`Job ${id} of ${queue} ${outcome}: ${ending.error.message}`, { cause: ending.error }))
    }
  }
}
