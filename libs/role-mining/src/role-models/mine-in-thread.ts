import { Worker } from 'node:worker_threads'
import { MiningError } from '@assay/mining'
import type { RoleModelProgress } from '@assay/role-model'
import type { ModelMessage, ModelTask } from './model-task.ts'

/** A mined model, or a revised one, depending on the task. */
type ThreadResult = Extract<ModelMessage, { readonly kind: 'result' | 'revised' }>

/**
 * Mines or revises in a separate thread; the calling thread only passes messages. When the signal is aborted, the thread ends, and then the
 * promise rejects with the signal's reason. Progress is reported at most four times a second.
 */
export async function mineInThread(
  task: ModelTask,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: RoleModelProgress) => void },
): Promise<ThreadResult> {
  const { signal } = options
  signal.throwIfAborted()
  const thread = new Worker(new URL('./model-thread.ts', import.meta.url), { workerData: task })
  const end = () => void thread.terminate()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await new Promise((resolve, reject) => {
      thread.on('message', (message: ModelMessage) => {
        if (message.kind === 'progress') options.onProgress(message.progress)
        if (message.kind === 'result' || message.kind === 'revised') resolve(message)
        if (message.kind === 'problem') {
          const { kind, field, expected, got } = message.problem
          reject(new MiningError(kind, field, expected, got))
        }
      })
      thread.on('error', reject)
      thread.on('exit', (code) => reject(new Error(`the thread of a role model ended with exit code ${code}`)))
    })
  } catch (error) {
    // When the signal ended the thread, that is not a failure of the thread.
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', end)
    await thread.terminate()
  }
}
