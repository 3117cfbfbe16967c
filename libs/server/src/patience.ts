/** Short beside every patience, and long beside a turn of the event loop. */
const partMs = 50

/**
 * Resolves after so much time in which this process could have taken an answer. A timer that is late says that the process had no
 * processor, or was busy itself: so each part counts with its length, however long it took, and ends after what arrived meanwhile
 * was taken.
 */
export async function patience(ms: number, signal?: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 && signal?.aborted !== true; left -= partMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, partMs)))
    // Sockets are read after the timers of a turn and before this.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
