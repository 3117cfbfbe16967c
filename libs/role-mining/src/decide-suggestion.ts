import { failedPrecondition, invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { getSuggestion, type Suggestion, type SuggestionState, setState } from './suggestions.ts'

/**
 * Moves a suggestion to another state: NEW and DISMISSED to each other, either to ACCEPTED, and ACCEPTED back to NEW only
 * when its access profile no longer exists. Asking for the present state changes nothing.
 * @param profileId the access profile made from it; only with ACCEPTED
 * @param profileExists tells whether an access profile is there
 * @throws not_found; failed_precondition naming both states; invalid_argument for a profile that does not fit
 */
export async function decideSuggestion(
  sql: TenantSql,
  id: string,
  wanted: SuggestionState,
  profileId: string,
  profileExists: (id: string) => Promise<boolean>,
): Promise<Suggestion> {
  const suggestion = await getSuggestion(sql, id, true)
  if (profileId !== '') {
    if (wanted !== 'accepted') throw invalidArgument('profile_id', 'may only be given when accepting')
    if (!(await profileExists(profileId)))
      throw invalidArgument('profile_id', `access profile "${profileId}" does not exist`)
  }
  if (suggestion.state === wanted) {
    // Accepting first and naming the profile afterwards is one decision made in two calls.
    const adds = profileId !== '' && suggestion.createdProfileId === null
    if (adds) return setState(sql, id, wanted, profileId)
    if (profileId !== '' && suggestion.createdProfileId !== profileId)
      throw failedPrecondition(`suggestion "${id}" was accepted as access profile "${suggestion.createdProfileId}"`)
    return suggestion
  }
  if (suggestion.state === 'accepted') {
    if (wanted === 'dismissed')
      throw failedPrecondition(`suggestion "${id}" is accepted; an accepted suggestion cannot be dismissed`)
    if (suggestion.createdProfileId !== null && (await profileExists(suggestion.createdProfileId)))
      throw failedPrecondition(
        `suggestion "${id}" is accepted as access profile "${suggestion.createdProfileId}"; delete that profile first`,
      )
  }
  return setState(sql, id, wanted, wanted === 'accepted' && profileId !== '' ? profileId : null)
}
