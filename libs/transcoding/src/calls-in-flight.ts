import type { LazyContext } from './lazy-context.ts'

/** Aborts the calls that run when the server stops. One listener for all of them; none without a signal. */
export class CallsInFlight {
  readonly #signal: AbortSignal | undefined
  /**
   * Not a `Set`: V8 keeps what a set held when it was rehashed as long as the set itself, until the next full collection. With
   * calls that come and go that is most of them, and each minor collection copies them all.
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
