import { noAttempts } from './attempt-record.ts'
import { perform } from './perform.ts'
import type { Attempt, Work } from './work.ts'

const never = new AbortController().signal

/**
 * Makes one attempt at work, in this process and without a queue, for tests of what the work does. Throws the error of an
 * attempt that would be repeated. It does not throw if the work ended with an error, because then people got a message.
 */
export async function attemptOnce<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  payload: Payload,
  stopping: AbortSignal = never,
  /** Aborted when somebody requests the end of the job. */
  cancelled: AbortSignal = never,
): Promise<void> {
  const ending = await perform(work, { id: 'test', payload, record: noAttempts }, { stopping, claim: never, cancelled })
  if (ending.kind === 'repeated') throw ending.error
  if (ending.kind === 'handed-back') throw stopping.reason
}

/** An attempt that is never aborted and ignores reports, for tests of `run` alone. */
export function oneAttempt(): Attempt<unknown> {
  return { signal: never, report: () => {} }
}
