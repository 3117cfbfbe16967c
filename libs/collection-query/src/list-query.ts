import type { Filter } from './filter.ts'
import type { Page } from './page.ts'
import type { Sorter } from './sorters.ts'

/** What a caller wants of a list: which items, in which order, which part. */
export interface ListQuery<Field extends string = never, Sort extends string = never> {
  readonly filter: Filter<Field>
  readonly sorters: readonly Sorter<Sort>[]
  readonly page: Page
  /** Whether to count all items that pass the filter. */
  readonly wantsTotal: boolean
}

/** A part of a list; `total` is there when it was asked for. */
export interface Listed<T> {
  readonly items: readonly T[]
  readonly total: number | undefined
}
