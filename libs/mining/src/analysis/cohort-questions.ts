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

/** Owners whose last turn is known; one that is forgotten has the next turn once. */
const mostOwners = 10_000

/**
 * Answers questions about cohorts in a thread of its own, one after another, so that the event loop of whoever asks stays
 * free. Owners of snapshots take turns: a question waits for one of each other owner at most, and for the earlier ones of its own.
 * The thread starts with the first question and holds no process open.
 */
export class CohortQuestions {
  #worker: Worker | undefined
  #nextId = 0
  /** The first one is with the thread, the others wait here, where they can be taken back. */
  readonly #asked: Asked[] = []
  /** In the order of their last turns. */
  readonly #owners = new Set<string>()

  /**
   * @param snapshotName `OWNER/VERSION`, tells snapshots apart: the same name always comes with the same bytes
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

  /** Of the question whose owner had a turn the longest ago, the oldest of it. */
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
