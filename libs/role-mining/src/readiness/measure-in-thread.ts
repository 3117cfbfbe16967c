import { Worker } from 'node:worker_threads'
import type { ReadinessQuestion, SnapshotReadiness } from '@assay/mining'
import type { MeasureTask } from './measure-task.ts'

/** Measures in a separate thread, which ends when the signal is aborted; the promise then rejects with the signal's reason. */
export async function measureInThread(
  buffer: SharedArrayBuffer,
  question: ReadinessQuestion,
  signal: AbortSignal,
): Promise<SnapshotReadiness> {
  signal.throwIfAborted()
  const task: MeasureTask = { buffer, question }
  const thread = new Worker(new URL('./measure-thread.ts', import.meta.url), { workerData: task })
  const end = () => void thread.terminate()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await new Promise<SnapshotReadiness>((resolve, reject) => {
      thread.on('message', resolve)
      thread.on('error', reject)
      thread.on('exit', (code) => reject(new Error(`the measuring thread ended with exit code ${code}`)))
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
