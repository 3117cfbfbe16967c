import {
  type RecommendationState,
  RecommendationState as State,
} from '@assay/contracts/assay/insight/v1/recommendation_service_pb'

const lookAgainMs = 2_000

/** Options of a query for recommendations: requested again while the model is being learnt. */
export const untilLearnt = {
  refetchInterval: ({
    state,
  }: {
    readonly state: { readonly data: { readonly state: RecommendationState } | undefined }
  }) => (state.data?.state === State.LEARNING ? lookAgainMs : false),
} as const
