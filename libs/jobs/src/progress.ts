import { setTimeout as sleep } from 'node:timers/promises'
import type { ProgressWriter, ShownProgress } from './work.ts'

type Writer<Task, Progress> = Required<Pick<ProgressWriter<Task, Progress>, 'write'>> &
  Pick<ProgressWriter<Task, Progress>, 'intervalMs'>

/** Writes reports of progress one at a time, the latest only, at most one in an interval. */
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

  /** Drops what is not written yet and waits for the write that is under way, so that none comes after the result. */
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

/** What is stored with a job about its progress. */
export interface StoredProgress extends ShownProgress {
  /** Until the phase ends, if it goes on as it did; absent while that cannot be said. */
  readonly remainingSeconds?: number
}

/** A phase says nothing about its end before so much of it is done. */
const leastShare = 0.02
const leastMs = 2_000

/** Adds the time that the present phase will take by what it took so far. */
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
