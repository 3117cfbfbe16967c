import type { MiningErrorKind } from '../mining-error.ts'
import type { CohortRecommendation, Recommendation } from './entitlement-recommender.ts'

/** A question to a model that was learnt from a snapshot. */
export type RecommendationQuestion =
  | { readonly kind: 'identity'; readonly identity: number; readonly limit: number }
  | { readonly kind: 'cohort'; readonly members: Uint32Array; readonly limit: number }

/** The answer to each kind of question. */
export interface Answers {
  readonly identity: readonly Recommendation[]
  readonly cohort: readonly CohortRecommendation[]
}

export type RecommendationAnswer = Answers[keyof Answers]

/** A message from the thread. */
export type ThreadMessage =
  | { readonly kind: 'learnt' }
  | {
      readonly kind: 'refused'
      readonly problem: {
        readonly kind: MiningErrorKind
        readonly field: string
        readonly expected: string
        readonly got: string
      }
    }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: RecommendationAnswer }
