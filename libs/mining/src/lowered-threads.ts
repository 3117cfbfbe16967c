import { setPriority } from 'node:os'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'

const key = 'assay.backgroundNiceness'
const afterKey = 'assay.backgroundNicenessAfterMs'

/**
 * Lets the threads that compute for minutes yield to all other threads of the machine: those that answer calls, read the
 * queue and renew leases. Concerns the threads that are started after this call, in this process and by its threads.
 *
 * Linux only, where each thread has a priority: the process itself, and the group of its session (`/proc/self/autogroup`),
 * stay as they are, so that a worker on a busy machine is never taken for dead. Between sessions, and between control groups, priorities
 * do not count: there the groups share the processors, so what a worker shall yield to has to be in its session (`npm start`), or its
 * group has to weigh less. On macOS and Windows a priority is the whole process's, so nothing is lowered there.
 * @param niceness 0 to 19, the most yielding
 * @param afterMs how long a computation for which somebody waits runs before its threads yield
 */
export function lowerBackgroundThreads(niceness: number, afterMs = 1000): void {
  setEnvironmentData(key, niceness)
  setEnvironmentData(afterKey, afterMs)
}

/** The first line of a thread that computes. Gives false, and is without effect, in processes that lower nothing. */
export function lowerThisThread(): boolean {
  const niceness = getEnvironmentData(key)
  if (process.platform !== 'linux' || typeof niceness !== 'number' || niceness === 0) return false
  try {
    // 0 is the calling thread (setpriority(2)).
    setPriority(0, niceness)
    return true
  } catch {
    // The whole process yields more already, or the system refuses: not worth failing for.
    return false
  }
}

/**
 * The same for a thread whose work may be short: call the result at each step, and the thread yields once it takes long. It
 * gives whether the thread was lowered: nothing raises it again.
 */
export function lowerWhenLong(): () => boolean {
  const begun = performance.now()
  const longMs = Number(getEnvironmentData(afterKey))
  let isLowered: boolean | undefined
  return () => {
    if (isLowered === undefined && !(performance.now() - begun < longMs)) isLowered = lowerThisThread()
    return isLowered ?? false
  }
}
