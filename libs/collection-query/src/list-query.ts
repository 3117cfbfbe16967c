import type { Filter } from './filter.ts'
import type { Page } from './page.ts'
import type { Sorter } from './sorters.ts'

/** A query of a list: the items, their order, and the part. */
export interface ListQuery<Field extends string = never, Sort extends string = never> {
  readonly filter: Filter<Field>
  readonly sorters: readonly Sorter<Sort>[]
  readonly page: Page
  /** Whether to count all items that match the filter. */
  readonly wantsTotal: boolean
}

/** A part of a list; `total` is defined when the query asks for it. */
export interface Listed<T> {
  readonly items: readonly T[]
  readonly total: number | undefined
}
