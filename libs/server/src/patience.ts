/** Short compared with every timeout, and long compared with a turn of the event loop. */
const partMs = 50

/**
 * Resolves after so much time in which this process could have received an answer. A timer that fires late shows that the process did not
 * run or was busy. So the time is divided into parts: each part counts with its nominal length, and ends after the data that arrived
 * meanwhile were read.
 */
export async function patience(ms: number, signal?: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 && signal?.aborted !== true; left -= partMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, partMs)))
    // In a turn of the event loop, sockets are read after the timers and before this callback.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
