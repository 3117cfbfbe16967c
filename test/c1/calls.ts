import { RoleMiningManagementSearchService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_search_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { http } from '@assay/contracts/google/api/annotations_pb'
import { type DescMethodUnary, getOption, type JsonObject } from '@bufbuild/protobuf'

/** Ids of the data of a prepared platform, by the names that requests in the tables use. */
export interface Ids {
  /** Without a decision. */
  readonly suggestion: string
  /** Dismissed before the tests begin. */
  readonly dismissed: string
  /** Accepted as `profile`. */
  readonly accepted: string
  readonly profile: string
  /** Completed, over the department below. */
  readonly analysis: string
  readonly application: string
  readonly entitlement: string
  readonly department: string
}

export interface Call {
  readonly name: string
  readonly method: DescMethodUnary
  /** The right that the caller's role needs. */
  readonly right: 'read' | 'mine' | 'decide'
  /** A request that also succeeds when it is repeated. */
  readonly request: (ids: Ids) => JsonObject
  /** Members of the response that differ in each call. */
  readonly fresh: readonly string[]
}

const methods: readonly DescMethodUnary[] = [
  ...RoleMiningManagementService.methods,
  ...RoleMiningManagementSearchService.methods,
].filter((method): method is DescMethodUnary => method.methodKind === 'unary')

function call(
  name: string,
  right: Call['right'],
  request: Call['request'] = () => ({}),
  fresh: readonly string[] = [],
): Call {
  const method = methods.find((one) => one.name === name)
  if (method === undefined) throw new Error(`there is no call ${name}`)
  return { name, method, right, request, fresh }
}

const cohort = ({ department }: Ids) => [{ attribute: 'department', values: [department] }]
const selection = ({ application: appId, entitlement: entitlementId }: Ids) => ({
  minimumCoverageBasisPoints: 8000,
  explicitlyIncluded: [{ appId, entitlementId }],
})

/** The 19 calls, in the order of the contract. */
export const calls: readonly Call[] = [
  call('TriggerAnalysis', 'mine', undefined, ['runId']),
  call('ListRuns', 'read', () => ({ pageSize: 2 })),
  call('GetLatestRun', 'read'),
  call('ListSuggestions', 'read', () => ({ pageSize: 3 })),
  call('GetSuggestion', 'read', ({ suggestion: id }) => ({ id })),
  call('UpdateSuggestionState', 'decide', ({ dismissed: id }) => ({ id, state: 'SUGGESTION_STATE_DISMISSED' })),
  call('SearchCohortUsers', 'read', (ids) => ({
    suggestionId: ids.suggestion,
    accessScope: { appId: ids.application },
    pageSize: 3,
  })),
  call('GetRoleMiningConfig', 'read'),
  call('UpdateRoleMiningConfig', 'mine', () => ({
    cohortHints: [{ attribute: 'department', priority: 3, values: ['Engineering'] }],
  })),
  call('TriggerCustomAnalysis', 'mine', (ids) => ({ profileFilters: cohort(ids) }), ['id']),
  call('GetCustomAnalysisResult', 'read', ({ analysis: id }) => ({ id })),
  call(
    'CreateAccessProfileFromCohort',
    'decide',
    (ids) => ({
      displayName: 'Made by every call',
      profileFilters: cohort(ids),
      entitlements: [{ appId: ids.application, entitlementId: ids.entitlement }],
    }),
    ['accessProfileId'],
  ),
  call('ListCustomAnalysisResults', 'read', () => ({ pageSize: 2 })),
  call('EvaluateEntitlementSelection', 'read', (ids) => ({
    analysisId: ids.analysis,
    ...selection(ids),
    includeFacets: true,
  })),
  call('GetLatestCustomAnalysisResult', 'read'),
  call('ListCohortFilterAttributes', 'read', () => ({ pageSize: 4 })),
  call('ListCohortFilterAttributeValues', 'read', () => ({ attribute: 'department', pageSize: 4 })),
  call('CountEntitlementSelectionFilterAttributeValues', 'read', (ids) => ({
    selection: { analysisId: ids.analysis, ...selection(ids) },
    attribute: 'job_title',
    values: ['Nobody has this'],
  })),
  call('Search', 'read', () => ({ cohortTypes: ['department'], pageSize: 3 })),
]

export function callNamed(name: string): Call {
  return call(name, 'read', undefined)
}

/** Method, path and body of a call over REST: the path takes its members from the request, and the query or the body has the rest. */
export function restRequest({ method }: Pick<Call, 'method'>, request: JsonObject) {
  const { pattern } = getOption(method, http)
  if (pattern.case !== 'get' && pattern.case !== 'post') throw new Error(`${method.name} has no rule`)
  const rest = structuredClone(request)
  const path = pattern.value.replace(/\{([\w.]+)\}/g, (_, member: string) =>
    encodeURIComponent(takeMember(rest, member.split('.').map(camel))),
  )
  if (pattern.case === 'post') return { verb: 'POST', path, body: JSON.stringify(rest) }
  const query = Object.entries(rest).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${snake(name)}=${encodeURIComponent(String(one))}`),
  )
  return { verb: 'GET', path: query.length === 0 ? path : `${path}?${query.join('&')}`, body: undefined }
}

function takeMember(object: JsonObject, [name, ...below]: readonly string[]): string {
  const value = object[name!]
  if (below.length > 0) return takeMember((value ?? {}) as JsonObject, below)
  delete object[name!]
  return typeof value === 'string' ? value : ''
}

export const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
export const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
