/** Work that a process repeats in addition to its jobs. */
export interface Repeated {
  /** Aborts the signal of running work, and waits for its end. */
  stop(): Promise<void>
}

/**
 * Does work at intervals, never twice at the same time. `onError` receives its errors, unless it was stopped; the next interval
 * tries again.
 */
export function inTime(
  work: (signal: AbortSignal) => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
): Repeated {
  const stopping = new AbortController()
  const { signal } = stopping
  let working: Promise<void> | undefined
  const timer = setInterval(() => {
    working ??= work(signal)
      .catch((error) => {
        if (!signal.aborted) onError(error)
      })
      .finally(() => {
        working = undefined
      })
  }, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort(new Error('the process stops'))
      await working
    },
  }
}
