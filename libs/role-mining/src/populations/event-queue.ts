/** Hands an event on; the promise is kept when whoever iterates has taken it, or has gone. */
export type Emit<Event> = (event: Event) => Promise<void>

/**
 * Yields what `work` emits, in order, and ends when the work has. Whoever stops iterating early, or aborts `signal`, stops
 * the work by the signal that it gets. What is not asked for yet waits in memory, so work that may run ahead of a slow
 * reader waits for what `emit` promises.
 */
export async function* eventQueue<Event>(
  work: (emit: Emit<Event>, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Event, void> {
  const left = new AbortController()
  const waiting: { readonly event: Event; readonly taken: () => void }[] = []
  let wake = () => {}
  let hasEnded = false
  const emit: Emit<Event> = (event) => {
    if (left.signal.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push({ event, taken: resolve })
    wake()
    return promise
  }
  const done = work(emit, AbortSignal.any([signal, left.signal]))
  // A failure is thrown where `done` is awaited; until then it must not count as unhandled.
  const ended = done
    .catch(() => {})
    .then(() => {
      hasEnded = true
      wake()
    })
  try {
    for (;;) {
      const next = waiting.shift()
      if (next !== undefined) {
        next.taken()
        yield next.event
        continue
      }
      if (hasEnded) break
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    await done
  } finally {
    left.abort()
    for (const { taken } of waiting.splice(0)) taken()
    await ended
  }
}
