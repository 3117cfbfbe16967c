import { knownAttributes, listAttributes, loadInForce } from '@assay/directory'
import { failedPrecondition, invalidArgument } from '@assay/errors'
import {
  type AccessProfile,
  type AccessScope,
  celFromFilters,
  checkAccessScope,
  createAccessProfile,
  type EvaluationOptions,
} from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { type CohortFilter, checkFilters } from './cohort-filters.ts'
import { decisionEntry } from './decide-suggestion.ts'
import { endDismissal } from './dismissals/dismissal.ts'
import { getSuggestion, setState } from './suggestions.ts'

/** The input for an access profile that a user makes from a cohort. */
export interface CohortProfileRequest {
  readonly displayName: string
  readonly description: string
  readonly filters: readonly CohortFilter[]
  readonly accessScope: AccessScope | undefined
  readonly entitlements: readonly { readonly applicationId: string; readonly entitlementId: string }[]
  /** The rule, used unchanged; when empty, the rule is made from filters and scope. */
  readonly celExpression: string
  readonly enableAutomation: boolean
  readonly createTasks: boolean
  /** The suggestion to mark accepted; empty for none. */
  readonly suggestionId: string
}

/**
 * Makes the access profile, adds its members when automation is on, and accepts the suggestion, all in the caller's transaction.
 * @throws invalid_argument with the name of the member; not_found for the suggestion; failed_precondition when it was accepted before
 */
export async function createProfileFromCohort(
  sql: TenantSql,
  tenantId: number,
  createdBy: string,
  request: CohortProfileRequest,
  options: EvaluationOptions = {},
): Promise<AccessProfile> {
  const suggestion = request.suggestionId === '' ? undefined : await getSuggestion(sql, request.suggestionId, true)
  if (suggestion?.state === 'accepted')
    throw failedPrecondition(`suggestion "${suggestion.id}" was accepted already; only one profile can be made from it`)
  const filters = checkFilters('cohort_filters', request.filters, await knownAttributes(sql))
  if (request.accessScope !== undefined) await checkAccessScope(sql, 'access_scope', request.accessScope)
  const celExpression = request.celExpression.trim()
    ? request.celExpression
    : ruleOf(filters, await listAttributes(sql), request.accessScope)
  if (request.enableAutomation && celExpression === '')
    throw invalidArgument(
      'enable_automation',
      'needs a membership rule: give cohort_filters, an access_scope or a cel_expression',
    )
  const profileRequest = {
    displayName: request.displayName,
    description: request.description,
    celExpression,
    enableAutomation: request.enableAutomation,
    createTasks: request.createTasks,
    commonAccess: false,
    createdBy,
    entitlements: request.entitlements,
  }
  const profile = await createAccessProfile(sql, tenantId, profileRequest, options)
  if (suggestion !== undefined) {
    const decided = { state: 'accepted', createdProfileId: profile.id } as const
    const entry = decisionEntry(suggestion, await loadInForce(sql), decided)
    await Promise.all([
      endDismissal(sql, suggestion.id),
      setState(sql, suggestion.id, { ...decided, at: entry.at }, entry),
    ])
  }
  return profile
}

/** Without filters and scope there is no rule: a caller who wants a rule that selects everybody has to write it. */
function ruleOf(
  filters: readonly CohortFilter[],
  lists: ReadonlySet<string>,
  accessScope: AccessScope | undefined,
): string {
  return filters.length === 0 && accessScope === undefined ? '' : celFromFilters(filters, accessScope, lists)
}
