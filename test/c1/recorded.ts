import type { Generation } from './answers.ts'
import type { Ids } from './calls.ts'
import type { Sent } from './http.ts'

/** A request as a client sent it, and the message as which the client decodes the response. */
interface Recorded extends Sent {
  readonly generation: Generation
  readonly client: string
  readonly call: string
  readonly answer: string
}

const json = { accept: 'application/json', 'content-type': 'application/json' }
const bare = { accept: 'application/json' }
const base = '/api/v1/role-mining'

type Row = readonly [call: string, request: string, body?: unknown]

/** The requests of one client. GETs, and POSTs for which the client got no request object, have no body. */
function requests(
  generation: Generation,
  client: string,
  emptyPost: Readonly<Record<string, string>>,
  rows: readonly Row[],
): Recorded[] {
  return rows.map(([call, request, body]) => {
    const [verb = '', path = ''] = request.split(' ')
    const headers = body !== undefined ? json : verb === 'POST' ? emptyPost : bare
    return {
      generation,
      client,
      call,
      answer: call === 'Search' ? 'RoleMiningSearchSuggestionsResponse' : `${call}Response`,
      verb,
      path: path.startsWith('/') ? path : `${base}/${path}`,
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }
  })
}

/** Every form of request that the contract reports for the clients of each generation. */
export function recordedRequests(ids: Ids): Recorded[] {
  const ref = { appId: ids.application, entitlementId: ids.entitlement }
  const filter = { attribute: 'department', values: [ids.department] }
  const whole = {
    ...ref,
    appDisplayName: 'An application',
    appResourceDisplayName: '',
    appResourceTypeDisplayName: '',
    coverage: 0.87,
    entitlementDisplayName: 'An entitlement',
    grantedCount: 13,
  }
  return [
    // It never sends a body with a trigger, but sends the content type, and it passes nulls through.
    ...requests(1, 'TypeScript 1.2.2', json, [
      ['TriggerAnalysis', 'POST trigger'],
      ['ListRuns', 'GET runs'],
      ['GetLatestRun', 'GET runs/latest'],
      ['ListSuggestions', 'GET suggestions'],
      ['GetSuggestion', `GET suggestions/${ids.suggestion}`],
      ['UpdateSuggestionState', `POST suggestions/${ids.dismissed}/state`, { state: 'SUGGESTION_STATE_DISMISSED' }],
      ['SearchCohortUsers', `POST suggestions/${ids.suggestion}/users`],
      ['SearchCohortUsers', `POST suggestions/${ids.suggestion}/users`, { pageSize: 10, profileFilters: null }],
      ['SearchCohortUsers', `POST suggestions/${ids.suggestion}/users`, { profileFilters: [filter], pageToken: '' }],
      ['GetRoleMiningConfig', 'GET config'],
      ['UpdateRoleMiningConfig', 'POST config'],
      ['UpdateRoleMiningConfig', 'POST config', { cohortHints: null, maxSuggestions: 50 }],
      [
        'UpdateRoleMiningConfig',
        'POST config',
        { cohortHints: [{ attribute: 'job_title', priority: 2, values: null }], minCohortSize: 5 },
      ],
      ['TriggerCustomAnalysis', 'POST custom-analysis/trigger', { profileFilters: [filter] }],
      ['GetCustomAnalysisResult', `GET custom-analysis/${ids.analysis}`],
      [
        'CreateAccessProfileFromCohort',
        'POST access-profiles',
        {
          createTasks: false,
          description: 'As TypeScript sends it',
          displayName: 'TypeScript',
          enableAutomation: false,
          entitlements: [whole],
          profileFilters: [filter],
          suggestionId: '',
        },
      ],
      ['Search', 'POST /api/v1/search/role-mining/suggestions'],
      [
        'Search',
        'POST /api/v1/search/role-mining/suggestions',
        {
          cohortTypes: null,
          matchTypes: ['ACCESS_PROFILE_MATCH_TYPE_EXACT', 'ACCESS_PROFILE_MATCH_TYPE_PARTIAL'],
          pageSize: 10,
          query: '',
          states: ['SUGGESTION_STATE_NEW'],
        },
      ],
    ]),
    // It sends length 0 without a content type when the request has no body.
    ...requests(2, 'Go 1.29.0', bare, [
      ['TriggerAnalysis', 'POST trigger'],
      ['UpdateRoleMiningConfig', 'POST config'],
      ['ListCustomAnalysisResults', 'GET custom-analysis'],
      ['GetCustomAnalysisResult', `GET custom-analysis/${ids.analysis}`],
      ['SearchCohortUsers', `POST suggestions/${ids.suggestion}/users`],
      [
        'SearchCohortUsers',
        `POST suggestions/${ids.suggestion}/users`,
        { pageSize: 10, selectedEntitlements: [ref], profileFilters: [filter] },
      ],
      [
        'CreateAccessProfileFromCohort',
        'POST access-profiles',
        {
          celExpression: 'subject.department == "Nowhere"',
          displayName: 'Go',
          enableAutomation: true,
          entitlements: [{ ...whole, riskLevelValueId: '' }],
          profileFilters: null,
        },
      ],
      ['Search', 'POST /api/v1/search/role-mining/suggestions', { query: ids.department, pageSize: 5 }],
    ]),
    ...requests(2, 'c1i', bare, [
      ['TriggerAnalysis', 'POST trigger', '{}'],
      ['ListSuggestions', 'GET suggestions'],
      ['GetLatestRun', 'GET runs/latest'],
      ['TriggerCustomAnalysis', 'POST custom-analysis/trigger', { profileFilters: [filter] }],
    ]),
    ...requests(3, 'Go, third generation', bare, [
      ['EvaluateEntitlementSelection', `POST custom-analysis/${ids.analysis}/evaluate-entitlement-selection`],
      [
        'EvaluateEntitlementSelection',
        `POST custom-analysis/${ids.analysis}/evaluate-entitlement-selection`,
        { minimumCoverageBasisPoints: 8000, explicitlyIncluded: [ref], explicitlyExcluded: null, includeFacets: true },
      ],
      ['GetCustomAnalysisResult', `GET custom-analysis/${ids.analysis}`],
    ]),
    ...requests(4, 'Go, fourth generation', bare, [
      ['GetLatestCustomAnalysisResult', 'GET custom-analysis/latest'],
      ['ListCustomAnalysisResults', 'GET custom-analysis'],
      ['GetCustomAnalysisResult', `GET custom-analysis/${ids.analysis}`],
    ]),
    ...requests(5, 'Go, newest', bare, [
      ['ListCohortFilterAttributes', 'GET filter-attributes'],
      ['ListCohortFilterAttributes', 'GET filter-attributes?page_size=100'],
      ['ListCohortFilterAttributeValues', 'GET filter-attributes/job_title/values?page_size=50&q=engineer'],
      ['ListCohortFilterAttributeValues', 'GET filter-attributes/manager/values?page_token='],
      [
        'CountEntitlementSelectionFilterAttributeValues',
        `POST custom-analysis/${ids.analysis}/filter-attributes/job_title/value-counts`,
        { selection: { minimumCoverageBasisPoints: 9000, explicitlyIncluded: [ref] }, values: ['Nobody has this'] },
      ],
      [
        'SearchCohortUsers',
        `POST suggestions/${ids.suggestion}/users`,
        { accessScope: { appId: ids.application }, pageSize: 10 },
      ],
      [
        'TriggerCustomAnalysis',
        'POST custom-analysis/trigger',
        { accessScope: { entitlement: ref, appId: null }, resourceScope: { appIds: [ids.application] } },
      ],
      ['GetLatestCustomAnalysisResult', 'GET custom-analysis/latest'],
      [
        'CreateAccessProfileFromCohort',
        'POST access-profiles',
        { displayName: 'Newest', description: null, accessScope: { appId: ids.application }, celExpression: '' },
      ],
    ]),
  ]
}
