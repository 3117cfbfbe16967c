import { notFound } from '@assay/errors'
import type { Removal } from '@assay/mining'

export type ImportState = 'open' | 'committing' | 'committed' | 'failed' | 'aborted'

/** A fault of the data. `line` and `column` count from 1, columns in characters. Both are 0 for a fault of the whole file. */
export interface RowError {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly reason: string
}

export interface ImportFile {
  /** Without `.gz`. */
  readonly name: string
  /** The size of the content, unpacked. */
  readonly sizeBytes: number
  /** SHA-256 of the content, unpacked, in hex. */
  readonly sha256: string
}

export interface ImportCounts {
  readonly identities: number
  readonly applications: number
  readonly entitlements: number
  /** Without repeated grants. */
  readonly grants: number
  /** Rows of the grants file that repeat a grant. */
  readonly repeatedGrants: number
  /** Entitlements that groups give; absent in imports that are older than groups. */
  readonly memberships?: number
  readonly usageRows: number
  readonly accessProfiles: number
}

/** One load of access data. */
export interface Import {
  readonly id: string
  readonly state: ImportState
  /** Load the rows without faults and report the others, instead of refusing the whole import. */
  readonly skipInvalid: boolean
  /** Mine the access through groups as well, and not only assigned access. */
  readonly minesEffectiveAccess: boolean
  readonly createdBy: string
  readonly createdAt: Date
  readonly committedAt: Date | undefined
  /** Set by the commit. */
  readonly counts: ImportCounts | undefined
  /** The newest day of its usage (`2025-01-31`), at most the day of the commit; undefined without usage. */
  readonly usageThrough: string | undefined
  /** The first hundred faults. */
  readonly errors: readonly RowError[]
  readonly errorCount: number
  /** Why it failed, or why it was aborted without a request, in a sentence; empty otherwise. */
  readonly errorMessage: string
  /** The import in force with the same content; this import then changed nothing. */
  readonly sameContentAs: string | undefined
  /** The removal, when a guarded commit was refused because it would remove much. */
  readonly removal: Removal | undefined
  readonly files: readonly ImportFile[]
}

/**
 * The number of an import from its id. Ids are integers in the database and text outside; other texts name no import. @throws
 * not_found
 */
export function importKeyOf(importId: string): number {
  const key = /^[1-9]\d{0,9}$/.test(importId) ? Number(importId) : 0
  if (key === 0 || key > 2 ** 31 - 1) throw notFound('import', importId)
  return key
}
