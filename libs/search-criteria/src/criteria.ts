import type { Clauses } from './clauses.ts'

/** A part of a text pattern: characters as they are, `*` for any number of characters without a blank, `?` for one. */
export type PatternPart = { readonly literal: string } | '*' | '?'

/** What one value of a field is asked for. */
export type Match =
  /** A run of whole words anywhere in the text, or with `isExact` the whole text, letter case counting. */
  | { readonly kind: 'text'; readonly pattern: readonly PatternPart[]; readonly isExact: boolean }
  | { readonly kind: 'exists' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Texts that are dates or times, from one moment to another; undefined for an open end. */
  | { readonly kind: 'period'; readonly from?: Moment; readonly to?: Moment }
  /** Undefined for an open end. Numbers for fields that are numbers, else text in the order of code points. */
  | { readonly kind: 'range'; readonly from?: Bound; readonly to?: Bound }

export interface Bound {
  readonly value: string | number
  readonly isIncluded: boolean
}

export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly isIncluded: boolean
}

/** Lists of an identity whose elements are asked one by one. */
export type ElementList = 'accounts' | 'access' | 'apps'

/** A search query that is understood. `field` is a key of the tables in fields.ts or `attributes.<name>`; `*` means every text. */
export type Criteria =
  | ({ readonly kind: 'clauses' } & Clauses<Criteria>)
  | { readonly kind: 'element'; readonly list: ElementList; readonly of: Criteria }
  | { readonly kind: 'field'; readonly field: string; readonly match: Match }
  /** A field that nothing of what is asked about has a value of: true of nobody, and its negation of everybody. */
  | { readonly kind: 'nothing' }
