import { setPriority } from 'node:os'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'

const key = 'assay.backgroundNiceness'
const afterKey = 'assay.backgroundNicenessAfterMs'

/**
 * Lowers the priority of threads that compute for minutes below all other threads of the machine, such as those that answer calls, read
 * the queue and renew leases. It applies to threads that this process and its threads start after this call.
 *
 * It works on Linux only, where each thread has a priority. The process and its session's group (`/proc/self/autogroup`) keep their
 * priority, so that a worker on a busy machine does not seem to be dead. Priorities have no effect between sessions or between control
 * groups, which share the processors as groups. So the processes that should come first must run in the worker's session (`npm start`),
 * or the worker's group needs a smaller weight. On macOS and Windows only a whole process has a priority, so nothing is lowered there.
 * @param niceness 0 to 19; 19 is the lowest priority
 * @param afterMs how long a computation that a user waits for runs before the priority of its threads is lowered
 */
export function lowerBackgroundThreads(niceness: number, afterMs = 1000): void {
  setEnvironmentData(key, niceness)
  setEnvironmentData(afterKey, afterMs)
}

/** A computing thread calls this first. Returns false, without effect, in a process that did not call `lowerBackgroundThreads`. */
export function lowerThisThread(): boolean {
  const niceness = getEnvironmentData(key)
  if (process.platform !== 'linux' || typeof niceness !== 'number' || niceness === 0) return false
  try {
    // 0 is the calling thread (setpriority(2)).
    setPriority(0, niceness)
    return true
  } catch {
    // The process has a lower priority already, or the system refuses. Neither is worth an error.
    return false
  }
}

/**
 * Lowers the priority of a thread whose work may be short. Call the returned function at each step: it lowers the priority once the work
 * takes long. It returns whether the priority was lowered; nothing raises it again.
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
