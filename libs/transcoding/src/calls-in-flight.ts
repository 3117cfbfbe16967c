import type { RestContext } from './rest-context.ts'

/** Aborts the calls that run when the server stops. One listener for all of them; none without a signal. */
export class CallsInFlight {
  readonly #signal: AbortSignal | undefined
  readonly #running = new Set<RestContext>()

  constructor(shutdownSignal: AbortSignal | undefined) {
    this.#signal = shutdownSignal
    shutdownSignal?.addEventListener('abort', () => {
      for (const context of this.#running) context.abort(shutdownSignal.reason)
    })
  }

  begin(context: RestContext): void {
    if (this.#signal === undefined) return
    this.#running.add(context)
    if (this.#signal.aborted) context.abort(this.#signal.reason)
  }

  end(context: RestContext): void {
    if (this.#signal !== undefined) this.#running.delete(context)
  }
}
