import type { CallContext } from './call-context.ts'
import { type Member, Passing } from './passing.ts'

/** Aborts the running calls when the server stops, with one listener for all of them. */
export class CallsInFlight {
  readonly #shutdownSignal: AbortSignal
  readonly #running = new Passing<CallContext>()

  constructor(shutdownSignal: AbortSignal) {
    this.#shutdownSignal = shutdownSignal
    shutdownSignal.addEventListener('abort', () => {
      for (const { value: context } of this.#running.members) context.abort(shutdownSignal.reason)
    })
  }

  /** @returns the argument for `end` */
  begin(context: CallContext): Member<CallContext> {
    if (this.#shutdownSignal.aborted) context.abort(this.#shutdownSignal.reason)
    return this.#running.add(context)
  }

  end(call: Member<CallContext>): void {
    this.#running.remove(call)
  }
}
