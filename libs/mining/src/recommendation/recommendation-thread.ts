import { parentPort, workerData } from 'node:worker_threads'
import { lowerThisThread } from '@assay/threads'
import { MiningError } from '../mining-error.ts'
import { readSnapshot } from '../read-snapshot.ts'
import { EntitlementRecommender } from './entitlement-recommender.ts'
import type { RecommendationAnswer, RecommendationQuestion, ThreadMessage } from './thread-messages.ts'

lowerThisThread()
const recommender = learn(workerData as SharedArrayBuffer)

parentPort?.on('message', ({ id, question }: { readonly id: number; readonly question: RecommendationQuestion }) => {
  if (recommender !== undefined) send({ kind: 'answer', id, answer: answerOf(recommender, question) })
})

function learn(buffer: SharedArrayBuffer): EntitlementRecommender | undefined {
  try {
    const learnt = EntitlementRecommender.learn(readSnapshot(buffer))
    send({ kind: 'learnt' })
    return learnt
  } catch (error) {
    if (!(error instanceof MiningError)) throw error
    const { kind, field, expected, got } = error
    send({ kind: 'refused', problem: { kind, field, expected, got } })
    return undefined
  }
}

function answerOf(learnt: EntitlementRecommender, question: RecommendationQuestion): RecommendationAnswer {
  return question.kind === 'identity'
    ? learnt.forIdentity(question.identity, question.limit)
    : learnt.forCohort(question.members, question.limit)
}

function send(message: ThreadMessage): void {
  parentPort?.postMessage(message)
}
