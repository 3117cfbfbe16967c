import { noAttempts } from './attempt-record.ts'
import { perform } from './perform.ts'
import type { Attempt, Work } from './work.ts'

const never = new AbortController().signal

/**
 * One attempt at work, in this process and without a queue: for tests of what the work does. Throws the error of an attempt
 * that would be repeated; one that ended the work is not thrown, since people were told.
 */
export async function attemptOnce<Payload extends object, Task, Progress>(
  work: Work<Payload, Task, Progress>,
  payload: Payload,
  stopping: AbortSignal = never,
  /** Aborted when somebody asks for the end of the job. */
  cancelled: AbortSignal = never,
): Promise<void> {
  const ending = await perform(work, { id: 'test', payload, record: noAttempts }, { stopping, claim: never, cancelled })
  if (ending.kind === 'repeated') throw ending.error
  if (ending.kind === 'handed-back') throw stopping.reason
}

/** An attempt that nobody ends and that reports to nobody, for tests of `run` alone. */
export function oneAttempt(): Attempt<unknown> {
  return { signal: never, report: () => {} }
}
