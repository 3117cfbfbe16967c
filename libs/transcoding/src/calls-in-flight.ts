import type { LazyContext } from './lazy-context.ts'

/** Aborts the calls that run when the server stops. One listener for all of them; none without a signal. */
export class CallsInFlight {
  readonly #signal: AbortSignal | undefined
  readonly #running = new Set<LazyContext>()

  constructor(shutdownSignal: AbortSignal | undefined) {
    this.#signal = shutdownSignal
    shutdownSignal?.addEventListener('abort', () => {
      for (const context of this.#running) context.abort(shutdownSignal.reason)
    })
  }

  begin(context: LazyContext): void {
    if (this.#signal === undefined) return
    this.#running.add(context)
    if (this.#signal.aborted) context.abort(this.#signal.reason)
  }

  end(context: LazyContext): void {
    if (this.#signal !== undefined) this.#running.delete(context)
  }
}
