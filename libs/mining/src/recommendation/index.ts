export {
  type CohortRecommendation,
  EntitlementRecommender,
  type Recommendation,
} from './entitlement-recommender.ts'
export { recommendationWords } from './recommendation-words.ts'
