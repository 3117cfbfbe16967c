import { DomainError, type DomainErrorKind } from '@assay/errors'

/** Throws in a row after which a job fails for good. */
const mostThrows = 5
/** Attempts in all: a job that takes the process down ends that many workers and no more. */
const mostAttempts = 100

const passing: ReadonlySet<DomainErrorKind> = new Set(['aborted', 'resource_exhausted', 'unavailable'])

/** What is kept with a job about the attempt that ended last; an attempt whose worker died leaves another one. */
interface AttemptOutput {
  readonly message: string
  readonly throwsInARow: number
}

export type JobOutcome =
  | { readonly status: 'completed'; readonly output?: undefined; readonly error?: undefined }
  | { readonly status: 'failed'; readonly output: AttemptOutput; readonly error?: Error }
  | { readonly status: 'deadletter'; readonly output: AttemptOutput; readonly error: Error }

/**
 * One attempt at a job and what becomes of the job: completed, to be run again (`failed`, in the queue's words), or
 * failed for good (`deadletter`). Never throws.
 */
export async function runJob(
  { retryCount, lastOutput }: { readonly retryCount: number; readonly lastOutput: unknown },
  signal: AbortSignal,
  handle: () => Promise<void>,
): Promise<JobOutcome> {
  const throwsBefore = throwsInARow(lastOutput)
  if (retryCount >= mostAttempts) {
    const error = new Error(`given up after ${retryCount} attempts; the last one ended with: ${messageOf(lastOutput)}`)
    return { status: 'deadletter', output: { message: error.message, throwsInARow: throwsBefore }, error }
  }
  try {
    await handle()
    return { status: 'completed' }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    // Stopped, cancelled or given to another worker: no fault of the job's.
    if (signal.aborted) return { status: 'failed', output: { message: 'handed back', throwsInARow: throwsBefore } }
    if (error instanceof DomainError && passing.has(error.kind)) {
      return { status: 'failed', output: { message: error.message, throwsInARow: throwsBefore }, error }
    }
    const output = { message: error.message, throwsInARow: throwsBefore + 1 }
    const isFinal = error instanceof DomainError || output.throwsInARow >= mostThrows
    return { status: isFinal ? 'deadletter' : 'failed', output, error }
  }
}

function throwsInARow(output: unknown): number {
  return typeof output === 'object' && output !== null && 'throwsInARow' in output ? Number(output.throwsInARow) : 0
}

function messageOf(output: unknown): string {
  if (typeof output !== 'object' || output === null) return 'nothing known'
  return 'message' in output ? String(output.message) : JSON.stringify(output)
}
