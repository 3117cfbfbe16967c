import { Pages } from '../../paging.ts'
import type { ServiceContext } from '../../service-context.ts'

/**
 * The answer of a list that has nothing.
 * @throws invalid_argument for a negative size and for any token: none was given out
 */
export function emptyPage(
  { pageTokens }: Pick<ServiceContext, 'pageTokens'>,
  query: readonly unknown[],
  page: { readonly pageSize: number; readonly pageToken: string },
): Record<string, never> {
  new Pages(pageTokens, query, page)
  return {}
}
