import { invalidArgument } from '@assay/errors'

/** A part of a list in records, not pages: `offset` records are skipped, and at most `limit` records follow. */
export interface Page {
  readonly limit: number
  readonly offset: number
}

/** The numbers of records in a page of a list. */
export interface PageSizes {
  readonly most: number
  /** Used when the request has no limit. */
  readonly usual: number
}

const sizesOfMostLists: PageSizes = { most: 250, usual: 250 }

/**
 * Reads the query parameters `limit` (0 to 250, default 250, unless the list has other sizes) and `offset` (from 0, default 0). Other
 * values are refused and not reduced, since a client that pages by its own size takes a short page for the last one.
 * @throws invalid_argument naming the parameter and its range
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
