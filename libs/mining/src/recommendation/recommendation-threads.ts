import { Worker } from 'node:worker_threads'
import { MiningError } from '../mining-error.ts'
import type { Answers, RecommendationAnswer, RecommendationQuestion, ThreadMessage } from './thread-messages.ts'

/** How long a model stays reserved for a caller that should ask again, before another snapshot may take its place. */
const collectMs = 30_000

/** The number of stored errors of models that failed while no call waited. The next call gets the error. */
const mostFailures = 100

interface ThreadOptions {
  /** The largest number of models at a time, each in a separate thread; default 2. */
  readonly mostThreads?: number
  /** A model that is not used for this time is dropped; default ten minutes. */
  readonly idleMs?: number
}

/**
 * Recommendations from models that are learnt on first use, each in a separate thread, so that no tenant waits for the data of another.
 * The model of a snapshot is cached until there are too many.
 */
export class RecommendationThreads {
  readonly #mostThreads: number
  readonly #idleMs: number
  /** Ordered by their last use. */
  readonly #threads = new Map<string, ModelThread>()
  /** By the name of the snapshot; each error is stored until a call has reported it. */
  readonly #failures = new Map<string, unknown>()

  constructor({ mostThreads = 2, idleMs = 600_000 }: ThreadOptions = {}) {
    this.#mostThreads = mostThreads
    this.#idleMs = idleMs
  }

  /**
   * Undefined when the model is not ready within `waitMs`: it is being learnt, or waits for a free thread; ask again. Learning continues
   * without waiting callers.
   * @param snapshotName identifies a snapshot: the same name always has the same bytes
   * @throws `bad_query` for a snapshot with too few grants to learn from; the error of the thread; the signal's reason
   */
  async ask<Question extends RecommendationQuestion>(
    snapshotName: string,
    buffer: SharedArrayBuffer,
    question: Question,
    { waitMs, signal }: { readonly waitMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Answers[Question['kind']] | undefined> {
    signal?.throwIfAborted()
    if (this.#failures.has(snapshotName)) {
      const failure = this.#failures.get(snapshotName)
      this.#failures.delete(snapshotName)
      throw failure
    }
    const thread = this.#threadOf(snapshotName, buffer)
    if (thread === undefined || !(await thread.isThere(waitMs, signal))) return undefined
    return (await untilAborted(thread.ask(question), signal)) as Answers[Question['kind']]
  }

  /** Rejects all questions without an answer. */
  async close(): Promise<void> {
    await Promise.all([...this.#threads.values()].map((thread) => thread.end()))
  }

  #threadOf(snapshotName: string, buffer: SharedArrayBuffer): ModelThread | undefined {
    const known = this.#threads.get(snapshotName)
    if (known !== undefined) {
      this.#threads.delete(snapshotName)
      this.#threads.set(snapshotName, known)
      return known
    }
    if (this.#threads.size >= this.#mostThreads) {
      const unused = [...this.#threads.values()].find((thread) => thread.isIdle)
      if (unused === undefined) return undefined
      void unused.end()
    }
    const thread: ModelThread = new ModelThread(buffer, this.#idleMs, (failure) => {
      if (this.#threads.get(snapshotName) === thread) this.#threads.delete(snapshotName)
      // Without this, a caller that asks again would always hear that the model is being learnt.
      if (failure === undefined) return
      this.#failures.set(snapshotName, failure)
      const [oldest] = this.#failures.keys()
      if (this.#failures.size > mostFailures && oldest !== undefined) this.#failures.delete(oldest)
    })
    this.#threads.set(snapshotName, thread)
    return thread
  }
}

/** One model in its thread. Answers are in the order of the questions. */
class ModelThread {
  /** Rejects when the model cannot be learnt. */
  readonly learnt: Promise<void>
  readonly #worker: Worker
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: RecommendationAnswer) => void; readonly reject: (error: unknown) => void }
  >()
  readonly #onEnd: (failure?: unknown) => void
  readonly #idleMs: number
  #isLearning = true
  /** The number of callers that wait for the model. */
  #waiters = 0
  #isEnded = false
  #mayGoFrom = Number.POSITIVE_INFINITY
  #nextId = 0
  #idle: NodeJS.Timeout | undefined

  constructor(buffer: SharedArrayBuffer, idleMs: number, onEnd: (failure?: unknown) => void) {
    this.#onEnd = onEnd
    this.#idleMs = idleMs
    this.#worker = new Worker(new URL('./recommendation-thread.ts', import.meta.url), { workerData: buffer })
    this.#worker.unref()
    this.learnt = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: ThreadMessage) => {
        if (message.kind === 'answer') return this.#settle(message.id, message.answer)
        this.#isLearning = false
        if (message.kind === 'learnt') {
          this.#mayGoFrom = performance.now() + collectMs
          this.#rest()
          return resolve()
        }
        const { kind, field, expected, got } = message.problem
        fail(new MiningError(kind, field, expected, got), true)
        void this.end()
      })
      const fail = (error: unknown, isLearningOver = this.#isLearning) => {
        reject(error)
        const isUntold = isLearningOver && this.#waiters === 0 && !this.#isEnded
        this.#isLearning = false
        this.#isEnded = true
        for (const { reject: refuse } of this.#waiting.values()) refuse(error)
        this.#waiting.clear()
        clearTimeout(this.#idle)
        this.#onEnd(isUntold ? error : undefined)
      }
      this.#worker.on('error', fail)
      this.#worker.on('exit', (code) => fail(new Error(`the thread for recommendations ended with exit code ${code}`)))
    })
    // Later calls get the error; there may be no caller now.
    this.learnt.catch(() => {})
  }

  get isIdle(): boolean {
    return !this.#isLearning && this.#waiting.size === 0 && performance.now() >= this.#mayGoFrom
  }

  /** Whether the model is ready within the time. @throws why it cannot be; the signal's reason */
  async isThere(waitMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    this.#waiters++
    try {
      return await within(this.learnt, waitMs, signal)
    } finally {
      this.#waiters--
    }
  }

  ask(question: RecommendationQuestion): Promise<RecommendationAnswer> {
    clearTimeout(this.#idle)
    this.#mayGoFrom = 0
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, question })
    })
  }

  async end(): Promise<void> {
    this.#isEnded = true
    this.#onEnd()
    await this.#worker.terminate()
  }

  #settle(id: number, answer: RecommendationAnswer): void {
    this.#waiting.get(id)?.resolve(answer)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#rest()
  }

  #rest(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.end(), this.#idleMs).unref()
  }
}

/** Whether the promise resolves within the time; a rejection is passed on. */
async function within(done: Promise<void>, ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await untilAborted(Promise.race([done.then(() => true), tooLong]), signal)
  } finally {
    clearTimeout(timer)
  }
}

async function untilAborted<T>(done: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return done
  let stop = () => {}
  const gone = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([done, gone])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
