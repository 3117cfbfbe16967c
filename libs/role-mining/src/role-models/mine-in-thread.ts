import { Worker } from 'node:worker_threads'
import { MiningError } from '@assay/mining'
import type { RoleModelProgress } from '@assay/role-model'
import type { ModelMessage, ModelTask } from './model-task.ts'

/** A mined model, or a revised one, as the task asked. */
type ThreadResult = Extract<ModelMessage, { readonly kind: 'result' | 'revised' }>

/**
 * Mines or revises in a thread of its own; the calling thread only passes messages. Aborting the signal ends the thread, and the
 * promise rejects with the signal's reason once it has ended. Progress comes at most four times a second.
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
    // The end of a thread that we ended is no failure of its own.
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', end)
    await thread.terminate()
  }
}
