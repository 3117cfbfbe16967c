import type { ChainHead } from './chain.ts'

/** What can be wrong with a ledger. */
export type FaultKind =
  /** The content is not the one that was sealed, or not the one of its own hash. */
  | 'altered'
  /** A value beside an entry does not have the hash that the entry has for it. */
  | 'value_altered'
  /** A value beside an entry was removed instead of erased. */
  | 'value_missing'
  /** A sealed entry or its link was removed, or an entry that was not sealed yet. */
  | 'missing'
  /** No link follows an entry that is older than `unsealedMs`. */
  | 'unsealed'
  /** A link does not follow from the previous link. */
  | 'broken'
  /** The chain is not the one that was signed. */
  | 'not_as_signed'
  /** A head has no valid signature of a key of this deployment. */
  | 'signature'
  /** The chain ends before a head that was signed. */
  | 'cut_off'

export interface LedgerFault {
  readonly kind: FaultKind
  /** The position in the chain; undefined for a fault that has none. */
  readonly position?: number | undefined
  readonly entryId?: string | undefined
  /** A description for people. */
  readonly detail: string
}

export interface LedgerReport {
  readonly isWhole: boolean
  /** The number of verified entries of the chain. */
  readonly entries: number
  /** Number of entries before the checkpoint, which were removed on purpose. */
  readonly removed: number
  /** Number of erased values, and number of entries that have erased values. */
  readonly erasedValues: number
  readonly erasedEntries: number
  /** Number of entries that are not sealed yet; they were committed within the last seconds. */
  readonly waiting: number
  readonly signedHeads: number
  readonly head: ChainHead | undefined
  readonly counts: Readonly<Partial<Record<FaultKind, number>>>
  /** At most `mostListed` of each kind. */
  readonly faults: readonly LedgerFault[]
}

/** The report lists at most this number of faults of each kind. */
export const mostListed = 100
