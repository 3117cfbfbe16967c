import type { EntitlementReference } from '@assay/directory'
import type { CandidateEdits, CandidateReference, CandidateRule } from '../candidate.ts'

/** The way to combine several candidates: the content of any of them, or the content that all of them have. */
export type Combination = 'union' | 'intersection'

/** One side of a split. The other side has the same `by` and the other `side`, so that both together are the whole. */
export type DraftPart = { readonly side: 'named' | 'others' } & (
  | { readonly by: 'entitlements'; readonly entitlements: readonly EntitlementReference[] }
  | { readonly by: 'people'; readonly rule: CandidateRule }
)

/** The definition of a draft, applied to the access data in force at each read. Stored as JSON. */
export interface DraftDefinition {
  /** At least one; several sources are merged. Without etags. */
  readonly sources: readonly CandidateReference[]
  readonly people: Combination
  readonly entitlements: Combination
  readonly part?: DraftPart | undefined
  /** The edits, applied last. */
  readonly edits?: CandidateEdits | undefined
}
