import type { RoleType, TightnessPoint } from '@assay/mining'

/** What a calculation asks of the mining service. */
export interface WantedRoles {
  /** Names the mining: asking again with the same one goes on with it. */
  readonly requestId: string
  /** Keys of identities; undefined: every enabled identity. */
  readonly identityKeys: readonly number[] | undefined
  readonly type: RoleType
  /** Percent; undefined: the prescribed one. */
  readonly tightness: number | undefined
  readonly minIdentities: number
}

/** What is known before the first role. */
export interface RoleOutline {
  readonly importId: string
  readonly identityCount: number
  /** Percent. */
  readonly prescribedTightness: number
  readonly roleCount: number
  /** What other tightnesses would come to, ascending. */
  readonly tightnessCurve: readonly TightnessPoint[]
}

/** An entitlement of a role, by the directory's key. */
export interface CountedEntitlement {
  readonly entitlementKey: number
  readonly grantedCount: number
  readonly organisationCount: number
}

/** A role as it was mined, by keys of the directory. */
export interface FoundRole {
  /** By name. */
  readonly identityKeys: readonly number[]
  /** Most popular first, as is the common access. */
  readonly entitlements: readonly CountedEntitlement[]
  readonly commonAccess: readonly CountedEntitlement[]
  readonly organisationSize: number
  /** Whole percents. */
  readonly density: number
  readonly freshness: number
  readonly quality: number
  /** The rule over attributes that comes nearest to the members; null when there is none. */
  readonly explanation: object | null
  /** How the members spread over the values of attributes, most frequent first. */
  readonly spreads: readonly {
    readonly attribute: string
    readonly values: readonly { readonly value: string | null; readonly count: number }[]
  }[]
  /** Members who used a source in the last 90 days, for the sources whose usage is known. */
  readonly usages: readonly { readonly applicationKey: number; readonly identityCount: number }[]
  /** What policies left out of it, in that order. Kept as JSON. */
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
  /** The end. What stops without it did not end well. */
  | { readonly kind: 'summary' }

/**
 * Mines for a tenant, as a stream: the outline, then the roles, then the summary. Ends early when the signal is aborted.
 * Throws `unavailable`, `resource_exhausted` or `aborted` for what may pass, any other domain error for what will not.
 */
export type MineRoles = (tenantId: number, wanted: WantedRoles, signal: AbortSignal) => AsyncIterable<MiningEvent>

/** Stops the mining if it is going on, and removes what it found. */
export type EndMining = (tenantId: number, requestId: string) => Promise<void>
