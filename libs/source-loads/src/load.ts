import { notFound } from '@assay/errors'
import type { Fault } from '@assay/sources'

export type LoadState = 'open' | 'reading' | 'staged' | 'awaiting_confirmation' | 'committed' | 'failed' | 'aborted'

export interface LoadFile {
  readonly name: string
  /** The size of the uploaded file. */
  readonly sizeBytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

/** The number of records of each kind. */
export interface LoadCounts {
  readonly people: number
  readonly accounts: number
  readonly applications: number
  readonly entitlements: number
  readonly grants: number
  readonly usageRows: number
}

export interface Removal {
  readonly before: number
  readonly removed: number
}

/** The numbers of records that a load would remove. */
export interface Removals {
  readonly people: Removal
  /** Grants of people. */
  readonly grants: Removal
  /** Accounts with an identity. */
  readonly links: Removal
}

/** The effect of the changes of a load. */
export interface ChangeCounts {
  /** 0 when the changes came from files. */
  readonly changeSets: number
  readonly upserts: number
  readonly deletions: number
  /** Deletions of records that did not exist. */
  readonly absentDeletions: number
  /** Records that ended together with a person, an account, an application or an entitlement. */
  readonly endedRecords: number
}

/** Whole: records that it does not contain are removed. Changes: upserts and deletions of the records in force. */
export type LoadKind = 'whole' | 'changes'

/** Options for reading the files of a load. */
export interface LoadReading {
  readonly encoding?: string
  readonly delimiter?: string
  /** Characters between entitlements in one cell; '' means that cells are never lists. */
  readonly split?: string
  /** For changes: this ready map reads the files, and their records are added or replace others. */
  readonly upserts?: string
}

/** One delivery of a source. */
export interface Load {
  readonly id: string
  /** The name of its source. */
  readonly source: string
  readonly kind: LoadKind
  /** The load that changes are based on; undefined for a source that had none. */
  readonly baseLoadId: string | undefined
  /** For changes, set when they are read. */
  readonly changes: ChangeCounts | undefined
  readonly state: LoadState
  readonly skipInvalid: boolean
  readonly createdBy: string
  readonly createdAt: Date
  readonly committedAt: Date | undefined
  readonly files: readonly LoadFile[]
  /** Set when the load is read. */
  readonly counts: LoadCounts | undefined
  /** One line for each file that was recognised or left out, and for each warning. */
  readonly report: readonly string[]
  /** The first hundred faults. */
  readonly faults: readonly Fault[]
  readonly faultCount: number
  /** Why it failed, in a sentence; empty otherwise. */
  readonly errorMessage: string
  /** The version of the source's own map; undefined for a ready map. */
  readonly mapVersion: number | undefined
  readonly importId: string | undefined
  readonly removals: Removals | undefined
  readonly confirmedBy: string | undefined
  /** It is committed, and did not change the access in force. */
  readonly changedNothing: boolean
}

/**
 * The number of a load from its id. Ids are integers in the database and text outside; other texts name no load. @throws not_found
 */
export function loadKeyOf(loadId: string): number {
  const key = /^[1-9]\d{0,9}$/.test(loadId) ? Number(loadId) : 0
  if (key === 0 || key > 2 ** 31 - 1) throw notFound('load', loadId)
  return key
}
