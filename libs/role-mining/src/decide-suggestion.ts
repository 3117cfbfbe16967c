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
  keepDismissal,
} from './dismissals/dismissal.ts'
import { cellsOf } from './dismissals/settle-dismissals.ts'
import { getSuggestion, type Suggestion, type SuggestionState, setState } from './suggestions.ts'

/** A decision about a suggestion. */
export interface SuggestionDecision {
  readonly suggestionId: string
  readonly state: SuggestionState
  /** The access profile made from it; only with `accepted`. */
  readonly profileId?: string
  /** Why, and for how long; only with `dismissed`. Absent: it is dismissed for no reason that was told. */
  readonly terms?: DismissalTerms
  /** Words about a decision that is no dismissal, up to 4,096 characters. */
  readonly comment?: string
}

interface DecisionTools {
  readonly tenantId: number
  /** Of the load in force: what is dismissed is kept as it is now. Undefined before the first load. */
  readonly snapshot: Snapshot | undefined
  readonly profileExists: (id: string) => Promise<boolean>
}

/**
 * Moves a suggestion to another state: NEW and DISMISSED to each other, either to ACCEPTED, and ACCEPTED back to NEW only
 * when its access profile no longer exists. Asking for the present state changes nothing, apart from a dismissal with other terms.
 * The decision is an entry of the ledger, and its time is the suggestion's `updatedAt`.
 * @throws not_found; failed_precondition naming both states; invalid_argument for a profile that does not fit
 */
export async function decideSuggestion(
  sql: TenantSql,
  decision: SuggestionDecision,
  tools: DecisionTools,
): Promise<Suggestion> {
  const { suggestionId: id, state: wanted, profileId = '', terms } = decision
  // Sent together: a decision waits for the database as rarely as it can.
  const [suggestion, load] = await Promise.all([getSuggestion(sql, id, true), loadInForce(sql)])
  if (profileId !== '') {
    if (wanted !== 'accepted') throw invalidArgument('profile_id', 'may only be set when accepting')
    if (!(await tools.profileExists(profileId)))
      throw invalidArgument('profile_id', `access profile "${profileId}" does not exist`)
  }
  if (terms !== undefined) checkTerms(terms, new Date())
  checkComment(decision.comment)
  if (suggestion.state === wanted) {
    // Accepting first and naming the profile afterwards is one decision made in two calls.
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
  /** In force. */
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
    return keepDismissal(sql, tenantId, dismissal, cells, load)
  }
  const decided = { state, createdProfileId, at: entry.at }
  const [after] = await Promise.all([setState(sql, id, decided), entry.write(sql), keep()])
  return after
}

const kinds = { new: 'suggestion.restore', dismissed: 'suggestion.dismiss', accepted: 'suggestion.accept' } as const

/** The entry of what somebody decides about a suggestion, with what it was. */
export function decisionEntry(
  suggestion: Suggestion,
  load: number | undefined,
  decided: {
    readonly state: SuggestionState
    readonly createdProfileId: string | null
    readonly terms?: DismissalTerms
    readonly comment?: string | undefined
    /** The entry of the dismissal that the decision takes back or replaces. */
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
