import {
  bindFilter,
  type FieldMeaning,
  type FilterField,
  type Listed,
  type ListQuery,
  type PageSizes,
  parseFilter,
  parseSorters,
  readPage,
} from '@assay/collection-query'
import type { HandlerContext } from '@connectrpc/connect'

/**
 * What one list takes as `filters` and `sorters`: SailPoint's names, each with the column of the domain that it means, or the value
 * that all rows have in common. A sorter that means null sorts nothing.
 */
export interface ListFields<Column extends string, Sorter extends string> {
  readonly filters: Readonly<Record<string, FilterField & FieldMeaning<Column>>>
  readonly sorters: Readonly<Record<string, Sorter | null>>
  /** 250 by default, and at most. */
  readonly sizes?: PageSizes
}

export interface ListRequest {
  readonly filters?: string | undefined
  readonly sorters?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly count?: boolean | undefined
}

/** The standard collection parameters of a request. @throws invalid_argument naming the parameter at fault */
export function readListQuery<Column extends string, Sorter extends string>(
  { filters, sorters, limit, offset, count }: ListRequest,
  list: ListFields<Column, Sorter>,
): ListQuery<Column, Sorter> {
  return {
    filter: bindFilter(parseFilter(filters, list.filters), list.filters),
    sorters: parseSorters(sorters, Object.keys(list.sorters)).flatMap(({ name, descending }) => {
      const column = list.sorters[name] ?? null
      return column === null ? [] : { name: column, descending }
    }),
    page: readPage({ limit, offset }, list.sizes),
    wantsTotal: count ?? false,
  }
}

/** The items; the size of the whole list goes into the answer's headers where it was asked for. */
export function itemsOf<T>({ items, total }: Listed<T>, context: HandlerContext): readonly T[] {
  if (total !== undefined) context.responseHeader.set('x-total-count', String(total))
  return items
}

/** A list of which nothing exists: its parameters are checked as those of any other. */
export function noItems(request: ListRequest, list: ListFields<never, never>, context: HandlerContext): never[] {
  const { wantsTotal } = readListQuery(request, list)
  itemsOf({ items: [], total: wantsTotal ? 0 : undefined }, context)
  return []
}
