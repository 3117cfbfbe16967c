import type { EntitlementReference } from '@assay/directory'
import type { CandidateEdits, CandidateReference, CandidateRule } from '../candidate.ts'

/** How several candidates become one: what any of them has, or what all of them have. */
export type Combination = 'union' | 'intersection'

/** One side of a split. The other side has the same `by` and the other `side`, so that together they are the whole. */
export type DraftPart = { readonly side: 'named' | 'others' } & (
  | { readonly by: 'entitlements'; readonly entitlements: readonly EntitlementReference[] }
  | { readonly by: 'people'; readonly rule: CandidateRule }
)

/** What a draft is made of, applied to the access data in force whenever it is read. Kept as JSON. */
export interface DraftDefinition {
  /** At least one; several are a merge. Without etags. */
  readonly sources: readonly CandidateReference[]
  readonly people: Combination
  readonly entitlements: Combination
  readonly part?: DraftPart | undefined
  /** What people changed, after all else. */
  readonly edits?: CandidateEdits | undefined
}
