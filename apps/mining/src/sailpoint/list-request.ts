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
 * The `filters` and `sorters` of one list: SailPoint's names, each with the column of the domain, or with the value that all rows have. A
 * sorter with null has no effect.
 */
export interface ListFields<Column extends string, Sorter extends string> {
  readonly filters: Readonly<Record<string, FilterField & FieldMeaning<Column>>>
  readonly sorters: Readonly<Record<string, Sorter | null>>
  /** The sizes of pages; without it, 250 is the default and the most. */
  readonly sizes?: PageSizes
}

export interface ListRequest {
  readonly filters?: string | undefined
  readonly sorters?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly count?: boolean | undefined
}

/** The standard collection parameters of a request. @throws invalid_argument naming the wrong parameter */
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

/** The items. The header `x-total-count` gets the size of the whole list, if the request asks for it. */
export function itemsOf<T>({ items, total }: Listed<T>, context: HandlerContext): readonly T[] {
  if (total !== undefined) context.responseHeader.set('x-total-count', String(total))
  return items
}

/** An always empty list; its parameters are validated like those of other lists. */
export function noItems(request: ListRequest, list: ListFields<never, never>, context: HandlerContext): never[] {
  const { wantsTotal } = readListQuery(request, list)
  itemsOf({ items: [], total: wantsTotal ? 0 : undefined }, context)
  return []
}
