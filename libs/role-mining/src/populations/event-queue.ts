/** Passes an event to the reader. The promise resolves when the reader has taken the event, or has stopped reading. */
export type Emit<Event> = (event: Event) => Promise<void>

/**
 * Yields the events that `work` emits, in order, and ends when the work has ended. When the reader stops early, or `signal` is aborted, the
 * signal that `work` gets is aborted. Events wait in memory until the reader takes them, so work that may be faster than its reader awaits
 * the promise of `emit`.
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
