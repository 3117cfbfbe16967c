import { type Listed, type ListQuery, parseFilter, parseSorters, readPage } from '@assay/collection-query'
import type { HandlerContext } from '@connectrpc/connect'
import type { ListFields } from './list-fields.ts'

interface ListRequest {
  readonly filters?: string | undefined
  readonly sorters?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly count?: boolean | undefined
}

/** The standard collection parameters of a request. @throws invalid_argument naming the wrong parameter */
export function readListRequest<Fields extends ListFields>(
  { filters, sorters, limit, offset, count }: ListRequest,
  fields: Fields,
): ListQuery<keyof Fields['filters'] & string, Fields['sorters'][number]> {
  return {
    filter: parseFilter(filters, fields.filters),
    sorters: parseSorters(sorters, fields.sorters),
    page: readPage({ limit, offset }),
    wantsTotal: count ?? false,
  }
}

/** The items. The header `x-total-count` gets the size of the whole list, if the request asks for it. */
export function itemsOf<T>({ items, total }: Listed<T>, context: HandlerContext): readonly T[] {
  if (total !== undefined) context.responseHeader.set('x-total-count', String(total))
  return items
}
