import { invalidArgument } from '@assay/errors'

/** Records, not pages: `offset` records are left out, then at most `limit` follow. */
export interface Page {
  readonly limit: number
  readonly offset: number
}

/** How many records a page of a list has. */
export interface PageSizes {
  readonly most: number
  /** Where no limit is given. */
  readonly usual: number
}

const sizesOfMostLists: PageSizes = { most: 250, usual: 250 }

/**
 * Reads the query parameters `limit` (0 to 250, default 250, where the list says nothing else) and `offset` (from 0, default 0).
 * Anything else is invalid_argument naming the parameter and its range; nothing is silently cut, since a client that pages by its
 * own size takes a short page for the last one.
 */
export function readPage(
  given: { readonly limit?: number | undefined; readonly offset?: number | undefined },
  { most, usual }: PageSizes = sizesOfMostLists,
): Page {
  const { limit = usual, offset = 0 } = given
  if (!Number.isInteger(limit) || limit < 0 || limit > most) {
    throw invalidArgument('limit', `${limit} is not a whole number from 0 to ${most}`)
  }
  if (!Number.isInteger(offset) || offset < 0) {
    throw invalidArgument('offset', `${offset} is not a whole number from 0 on`)
  }
  return { limit, offset }
}
