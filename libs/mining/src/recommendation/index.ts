export {
  type CohortRecommendation,
  EntitlementRecommender,
  type Recommendation,
} from './entitlement-recommender.ts'
export { RecommendationThreads } from './recommendation-threads.ts'
export { recommendationWords } from './recommendation-words.ts'
