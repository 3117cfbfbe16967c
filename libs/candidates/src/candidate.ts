import type { EntitlementReference } from '@assay/directory'
import type { AttributeFilter } from '@assay/profiles'

/** Who is meant, in a caller's words. */
export type CandidateRule =
  | { readonly kind: 'filters'; readonly filters: readonly AttributeFilter[] }
  | { readonly kind: 'cel'; readonly expression: string }
  | { readonly kind: 'identities'; readonly identityIds: readonly string[] }

/** What is to be different from the source. Kept as changes, so that they hold for later access data too. */
export interface CandidateEdits {
  readonly displayName?: string | undefined
  readonly addedEntitlements: readonly EntitlementReference[]
  readonly removedEntitlements: readonly EntitlementReference[]
  readonly rule?: CandidateRule | undefined
  readonly addedIdentityIds: readonly string[]
  readonly removedIdentityIds: readonly string[]
}

/** Where the entitlements and the people of a candidate come from. */
export type CandidateSource =
  | { readonly kind: 'suggestion'; readonly id: string }
  | { readonly kind: 'potential_role'; readonly id: string }
  | {
      readonly kind: 'selection'
      readonly analysisId: string
      /** 0 to 10000. */
      readonly minimumCoverageBasisPoints: number
      readonly explicitlyIncluded: readonly EntitlementReference[]
      readonly explicitlyExcluded: readonly EntitlementReference[]
    }
  | { readonly kind: 'model_role'; readonly modelId: string; readonly number: number }
  | { readonly kind: 'profile'; readonly id: string }
  | {
      readonly kind: 'ad_hoc'
      readonly displayName: string
      readonly entitlements: readonly EntitlementReference[]
      readonly rule: CandidateRule
    }
  | { readonly kind: 'draft'; readonly id: string }

/** A candidate as a caller names it: entitlements plus who is meant, wherever both come from. */
export interface CandidateReference {
  readonly source: CandidateSource
  readonly edits?: CandidateEdits | undefined
  /** What the caller read with the source; undefined takes it as it is. */
  readonly etag?: string | undefined
}

/** Where a candidate is from. */
export interface CandidateProvenance {
  readonly kind: CandidateSource['kind']
  /** Empty for an ad hoc candidate. */
  readonly id: string
  /** An identity or an API client; empty where a run made it. */
  readonly createdBy: string
  /** The run, session, custom analysis or role model that found it; empty where people made it. */
  readonly foundBy: string
  /** When the source was made or last changed; undefined where nothing is kept. */
  readonly updatedAt: Date | undefined
  /** Profiles made from it, or that are it: they are no other way to its entitlements. */
  readonly ownProfileIds: readonly string[]
}

/**
 * A candidate on one snapshot: columns and rows of it. What a reader's scope hides is not in here, nor in anything that is
 * counted of it.
 */
export interface ResolvedCandidate {
  readonly reference: CandidateReference
  readonly name: string
  readonly provenance: CandidateProvenance
  /** Ordinals of the snapshot, ascending, each once. */
  readonly entitlements: Uint32Array
  /** Ordinals of the snapshot, ascending, each once: identities that are not deleted, services and disabled people too. */
  readonly members: Uint32Array
  /** Tag of what the source says, without edits; data that come into force do not change it. */
  readonly etag: string
  /** Tells this candidate on this snapshot, as this reader sees it, from every other: a key for caches and page tokens. */
  readonly version: string
  /** The import in force, which the ordinals are of. */
  readonly importId: string
  /** The import that the source was computed from; undefined where that is not known, or people made it. */
  readonly sourceImportId: string | undefined
  /** Computed from other access data than those in force. */
  readonly stale: boolean
  /** What the source has and the snapshot lacks. */
  readonly goneEntitlements: number
  readonly goneIdentities: number
}

/** What a source gives, before edits. Keys are those of the directory; the order does not matter. */
export interface SourceContent {
  readonly name: string
  readonly provenance: CandidateProvenance
  readonly entitlementKeys: ArrayLike<number>
  /** By key, or by ordinal where the source is a description that was applied to the snapshot. */
  readonly members: { readonly keys: ArrayLike<number> } | { readonly ordinals: Uint32Array }
  /** Everything that the source says; whatever changes it changes the etag. */
  readonly says: unknown
  /** Undefined where it is not known, or does not matter: a description is applied to the data in force. */
  readonly sourceImportId?: string | undefined
  readonly stale?: boolean
  /** Counted in the source already. */
  readonly goneEntitlements?: number
  readonly goneIdentities?: number
}
