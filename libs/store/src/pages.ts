import { invalidArgument } from '@assay/errors'
import type { PageTokens } from './page-tokens.ts'

const defaultPageSize = 25
export const largestPageSize = 100

/**
 * The number of items of a page: 0 means the default of the list, and more than 100 means 100.
 * @throws invalid_argument for a negative size
 */
export function pageSize(wanted: number, whenAbsent: number = defaultPageSize): number {
  if (wanted < 0)
    throw invalidArgument('page_size', `must not be negative; it is ${wanted}, 1 to ${largestPageSize} are allowed`)
  return wanted === 0 ? whenAbsent : Math.min(wanted, largestPageSize)
}

/** The position after which a page begins, and the token of the next page, bound to one query of one tenant. */
export class Pages<Position extends readonly (string | number)[]> {
  readonly size: number
  readonly after: Position | undefined
  readonly #tokens: PageTokens
  readonly #query: unknown

  /**
   * @param query all conditions of the list, with the tenant: a token of another query is refused
   * @param defaultSize the size of a page when the request has none
   * @throws invalid_argument for a negative size, or a token of another query
   */
  constructor(
    tokens: PageTokens,
    query: unknown,
    page: { readonly pageSize: number; readonly pageToken: string },
    defaultSize?: number,
  ) {
    this.#tokens = tokens
    this.#query = query
    this.size = pageSize(page.pageSize, defaultSize)
    this.after = tokens.decode(query, page.pageToken) as Position | undefined
  }

  /** Empty on the last page. */
  next(last: Position | undefined): string {
    return last === undefined ? '' : this.#tokens.encode(this.#query, last)
  }
}
