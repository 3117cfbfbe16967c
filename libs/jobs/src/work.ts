import type { Queue } from './queue.ts'

/** One attempt at a job, as its work sees it. */
export interface Attempt<Progress = never> {
  /** Aborted when this process stops, when the job was cancelled, and when another worker has it. */
  readonly signal: AbortSignal
  /** Reports how far the work is. Cheap: only the latest report is written, at intervals. */
  readonly report: (progress: Progress) => void
}

/** How far a job is, in the same words for every kind; see `listTenantWork`. */
export interface ShownProgress {
  /** What it does at present, for people: `reading`. */
  readonly phase: string
  /** What is done of the phase, and of how many; without a total nobody knows how many there are. */
  readonly done?: number
  readonly total?: number
}

/** How people see the progress of a task. */
export interface ProgressWriter<Task, Progress> {
  /** Shortest time between two writes, in milliseconds; default 250. */
  readonly intervalMs?: number
  /** Writes the latest progress. An error is dropped: progress is for people, and the result does not depend on it. */
  readonly write?: (task: Task, progress: Progress) => Promise<void>
  /** The same for lists of all work; written once a second at most. */
  readonly shown?: (progress: Progress) => ShownProgress
}

/**
 * One kind of durable work. A job is done at least once: an attempt may be repeated after a kill, a stop or an outage, so
 * each part must be safe to run again. What an attempt is and how it ends is the same for every kind; see `perform`.
 */
export interface Work<Payload extends object, Task = unknown, Progress = never> {
  readonly queue: Queue<Payload>
  /** The work in messages for people: `The analysis`. */
  readonly title: string
  /** Reads what is to be done. Undefined when it has ended, or is gone: the job is then complete. */
  readonly takeUp: (payload: Payload) => Promise<Task | undefined>
  /**
   * Does it. An error of the domain ends the work with its message, one that may pass delays it, any other error is repeated
   * a few times. Once the signal is aborted, whatever is thrown hands the job back.
   */
  readonly run: (task: Task, attempt: Attempt<Progress>) => Promise<void>
  /**
   * Tells people that the work has ended without a result, and why: that it was cancelled, too. Absent for work without a row
   * that people look at.
   */
  readonly fail?: (task: Task, message: string) => Promise<void>
  /** Errors that may pass in this kind of work, beside those that may in every kind. */
  readonly mayPass?: (error: unknown) => boolean
  readonly progress?: ProgressWriter<Task, Progress>
  /**
   * The longest that one attempt may take. Then its signal is aborted, the work ends, and people are told so: a job that never ends
   * would keep its place from all others. Default: one hour.
   */
  readonly longestMs?: number
  /**
   * The field of the payload that names the owner of a job. The next job taken belongs to the owner with the fewest running
   * jobs, then to the one that was served the longest ago, by whatever worker. Default: `tenantId`.
   */
  readonly fairness?: keyof Payload & string
}

/** Checks the shape and keeps the types of a definition; anything that works on jobs takes the result. */
export function defineWork<Payload extends object, Task, Progress = never>(
  work: Work<Payload, Task, Progress>,
): Work<Payload, Task, Progress> {
  return work
}
