import {
  type InboxCandidate,
  InboxPeopleFilter,
  InboxService,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useCallback, useMemo } from 'react'
import { useCandidates } from '../candidates/queries.ts'
import type { CandidatesSearch } from '../candidates/search.ts'

/** One candidate with its entitlements. */
export function useCandidate(candidateId: string) {
  return useQuery(InboxService.method.getInboxCandidate, { candidateId })
}

/** The people whom it means, most affected first. */
export function usePeople(candidateId: string, isOnlyGains: boolean) {
  const filter = isOnlyGains ? InboxPeopleFilter.GAINS : InboxPeopleFilter.UNSPECIFIED
  const query = useInfiniteQuery(
    InboxService.method.listInboxPeople,
    { candidateId, filter, pageSize: 100, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  )
  const { data, fetchNextPage, isFetchingNextPage } = query
  const people = useMemo(() => data?.pages.flatMap((page) => page.people) ?? [], [data])
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  return { ...query, people, more, totalCount: data?.pages[0]?.totalCount ?? 0 }
}

interface Place {
  /** From 1; undefined for a candidate that the list does not have. */
  readonly number: number | undefined
  readonly totalCount: number
  readonly before: InboxCandidate | undefined
  readonly after: InboxCandidate | undefined
}

/** Where a candidate stands in the list that it came from. */
export function usePlace(id: string, search: CandidatesSearch): Place {
  const { candidates, totalCount, more } = useCandidates(search)
  const at = candidates.findIndex((candidate) => candidate.id === id)
  if (at >= 0 && at > candidates.length - 3 && candidates.length < totalCount) more()
  return {
    number: at < 0 ? undefined : at + 1,
    totalCount,
    before: candidates[at - 1],
    after: at < 0 ? undefined : candidates[at + 1],
  }
}
