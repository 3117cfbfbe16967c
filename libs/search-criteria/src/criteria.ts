import type { Clauses } from './clauses.ts'

/** A part of a text pattern: literal characters, `*` for any number of characters without a blank, `?` for one character. */
export type PatternPart = { readonly literal: string } | '*' | '?'

/** The condition on one value of a field. */
export type Match =
  /** Consecutive whole words anywhere in the text or, with `isExact`, the whole text with regard to case. */
  | { readonly kind: 'text'; readonly pattern: readonly PatternPart[]; readonly isExact: boolean }
  | { readonly kind: 'exists' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Texts that are dates or times, between two moments; undefined for an open end. */
  | { readonly kind: 'period'; readonly from?: Moment; readonly to?: Moment }
  /** A range; undefined for an open end. Numbers for number fields, otherwise texts in the order of code points. */
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

/** Lists of an identity whose elements are tested one by one. */
export type ElementList = 'accounts' | 'access' | 'apps'

/** A parsed search query. `field` is a key of the tables in fields.ts or `attributes.<name>`; `*` means every text. */
export type Criteria =
  | ({ readonly kind: 'clauses' } & Clauses<Criteria>)
  | { readonly kind: 'element'; readonly list: ElementList; readonly of: Criteria }
  | { readonly kind: 'field'; readonly field: string; readonly match: Match }
  /** A field that has no value in any of the searched objects: it matches nothing, and its negation matches everything. */
  | { readonly kind: 'nothing' }
