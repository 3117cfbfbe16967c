import type { Snapshot } from '../snapshot.ts'
import type { EntitlementHolders } from './entitlement-holders.ts'
import type { SeparatedAccess } from './separated-access.ts'

/** `add`: members get what they lack. `replace`: the candidate takes the place of assigned grants to its entitlements. */
export type ImpactMode = 'add' | 'replace'

/** Bits of `ImpactQuestion.marks`. */
export const impactMarks = { privileged: 1, risky: 2 } as const

/** Another role in force: who has it, and what it gives; ordinals, ascending. */
export interface OtherWay {
  readonly identities: Uint32Array
  readonly entitlements: Uint32Array
}

/** A candidate and what is to be known of its impact. Ordinals of the snapshot, ascending, each once. */
export interface ImpactQuestion {
  readonly snapshot: Snapshot
  readonly holders: EntitlementHolders
  readonly mode: ImpactMode
  readonly entitlements: Uint32Array
  readonly members: Uint32Array
  /** Roles in force besides the candidate; only `replace` looks at them. */
  readonly others: readonly OtherWay[]
  /** Per entitlement of the snapshot its `impactMarks`. */
  readonly marks: Uint8Array
  /** Day since 1970-01-01: an assigned grant whose last use is known and before it counts as unused. */
  readonly unusedBefore: number
  /** Separations of duties in force; undefined: none. */
  readonly separated?: SeparatedAccess | undefined
  /** Per identity 1 when the reader may see it; others count nowhere. Undefined: everybody. */
  readonly isVisible?: Uint8Array | undefined
}

/** What happens to one pair of identity and entitlement. */
export const cellChanges = ['gain', 'replaced', 'loss', 'unchanged'] as const
export type CellChange = (typeof cellChanges)[number]
