import { parentPort, workerData } from 'node:worker_threads'
import { lowerThisThread } from '@assay/mining'
import { type EvaluationPlan, prepareEvaluation } from './evaluate-batch.ts'

/** The far side of `startEvaluation`: one batch in, one answer out, until it is terminated. */
lowerThisThread()
const evaluate = prepareEvaluation(workerData as EvaluationPlan)

parentPort?.on('message', (batch: string) => {
  const selection = evaluate(batch)
  parentPort?.postMessage(selection, [selection.counts.buffer as ArrayBuffer, selection.keys.buffer as ArrayBuffer])
})
