import type { RoleType, TightnessPoint } from '@assay/mining'

/** The request of a calculation to the mining service. */
export interface WantedRoles {
  /** The id of the mining. A second request with the same id continues it. */
  readonly requestId: string
  /** Keys of identities; undefined: every enabled identity. */
  readonly identityKeys: readonly number[] | undefined
  readonly type: RoleType
  /** Percent; undefined: the prescribed one. */
  readonly tightness: number | undefined
  readonly minIdentities: number
}

/** The data before the first role. */
export interface RoleOutline {
  readonly importId: string
  readonly identityCount: number
  /** Percent. */
  readonly prescribedTightness: number
  readonly roleCount: number
  /** The results for other tightnesses, ascending. */
  readonly tightnessCurve: readonly TightnessPoint[]
}

/** An entitlement of a role, by the directory's key. */
export interface CountedEntitlement {
  readonly entitlementKey: number
  readonly grantedCount: number
  readonly organisationCount: number
}

/** A mined role, by keys of the directory. */
export interface FoundRole {
  /** By name. */
  readonly identityKeys: readonly number[]
  /** Most popular first; the common access too. */
  readonly entitlements: readonly CountedEntitlement[]
  readonly commonAccess: readonly CountedEntitlement[]
  readonly organisationSize: number
  /** Whole percents. */
  readonly density: number
  readonly freshness: number
  readonly quality: number
  /** The rule over attributes that is nearest to the members; null if there is none. */
  readonly explanation: object | null
  /** The number of members for each value of an attribute, most frequent first. */
  readonly spreads: readonly {
    readonly attribute: string
    readonly values: readonly { readonly value: string | null; readonly count: number }[]
  }[]
  /** Members who used a source in the last 90 days, for the sources whose usage is known. */
  readonly usages: readonly { readonly applicationKey: number; readonly identityCount: number }[]
  /** The entitlements that policies left out, in order. Stored as JSON. */
  readonly leftOut: readonly LeftOutEntitlement[]
}

/** An entitlement that a policy left out of a role, by the directory's key. */
export interface LeftOutEntitlement {
  readonly key: number
  /** `protected`, `unused`, `separation` or `budget`. */
  readonly step: string
  readonly policyId: string
  readonly policyName: string
  readonly held: number
  readonly counted: number
}

export type MiningEvent =
  | { readonly kind: 'outline'; readonly outline: RoleOutline }
  | { readonly kind: 'role'; readonly role: FoundRole }
  /** The end. A stream without it was incomplete. */
  | { readonly kind: 'summary' }

/**
 * Mines for a tenant, as a stream: the outline, then the roles, then the summary. Ends early when the signal is aborted. Throws
 * `unavailable`, `resource_exhausted` or `aborted` for faults that may pass, any other domain error for permanent ones.
 */
export type MineRoles = (tenantId: number, wanted: WantedRoles, signal: AbortSignal) => AsyncIterable<MiningEvent>

/** Stops the mining if it runs, and removes its results. */
export type EndMining = (tenantId: number, requestId: string) => Promise<void>
