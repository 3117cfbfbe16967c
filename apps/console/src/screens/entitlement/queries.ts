import {
  EntitlementInsightService,
  ListEntitlementHoldersRequest_Selection as Selection,
} from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useCallback, useMemo } from 'react'

export type HolderSelection = 'holders' | 'against' | 'lacking'

const selections: Readonly<Record<HolderSelection, Selection>> = {
  holders: Selection.HOLDERS,
  against: Selection.AGAINST_PATTERN,
  lacking: Selection.LACKING,
}

/** Who holds it, which conditions say it best, and what contains it. */
export function useEntitlement(applicationId: string, entitlementId: string) {
  const entitlements = [{ applicationId, entitlementId }]
  return useQuery(EntitlementInsightService.method.describeEntitlements, { entitlements })
}

/** People who hold it, hold it against the pattern, or lack it. */
export function useHolders(applicationId: string, entitlementId: string, selection: HolderSelection) {
  const query = useInfiniteQuery(
    EntitlementInsightService.method.listEntitlementHolders,
    {
      entitlements: [{ applicationId, entitlementId }],
      selection: selections[selection],
      pageSize: 100,
      pageToken: '',
    },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  )
  const { data, fetchNextPage, isFetchingNextPage } = query
  const people = useMemo(() => data?.pages.flatMap((page) => page.people) ?? [], [data])
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  return { ...query, people, more, totalCount: Number(data?.pages[0]?.total ?? 0n) }
}
