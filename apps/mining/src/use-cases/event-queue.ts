/**
 * Yields what `work` emits, in order, and ends when the work has. Whoever stops iterating early, or aborts `signal`, stops
 * the work by the signal that it gets. What is not asked for yet waits in memory.
 */
export async function* eventQueue<Event>(
  work: (emit: (event: Event) => void, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Event, void> {
  const left = new AbortController()
  const waiting: Event[] = []
  let wake = () => {}
  let hasEnded = false
  const emit = (event: Event) => {
    waiting.push(event)
    wake()
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
      for (const event of waiting.splice(0)) yield event
      if (waiting.length > 0) continue
      if (hasEnded) break
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    await done
  } finally {
    left.abort()
    await ended
  }
}
