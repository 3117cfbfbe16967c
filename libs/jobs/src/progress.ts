import { setTimeout as sleep } from 'node:timers/promises'
import type { ProgressWriter, ShownProgress } from './work.ts'

type Writer<Task, Progress> = Required<Pick<ProgressWriter<Task, Progress>, 'write'>> &
  Pick<ProgressWriter<Task, Progress>, 'intervalMs'>

/** Writes progress reports one at a time: only the latest one, at most one in each interval. */
export class ProgressReports<Task, Progress> {
  readonly #task: Task
  readonly #writer: Writer<Task, Progress>
  #latest: { readonly progress: Progress } | undefined
  #writing: Promise<void> | undefined
  readonly #ended = new AbortController()

  constructor(task: Task, writer: Writer<Task, Progress>) {
    this.#task = task
    this.#writer = writer
  }

  report(progress: Progress): void {
    if (this.#ended.signal.aborted) return
    this.#latest = { progress }
    this.#writing ??= this.#write()
  }

  /** Drops a report that is not written yet, and waits for the running write, so that no report follows the result. */
  async end(): Promise<void> {
    this.#latest = undefined
    this.#ended.abort()
    await this.#writing
  }

  async #write(): Promise<void> {
    while (this.#latest !== undefined) {
      const { progress } = this.#latest
      this.#latest = undefined
      await this.#writer.write(this.#task, progress).catch(() => {})
      await sleep(this.#writer.intervalMs ?? 250, undefined, { signal: this.#ended.signal }).catch(() => {})
    }
    this.#writing = undefined
  }
}

/** The stored progress of a job. */
export interface StoredProgress extends ShownProgress {
  /** The estimated seconds until the phase ends, at the present speed; absent while this is unknown. */
  readonly remainingSeconds?: number
}

/** The share of a phase that must be done before its end is estimated. */
const leastShare = 0.02
const leastMs = 2_000

/** Adds the estimated remaining time of the present phase, from the time that it took so far. */
export class PhaseEstimate {
  readonly #now: () => number
  #phase = ''
  #beganAt = 0
  #doneBefore = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  of(shown: ShownProgress): StoredProgress {
    const { phase, done = 0, total = 0 } = shown
    if (phase !== this.#phase) {
      this.#phase = phase
      this.#beganAt = this.#now()
      this.#doneBefore = done
    }
    const tookMs = this.#now() - this.#beganAt
    const came = done - this.#doneBefore
    if (total <= 0 || tookMs < leastMs || came < total * leastShare) return shown
    return { ...shown, remainingSeconds: Math.max(0, Math.ceil(((total - done) * tookMs) / came / 1000)) }
  }
}
