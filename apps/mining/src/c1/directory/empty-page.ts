import { Pages } from '../../paging.ts'
import type { ServiceContext } from '../../service-context.ts'

/**
 * The answer of a list that is always empty.
 * @throws invalid_argument for a negative page size and for any page token, since this list issues none
 */
export function emptyPage(
  { pageTokens }: Pick<ServiceContext, 'pageTokens'>,
  query: readonly unknown[],
  page: { readonly pageSize: number; readonly pageToken: string },
): Record<string, never> {
  new Pages(pageTokens, query, page)
  return {}
}
