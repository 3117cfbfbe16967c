import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { useCallback, useMemo } from 'react'

/** All access profiles, by name, page by page. */
export function useProfiles() {
  const query = useInfiniteQuery(
    ProfileService.method.listAccessProfiles,
    { pageSize: 100, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  )
  const { data, fetchNextPage, isFetchingNextPage } = query
  const profiles = useMemo(() => data?.pages.flatMap((page) => page.accessProfiles) ?? [], [data])
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  return { ...query, profiles, more }
}
