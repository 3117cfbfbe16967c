import type { RoleModelFigures } from '@assay/role-model'
import type { MinedModel, StoredRevision } from './role-models.ts'

/** The present state of a model, by keys of the directory. */
export interface StandingModel {
  readonly roles: readonly {
    readonly number: number
    readonly identityKeys: readonly number[]
    readonly entitlementKeys: readonly number[]
  }[]
  readonly lastRoleNumber: number
  /** Grants of which no two fit into one role. */
  readonly incompatible: { readonly identityKeys: readonly number[]; readonly entitlementKeys: readonly number[] }
  readonly figures: RoleModelFigures
}

export interface RevisedModel {
  readonly model: MinedModel
  readonly revision: Omit<StoredRevision, 'importId' | 'revisedAt'>
  readonly changes: readonly StoredRoleChange[]
}

export interface RevisionCause {
  readonly kind: 'joiner' | 'mover' | 'leaver' | 'new_entitlement'
  readonly count: number
  /** The first of them: the person, or the new entitlement. */
  readonly identityKey?: number
  readonly entitlementKey?: number
}

/** The change of a role by a revision, by keys of the directory. */
export interface StoredRoleChange {
  readonly number: number
  readonly kind: 'made' | 'changed' | 'dropped'
  readonly joined: number
  readonly left: number
  readonly covered: number
  readonly gainedKeys: readonly number[]
  readonly lostKeys: readonly number[]
  readonly causes: readonly RevisionCause[]
}
