import { loadInForce } from '@assay/directory'
import { failedPrecondition, invalidArgument } from '@assay/errors'
import { type NewEntry, newEntry } from '@assay/ledger'
import type { Snapshot } from '@assay/mining'
import { isProfileHidden } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import {
  checkComment,
  checkTerms,
  type DismissalTerms,
  endDismissal,
  findDismissal,
  storeDismissal,
} from './dismissals/dismissal.ts'
import { cellsOf } from './dismissals/settle-dismissals.ts'
import { getSuggestion, type Suggestion, type SuggestionState, setState } from './suggestions.ts'

/** A decision about a suggestion. */
export interface SuggestionDecision {
  readonly suggestionId: string
  readonly state: SuggestionState
  /** The access profile made from it; only with `accepted`. */
  readonly profileId?: string
  /** The reason and the end of a dismissal; only with `dismissed`. Absent: the reason is unspecified. */
  readonly terms?: DismissalTerms
  /** A comment on a decision that is no dismissal, up to 4,096 characters. */
  readonly comment?: string
}

interface DecisionTools {
  readonly tenantId: number
  /** The snapshot in force, from which a dismissal copies the suggestion's present cells. Undefined before the first load. */
  readonly snapshot: Snapshot | undefined
  readonly profileExists: (id: string) => Promise<boolean>
}

/**
 * Changes the state of a suggestion. NEW and DISMISSED may change to each other, and both to ACCEPTED. ACCEPTED may change back to NEW only
 * when its access profile no longer exists. A request for the present state changes nothing, except the terms of a dismissal. The decision
 * is recorded as an entry of the ledger, and its time is the suggestion's `updatedAt`.
 * @throws not_found; failed_precondition with both states; invalid_argument for a profile that does not fit
 */
export async function decideSuggestion(
  sql: TenantSql,
  decision: SuggestionDecision,
  tools: DecisionTools,
): Promise<Suggestion> {
  const { suggestionId: id, state: wanted, profileId = '', terms } = decision
  // Both queries are sent together, to wait for the database once.
  const [suggestion, load] = await Promise.all([getSuggestion(sql, id, true), loadInForce(sql)])
  if (profileId !== '') {
    if (wanted !== 'accepted') throw invalidArgument('profile_id', 'may only be set when accepting')
    if (!(await tools.profileExists(profileId)))
      throw invalidArgument('profile_id', `access profile "${profileId}" does not exist`)
  }
  if (terms !== undefined) checkTerms(terms, new Date())
  checkComment(decision.comment)
  if (suggestion.state === wanted) {
    // A caller may accept first and name the profile in a second call; both calls are one decision.
    const adds = profileId !== '' && suggestion.createdProfileId === null
    if (adds || (wanted === 'dismissed' && terms !== undefined))
      return decide(sql, { suggestion, load, decision, ...tools })
    if (profileId !== '' && suggestion.createdProfileId !== profileId)
      throw failedPrecondition(`suggestion "${id}" was accepted as access profile "${suggestion.createdProfileId}"`)
    return suggestion
  }
  if (suggestion.state === 'accepted') {
    if (wanted === 'dismissed')
      throw failedPrecondition(`suggestion "${id}" is accepted; an accepted suggestion cannot be dismissed`)
    const { createdProfileId: made } = suggestion
    if (made !== null && ((await tools.profileExists(made)) || (await isProfileHidden(sql, made))))
      throw failedPrecondition(`suggestion "${id}" is accepted as access profile "${made}"; delete that profile first`)
  }
  return decide(sql, { suggestion, load, decision, ...tools })
}

interface Deciding extends Pick<DecisionTools, 'tenantId' | 'snapshot'> {
  readonly suggestion: Suggestion
  /** The load in force. */
  readonly load: number | undefined
  readonly decision: SuggestionDecision
}

async function decide(
  sql: TenantSql,
  { suggestion, load, decision, tenantId, snapshot }: Deciding,
): Promise<Suggestion> {
  const { id } = suggestion
  const { state, profileId = '', terms = {}, comment } = decision
  const createdProfileId = state === 'accepted' && profileId !== '' ? profileId : null
  const held = suggestion.state === 'dismissed' ? await findDismissal(sql, id) : undefined
  const entry = decisionEntry(suggestion, load, {
    state,
    createdProfileId,
    terms,
    comment: terms.comment ?? comment,
    undoes: held?.entryId,
  })
  const keep = async () => {
    if (state !== 'dismissed') return held && endDismissal(sql, id)
    const { reason = 'unspecified', endsAt, changePercent } = terms
    const dismissal = { suggestionId: id, entryId: entry.id, decidedAt: entry.at, reason, endsAt, changePercent }
    const cells = snapshot === undefined ? { people: [], entitlements: [] } : cellsOf(snapshot, suggestion)
    return storeDismissal(sql, tenantId, dismissal, cells, load)
  }
  const decided = { state, createdProfileId, at: entry.at }
  const [after] = await Promise.all([setState(sql, id, decided, entry), keep()])
  return after
}

const kinds = { new: 'suggestion.restore', dismissed: 'suggestion.dismiss', accepted: 'suggestion.accept' } as const

/** The ledger's entry for a decision about a suggestion, with the suggestion's earlier state. */
export function decisionEntry(
  suggestion: Suggestion,
  load: number | undefined,
  decided: {
    readonly state: SuggestionState
    readonly createdProfileId: string | null
    readonly terms?: DismissalTerms
    readonly comment?: string | undefined
    /** The entry of the dismissal that the decision withdraws or replaces. */
    readonly undoes?: string | undefined
  },
): NewEntry {
  const { state, createdProfileId, terms = {}, comment, undoes } = decided
  const { suggestedName, cohortFilters, cohortSize, entitlements } = suggestion
  return newEntry({
    kind: kinds[state],
    subject: { type: 'suggestion', id: suggestion.id },
    before: {
      state: suggestion.state,
      ...(suggestion.createdProfileId !== null && { profileId: suggestion.createdProfileId }),
      suggestedName,
      cohortFilters,
      cohortSize,
      entitlementKeys: entitlements.map(({ key }) => key),
    },
    after: {
      state,
      ...(createdProfileId !== null && { profileId: createdProfileId }),
      endsAt: terms.endsAt,
      changePercent: terms.changePercent,
      undoes,
    },
    facts: { state, cohortSize, entitlementCount: entitlements.length, profileId: createdProfileId ?? undefined },
    ...(terms.reason !== undefined && { reason: terms.reason }),
    ...(comment !== undefined && { comment }),
    ...(load !== undefined && { load }),
    run: suggestion.runId,
    version: suggestion.lastGeneratedAt.toISOString(),
  })
}
