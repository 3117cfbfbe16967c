import {
  type Filter,
  type FilterFields,
  type Page,
  type PageLimits,
  parseFilter,
  parseSorters,
  readPage,
  type Sorter,
} from '@assay/collection-query'
import type { HandlerContext } from '@connectrpc/connect'

/** What one list takes as `filters` and `sorters`, and how long its pages may be. */
export interface ListFields {
  readonly filters: FilterFields
  readonly sorters: readonly string[]
  readonly pages?: PageLimits
}

interface ListRequest {
  readonly filters?: string | undefined
  readonly sorters?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly count?: boolean | undefined
}

/** The standard collection parameters of a request. */
export interface ListQuery<Field extends string, Sort extends string> {
  readonly filter: Filter<Field>
  readonly sorters: readonly Sorter<Sort>[]
  readonly page: Page
  readonly wantsTotal: boolean
}

/** @throws invalid_argument naming the parameter at fault */
export function readListRequest<Fields extends ListFields>(
  { filters, sorters, limit, offset, count }: ListRequest,
  fields: Fields,
): ListQuery<keyof Fields['filters'] & string, Fields['sorters'][number]> {
  return {
    filter: parseFilter(filters, fields.filters),
    sorters: parseSorters(sorters, fields.sorters),
    page: readPage({ limit, offset }, fields.pages),
    wantsTotal: count ?? false,
  }
}

/** The length of the whole list goes into the headers of the answer, where it was asked for. */
export function tellTotal(total: number | undefined, context: HandlerContext): void {
  if (total !== undefined) context.responseHeader.set('x-total-count', String(total))
}
