import { Worker } from 'node:worker_threads'
import type { QuestionMessage } from './question-thread.ts'
import type { CohortAnswer, CohortQuestion } from './questions.ts'

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * Answers questions about cohorts in a thread of its own, one after another, so that the event loop of whoever asks stays
 * free. The thread starts with the first question and holds no process open.
 */
export class CohortQuestions {
  #worker: Worker | undefined
  #nextId = 0
  readonly #waiting = new Map<number, Waiting>()

  /**
   * @param snapshotName tells snapshots apart: the same name always comes with the same bytes
   * @throws what the thread met; a question after a crash starts another thread
   */
  ask<Question extends CohortQuestion>(
    snapshotName: string,
    buffer: SharedArrayBuffer,
    question: Question,
  ): Promise<CohortAnswer<Question>> {
    const worker = this.#thread()
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      if (this.#waiting.size === 1) worker.ref()
      worker.postMessage({ id, snapshotName, buffer, question } satisfies QuestionMessage)
    })
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const worker = new Worker(new URL('./question-thread.ts', import.meta.url))
    worker.unref()
    worker.on('message', ({ id, answer, error }: { id: number; answer: never; error?: unknown }) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) worker.unref()
      if (error === undefined) waiting?.resolve(answer)
      else waiting?.reject(error)
    })
    const end = (error: unknown) => {
      if (this.#worker === worker) this.#worker = undefined
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
    worker.on('error', end)
    worker.on('exit', (code) => end(new Error(`the thread for cohort questions ended with exit code ${code}`)))
    this.#worker = worker
    return worker
  }
}
