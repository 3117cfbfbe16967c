import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import type { Ids } from './calls.ts'

/** A call, the fault of its request, the request, and the refusal: the member that the response names. */
interface BadRequest {
  readonly call: string
  readonly wrong: string
  readonly request: (ids: Ids) => JsonObject
  /** Absent when the refusal is NOT_FOUND. */
  readonly member?: string
  readonly words: RegExp
}

const many = (count: number, item: JsonValue = 'v') => Array.from({ length: count }, () => item)
const distinct = (count: number) => Array.from({ length: count }, (_, i) => `v${i}`)
const filter = { attribute: 'department', values: ['Engineering'] }
const nowhere = '00000000-0000-8000-8000-000000000000'

/** The values that every member with filters refuses. */
function badFilters(call: string, rest: (ids: Ids) => JsonObject): BadRequest[] {
  const row = (wrong: string, profileFilters: JsonValue, member: string, words: RegExp): BadRequest => ({
    call,
    wrong,
    request: (ids) => ({ ...rest(ids), profileFilters }),
    member,
    words,
  })
  return [
    row('33 filters', many(33, filter), 'profile_filters', /at most 32 filters, not 33/),
    row(
      'a filter of 1,001 values',
      [{ ...filter, values: distinct(1001) }],
      'profile_filters[0].values',
      /at most 1000 values, not 1001/,
    ),
    row('a filter without an attribute', [{ values: ['x'] }], 'profile_filters[0].attribute', /must name an attribute/),
    row(
      'a filter of an unknown attribute',
      [filter, { attribute: 'shoe', values: ['44'] }],
      'profile_filters[1].attribute',
      /unknown attribute "shoe"; known are department/,
    ),
    row('a filter without values', [{ attribute: 'department' }], 'profile_filters[0].values', /at least one value/),
    row(
      'a filter of blanks',
      [{ attribute: 'department', values: [' \t'] }],
      'profile_filters[0].values',
      /must not be empty/,
    ),
  ]
}

/** The values that every member with an access scope refuses. */
function badScopes(call: string, rest: (ids: Ids) => JsonObject): BadRequest[] {
  const row = (wrong: string, accessScope: (ids: Ids) => JsonObject, member: string, words: RegExp): BadRequest => ({
    call,
    wrong,
    request: (ids) => ({ ...rest(ids), accessScope: accessScope(ids) }),
    member,
    words,
  })
  return [
    row(
      'a scope of an application without a name',
      () => ({ appId: '' }),
      'access_scope.app_id',
      /must name an application/,
    ),
    row('a scope of an unknown application', () => ({ appId: 'gone' }), 'access_scope', /no application "gone"/),
    row(
      'a scope of an entitlement without a name',
      ({ application: appId }) => ({ entitlement: { appId } }),
      'access_scope.entitlement',
      /needs both/,
    ),
    row(
      'a scope of an unknown entitlement',
      ({ application: appId }) => ({ entitlement: { appId, entitlementId: 'gone' } }),
      'access_scope',
      /has no entitlement "gone"/,
    ),
    row(
      'a scope of both kinds',
      ({ application: appId }) => ({ appId, entitlement: { appId, entitlementId: 'gone' } }),
      'accessScope.entitlement',
      /./,
    ),
  ]
}

/** The values that every list with pages refuses. */
function badPages(call: string, rest: (ids: Ids) => JsonObject = () => ({})): BadRequest[] {
  return [
    {
      call,
      wrong: 'a negative page size',
      request: (ids) => ({ ...rest(ids), pageSize: -1 }),
      member: 'page_size',
      words: /must not be negative/,
    },
    {
      call,
      wrong: 'a token that was made up',
      request: (ids) => ({ ...rest(ids), pageToken: 'AAAAAAAAAAAAAAAAAAAAAAAAW10' }),
      member: 'page_token',
      words: /begin again without a page token/,
    },
    {
      call,
      wrong: 'a token of 9,000 characters',
      request: (ids) => ({ ...rest(ids), pageToken: 'A'.repeat(9000) }),
      member: 'page_token',
      words: /begin again without a page token/,
    },
  ]
}

const state = 'UpdateSuggestionState'
const cohortUsers = 'SearchCohortUsers'
const config = 'UpdateRoleMiningConfig'
const profile = 'CreateAccessProfileFromCohort'
const trigger = 'TriggerCustomAnalysis'
const evaluate = 'EvaluateEntitlementSelection'
const count = 'CountEntitlementSelectionFilterAttributeValues'
const ofSuggestion = ({ suggestion: suggestionId }: Ids) => ({ suggestionId })
const named = () => ({ displayName: 'x' })
const hint = (more: JsonObject) => () => ({ cohortHints: [{ attribute: 'department', ...more }] })
const ref = ({ application: appId, entitlement: entitlementId }: Ids) => ({ appId, entitlementId })
const unknownRef = { appId: 'no', entitlementId: 'thing' }

/** Requests with a value of the right type that is still wrong. */
export const badRequests: readonly BadRequest[] = [
  ...badPages('ListRuns'),
  ...badPages('ListSuggestions'),
  {
    call: 'ListSuggestions',
    wrong: 'the state that is none',
    request: () => ({ states: ['SUGGESTION_STATE_UNSPECIFIED'] }),
    member: 'states[0]',
    words: /must be SUGGESTION_STATE_NEW/,
  },
  { call: 'GetSuggestion', wrong: 'an unknown id', request: () => ({ id: nowhere }), words: /suggestion "0{8}-/ },
  {
    call: 'GetSuggestion',
    wrong: 'an id that is none',
    request: () => ({ id: "'; --" }),
    words: /suggestion "'; --" does not exist/,
  },
  {
    call: 'GetSuggestion',
    wrong: 'an id of 4,000 characters',
    request: () => ({ id: 'i'.repeat(4000) }),
    words: /suggestion "i{200}\.\.\." does not exist/,
  },
  {
    call: state,
    wrong: 'an unknown id',
    request: () => ({ id: nowhere, state: 'SUGGESTION_STATE_NEW' }),
    words: /suggestion/,
  },
  {
    call: state,
    wrong: 'no state',
    request: ({ suggestion: id }) => ({ id }),
    member: 'state',
    words: /must be SUGGESTION_STATE_NEW/,
  },
  {
    call: state,
    wrong: 'the state that is none',
    request: ({ suggestion: id }) => ({ id, state: 'SUGGESTION_STATE_UNSPECIFIED' }),
    member: 'state',
    words: /must be SUGGESTION_STATE_NEW/,
  },
  {
    call: state,
    wrong: 'an unknown access profile',
    request: ({ suggestion: id }) => ({ id, state: 'SUGGESTION_STATE_ACCEPTED', createdCatalogId: nowhere }),
    member: 'created_catalog_id',
    words: /does not exist/,
  },
  {
    call: state,
    wrong: 'an access profile that is no id',
    request: ({ suggestion: id }) => ({ id, state: 'SUGGESTION_STATE_ACCEPTED', createdCatalogId: '7' }),
    member: 'created_catalog_id',
    words: /"7" does not exist/,
  },
  {
    call: state,
    wrong: 'an access profile with a dismissal',
    request: ({ suggestion: id, profile }) => ({ id, state: 'SUGGESTION_STATE_DISMISSED', createdCatalogId: profile }),
    member: 'created_catalog_id',
    words: /only be set when accepting/,
  },
  { call: cohortUsers, wrong: 'an unknown id', request: () => ({ suggestionId: nowhere }), words: /suggestion "0{8}-/ },
  ...badFilters(cohortUsers, ofSuggestion),
  ...badScopes(cohortUsers, ofSuggestion),
  ...badPages(cohortUsers, ofSuggestion),
  ...[-1, 1001].map(
    (n): BadRequest => ({
      call: config,
      wrong: `${n} suggestions`,
      request: () => ({ maxSuggestions: n }),
      member: 'max_suggestions',
      words: /from 1 to 1000, not/,
    }),
  ),
  ...[-1, 1, 100_001].map(
    (n): BadRequest => ({
      call: config,
      wrong: `cohorts of ${n}`,
      request: () => ({ minCohortSize: n }),
      member: 'min_cohort_size',
      words: /from 2 to 100000, not/,
    }),
  ),
  ...[-1, 101].map(
    (priority): BadRequest => ({
      call: config,
      wrong: `a priority of ${priority}`,
      request: hint({ priority }),
      member: 'cohort_hints[0].priority',
      words: /from 0 to 100, not/,
    }),
  ),
  {
    call: config,
    wrong: 'a hint without an attribute',
    request: hint({ attribute: '' }),
    member: 'cohort_hints[0].attribute',
    words: /must name an attribute/,
  },
  {
    call: config,
    wrong: 'a hint of an unknown attribute',
    request: hint({ attribute: 'shoe' }),
    member: 'cohort_hints[0].attribute',
    words: /unknown attribute "shoe"; known are/,
  },
  {
    call: config,
    wrong: 'two hints of one attribute',
    request: () => ({ cohortHints: many(2, { attribute: 'department' }) }),
    member: 'cohort_hints[1].attribute',
    words: /has a hint already/,
  },
  {
    call: config,
    wrong: '33 hints',
    request: () => ({ cohortHints: many(33, { attribute: 'department' }) }),
    member: 'cohort_hints',
    words: /at most 32 hints, not 33/,
  },
  {
    call: config,
    wrong: 'a hint of 1,001 values',
    request: hint({ values: distinct(1001) }),
    member: 'cohort_hints[0].values',
    words: /at most 1000 values, not 1001/,
  },
  {
    call: trigger,
    wrong: 'neither filter nor scope',
    request: () => ({ resourceScope: { appIds: [] } }),
    member: 'profile_filters',
    words: /at least one filter, or an access_scope/,
  },
  ...badFilters(trigger, () => ({})),
  ...badScopes(trigger, () => ({})),
  {
    call: trigger,
    wrong: 'an unknown application to look at',
    request: () => ({ profileFilters: [filter], resourceScope: { appIds: ['gone', 'off'] } }),
    member: 'resource_scope.app_ids',
    words: /unknown applications "gone", "off"/,
  },
  {
    call: trigger,
    wrong: '1,001 applications to look at',
    request: () => ({ profileFilters: [filter], resourceScope: { appIds: distinct(1001) } }),
    member: 'resource_scope.app_ids',
    words: /at most 1000 applications, not 1001/,
  },
  {
    call: 'GetCustomAnalysisResult',
    wrong: 'an unknown id',
    request: () => ({ id: nowhere }),
    words: /custom analysis "0{8}-/,
  },
  {
    call: 'GetCustomAnalysisResult',
    wrong: 'an id that is none',
    request: () => ({ id: '7' }),
    words: /custom analysis "7" does not exist/,
  },
  { call: profile, wrong: 'no name', request: () => ({}), member: 'display_name', words: /must not be empty/ },
  {
    call: profile,
    wrong: 'a name of blanks',
    request: () => ({ displayName: ' \n' }),
    member: 'display_name',
    words: /must not be empty/,
  },
  {
    call: profile,
    wrong: 'a name of 257 characters',
    request: () => ({ displayName: 'n'.repeat(257) }),
    member: 'display_name',
    words: /at most 256 characters; it has 257/,
  },
  {
    call: profile,
    wrong: 'a description of 4,097 characters',
    request: () => ({ displayName: 'x', description: 'd'.repeat(4097) }),
    member: 'description',
    words: /at most 4096 characters; it has 4097/,
  },
  ...badFilters(profile, named),
  ...badScopes(profile, named),
  {
    call: profile,
    wrong: 'an entitlement without names',
    request: () => ({ displayName: 'x', entitlements: [{}] }),
    member: 'entitlements[0]',
    words: /./,
  },
  {
    call: profile,
    wrong: 'an unknown entitlement',
    request: () => ({ displayName: 'x', entitlements: [unknownRef] }),
    member: 'entitlements[0]',
    words: /has no entitlement "thing"|no application "no"/,
  },
  {
    call: profile,
    wrong: 'one entitlement twice',
    request: (ids) => ({ displayName: 'x', entitlements: [ref(ids), ref(ids)] }),
    member: 'entitlements[1]',
    words: /./,
  },
  {
    call: profile,
    wrong: 'automation without a rule',
    request: () => ({ displayName: 'x', enableAutomation: true }),
    member: 'enable_automation',
    words: /needs a membership rule/,
  },
  {
    call: profile,
    wrong: 'a rule that does not parse',
    request: () => ({ displayName: 'x', celExpression: 'subject.' }),
    member: 'cel_expression',
    words: /^line 1, column \d+: /,
  },
  {
    call: profile,
    wrong: 'an unknown suggestion',
    request: () => ({ displayName: 'x', suggestionId: nowhere }),
    words: /suggestion "0{8}-/,
  },
  {
    call: profile,
    wrong: 'a suggestion that is no id',
    request: () => ({ displayName: 'x', suggestionId: '7' }),
    words: /suggestion "7" does not exist/,
  },
  ...badPages('ListCustomAnalysisResults'),
  { call: evaluate, wrong: 'an unknown id', request: () => ({ analysisId: nowhere }), words: /custom analysis "0{8}-/ },
  {
    call: evaluate,
    wrong: 'the id of a suggestion',
    request: ({ suggestion: analysisId }) => ({ analysisId }),
    words: /custom analysis/,
  },
  ...[-1, 10_001].map(
    (n): BadRequest => ({
      call: evaluate,
      wrong: `a cutoff of ${n}`,
      request: ({ analysis: analysisId }) => ({ analysisId, minimumCoverageBasisPoints: n }),
      member: 'minimum_coverage_basis_points',
      words: /from 0 to 10000, not/,
    }),
  ),
  {
    call: evaluate,
    wrong: 'an unknown entitlement to include',
    request: (ids) => ({ analysisId: ids.analysis, explicitlyIncluded: [ref(ids), unknownRef] }),
    member: 'explicitly_included[1]',
    words: /not among the entitlements of the analysis/,
  },
  {
    call: evaluate,
    wrong: 'an unknown entitlement to exclude',
    request: ({ analysis: analysisId }) => ({ analysisId, explicitlyExcluded: [unknownRef] }),
    member: 'explicitly_excluded[0]',
    words: /not among the entitlements of the analysis/,
  },
  {
    call: evaluate,
    wrong: 'an entitlement to include and to exclude',
    request: (ids) => ({ analysisId: ids.analysis, explicitlyIncluded: [ref(ids)], explicitlyExcluded: [ref(ids)] }),
    member: 'explicitly_excluded',
    words: /is included and excluded/,
  },
  ...badPages('ListCohortFilterAttributes'),
  {
    call: 'ListCohortFilterAttributeValues',
    wrong: 'an unknown attribute',
    request: () => ({ attribute: 'shoe' }),
    member: 'attribute',
    words: /unknown attribute "shoe"; known are department/,
  },
  {
    call: 'ListCohortFilterAttributeValues',
    wrong: 'a query of 1,001 characters',
    request: () => ({ attribute: 'manager', q: 'q'.repeat(1001) }),
    member: 'q',
    words: /at most 1000/,
  },
  ...badPages('ListCohortFilterAttributeValues', () => ({ attribute: 'manager' })),
  {
    call: count,
    wrong: 'an unknown id',
    request: () => ({ selection: { analysisId: nowhere }, attribute: 'manager' }),
    words: /custom analysis "0{8}-/,
  },
  {
    call: count,
    wrong: 'an unknown attribute',
    request: ({ analysis: analysisId }) => ({ selection: { analysisId }, attribute: 'shoe' }),
    member: 'attribute',
    words: /unknown attribute "shoe"; known are/,
  },
  {
    call: count,
    wrong: '1,001 values',
    request: ({ analysis: analysisId }) => ({
      selection: { analysisId },
      attribute: 'manager',
      values: distinct(1001),
    }),
    member: 'values',
    words: /at most 1000 values, not 1001/,
  },
  {
    call: count,
    wrong: 'a cutoff of 10001',
    request: ({ analysis: analysisId }) => ({
      selection: { analysisId, minimumCoverageBasisPoints: 10_001 },
      attribute: 'manager',
    }),
    member: 'selection.minimum_coverage_basis_points',
    words: /from 0 to 10000/,
  },
  {
    call: 'Search',
    wrong: 'a query of 1,001 characters',
    request: () => ({ query: 'q'.repeat(1001) }),
    member: 'query',
    words: /at most 1000 characters/,
  },
  {
    call: 'Search',
    wrong: 'the state that is none',
    request: () => ({ states: ['SUGGESTION_STATE_UNSPECIFIED'] }),
    member: 'states[0]',
    words: /must be/,
  },
  {
    call: 'Search',
    wrong: 'the match that is none',
    request: () => ({ matchTypes: ['ACCESS_PROFILE_MATCH_TYPE_UNSPECIFIED'] }),
    member: 'match_types[0]',
    words: /must be/,
  },
  {
    call: 'Search',
    wrong: '1,001 cohort types',
    request: () => ({ cohortTypes: distinct(1001) }),
    member: 'cohort_types',
    words: /at most 1000 items/,
  },
  ...badPages('Search'),
]
