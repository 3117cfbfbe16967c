import { setTimeout as delay } from 'node:timers/promises'

export type WorkEvent<Progress, Result> =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: Result }

/**
 * Yields the latest progress of `work` at most once in `intervalMs`, what came between being dropped, and its result
 * last. Whoever stops iterating early, or aborts `signal`, stops the work by the signal that it gets; the generator ends
 * when the work has.
 */
export async function* latestProgress<Progress, Result>(
  work: (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<Result>,
  { intervalMs, signal }: { readonly intervalMs: number; readonly signal: AbortSignal },
): AsyncGenerator<WorkEvent<Progress, Result>, void> {
  const left = new AbortController()
  let latest: WorkEvent<Progress, Result> | undefined
  let hasEnded = false
  const result = work(
    (progress) => {
      latest = { kind: 'progress', progress }
    },
    AbortSignal.any([signal, left.signal]),
  )
  const ended = result.then(
    () => {},
    // The failure is thrown where the result is awaited; until then it must not count as unhandled.
    () => {},
  )
  ended.then(() => {
    hasEnded = true
  })
  try {
    for (;;) {
      const timer = new AbortController()
      await Promise.race([ended, delay(intervalMs, undefined, { signal: timer.signal }).catch(() => {})])
      timer.abort()
      if (hasEnded) break
      if (latest === undefined) continue
      const event = latest
      latest = undefined
      yield event
    }
    yield { kind: 'result', result: await result }
  } finally {
    left.abort()
    await ended
  }
}
