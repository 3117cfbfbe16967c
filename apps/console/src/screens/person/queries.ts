import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useCallback, useMemo } from 'react'

/** Who it is. */
export function usePerson(identityId: string) {
  return useQuery(DirectoryService.method.getIdentity, { identityId })
}

/** What a person has, given to them or by groups. */
export function usePersonAccess(identityId: string) {
  const query = useInfiniteQuery(
    DirectoryService.method.listEffectiveGrants,
    { identityId, pageSize: 100, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  )
  const { data, fetchNextPage, isFetchingNextPage } = query
  const grants = useMemo(() => data?.pages.flatMap((page) => page.grants) ?? [], [data])
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  return { ...query, grants, more }
}
