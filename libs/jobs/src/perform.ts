import { DomainError } from '@assay/errors'
import { actingAs } from '@assay/ledger'
import { type AttemptRecord, faultMs, mostDeaths, mostFaults, waitMs } from './attempt-record.ts'
import { mayPass } from './passing-faults.ts'
import { ProgressReports } from './progress.ts'
import type { Work } from './work.ts'

/** A job that this process has taken. */
export interface TakenJob<Payload extends object = object> {
  readonly id: string
  readonly payload: Payload
  readonly record: AttemptRecord
}

/** How an attempt ended, and so what becomes of the job. */
export type Ending =
  | { readonly kind: 'completed' }
  /** This process stops: another one takes the job at once, and nothing is counted. */
  | { readonly kind: 'handed-back'; readonly record: AttemptRecord }
  /** Cancelled, or another worker's by now: it is not ours to settle. */
  | { readonly kind: 'dropped' }
  /** Repeated after a delay. */
  | {
      readonly kind: 'repeated'
      readonly record: AttemptRecord
      readonly delayMs: number
      readonly error: Error
      readonly isPassing: boolean
    }
  /** Ended without a result, and people were told. */
  | { readonly kind: 'failed'; readonly record: AttemptRecord; readonly error: Error; readonly isRefusal: boolean }

/** Why an attempt may have to stop early. */
interface AttemptSignals {
  /** This process stops. */
  readonly stopping: AbortSignal
  /** The job was cancelled or given to another worker. */
  readonly claim: AbortSignal
}

/** Makes one attempt at a job, which acts in its own name, see `attempt`. Never throws. */
export function perform<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  job: TakenJob<Payload>,
  signals: AttemptSignals,
  /** Called with each sign of progress. */
  onProgress: () => void = () => {},
): Promise<Ending> {
  return actingAs({ type: 'job', id: work.queue.name }, () => attempt(work, job, signals, onProgress))
}

/**
 * - An error that may pass (`mayPass`) delays the job and is never counted.
 * - An error of the domain is a refusal: no repetition changes it, so the work ends and people read its message.
 * - Any other error is a fault: after `mostFaults` in a row the work ends and people are told in general words.
 * - An attempt that takes longer than `longestMs` ends the work as well.
 * - A job whose workers died `mostDeaths` times in a row is given up without another attempt.
 */
async function attempt<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  job: TakenJob<Payload>,
  { stopping, claim }: AttemptSignals,
  onProgress: () => void,
): Promise<Ending> {
  const { record } = job
  let task: Task | undefined
  try {
    task = await work.takeUp(job.payload)
    if (task === undefined) return { kind: 'completed' }
    const lost = giveUpReason(work, job)
    if (lost !== undefined) return await end(work, task, record, new Error(record.message), lost, false)
    await withinLimit(work, (late) => runTask(work, task as Task, AbortSignal.any([stopping, claim, late]), onProgress))
    return { kind: 'completed' }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    if (claim.aborted) return { kind: 'dropped' }
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
  onProgress: () => void,
): Promise<void> {
  const reports = work.progress === undefined ? undefined : new ProgressReports<Task, Progress>(task, work.progress)
  const report = (progress: Progress) => {
    onProgress()
    reports?.report(progress)
  }
  try {
    await work.run(task, { signal, report })
  } finally {
    await reports?.end()
  }
}

const hourMs = 3_600_000
/** What does not stop when it is told to is left alone after that; its writes are refused, since the work has ended. */
const graceMs = 30_000

class TimeLimitError extends Error {
  constructor(title: string, longestMs: number) {
    const time = longestMs < 120_000 ? `${longestMs / 1000} seconds` : `${Math.round(longestMs / 60_000)} minutes`
    super(
      `${title} took longer than ${time}, which is the limit; ask for less at once, or try again when there is less work`,
    )
  }
}

/** Runs `work` with a signal that is aborted when its time is over. @throws TimeLimitError then, whatever `work` throws */
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

/** Tells people. Where even that fails, the job comes back and is ended then. */
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
