import type { ChainHead } from './chain.ts'

/** What can be wrong with a ledger. */
export type FaultKind =
  /** The content is not what was sealed, or not what its own hash says. */
  | 'altered'
  /** A value beside an entry is not the one that the entry speaks of. */
  | 'value_altered'
  /** A value beside an entry was removed, rather than erased. */
  | 'value_missing'
  /** A sealed entry, or its link, is gone; or one that waited for its seal. */
  | 'missing'
  /** No link follows an entry that is older than `unsealedMs`. */
  | 'unsealed'
  /** A link does not follow from the one before it. */
  | 'broken'
  /** The chain is not the one that was signed. */
  | 'not_as_signed'
  /** A head has no valid signature of a key of this deployment. */
  | 'signature'
  /** The chain ends before a head that was signed. */
  | 'cut_off'

export interface LedgerFault {
  readonly kind: FaultKind
  /** Where in the chain; undefined for what has no place there. */
  readonly position?: number | undefined
  readonly entryId?: string | undefined
  /** For people: what was found. */
  readonly detail: string
}

export interface LedgerReport {
  readonly isWhole: boolean
  /** Entries of the chain that were looked at. */
  readonly entries: number
  /** Entries before the checkpoint, which were removed on purpose. */
  readonly removed: number
  /** Values that were erased, and in how many entries. */
  readonly erasedValues: number
  readonly erasedEntries: number
  /** Entries that wait for their seal: committed within the last seconds. */
  readonly waiting: number
  readonly signedHeads: number
  readonly head: ChainHead | undefined
  readonly counts: Readonly<Partial<Record<FaultKind, number>>>
  /** The first hundred of each kind. */
  readonly faults: readonly LedgerFault[]
}

/** So many faults of each kind are listed. */
export const mostListed = 100
