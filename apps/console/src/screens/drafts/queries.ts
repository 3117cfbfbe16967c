import { CandidateService, type ListDraftsResponse } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'

const draftsOf = (page: ListDraftsResponse) => page.drafts

/** All drafts, the last changed first, page by page. */
export function useDrafts() {
  const query = useInfiniteQuery(CandidateService.method.listDrafts, { pageSize: 100, pageToken: '' }, byPageToken)
  const { items, more } = usePages(query, draftsOf)
  return { ...query, items, more }
}
