/** Work that a process does again and again beside its jobs. */
export interface Repeated {
  /** Aborts the signal of what is going on, and waits for its end. */
  stop(): Promise<void>
}

/** Does work at intervals, never twice at a time. `onError` hears what it throws, unless it is stopped; the next interval tries again. */
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
