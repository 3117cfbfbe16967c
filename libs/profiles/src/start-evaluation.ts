import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type EvaluationPlan, prepareEvaluation } from './evaluate-batch.ts'

/** An evaluation that goes on somewhere; one batch at a time. */
export interface RunningEvaluation extends AsyncDisposable {
  evaluate(batch: string): Promise<Int32Array[]>
}

/**
 * Starts an evaluation in a thread of its own, which keeps the event loop of a serving process free: a batch crosses over
 * as one text, and only keys come back. In this thread if there is so little to do that a start would cost more.
 */
export function startEvaluation(plan: EvaluationPlan, where: 'here' | 'thread'): RunningEvaluation {
  if (where === 'here') {
    const evaluate = prepareEvaluation(plan)
    return { evaluate: async (batch) => evaluate(batch), [Symbol.asyncDispose]: async () => {} }
  }
  const thread = new Worker(new URL('./evaluation-thread.ts', import.meta.url), { workerData: plan })
  return {
    async evaluate(batch) {
      // `once` rejects when the thread reports an error instead.
      const answer = once(thread, 'message')
      thread.postMessage(batch)
      const [selected] = (await answer) as [Int32Array[]]
      return selected
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}
