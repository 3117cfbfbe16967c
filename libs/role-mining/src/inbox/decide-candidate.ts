import { failedPrecondition, invalidArgument } from '@assay/errors'
import { accessProfileExists, deleteAccessProfile, type EvaluationOptions, untouchedProfile } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { createProfileFromCohort } from '../create-profile-from-cohort.ts'
import { decideSuggestion } from '../decide-suggestion.ts'
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
  | { readonly kind: 'dismiss' }

/**
 * Accepts or dismisses a candidate in the caller's transaction. An acceptance makes an access profile whose rule is on.
 * @param etag of the candidate as it was read; empty decides about it as it is
 * @throws not_found; aborted for another etag; failed_precondition for a candidate that was accepted before and for one of which
 * nothing is left; invalid_argument for a name that is too long and an entitlement that it does not contain
 */
export async function decideCandidate(
  sql: TenantSql,
  tenantId: number,
  decidedBy: string,
  id: string,
  etag: string,
  decision: CandidateDecision,
  options: EvaluationOptions = {},
): Promise<InboxCandidate> {
  const suggestion = await getSuggestion(sql, id, true)
  requireUnchanged(suggestion, etag)
  if (decision.kind === 'dismiss') {
    const decided = await decideSuggestion(sql, id, 'dismissed', '', (profileId) => accessProfileExists(sql, profileId))
    return candidateOf(sql, decided)
  }
  const candidate = await candidateOf(sql, suggestion)
  const names = candidate.entitlements.flatMap((entitlement) =>
    entitlement === undefined ? [] : [{ applicationId: entitlement.applicationId, entitlementId: entitlement.id }],
  )
  await createProfileFromCohort(
    sql,
    tenantId,
    decidedBy,
    {
      displayName: decision.displayName.trim() || suggestion.suggestedName,
      description: suggestion.description,
      filters: suggestion.cohortFilters,
      accessScope: undefined,
      entitlements: without(names, decision.leftOut),
      celExpression: '',
      enableAutomation: true,
      createTasks: false,
      suggestionId: id,
    },
    options,
  )
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
export async function undoDecision(sql: TenantSql, id: string, etag: string): Promise<InboxCandidate> {
  const suggestion = await getSuggestion(sql, id, true)
  requireUnchanged(suggestion, etag)
  const obstacle = await undoObstacle(sql, suggestion.createdProfileId)
  if (obstacle !== '') throw failedPrecondition(obstacle, { reason: 'PROFILE_CHANGED' })
  const profileId = suggestion.createdProfileId
  if (profileId !== null && (await accessProfileExists(sql, profileId))) await deleteAccessProfile(sql, profileId)
  const open = await decideSuggestion(sql, id, 'new', '', (each) => accessProfileExists(sql, each))
  return candidateOf(sql, open)
}

/** Why the profile of an acceptance cannot go again, in a sentence; empty when it can. Locks it. */
export async function undoObstacle(sql: TenantSql, profileId: string | null): Promise<string> {
  if (profileId === null || (await untouchedProfile(sql, profileId))) return ''
  return 'Somebody has changed the access profile that was made of it, so it is not taken back; change or delete the profile'
}
