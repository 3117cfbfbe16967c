import { Worker } from 'node:worker_threads'
import { MiningError } from '../mining-error.ts'
import type { Answers, RecommendationAnswer, RecommendationQuestion, ThreadMessage } from './thread-messages.ts'

/** What is learnt keeps its place so long for who asked for it and comes again, before somebody else may have the place. */
const collectMs = 30_000

/** Models that could not be learnt while nobody waited, and of which the next question tells. */
const mostFailures = 100

interface ThreadOptions {
  /** Models that are kept or learnt at a time, each in a thread of its own; default 2. */
  readonly mostThreads?: number
  /** A model that nobody asks for so long is forgotten; default ten minutes. */
  readonly idleMs?: number
}

/**
 * Recommendations from models that are learnt when they are first asked for, each in a thread of its own: what one tenant's
 * data take, no other waits for. A model is kept for the snapshot that it was learnt from while there are not too many.
 */
export class RecommendationThreads {
  readonly #mostThreads: number
  readonly #idleMs: number
  /** In the order of their last use. */
  readonly #threads = new Map<string, ModelThread>()
  /** By the names of their snapshots, each until somebody was told. */
  readonly #failures = new Map<string, unknown>()

  constructor({ mostThreads = 2, idleMs = 600_000 }: ThreadOptions = {}) {
    this.#mostThreads = mostThreads
    this.#idleMs = idleMs
  }

  /**
   * Undefined when the model is not there within `waitMs`: it is being learnt, or waits for a place; ask again. What is
   * being learnt goes on, whether or not somebody waits for it.
   * @param snapshotName tells snapshots apart: the same name always comes with the same bytes
   * @throws `bad_query` for a snapshot with too few grants to learn from; what the thread met; the signal's reason
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

  /** Questions that are not answered are rejected. */
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
      // Otherwise whoever asks again and again would hear for ever that it is being learnt.
      if (failure === undefined) return
      this.#failures.set(snapshotName, failure)
      const [oldest] = this.#failures.keys()
      if (this.#failures.size > mostFailures && oldest !== undefined) this.#failures.delete(oldest)
    })
    this.#threads.set(snapshotName, thread)
    return thread
  }
}

/** One model in its thread. Answers come in the order of the questions. */
class ModelThread {
  /** Rejects when there can be no model. */
  readonly learnt: Promise<void>
  readonly #worker: Worker
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: RecommendationAnswer) => void; readonly reject: (error: unknown) => void }
  >()
  readonly #onEnd: (failure?: unknown) => void
  readonly #idleMs: number
  #isLearning = true
  /** Who waits until it is learnt. */
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
    // Whoever asks hears of it; nobody may be asking any more.
    this.learnt.catch(() => {})
  }

  get isIdle(): boolean {
    return !this.#isLearning && this.#waiting.size === 0 && performance.now() >= this.#mayGoFrom
  }

  /** Whether it is learnt within the time. @throws why it cannot be; the signal's reason */
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

/** Whether it is done within the time; a rejection is passed on. */
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
