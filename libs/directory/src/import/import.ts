import { notFound } from '@assay/errors'
import type { Removal } from '@assay/mining'

export type ImportState = 'open' | 'committing' | 'committed' | 'failed' | 'aborted'

/** A fault of the data. `line` and `column` count from 1, columns in characters; 0 when it is about the whole file. */
export interface RowError {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly reason: string
}

export interface ImportFile {
  /** Without `.gz`. */
  readonly name: string
  /** Of the content, unpacked. */
  readonly sizeBytes: number
  /** SHA-256 of the content, unpacked, in hex. */
  readonly sha256: string
}

export interface ImportCounts {
  readonly identities: number
  readonly applications: number
  readonly entitlements: number
  /** Without repeated ones. */
  readonly grants: number
  /** Rows of the grants file that named a grant once more. */
  readonly repeatedGrants: number
  /** Entitlements that follow from entitlements; absent in imports that are older than groups. */
  readonly memberships?: number
  readonly usageRows: number
  readonly accessProfiles: number
}

/** One load of access data. */
export interface Import {
  readonly id: string
  readonly state: ImportState
  /** Load what is right and report the rest, instead of failing as a whole. */
  readonly skipInvalid: boolean
  /** Mine what people have through groups as well, and not what is assigned alone. */
  readonly minesEffectiveAccess: boolean
  readonly createdBy: string
  readonly createdAt: Date
  readonly committedAt: Date | undefined
  /** Set by the commit. */
  readonly counts: ImportCounts | undefined
  /** The newest day of its usage (`2025-01-31`), at the latest the day of the commit; undefined when it has none. */
  readonly usageThrough: string | undefined
  /** The first hundred faults. */
  readonly errors: readonly RowError[]
  readonly errorCount: number
  /** Why it failed, or was aborted though nobody asked for it, in a sentence; empty otherwise. */
  readonly errorMessage: string
  /** The import in force had the same content, so this one changed nothing. */
  readonly sameContentAs: string | undefined
  /** What it would have removed, when a guarded commit was refused because that is much. */
  readonly removal: Removal | undefined
  readonly files: readonly ImportFile[]
}

/** Import ids are whole numbers in the database and text outside; anything else names no import. */
export function importKeyOf(importId: string): number {
  const key = /^[1-9]\d{0,9}$/.test(importId) ? Number(importId) : 0
  if (key === 0 || key > 2 ** 31 - 1) throw notFound('import', importId)
  return key
}
