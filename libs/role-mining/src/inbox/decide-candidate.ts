import { failedPrecondition, invalidArgument } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import { holdPolicies } from '@assay/policies'
import { accessProfileExists, deleteAccessProfile, type EvaluationOptions, untouchedProfile } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { createProfileFromCohort } from '../create-profile-from-cohort.ts'
import { decideSuggestion } from '../decide-suggestion.ts'
import type { DismissalTerms } from '../dismissals/dismissal.ts'
import { requireCohortAllowed } from '../require-allowed.ts'
import { getSuggestion } from '../suggestions.ts'
import { candidateOf, type InboxCandidate, requireUnchanged } from './inbox-candidates.ts'

interface EntitlementName {
  readonly applicationId: string
  readonly entitlementId: string
}

/** What somebody decides about a candidate. */
export type CandidateDecision =
  | {
      readonly kind: 'accept'
      /** Of the profile; empty: the candidate's. */
      readonly displayName: string
      /** Entitlements of the candidate that the profile does not give. */
      readonly leftOut: readonly EntitlementName[]
    }
  | { readonly kind: 'dismiss'; readonly terms: DismissalTerms }

/** Who decides, on which data. */
export interface DecidingCaller {
  readonly tenantId: number
  readonly identityId: string
  /** Of the load in force; undefined before the first. */
  readonly snapshot: Snapshot | undefined
}

/**
 * Accepts or dismisses a candidate in the caller's transaction. An acceptance makes an access profile whose rule is on.
 * @param etag of the candidate as it was read; empty decides about it as it is
 * @throws not_found; aborted for another etag; failed_precondition for a candidate that was accepted before and for one of which
 * nothing is left, or that a policy does not allow; invalid_argument for a name that is too long and an entitlement that it does not contain
 */
export async function decideCandidate(
  sql: TenantSql,
  { tenantId, identityId: decidedBy, snapshot }: DecidingCaller,
  id: string,
  etag: string,
  decision: CandidateDecision,
  options: EvaluationOptions = {},
): Promise<InboxCandidate> {
  // Before any row is locked.
  if (decision.kind === 'accept' && snapshot !== undefined) await holdPolicies(sql, tenantId, snapshot)
  const suggestion = await getSuggestion(sql, id, true)
  requireUnchanged(suggestion, etag)
  if (decision.kind === 'dismiss') {
    const tools = { tenantId, snapshot, profileExists: (profileId: string) => accessProfileExists(sql, profileId) }
    return candidateOf(
      sql,
      await decideSuggestion(sql, { suggestionId: id, state: 'dismissed', terms: decision.terms }, tools),
    )
  }
  const candidate = await candidateOf(sql, suggestion)
  const names = candidate.entitlements.flatMap((entitlement) =>
    entitlement === undefined ? [] : [{ applicationId: entitlement.applicationId, entitlementId: entitlement.id }],
  )
  const wanted = {
    displayName: decision.displayName.trim() || suggestion.suggestedName,
    description: suggestion.description,
    filters: suggestion.cohortFilters,
    accessScope: undefined,
    entitlements: without(names, decision.leftOut),
    celExpression: '',
    enableAutomation: true,
    createTasks: false,
    suggestionId: id,
  }
  if (snapshot !== undefined) await requireCohortAllowed(sql, tenantId, snapshot, wanted)
  await createProfileFromCohort(sql, tenantId, decidedBy, wanted, options)
  return candidateOf(sql, await getSuggestion(sql, id))
}

function without(names: readonly EntitlementName[], leftOut: readonly EntitlementName[]): EntitlementName[] {
  const keyOf = ({ applicationId, entitlementId }: EntitlementName) => JSON.stringify([applicationId, entitlementId])
  const known = new Set(names.map(keyOf))
  const unwanted = new Set(leftOut.map(keyOf))
  const unknown = [...unwanted].find((key) => !known.has(key))
  if (unknown !== undefined) throw invalidArgument('left_out', `the candidate does not contain ${unknown}`)
  const kept = names.filter((name) => !unwanted.has(keyOf(name)))
  if (kept.length === 0) throw failedPrecondition('nothing is left of the candidate; dismiss it instead')
  return kept
}

/**
 * Takes a decision back in the caller's transaction; of an acceptance the access profile goes with its members.
 * @throws not_found; aborted for another etag; failed_precondition (PROFILE_CHANGED) once somebody has changed the profile
 */
export async function undoDecision(
  sql: TenantSql,
  { tenantId, snapshot }: DecidingCaller,
  id: string,
  etag: string,
): Promise<InboxCandidate> {
  const suggestion = await getSuggestion(sql, id, true)
  requireUnchanged(suggestion, etag)
  const obstacle = await undoObstacle(sql, suggestion.createdProfileId)
  if (obstacle !== '') throw failedPrecondition(obstacle, { reason: 'PROFILE_CHANGED' })
  const profileId = suggestion.createdProfileId
  if (profileId !== null && (await accessProfileExists(sql, profileId))) await deleteAccessProfile(sql, profileId)
  const tools = { tenantId, snapshot, profileExists: (each: string) => accessProfileExists(sql, each) }
  return candidateOf(sql, await decideSuggestion(sql, { suggestionId: id, state: 'new' }, tools))
}

/** Why the profile of an acceptance cannot go again, in a sentence; empty when it can. Locks it. */
export async function undoObstacle(sql: TenantSql, profileId: string | null): Promise<string> {
  if (profileId === null || (await untouchedProfile(sql, profileId))) return ''
  return 'Somebody has changed the access profile that was made of it, so it is not taken back; change or delete the profile'
}
