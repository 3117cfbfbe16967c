import { Worker } from 'node:worker_threads'
import type { ReadinessQuestion, SnapshotReadiness } from '@assay/mining'
import type { MeasureTask } from './measure-task.ts'

/** Measures in a thread of its own, which ends when the signal is aborted; the promise then rejects with its reason. */
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
      thread.on('exit', (code) => reject(new Error(`the thread that measures ended with exit code ${code}`)))
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
