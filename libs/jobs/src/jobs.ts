import { type DatabaseAddress, openDatabase, type TenantSql } from '@assay/store'
import { Attendant } from './attendant.ts'
import { addJob, type ClaimedJob, cancelJobs, leaseSeconds, queuesWithWork, releaseLapsedJobs } from './job-rows.ts'
import { Keeper } from './keeper.ts'
import { Leases } from './leases.ts'
import { causeOf, mayPass } from './passing-faults.ts'
import type { Ending } from './perform.ts'
import type { Queue } from './queue.ts'
import type { Work } from './work.ts'

/** The options of a worker. The database is the one that the rest of the process uses. */
export interface JobsOptions extends DatabaseAddress {
  readonly applicationName: string
  /** Connections for taking jobs, writing their progress and ending them; default 3. */
  readonly maxConnections?: number
  /** Called with errors that are not the fault of the input. */
  readonly onError: (error: Error) => void
  /**
   * Called with a text about work that waits because something is unavailable or room is short; for the database once for each
   * outage.
   */
  readonly onWaiting?: (text: string) => void
  /** Called with a text about work that was refused; people have got the reason. */
  readonly onRefused?: (text: string) => void
  /** Called after each attempt with the kind of work, the outcome and the duration. */
  readonly onAttempt?: (kind: string, outcome: AttemptOutcome, seconds: number) => void
  /** How often a worker checks the schedules, 1 to 45 seconds; default 30. */
  readonly scheduleSeconds?: number
  /** How often a worker looks for jobs without a notification, in milliseconds; default 1000. */
  readonly lookMs?: number
}

/**
 * `refused`: ended with a message for people. `failed`: given up after faults. `retried`: a fault, which will be tried again.
 * `delayed`: something was unavailable. `handed_back`: this process stops. `dropped`: cancelled, or taken over by another
 * worker.
 */
type AttemptOutcome = 'completed' | 'refused' | 'failed' | 'retried' | 'delayed' | 'handed_back' | 'dropped'

interface WorkOptions {
  /** The number of jobs at the same time in this process; default 1. */
  readonly concurrency?: number
}

/** Adds and cancels durable work. */
export interface Jobs {
  /**
   * Adds a job in the caller's transaction. The job exists if the transaction commits, and a worker with a free place takes it
   * within milliseconds after that.
   * @param key the key for the sharing of the queue
   * @param options `delayMs`: no worker takes it earlier
   * @returns false if the queue has the sharing `once` and the work already
   * @throws unavailable if the database was not migrated for this version
   */
  enqueue<Payload extends object>(
    sql: TenantSql,
    queue: Queue<Payload>,
    payload: Payload,
    key: string,
    options?: { readonly delayMs?: number },
  ): Promise<boolean>
  /**
   * Cancels all unfinished jobs of a key in the caller's transaction, and returns their number. The signals of running ones are
   * aborted after the commit, on any machine.
   */
  cancel<Payload extends object>(sql: TenantSql, queue: Queue<Payload>, key: string): Promise<number>
}

/** A process that works: it takes jobs of the kinds that `work` registers. */
export interface Worker extends Jobs {
  /** Takes the jobs of this kind from now on. */
  work<Payload extends object, Task, Progress>(work: Work<Payload, Task, Progress>, options?: WorkOptions): void
  /** Aborts the signals of running jobs, waits up to ten seconds, and returns unfinished ones to the queue. */
  stop(): Promise<void>
}

/** Needs no connection, because jobs are added in transactions of the caller. */
export const jobs: Jobs = { enqueue: addJob, cancel: cancelJobs }

/** How often a worker looks for jobs: notifications may be lost, delays end, and workers die. */
const usualLookMs = 1000
const stopMs = 10_000

/**
 * Opens a worker on the queues that `prepareQueues` has made. If the database is unavailable, at the start or later, it waits.
 * The jobs of a dead worker are taken over by another one within about 11 seconds.
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

  // After an outage of the database or a pause of this machine, leases of other workers look expired until their owners had
  // time to renew them.
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
