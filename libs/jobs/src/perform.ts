import { DomainError } from '@assay/errors'
import { actingAs } from '@assay/ledger'
import { type AttemptRecord, faultMs, mostDeaths, mostFaults, waitMs } from './attempt-record.ts'
import type { Origin } from './origin.ts'
import { mayPass } from './passing-faults.ts'
import { PhaseEstimate, ProgressReports, type StoredProgress } from './progress.ts'
import type { ShownProgress, Work } from './work.ts'

/** A job that this process has taken. */
export interface TakenJob<Payload extends object = object> {
  readonly id: string
  readonly payload: Payload
  readonly record: AttemptRecord
  /** The call that requested it; undefined if there was none, and in jobs of an older version. */
  readonly origin?: Origin | undefined
  /** Whether its end was requested before it was taken. */
  readonly isCancelled?: boolean
}

/** How an attempt ended, which determines what happens to the job. */
export type Ending =
  | { readonly kind: 'completed' }
  /** This process stops. Another one takes the job at once, and nothing is counted. */
  | { readonly kind: 'handed-back'; readonly record: AttemptRecord }
  /** The job was cancelled, or another worker has it; this worker must not end it. */
  | { readonly kind: 'dropped' }
  /** Repeated after a delay. */
  | {
      readonly kind: 'repeated'
      readonly record: AttemptRecord
      readonly delayMs: number
      readonly error: Error
      readonly isPassing: boolean
    }
  /** Ended without a result; people got a message. */
  | { readonly kind: 'failed'; readonly record: AttemptRecord; readonly error: Error; readonly isRefusal: boolean }

/** Why an attempt may have to stop early. */
interface AttemptSignals {
  /** This process stops. */
  readonly stopping: AbortSignal
  /** The job was withdrawn, or another worker has it. */
  readonly claim: AbortSignal
  /** Somebody requested the end of the job, and this worker has to end it. */
  readonly cancelled?: AbortSignal
}

/** What an attempt reports while it runs. */
interface AttemptNews {
  /** Called at each sign of progress. */
  readonly onProgress?: () => void
  /** Writes the progress, for lists of all work. */
  readonly tell?: (progress: StoredProgress) => Promise<void>
}

/** Makes one attempt at a job, see `attempt`. The job itself is the actor in the ledger. Never throws. */
export function perform<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  job: TakenJob<Payload>,
  signals: AttemptSignals,
  news: AttemptNews = {},
): Promise<Ending> {
  return actingAs({ type: 'job', id: work.queue.name }, () => attempt(work, job, signals, news))
}

/**
 * - An error that may pass (`mayPass`) delays the job and is never counted.
 * - An error of the domain is a refusal: repeating cannot change it, so the work ends and people read its message.
 * - Any other error is a fault: after `mostFaults` in a row the work ends, and people get a general message.
 * - An attempt that takes longer than `longestMs` also ends the work.
 * - A cancelled attempt ends, and people get a message that says so. If the work is complete by then, it stays complete.
 * - A job whose workers died `mostDeaths` times in a row is given up without another attempt.
 */
async function attempt<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  job: TakenJob<Payload>,
  { stopping, claim, cancelled = new AbortController().signal }: AttemptSignals,
  news: AttemptNews,
): Promise<Ending> {
  const { record } = job
  let task: Task | undefined
  try {
    task = await work.takeUp(job.payload)
    if (task === undefined) return { kind: 'completed' }
    if (job.isCancelled || cancelled.aborted) return await endCancelled(work, task, record)
    const lost = giveUpReason(work, job)
    if (lost !== undefined) return await end(work, task, record, new Error(record.message), lost, false)
    const ends = [stopping, claim, cancelled]
    await withinLimit(work, (late) => runTask(work, task as Task, AbortSignal.any([...ends, late]), news))
    return { kind: 'completed' }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    if (claim.aborted) return { kind: 'dropped' }
    // Without the task, `fail` cannot be called.
    if (cancelled.aborted && task !== undefined) return endCancelled(work, task, record)
    if (stopping.aborted) return { kind: 'handed-back', record }
    if (error instanceof TimeLimitError) {
      const late = { ...record, message: error.message, waits: 0 }
      return end(work, task, late, error, error.message, true)
    }
    if (mayPass(error) || work.mayPass?.(error)) return repeatLater(record, error)
    const isRefusal = error instanceof DomainError
    const faults = record.faults + 1
    if (!isRefusal && faults < mostFaults) {
      const counted = { message: error.message, faults, deaths: 0, waits: 0 }
      return { kind: 'repeated', record: counted, delayMs: faultMs(faults), error, isPassing: false }
    }
    const ended = { message: error.message, faults: isRefusal ? record.faults : faults, deaths: 0, waits: 0 }
    const message = isRefusal ? error.message : faultMessage(work, job)
    return end(work, task, ended, error, message, isRefusal)
  }
}

async function runTask<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  task: Task,
  signal: AbortSignal,
  { onProgress, tell }: AttemptNews,
): Promise<void> {
  const { write, shown, intervalMs } = work.progress ?? {}
  const reports: ProgressReports<Task, Progress>[] = []
  if (write !== undefined) {
    reports.push(new ProgressReports(task, { write, ...(intervalMs !== undefined && { intervalMs }) }))
  }
  if (shown !== undefined && tell !== undefined) reports.push(shownReports(task, shown, tell))
  const report = (progress: Progress) => {
    onProgress?.()
    for (const one of reports) one.report(progress)
  }
  try {
    await work.run(task, { signal, report })
  } finally {
    await Promise.all(reports.map((one) => one.end()))
  }
}

function shownReports<Task, Progress>(
  task: Task,
  shown: (progress: Progress) => ShownProgress,
  tell: (progress: StoredProgress) => Promise<void>,
): ProgressReports<Task, Progress> {
  const estimate = new PhaseEstimate()
  return new ProgressReports(task, { intervalMs: 1_000, write: (_, progress) => tell(estimate.of(shown(progress))) })
}

/** Ends cancelled work, which has no result, with a message that says so. */
function endCancelled<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  task: Task | undefined,
  record: AttemptRecord,
): Promise<Ending> {
  const message = `${work.title} was cancelled.`
  return end(work, task, { ...record, message }, new Error(message), message, true)
}

const hourMs = 3_600_000
/**
 * How long work may continue after its signal was aborted. After that it is no longer awaited; its writes are refused, because
 * the work has ended.
 */
const graceMs = 30_000

class TimeLimitError extends Error {
  constructor(title: string, longestMs: number) {
    const time = longestMs < 120_000 ? `${longestMs / 1000} seconds` : `${Math.round(longestMs / 60_000)} minutes`
    super(
      `${title} took longer than ${time}, which is the limit; ask for less at once, or try again when there is less work`,
    )
  }
}

/**
 * Runs `work` with a signal that is aborted when its time is over.
 * @throws TimeLimitError then, whatever `work` throws
 */
async function withinLimit(
  { title, longestMs = hourMs }: Pick<Work<object>, 'title' | 'longestMs'>,
  work: (late: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController()
  const { promise: givenUp, reject } = Promise.withResolvers<never>()
  let last: NodeJS.Timeout | undefined
  const timer = setTimeout(() => {
    const error = new TimeLimitError(title, longestMs)
    late.abort(error)
    last = setTimeout(() => reject(error), graceMs)
  }, longestMs)
  try {
    await Promise.race([work(late.signal), givenUp])
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : error
  } finally {
    clearTimeout(timer)
    clearTimeout(last)
  }
}

/** Calls `fail` with the message for people. If that fails too, the job is repeated, and ended then. */
async function end<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  task: Task | undefined,
  record: AttemptRecord,
  error: Error,
  message: string,
  isRefusal: boolean,
): Promise<Ending> {
  try {
    if (task !== undefined) await work.fail?.(task, message)
    return { kind: 'failed', record: { ...record, message: isRefusal ? error.message : message }, error, isRefusal }
  } catch (thrown) {
    return repeatLater(record, thrown instanceof Error ? thrown : new Error(String(thrown)))
  }
}

function repeatLater(record: AttemptRecord, error: Error): Ending {
  const waits = record.waits + 1
  const waiting = { ...record, message: error.message, waits }
  return { kind: 'repeated', record: waiting, delayMs: waitMs(waits), error, isPassing: true }
}

function giveUpReason(
  work: { readonly title: string },
  { id, record }: { readonly id: string; readonly record: AttemptRecord },
): string | undefined {
  if (record.deaths >= mostDeaths) {
    return `${work.title} was given up: ${record.deaths} worker processes ended while they ran it; the log has the details (job ${id}).`
  }
  return record.faults >= mostFaults ? faultMessage(work, { id }) : undefined
}

function faultMessage({ title }: { readonly title: string }, { id }: { readonly id: string }): string {
  return `${title} met an internal fault; the log has the details (job ${id}).`
}
