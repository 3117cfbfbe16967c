import { Worker } from 'node:worker_threads'
import type { BatchSelection, EvaluationPlan } from './evaluate-batch.ts'
import type { EvaluationRequest } from './evaluation-request.ts'

/** An evaluation that runs in a thread, one batch at a time. */
export interface RunningEvaluation extends AsyncDisposable {
  evaluate(batch: string): Promise<BatchSelection>
}

/** A thread ended without an answer: it needed too much memory, or it has an internal fault. */
export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure'
}

/** Idle threads for the next evaluation. Starting a thread takes longer than most evaluations. */
const idle: Worker[] = []
const mostIdle = 2

/** Enough for the access data of a large organisation; a thread that needs more ends, and its process continues. */
const resourceLimits = { maxOldGenerationSizeMb: 1024 }

/**
 * Starts an evaluation in a thread, so that the event loop of a serving process stays free: each batch is passed as one text, and only keys
 * and counts come back. The signal ends it at once, also within a batch.
 * @throws EvaluationFailure; the signal's reason
 */
export function startEvaluation(plan: EvaluationPlan, signal?: AbortSignal): RunningEvaluation {
  const thread = idle.pop() ?? startThread()
  thread.ref()
  /** Whether it has answered all requests. */
  let isFree = false
  const asks = async (request: EvaluationRequest): Promise<unknown> => {
    isFree = false
    const answer = await ask(thread, request, signal)
    isFree = true
    return answer
  }
  const ready = asks({ plan })
  ready.catch(() => {}) // the first batch reports it
  return {
    async evaluate(batch) {
      await ready
      return (await asks({ batch })) as BatchSelection
    },
    async [Symbol.asyncDispose]() {
      if (!isFree || idle.length >= mostIdle) return void (await thread.terminate())
      thread.postMessage({ done: true } satisfies EvaluationRequest)
      thread.unref()
      idle.push(thread)
    },
  }
}

function startThread(): Worker {
  const thread = new Worker(new URL('./evaluation-thread.ts', import.meta.url), { resourceLimits })
  // The caller that waits for it at that time reports the error.
  thread.on('error', () => {})
  thread.on('exit', () => {
    const place = idle.indexOf(thread)
    if (place >= 0) idle.splice(place, 1)
  })
  return thread
}

function ask(thread: Worker, request: EvaluationRequest, signal?: AbortSignal): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  if (signal?.aborted) return Promise.reject(signal.reason)
  const failed = (cause: unknown) =>
    reject(new EvaluationFailure('the evaluation of membership rules failed; nothing was changed', { cause }))
  const exited = () => failed(new Error('the thread ended'))
  const aborted = () => reject(signal?.reason)
  thread.once('message', resolve)
  thread.once('error', failed)
  thread.once('exit', exited)
  signal?.addEventListener('abort', aborted, { once: true })
  thread.postMessage(request)
  return promise.finally(() => {
    thread.off('message', resolve)
    thread.off('error', failed)
    thread.off('exit', exited)
    signal?.removeEventListener('abort', aborted)
  })
}
