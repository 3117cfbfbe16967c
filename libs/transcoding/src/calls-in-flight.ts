import type { LazyContext } from './lazy-context.ts'

/** Aborts the running calls when the server stops. It needs one listener for all calls, and none without a signal. */
export class CallsInFlight {
  readonly #signal: AbortSignal | undefined
  /**
   * Not a `Set`: when V8 rehashes a set, it keeps the old table until the next full collection. Calls come and go so often that
   * these tables become large, and each minor collection copies them.
   */
  readonly #running: LazyContext[] = []

  constructor(shutdownSignal: AbortSignal | undefined) {
    this.#signal = shutdownSignal
    shutdownSignal?.addEventListener('abort', () => {
      for (const context of [...this.#running]) context.abort(shutdownSignal.reason)
    })
  }

  begin(context: LazyContext): void {
    if (this.#signal === undefined) return
    context.place = this.#running.push(context) - 1
    if (this.#signal.aborted) context.abort(this.#signal.reason)
  }

  end(context: LazyContext): void {
    if (this.#signal === undefined) return
    const last = this.#running.pop()
    if (last === undefined || last === context) return
    this.#running[context.place] = last
    last.place = context.place
  }
}
