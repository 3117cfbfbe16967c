/**
 * The scope of a bounded reader. The transaction and the snapshot contain only the people and access inside it, so code that counts need
 * not check it, and a candidate that is not completely inside is not found.
 */
export interface BoundScope {
  /** The id of the scope. The content of the scope is part of the snapshot's version. */
  readonly key: string
}
