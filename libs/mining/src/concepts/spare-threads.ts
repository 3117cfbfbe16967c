import type { Worker } from 'node:worker_threads'

interface SpareThreadsOptions {
  /** A thread that nobody wanted for so long ends; ten minutes by default. */
  readonly idleMs?: number
}

/**
 * A leading thread that has mined, with its helpers, kept for the next mining: starting and compiling one takes longer than
 * mining a department. One at most, and only after a short mining, so that neither the memory nor the low priority of a
 * long one stays. It holds no process open.
 */
export class SpareThreads {
  readonly #idleMs: number
  #spare: { readonly worker: Worker; readonly timer: NodeJS.Timeout } | undefined
  #isClosed = false

  constructor({ idleMs = 600_000 }: SpareThreadsOptions = {}) {
    this.#idleMs = idleMs
  }

  take(): Worker | undefined {
    const spare = this.#spare
    if (spare === undefined) return undefined
    this.#spare = undefined
    clearTimeout(spare.timer)
    forget(spare.worker)
    spare.worker.ref()
    return spare.worker
  }

  /** Ends the thread where there is another one already. */
  async keep(worker: Worker): Promise<void> {
    forget(worker)
    if (this.#isClosed || this.#spare !== undefined) {
      await worker.terminate()
      return
    }
    const end = () => {
      if (this.#spare?.worker === worker) this.#spare = undefined
      clearTimeout(timer)
      void worker.terminate()
    }
    const timer = setTimeout(end, this.#idleMs).unref()
    // One that fails while it waits is replaced by the next mining.
    worker.on('error', end)
    worker.on('exit', end)
    worker.unref()
    this.#spare = { worker, timer }
  }

  /** Ends what is kept; nothing is kept afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.take()?.terminate()
  }
}

/** By name: without one, the listeners go by which the thread itself hears of ours. */
function forget(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}
