import { InboxOrder, InboxService, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ReadinessService } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { RunInsightService } from '@assay/contracts/assay/insight/v1/run_insight_service_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { useQuery } from '@connectrpc/connect-query'

const measuring = 1
const lookAgainMs = 2_000

/** The readiness of the data in force; requested again while a worker measures. */
export function useReadiness() {
  return useQuery(
    ReadinessService.method.getReadiness,
    {},
    { refetchInterval: ({ state }) => (state.data?.state === measuring ? lookAgainMs : false) },
  )
}

/** The user's review items, the earliest due date first. */
export function useWaitingForMe(mayDecide: boolean) {
  return useQuery(ReviewService.method.listMyReviewItems, { pageSize: 100 }, { enabled: mayDecide })
}

/** The insight of the newest run. */
export function useNewestRun(isAsked = true) {
  return useQuery(RunInsightService.method.getRunInsight, { runId: 'latest' }, { enabled: isAsked })
}

/** Whether the error means that there are no data yet. */
export function isNotYet(error: unknown): boolean {
  return error !== null && [Code.FailedPrecondition, Code.NotFound].includes(ConnectError.from(error).code)
}

/** The open candidates that the data support best. */
export function useBestCandidates() {
  const request = { states: [InboxState.OPEN], order: InboxOrder.CONFIDENCE, pageSize: 5 }
  return useQuery(InboxService.method.listInboxCandidates, request)
}
