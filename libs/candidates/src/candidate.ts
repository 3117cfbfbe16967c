import type { EntitlementReference } from '@assay/directory'
import type { AttributeFilter } from '@assay/profiles'

/** The people of a candidate, as a caller describes them. */
export type CandidateRule =
  | { readonly kind: 'filters'; readonly filters: readonly AttributeFilter[] }
  | { readonly kind: 'cel'; readonly expression: string }
  | { readonly kind: 'identities'; readonly identityIds: readonly string[] }

/** Changes to the source of a candidate. They are stored as changes, so that they also apply to later access data. */
export interface CandidateEdits {
  readonly displayName?: string | undefined
  readonly addedEntitlements: readonly EntitlementReference[]
  readonly removedEntitlements: readonly EntitlementReference[]
  readonly rule?: CandidateRule | undefined
  readonly addedIdentityIds: readonly string[]
  readonly removedIdentityIds: readonly string[]
}

/** The source of a candidate's entitlements and people. */
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

/** A candidate as a caller names it: a source of entitlements and people, and edits. */
export interface CandidateReference {
  readonly source: CandidateSource
  readonly edits?: CandidateEdits | undefined
  /** The etag that the caller read with the source; undefined to use the source whatever its present state is. */
  readonly etag?: string | undefined
}

/** The origin of a candidate. */
export interface CandidateProvenance {
  readonly kind: CandidateSource['kind']
  /** Empty for an ad hoc candidate. */
  readonly id: string
  /** The id of an identity or an API client; empty when a run made it. */
  readonly createdBy: string
  /** The id of the run, session, custom analysis or role model that returned it; empty when people made it. */
  readonly foundBy: string
  /** The time when the source was made or last changed; undefined when it is not stored. */
  readonly updatedAt: Date | undefined
  /** Profiles that were made from it, or that it is: they do not count as another way to its entitlements. */
  readonly ownProfileIds: readonly string[]
}

/**
 * A candidate on one snapshot, as columns and rows. Entitlements and people outside of a reader's scope are not in it, and no count
 * includes them.
 */
export interface ResolvedCandidate {
  readonly reference: CandidateReference
  readonly name: string
  readonly provenance: CandidateProvenance
  /** Ordinals of the snapshot, ascending, each once. */
  readonly entitlements: Uint32Array
  /** Ordinals of the snapshot, ascending, each once: identities that are not deleted, with services and disabled people. */
  readonly members: Uint32Array
  /** A tag of the source's content, without edits. New access data do not change it. */
  readonly etag: string
  /** A key for caches and page tokens: it differs from the version of every other candidate, snapshot and reader. */
  readonly version: string
  /** The import in force, to which the ordinals belong. */
  readonly importId: string
  /** The import from which the source was computed; undefined when it is not known, or when people made the source. */
  readonly sourceImportId: string | undefined
  /** Whether it was computed from other access data than those in force. */
  readonly stale: boolean
  /** Number of entitlements that the source has and the snapshot does not. */
  readonly goneEntitlements: number
  readonly goneIdentities: number
}

/** The content of a source, before edits. Keys are those of the directory; their order does not matter. */
export interface SourceContent {
  readonly name: string
  readonly provenance: CandidateProvenance
  readonly entitlementKeys: ArrayLike<number>
  /** By key; or by ordinal when the source is a description that was applied to the snapshot. */
  readonly members: { readonly keys: ArrayLike<number> } | { readonly ordinals: Uint32Array }
  /** The whole content of the source; every change of it changes the etag. */
  readonly says: unknown
  /** Undefined when it is not known, or does not matter because a description is applied to the data in force. */
  readonly sourceImportId?: string | undefined
  readonly stale?: boolean
  /** Number of missing entitlements that the source already counted. */
  readonly goneEntitlements?: number
  readonly goneIdentities?: number
}
