import { parentPort } from 'node:worker_threads'
import { lowerThisThread } from '@assay/threads'
import { type BatchEvaluation, prepareEvaluation } from './evaluate-batch.ts'
import type { EvaluationRequest } from './evaluation-request.ts'
import { enterWorld, worldAt } from './rule-world.ts'

/**
 * The thread of `startEvaluation`: it receives a plan, then batches, each with one answer, until the next plan. An error here ends the
 * thread, and with it the evaluation: the errors of a rule are part of its result.
 */
lowerThisThread()
let evaluate: BatchEvaluation | undefined

parentPort?.on('message', (request: EvaluationRequest) => {
  if ('plan' in request) {
    evaluate = prepareEvaluation(request.plan)
    parentPort?.postMessage('ready')
  } else if ('batch' in request && evaluate !== undefined) {
    const selection = evaluate(request.batch)
    parentPort?.postMessage(selection, [selection.counts.buffer as ArrayBuffer, selection.keys.buffer as ArrayBuffer])
  } else {
    // The next plan may belong to another tenant.
    evaluate = undefined
    enterWorld(worldAt(0))
  }
})
