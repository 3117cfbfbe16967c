import { setTimeout as sleep } from 'node:timers/promises'
import type { ProgressWriter } from './work.ts'

/** Writes reports of progress one at a time, the latest only, at most one in an interval. */
export class ProgressReports<Task, Progress> {
  readonly #task: Task
  readonly #writer: ProgressWriter<Task, Progress>
  #latest: { readonly progress: Progress } | undefined
  #writing: Promise<void> | undefined
  readonly #ended = new AbortController()

  constructor(task: Task, writer: ProgressWriter<Task, Progress>) {
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
