import type { DocumentKind } from '@assay/search-criteria'
import type { MemberChoice } from './member-choice.ts'

/** The conditions of a search, and the parts of documents to show. */
export interface DocumentSearch {
  /** At least one. */
  readonly kinds: readonly DocumentKind[]
  /** A document must match all of them; with none, every document matches. */
  readonly queries: readonly StatedQuery[]
  /** The fields that terms without a field search in; undefined means any text. */
  readonly freeText?: readonly string[] | undefined
  /** If empty, documents are ordered by id. */
  readonly sort: readonly DocumentSorter[]
  /** Only documents strictly after these values, one for each sorter. */
  readonly after?: readonly PositionValue[] | undefined
}

/** A query in the language of search criteria, and where the request states it, for errors. */
export interface StatedQuery {
  readonly parameter: string
  readonly text: string
}

export interface DocumentSorter {
  readonly field: string
  readonly isDescending: boolean
}

export type PositionValue = string | number | boolean

/** Options for writing documents. */
export interface DocumentForm {
  /** The name of the tenant, which appears in documents. */
  readonly organisation: string
  /** The members of each document to show. */
  readonly members: MemberChoice
}

/** A matching document whose content has not been read yet. */
export interface FoundDocument {
  readonly kind: DocumentKind
  /** The key of its row. */
  readonly key: string
}

/**
 * Writes one document as JSON. The data it needs were read before, so a caller with a slow reader has only a few documents written at a
 * time.
 */
export type WriteDocument = () => string
