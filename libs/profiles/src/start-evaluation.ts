import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type BatchSelection, type EvaluationPlan, prepareEvaluation } from './evaluate-batch.ts'

/** An evaluation that goes on somewhere; one batch at a time. */
export interface RunningEvaluation extends AsyncDisposable {
  evaluate(batch: string): Promise<BatchSelection>
}

/** Evaluates in this thread: for so little that starting another one would cost more. */
export function evaluateHere(plan: EvaluationPlan): RunningEvaluation {
  const evaluate = prepareEvaluation(plan)
  return { evaluate: async (batch) => evaluate(batch), [Symbol.asyncDispose]: async () => {} }
}

/**
 * Starts an evaluation in a thread of its own, which keeps the event loop of a serving process free: a batch crosses over
 * as one text, and only keys come back.
 */
export function evaluateInThread(plan: EvaluationPlan): RunningEvaluation {
  const thread = new Worker(new URL('./evaluation-thread.ts', import.meta.url), { workerData: plan })
  return {
    async evaluate(batch) {
      // `once` rejects when the thread reports an error instead.
      const answer = once(thread, 'message')
      thread.postMessage(batch)
      const [selection] = (await answer) as [BatchSelection]
      return selection
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}
