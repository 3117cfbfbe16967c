import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import {
  type RoleMiningManagementSuggestion,
  SuggestionState,
} from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { createClient } from '@connectrpc/connect'
import type { ApiClient } from '../api-client.ts'

/** All suggestions, best first, fetched page by page. */
export async function* suggestions(api: ApiClient): AsyncGenerator<RoleMiningManagementSuggestion> {
  const roleMining = createClient(RoleMiningManagementService, api.transport)
  let pageToken = ''
  do {
    const page = await roleMining.listSuggestions({ pageSize: 100, pageToken })
    yield* page.list
    pageToken = page.nextPageToken
  } while (pageToken !== '')
}

/** A suggestion in a few lines for a terminal. */
export function describeSuggestion(suggestion: RoleMiningManagementSuggestion): string {
  const state = SuggestionState[suggestion.suggestionState].toLowerCase()
  const filters = suggestion.cohortFilters.map(({ attribute, values }) => `${attribute} = ${values.join(' or ')}`)
  return [
    `${suggestion.suggestedName}  (${state}, confidence ${suggestion.confidence.toFixed(2)})`,
    `  ${suggestion.cohortSize} people where ${filters.join(' and ')}; ${suggestion.entitlements.length} entitlements`,
    ...suggestion.insights.map((insight) => `  - ${insight}`),
    `  id ${suggestion.id}`,
  ].join('\n')
}
