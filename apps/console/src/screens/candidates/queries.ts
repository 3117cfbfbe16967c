import { InboxService, type ListInboxCandidatesResponse } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { type CandidatesSearch, orders, states } from './search.ts'

const pageSize = 100

const candidatesOf = (page: ListInboxCandidatesResponse) => page.candidates

/** The candidates that the address asks for, page by page; the former ones stay until the new ones are there. */
export function useCandidates({ state = 'open', order = 'best', q = '' }: CandidatesSearch) {
  const query = useInfiniteQuery(
    InboxService.method.listInboxCandidates,
    { states: [states[state].state], order: orders[order].order, text: q, pageSize, pageToken: '' },
    {
      ...byPageToken,
      placeholderData: keepPreviousData,
    },
  )
  const { items: candidates, more, first } = usePages(query, candidatesOf)
  return { ...query, candidates, more, totalCount: first?.totalCount ?? 0, stateCounts: first?.stateCounts ?? [] }
}
