import type { Snapshot } from '../snapshot.ts'
import type { EntitlementHolders } from './entitlement-holders.ts'
import type { SeparatedAccess } from './separated-access.ts'

/** `add`: members get the entitlements that they lack. `replace`: the candidate also replaces the assigned grants of its entitlements. */
export type ImpactMode = 'add' | 'replace'

/** Bits of `ImpactQuestion.marks`. */
export const impactMarks = { privileged: 1, risky: 2 } as const

/** Another role in force, with its members and entitlements; ordinals, ascending. */
export interface OtherWay {
  readonly identities: Uint32Array
  readonly entitlements: Uint32Array
}

/** A candidate and the data needed for its impact. Ordinals of the snapshot, ascending, without duplicates. */
export interface ImpactQuestion {
  readonly snapshot: Snapshot
  readonly holders: EntitlementHolders
  readonly mode: ImpactMode
  readonly entitlements: Uint32Array
  readonly members: Uint32Array
  /** Roles in force besides the candidate; only `replace` reads them. */
  readonly others: readonly OtherWay[]
  /** Per entitlement of the snapshot its `impactMarks`. */
  readonly marks: Uint8Array
  /** Days since 1970-01-01. An assigned grant whose known last use is before this day counts as unused. */
  readonly unusedBefore: number
  /** Separations of duties in force; undefined means none. */
  readonly separated?: SeparatedAccess | undefined
  /** Per identity 1 when the reader may see it; other identities are not counted. Undefined means all. */
  readonly isVisible?: Uint8Array | undefined
}

/** The possible changes of one pair of identity and entitlement. */
export const cellChanges = ['gain', 'replaced', 'loss', 'unchanged'] as const
export type CellChange = (typeof cellChanges)[number]
