import { Worker } from 'node:worker_threads'
import type { QuestionMessage } from './question-thread.ts'
import type { CohortAnswer, CohortQuestion } from './questions.ts'

interface Asked {
  readonly message: QuestionMessage
  readonly resolve: (answer: never) => void
  readonly reject: (error: unknown) => void
}

/** Most questions finish within this time. A new thread would have to check the snapshot again. */
const graceMs = 250

/** The number of owners whose last turn is stored. An owner that is dropped from the list gets the next turn once. */
const mostOwners = 10_000

/**
 * Answers questions about cohorts in a separate thread, one after another, so that the event loop of the caller stays free. The owners of
 * snapshots take turns: a question waits for at most one question of each other owner, and for the earlier questions of its owner. The
 * thread starts with the first question and does not keep the process running.
 */
export class CohortQuestions {
  #worker: Worker | undefined
  #nextId = 0
  /** The thread works on the first question. The rest wait here, where they can be cancelled. */
  readonly #asked: Asked[] = []
  /** Ordered by their last turn. */
  readonly #owners = new Set<string>()

  /**
   * @param snapshotName `OWNER/VERSION`, identifies a snapshot: the same name always has the same bytes
   * @param signal cancels the question; if the thread continues to work on it for too long, the thread is ended
   * @throws the error of the thread, or the signal's reason. A question after a crash starts a new thread
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

  /** Rejects all questions without an answer. */
  async close(): Promise<void> {
    for (const { reject } of this.#asked.splice(1)) reject(new Error('the thread for cohort questions is closed'))
    await this.#worker?.terminate()
  }

  #send({ message }: Asked): void {
    const owner = ownerOf(message)
    this.#owners.delete(owner)
    this.#owners.add(owner)
    const [first] = this.#owners
    if (this.#owners.size > mostOwners && first !== undefined) this.#owners.delete(first)
    const worker = this.#thread()
    worker.ref()
    worker.postMessage(message)
  }

  #endThreadOf(asked: Asked): void {
    if (this.#asked[0] === asked) void this.#worker?.terminate()
  }

  #next(): void {
    this.#asked.shift()
    const place = this.#placeOfNext()
    const [next] = this.#asked.splice(place, 1)
    if (next === undefined) {
      this.#worker?.unref()
      return
    }
    this.#asked.unshift(next)
    this.#send(next)
  }

  /** The position of the next question: the oldest one of the owner whose last turn is the longest ago. */
  #placeOfNext(): number {
    const first = new Map<string, number>()
    for (const [place, { message }] of this.#asked.entries()) {
      const owner = ownerOf(message)
      if (!this.#owners.has(owner)) return place
      if (!first.has(owner)) first.set(owner, place)
    }
    for (const owner of this.#owners) {
      const place = first.get(owner)
      if (place !== undefined) return place
    }
    return 0
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

function ownerOf({ snapshotName }: QuestionMessage): string {
  return snapshotName.split('/', 1)[0] ?? ''
}
