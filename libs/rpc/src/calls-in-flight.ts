import type { CallContext } from './call-context.ts'

/** Aborts the running calls when the server stops, with one listener for all of them. */
export class CallsInFlight {
  readonly #shutdownSignal: AbortSignal
  /**
   * An array, not a `Set`: when V8 rehashes a set, the old table keeps its entries alive until the next full collection
   * (docs/decisions/0006).
   */
  readonly #running: CallContext[] = []

  constructor(shutdownSignal: AbortSignal) {
    this.#shutdownSignal = shutdownSignal
    shutdownSignal.addEventListener('abort', () => {
      for (const context of [...this.#running]) context.abort(shutdownSignal.reason)
    })
  }

  begin(context: CallContext): void {
    context.place = this.#running.push(context) - 1
    if (this.#shutdownSignal.aborted) context.abort(this.#shutdownSignal.reason)
  }

  end(context: CallContext): void {
    const last = this.#running.pop()
    if (last === undefined || last === context) return
    this.#running[context.place] = last
    last.place = context.place
  }
}
