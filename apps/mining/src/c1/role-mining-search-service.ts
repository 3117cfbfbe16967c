import type { RoleMiningManagementSearchService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_search_service_pb'
import { listSuggestions, type SuggestionPosition } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { askAsCaller, describedSuggestions, type ServiceContext } from '../service-context.ts'
import { fromMatchTypeMessage, fromStateMessage } from './convert-suggestion.ts'
import { requireFewEnough, requireShort } from './search-limits.ts'

/** ConductorOne's search for suggestions. */
export function roleMiningSearchService(
  service: ServiceContext,
): ServiceImpl<typeof RoleMiningManagementSearchService> {
  return {
    async search(request, context) {
      requireShort({ query: request.query })
      requireFewEnough({ cohortTypes: request.cohortTypes })
      const wanted = {
        text: request.query,
        states: request.states.map((state, index) => fromStateMessage(`states[${index}]`, state)),
        cohortTypes: request.cohortTypes,
        matchTypes: request.matchTypes.map((type, index) => fromMatchTypeMessage(`match_types[${index}]`, type)),
      }
      const query = ['suggestion search', principalOf(context).tenantId, wanted]
      const pages = new Pages<SuggestionPosition>(service.pageTokens, query, request)
      const { listed, last } = await askAsCaller(service, context, (sql) => listSuggestions(sql, wanted, pages))
      return { list: await describedSuggestions(service, context, listed), nextPageToken: pages.next(last) }
    },
  }
}
