import type { CallAccess } from './call-access.ts'

/**
 * One API that the public port speaks: a vendor's, or Assay's own. Everything that is particular to it belongs in its object,
 * so that an API is added by one folder and one line in `all-dialects.ts`.
 */
export interface ApiDialect {
  /** Whose API it is, for people. */
  readonly title: string
  /** Every call of its services, in the order of the documents, with what the call needs. */
  readonly calls: readonly CallAccess[]
  /** Paths besides the calls that answer everybody, such as the token endpoint. */
  readonly openPaths: readonly string[]
}
