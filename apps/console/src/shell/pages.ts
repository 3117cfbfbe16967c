import type { InfiniteData } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'

interface PagedQuery<Page> {
  readonly data: InfiniteData<Page, unknown> | undefined
  readonly fetchNextPage: () => unknown
  readonly isFetchingNextPage: boolean
}

/** The paging of lists by page tokens. */
export const byPageToken = {
  pageParamKey: 'pageToken',
  getNextPageParam: ({ nextPageToken }: { readonly nextPageToken: string }) => nextPageToken || undefined,
} as const

/** The items of all loaded pages, and a function that fetches the next page only once, however often it is called. */
export function usePages<Page, Item>(query: PagedQuery<Page>, itemsOf: (page: Page) => readonly Item[]) {
  const { data, fetchNextPage, isFetchingNextPage } = query
  const items = useMemo(() => data?.pages.flatMap(itemsOf) ?? [], [data, itemsOf])
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  return { items, more, first: data?.pages[0] }
}
