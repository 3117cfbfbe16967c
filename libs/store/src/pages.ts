import { invalidArgument } from '@assay/errors'
import type { PageTokens } from './page-tokens.ts'

const defaultPageSize = 25
export const largestPageSize = 100

/**
 * How many items a page holds: 0 means the default of the list, more than 100 means 100.
 * @throws invalid_argument for a negative size
 */
export function pageSize(wanted: number, whenAbsent: number = defaultPageSize): number {
  if (wanted < 0)
    throw invalidArgument('page_size', `must not be negative; it is ${wanted}, 1 to ${largestPageSize} are allowed`)
  return wanted === 0 ? whenAbsent : Math.min(wanted, largestPageSize)
}

/** Position after which a page starts, and the token of the page after it, bound to one query of one tenant. */
export class Pages<Position extends readonly (string | number)[]> {
  readonly size: number
  readonly after: Position | undefined
  readonly #tokens: PageTokens
  readonly #query: unknown

  /**
   * @param query what the list was asked for, tenant included: a token of another query is refused
   * @param defaultSize of a page that is asked for without a size
   * @throws invalid_argument for a negative size, or a token that is not of this query
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
