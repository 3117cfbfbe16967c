import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useCallback, useMemo } from 'react'

/** One access profile. */
export function useProfile(accessProfileId: string) {
  return useQuery(ProfileService.method.getAccessProfile, { accessProfileId })
}

/** What it gives. */
export function useProfileAccess(accessProfileId: string) {
  const query = useInfiniteQuery(
    ProfileService.method.listAccessProfileEntitlements,
    { accessProfileId, pageSize: 100, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  )
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.entitlements) ?? [], [query.data])
  return { ...query, items, more: useMore(query) }
}

/** Who is a member. */
export function useMembers(accessProfileId: string) {
  const query = useInfiniteQuery(
    ProfileService.method.listAccessProfileMembers,
    { accessProfileId, pageSize: 100, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  )
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.members) ?? [], [query.data])
  return { ...query, items, more: useMore(query) }
}

function useMore(query: { fetchNextPage: () => unknown; isFetchingNextPage: boolean }): () => void {
  const { fetchNextPage, isFetchingNextPage } = query
  return useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
}
