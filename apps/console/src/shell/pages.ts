import type { InfiniteData } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'

interface PagedQuery<Page> {
  readonly data: InfiniteData<Page, unknown> | undefined
  readonly fetchNextPage: () => unknown
  readonly isFetchingNextPage: boolean
}

/** How each list goes from page to page. */
export const byPageToken = {
  pageParamKey: 'pageToken',
  getNextPageParam: ({ nextPageToken }: { readonly nextPageToken: string }) => nextPageToken || undefined,
} as const

/** The items of all pages that are here, and a function that fetches the next page once, however often it is called. */
export function usePages<Page, Item>(query: PagedQuery<Page>, itemsOf: (page: Page) => readonly Item[]) {
  const { data, fetchNextPage, isFetchingNextPage } = query
  const items = useMemo(() => data?.pages.flatMap(itemsOf) ?? [], [data, itemsOf])
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  return { items, more, first: data?.pages[0] }
}
