import type { AccessClosure } from './access/access-closure.ts'

/** The values of each identity, where one identity may have several: compressed sparse rows, as for grants. */
export interface ValueLists {
  /** Identity `i` has the values `value[offset[i] .. offset[i + 1])`. */
  readonly offset: Uint32Array
  /** Value ordinals, strictly ascending inside each row. */
  readonly value: Uint32Array
}

/** `identityStatus` values. Only enabled identities take part in mining. */
export const identityStatuses = { enabled: 0, disabled: 1, deleted: 2 } as const

/** `identityType` values. */
export const identityTypes = { human: 0, service: 1, agent: 2, system: 3 } as const

interface AttributeDictionary {
  readonly key: string
  /** Distinct values; a snapshot that was read decodes them on first use. */
  readonly values: readonly string[]
}

/** An attribute with at most one value for each identity. */
export interface SingleAttribute extends AttributeDictionary {
  /** Per identity the ordinal of its value, -1 for none. */
  readonly column: Int32Array
  readonly lists?: undefined
}

/** An attribute that is declared as a list: an identity has any number of values. */
interface ListAttribute extends AttributeDictionary {
  readonly lists: ValueLists
  readonly column?: undefined
}

/** One attribute of all identities: a dictionary of distinct values, and the values of each identity. */
export type SnapshotAttribute = SingleAttribute | ListAttribute

/** The parts of a snapshot. The counts follow from the lengths. */
export interface SnapshotParts {
  /** The tenant's stable number of each identity, entitlement and application, by ordinal. */
  readonly identityKey: Int32Array
  readonly entitlementKey: Int32Array
  readonly applicationKey: Int32Array
  /** The ordinal of the application of each entitlement. */
  readonly entitlementApplication: Int32Array
  /** Compressed sparse rows: identity `i` holds `rowEntitlement[rowOffset[i] .. rowOffset[i + 1])`. */
  readonly rowOffset: Uint32Array
  /** Entitlement ordinals, strictly ascending inside each row. */
  readonly rowEntitlement: Uint32Array
  /** Parallel to `rowEntitlement`: days since 1970-01-01 of the last use, 0 when unknown. */
  readonly lastUsedDay?: Uint16Array
  readonly identityStatus: Uint8Array
  readonly identityType: Uint8Array
  readonly attributes: readonly SnapshotAttribute[]
  /** The entitlements that groups give. Undefined where no entitlement follows from another. */
  readonly closure?: AccessClosure
}

/** The access of one tenant at one moment: a bipartite graph of identities and entitlements, with attributes. */
export interface Snapshot extends SnapshotParts {
  readonly identityCount: number
  readonly entitlementCount: number
  readonly applicationCount: number
  readonly grantCount: number
}

/** Adds the counts to the parts. It copies nothing and checks nothing. */
export function snapshotOf(parts: SnapshotParts): Snapshot {
  return {
    ...parts,
    identityCount: parts.identityKey.length,
    entitlementCount: parts.entitlementKey.length,
    applicationCount: parts.applicationKey.length,
    grantCount: parts.rowEntitlement.length,
  }
}
