import type { RoleType, TightnessPoint } from '@assay/mining'

/** In the order in which a calculation passes them; UPDATED requests another calculation. */
export const sessionStates = [
  'CREATED',
  'UPDATED',
  'IDENTITIES_OBTAINED',
  'PRUNE_THRESHOLD_OBTAINED',
  'POTENTIAL_ROLES_PROCESSING',
  'POTENTIAL_ROLES_CREATED',
  'FAILED',
] as const
export type SessionState = (typeof sessionStates)[number]

/** Who chose the population: a caller (MANUAL), or Assay after an import (AUTO_RM). */
type ScopingMethod = 'MANUAL' | 'AUTO_RM'

/** The requested population. */
export interface SessionScope {
  readonly identityIds: readonly string[]
  /** A search query. */
  readonly criteria: string | null
  /** Filters over attributes, always as a list; contract section 6.3 describes a filter. */
  readonly attributeFilterCriteria: readonly unknown[] | null
}

/** A session without its potential roles. */
export interface Session {
  readonly id: string
  readonly name: string | null
  readonly type: RoleType
  readonly scopingMethod: ScopingMethod
  readonly scope: SessionScope
  /** Percent; null: the prescribed one is used. */
  readonly pruneThreshold: number | null
  readonly minIdentities: number
  readonly emailRecipientId: string | null
  readonly saved: boolean
  readonly state: SessionState
  /** Empty unless the state is FAILED. */
  readonly errorMessage: string
  readonly calculation: number
  /** Percent; null until it is known. */
  readonly prescribedPruneThreshold: number | null
  /** The results for other thresholds. Empty until they are known, and for sessions from before this was stored. */
  readonly tightnessCurve: readonly TightnessPoint[]
  readonly identityCount: number
  readonly potentialRoleCount: number
  readonly potentialRolesReadyCount: number
  /** Null for automatic discovery. */
  readonly createdById: string | null
  readonly createdByName: string | null
  readonly createdAt: Date
  readonly modifiedAt: Date
}
