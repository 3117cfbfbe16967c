import type { DocumentKind } from '@assay/search-criteria'
import type { MemberChoice } from './member-choice.ts'

/** What documents are searched for, and what is shown of them. */
export interface DocumentSearch {
  /** At least one. */
  readonly kinds: readonly DocumentKind[]
  /** All of them must be met; none: every document is found. */
  readonly queries: readonly StatedQuery[]
  /** The fields that terms without a field look in; undefined: any text. */
  readonly freeText?: readonly string[] | undefined
  /** Without any by id. */
  readonly sort: readonly DocumentSorter[]
  /** Only what comes strictly behind these values, one for each sorter. */
  readonly after?: readonly PositionValue[] | undefined
}

/** A query in the language of search criteria, and where it was stated, for errors. */
export interface StatedQuery {
  readonly parameter: string
  readonly text: string
}

export interface DocumentSorter {
  readonly field: string
  readonly isDescending: boolean
}

export type PositionValue = string | number | boolean

/** How documents are written. */
export interface DocumentForm {
  /** The name of the tenant, which documents state. */
  readonly organisation: string
  /** What of each document is shown. */
  readonly members: MemberChoice
}

/** A document that was found, and is yet to be read. */
export interface FoundDocument {
  readonly kind: DocumentKind
  /** Of the row. */
  readonly key: string
}

/** Writes one document as JSON. What it needs was read before: a caller that reads slowly has few of them written at a time. */
export type WriteDocument = () => string
