import { Worker } from 'node:worker_threads'
import type { QuestionMessage } from './question-thread.ts'
import type { CohortAnswer, CohortQuestion } from './questions.ts'

interface Asked {
  readonly message: QuestionMessage
  readonly resolve: (answer: never) => void
  readonly reject: (error: unknown) => void
}

/** Most questions take less; another thread would have to check the snapshot again. */
const graceMs = 250

/**
 * Answers questions about cohorts in a thread of its own, one after another, so that the event loop of whoever asks stays
 * free. The thread starts with the first question and holds no process open.
 */
export class CohortQuestions {
  #worker: Worker | undefined
  #nextId = 0
  /** The first one is with the thread, the others wait here, where they can be taken back. */
  readonly #asked: Asked[] = []

  /**
   * @param snapshotName tells snapshots apart: the same name always comes with the same bytes
   * @param signal takes the question back; a thread that works on it for longer is ended
   * @throws what the thread met; the signal's reason. A question after a crash starts another thread
   */
  ask<Question extends CohortQuestion>(
    snapshotName: string,
    buffer: SharedArrayBuffer,
    question: Question,
    signal?: AbortSignal,
  ): Promise<CohortAnswer<Question>> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const takeBack = () => {
        reject(signal?.reason)
        if (this.#asked[0] === asked) setTimeout(() => this.#endThreadOf(asked), graceMs).unref()
        else this.#asked.splice(this.#asked.indexOf(asked), 1)
      }
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', takeBack)
          settle(value)
        }
      const message = { id: this.#nextId++, snapshotName, buffer, question }
      const asked: Asked = { message, resolve: settled(resolve), reject: settled(reject) }
      signal?.addEventListener('abort', takeBack, { once: true })
      if (this.#asked.push(asked) === 1) this.#send(asked)
    })
  }

  /** Questions that are not answered are rejected. */
  async close(): Promise<void> {
    for (const { reject } of this.#asked.splice(1)) reject(new Error('the thread for cohort questions is closed'))
    await this.#worker?.terminate()
  }

  #send({ message }: Asked): void {
    const worker = this.#thread()
    worker.ref()
    worker.postMessage(message)
  }

  #endThreadOf(asked: Asked): void {
    if (this.#asked[0] === asked) void this.#worker?.terminate()
  }

  #next(): void {
    this.#asked.shift()
    const [next] = this.#asked
    if (next === undefined) this.#worker?.unref()
    else this.#send(next)
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const worker = new Worker(new URL('./question-thread.ts', import.meta.url))
    worker.on('message', ({ answer, error }: { answer: never; error?: unknown }) => {
      const [asked] = this.#asked
      if (error === undefined) asked?.resolve(answer)
      else asked?.reject(error)
      this.#next()
    })
    const end = (error: unknown) => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#asked[0]?.reject(error)
      this.#next()
    }
    worker.on('error', end)
    worker.on('exit', (code) => end(new Error(`the thread for cohort questions ended with exit code ${code}`)))
    this.#worker = worker
    return worker
  }
}
