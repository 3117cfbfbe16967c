import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { type CandidatesSearch, orders, states } from './search.ts'

const pageSize = 100

/** The candidates that the address asks for, page by page; the former ones stay until the new ones are there. */
export function useCandidates({ state = 'open', order = 'best', q = '' }: CandidatesSearch) {
  const query = useInfiniteQuery(
    InboxService.method.listInboxCandidates,
    { states: [states[state].state], order: orders[order].order, text: q, pageSize, pageToken: '' },
    {
      pageParamKey: 'pageToken',
      getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
      placeholderData: keepPreviousData,
    },
  )
  const { data, fetchNextPage, isFetchingNextPage } = query
  const candidates = useMemo(() => data?.pages.flatMap((page) => page.candidates) ?? [], [data])
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  const [first] = data?.pages ?? []
  return { ...query, candidates, more, totalCount: first?.totalCount ?? 0, stateCounts: first?.stateCounts ?? [] }
}
