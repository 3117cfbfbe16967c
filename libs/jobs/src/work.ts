import type { Queue } from './queue.ts'

/** One attempt at a job. */
export interface Attempt<Progress = never> {
  /** Aborted when this process stops, when the job was cancelled, and when another worker has it. */
  readonly signal: AbortSignal
  /** Reports the progress of the work. Cheap: only the latest report is written, at intervals. */
  readonly report: (progress: Progress) => void
}

/** The progress of a job, in the same form for every kind of work; see `listTenantWork`. */
export interface ShownProgress {
  /** What the job does at present, for people: `reading`. */
  readonly phase: string
  /** How many items of the phase are done, and of how many; without `total` the number of items is unknown. */
  readonly done?: number
  readonly total?: number
}

/** How the progress of a task is written for people. */
export interface ProgressWriter<Task, Progress> {
  /** Shortest time between two writes, in milliseconds; default 250. */
  readonly intervalMs?: number
  /** Writes the latest progress. An error is dropped: progress is for people, and the result does not depend on it. */
  readonly write?: (task: Task, progress: Progress) => Promise<void>
  /** The same for lists of all work; written at most once a second. */
  readonly shown?: (progress: Progress) => ShownProgress
}

/**
 * One kind of durable work. A job is done at least once: an attempt may be repeated after a kill, a stop or an outage, so each
 * part must be safe to run again. Attempts and their endings are the same for every kind; see `perform`.
 */
export interface Work<Payload extends object, Task = unknown, Progress = never> {
  readonly queue: Queue<Payload>
  /** The work in messages for people: `The analysis`. */
  readonly title: string
  /** Reads the task. Undefined if it has ended or does not exist any more: the job is then complete. */
  readonly takeUp: (payload: Payload) => Promise<Task | undefined>
  /**
   * Does the task. An error of the domain ends the work with its message, one that may pass delays it, and any other error is
   * repeated a few times. After the signal was aborted, any error returns the job to the queue.
   */
  readonly run: (task: Task, attempt: Attempt<Progress>) => Promise<void>
  /**
   * Tells people that the work has ended without a result, and why, also when it was cancelled. Absent for work without a row
   * that people read.
   */
  readonly fail?: (task: Task, message: string) => Promise<void>
  /** Errors that may pass in this kind of work, in addition to those of every kind. */
  readonly mayPass?: (error: unknown) => boolean
  readonly progress?: ProgressWriter<Task, Progress>
  /**
   * The longest time of one attempt. Then its signal is aborted, the work ends, and people get a message: a job that never ends
   * would occupy a place permanently. Default: one hour.
   */
  readonly longestMs?: number
  /**
   * The field of the payload that names the owner of a job. The next job is one of the owner with the fewest running jobs, then
   * of the owner that was served the longest time ago by any worker. Default: `tenantId`.
   */
  readonly fairness?: keyof Payload & string
}

/** Checks the types of a definition. Everything that works on jobs takes the result. */
export function defineWork<Payload extends object, Task, Progress = never>(
  work: Work<Payload, Task, Progress>,
): Work<Payload, Task, Progress> {
  return work
}
