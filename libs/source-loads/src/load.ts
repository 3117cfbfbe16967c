import { notFound } from '@assay/errors'
import type { Fault } from '@assay/sources'

export type LoadState = 'open' | 'reading' | 'staged' | 'awaiting_confirmation' | 'committed' | 'failed' | 'aborted'

export interface LoadFile {
  readonly name: string
  /** As it came. */
  readonly sizeBytes: number
  /** In hex. */
  readonly sha256: string
}

/** Records of each kind. */
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

/** What a load would remove. */
export interface Removals {
  readonly people: Removal
  /** Grants of people. */
  readonly grants: Removal
  /** Accounts that belong to somebody. */
  readonly links: Removal
}

/** What the changes of a load did. */
export interface ChangeCounts {
  /** 0 when files brought the changes. */
  readonly changeSets: number
  readonly upserts: number
  readonly deletions: number
  /** Of what was not there. */
  readonly absentDeletions: number
  /** Records that went with a person, an account, an application or an entitlement. */
  readonly endedRecords: number
}

/** Whole: what it no longer holds is gone. Changes: upserts and deletions of what is in force. */
export type LoadKind = 'whole' | 'changes'

/** How the files of a load are read. */
export interface LoadReading {
  readonly encoding?: string
  readonly delimiter?: string
  /** Characters between entitlements in one cell; '' says that cells are never lists. */
  readonly split?: string
  /** Of changes: files are read by this ready map, and what they hold is added or replaced. */
  readonly upserts?: string
}

/** One delivery of a source. */
export interface Load {
  readonly id: string
  /** The name of its source. */
  readonly source: string
  readonly kind: LoadKind
  /** The load that changes build on; undefined for a source that had none. */
  readonly baseLoadId: string | undefined
  /** Of changes, once they are read. */
  readonly changes: ChangeCounts | undefined
  readonly state: LoadState
  readonly skipInvalid: boolean
  readonly createdBy: string
  readonly createdAt: Date
  readonly committedAt: Date | undefined
  readonly files: readonly LoadFile[]
  /** Set when it is read. */
  readonly counts: LoadCounts | undefined
  /** What was recognised, left out and warned of: a line each. */
  readonly report: readonly string[]
  /** The first hundred. */
  readonly faults: readonly Fault[]
  readonly faultCount: number
  /** Why it failed, in a sentence; empty otherwise. */
  readonly errorMessage: string
  /** Of the source's own map; undefined for a ready map. */
  readonly mapVersion: number | undefined
  readonly importId: string | undefined
  readonly removals: Removals | undefined
  readonly confirmedBy: string | undefined
  /** It is committed, and the access in force was the same before. */
  readonly changedNothing: boolean
}

/** Load ids are whole numbers in the database and text outside; anything else names no load. */
export function loadKeyOf(loadId: string): number {
  const key = /^[1-9]\d{0,9}$/.test(loadId) ? Number(loadId) : 0
  if (key === 0 || key > 2 ** 31 - 1) throw notFound('load', loadId)
  return key
}
