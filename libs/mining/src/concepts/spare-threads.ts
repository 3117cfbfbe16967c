import type { Worker } from 'node:worker_threads'

interface SpareThreadsOptions {
  /** An idle thread ends after this time; ten minutes by default. */
  readonly idleMs?: number
}

/**
 * Keeps a leading thread with its helpers for the next mining run, because starting and compiling one takes longer than mining a
 * department. It keeps at most one, and only after a short run, so that neither the memory nor the low priority of a long run stays. It
 * does not keep the process running.
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

  /** Ends the thread if there is another one already. */
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
    // The next run replaces a thread that fails while it is idle.
    worker.on('error', end)
    worker.on('exit', end)
    worker.unref()
    this.#spare = { worker, timer }
  }

  /** Ends the stored thread and stores no further ones. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.take()?.terminate()
  }
}

/** Removes the listeners by event name. Without names, the listeners of the thread itself would be removed as well. */
function forget(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}
