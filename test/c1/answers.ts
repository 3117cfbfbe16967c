import type { JsonObject, JsonValue } from '@bufbuild/protobuf'

/** g1: TypeScript SDK 1.2.2. g2: Go SDK 1.29.0 and Terraform 1.5.0. g3 to g5: the Go SDKs that followed. */
export type Generation = 1 | 2 | 3 | 4 | 5

// What clients decode, according to the contract: name, type, `[]` for a list, `@n` for the generation that added it.
const published = `
TriggerAnalysisResponse: runId string
ListRunsResponse: list RoleMiningManagementRun[], nextPageToken string
GetLatestRunResponse: run RoleMiningManagementRun
ListSuggestionsResponse: list RoleMiningManagementSuggestion[], nextPageToken string
GetSuggestionResponse: suggestion RoleMiningManagementSuggestion
UpdateSuggestionStateResponse: suggestion RoleMiningManagementSuggestion
SearchCohortUsersResponse: list User[], nextPageToken string, usersWithCoverage CohortUserWithCoverage[] @2, totalCount int64 @5
GetRoleMiningConfigResponse: config RoleMiningManagementConfig
UpdateRoleMiningConfigResponse: config RoleMiningManagementConfig
TriggerCustomAnalysisResponse: id string
CreateAccessProfileFromCohortResponse: accessProfileId string, celExpression string
ListCustomAnalysisResultsResponse: list CustomAnalysisResultView[], nextPageToken string
GetLatestCustomAnalysisResultResponse: result CustomAnalysisResultView
EvaluateEntitlementSelectionResponse: selectedEntitlementCount int32, usersWithAllEntitlements int32, coreHolderFacets AttributeFacet[]
ListCohortFilterAttributesResponse: attributes CohortFilterAttribute[], nextPageToken string
ListCohortFilterAttributeValuesResponse: values AttributeValue[], nextPageToken string
CountEntitlementSelectionFilterAttributeValuesResponse: cohortUserCount int32, coreUserCount int32, values EntitlementSelectionFilterAttributeValueCount[]
RoleMiningSearchSuggestionsResponse: list RoleMiningManagementSuggestion[], nextPageToken string
GetCustomAnalysisResultResponse: id string, status enum, errorMessage string, cohortSize int32, appsAnalyzed int32, entitlements CohortEntitlement[], clusters EntitlementCluster[], facets AttributeFacet[], facetUserCount int32, cutoffImpactPoints EntitlementCutoffImpactPoint[] @3, createdAt time @4, updatedAt time @4, completedAt time @4, createdByUserId string @4, profileFilters ProfileFilter[] @4, terminalReason enum @4, supersededByResultId string @4, accessScope AccessScope @5, resourceScope ResourceScope @5
RoleMiningManagementRun: id string, status enum, triggerType enum, triggerDetail string, totalUsers int32, cohortsAnalyzed int32, suggestionsGenerated int32, errorMessage string, createdAt time, updatedAt time, completedAt time
RoleMiningManagementSuggestion: id string, runId string, suggestedName string, description string, suggestionState enum, cohortFilters ProfileFilter[], dimensionCount int32, cohortSize int32, entitlements CohortEntitlement[], usersWithAll int32, avgCoverage double, confidence double, insights string[], existingProfileMatches AccessProfileMatch[], createdCatalogId string, createdAt time, updatedAt time, lastGeneratedAt time
RoleMiningManagementConfig: cohortHints CohortHintView[], maxSuggestions int32, minCohortSize int32
CohortHintView: attribute string, priority int32, values string[]
CustomAnalysisResultView: id string, status enum, cohortSize int32, suggestionsGenerated int32, profileFilters ProfileFilter[], errorMessage string, createdAt time, completedAt time, createdByUserId string @4, terminalReason enum @4, supersededByResultId string @4, accessScope AccessScope @5, resourceScope ResourceScope @5
EntitlementSelectionFilterAttributeValueCount: value string, cohortUserCount int32, coreUserCount int32
CohortUserWithCoverage: user User, coveredCount int32
ProfileFilter: attribute string, values string[]
CohortEntitlement: appId string, appDisplayName string, entitlementId string, entitlementDisplayName string, appResourceDisplayName string, appResourceTypeDisplayName string, coverage double, grantedCount int32, riskLevelValueId string @2
AccessProfileMatch: catalogId string, catalogDisplayName string, matchType enum, overlapRatio double, missingEntitlements CohortEntitlement[]
EntitlementCluster: entitlements CohortEntitlement[], userCount int32, avgCoverage double, avgSimilarity double
AttributeFacet: attribute string, displayName string, values AttributeValue[], valuesTruncated bool @5, valuesUnavailable bool @5
AttributeValue: value string, displayName string, userCount int32
EntitlementCutoffImpactPoint: minimumCoverageBasisPoints int32, entitlementCount int32, usersWithAllEntitlements int32
AccessScope: appId string, entitlement AppEntitlementScopeRef
AppEntitlementScopeRef: appId string, entitlementId string
ResourceScope: appIds string[]
CohortFilterAttribute: attribute string, displayName string, kind enum
User: id string, displayName string, email string, emails string[], emailSources Source[], username string, usernames string[], usernameSources Source[], employeeIds string[], employeeIdSources Source[], department string, departmentSources Source[], jobTitle string, jobTitleSources Source[], employmentType string, employmentTypeSources Source[], employmentStatus string, employmentStatusSources Source[], managerIds string[], managerSources Source[], directoryIds string[], directoryStatus enum, directoryStatusSources Source[], status enum, type enum, origin enum, profile any, roleIds string[], delegatedUserId string, createdAt time, updatedAt time, deletedAt time
Source: appId string, appUserId string, appUserProfileAttributeKey string, userAttributeMappingId string, value string, priority uint32 @2
`

interface Member {
  readonly type: string
  readonly isList: boolean
  readonly since: Generation
}

const messages = new Map(
  published
    .trim()
    .split('\n')
    .map((line) => {
      const [name, members = ''] = line.split(': ')
      const parsed = members.split(', ').map((member): [string, Member] => {
        const [, key = '', type = '', list, since = '1'] = /^(\w+) (\w+)(\[\])?(?: @(\d))?$/.exec(member) ?? []
        if (key === '') throw new Error(`cannot read ${member}`)
        return [key, { type, isList: list !== undefined, since: Number(since) as Generation }]
      })
      return [name, new Map(parsed)] as const
    }),
)

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/
const scalars: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  string: (value) => typeof value === 'string',
  // Every SDK accepts unknown names, and none accepts a number.
  enum: (value) => typeof value === 'string' && !/^\d*$/.test(value),
  bool: (value) => typeof value === 'boolean',
  int32: (value) => Number.isInteger(value) && Math.abs(value as number) <= 2 ** 31,
  uint32: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32,
  int64: (value) => typeof value === 'string' && /^-?\d+$/.test(value),
  double: (value) => Number.isFinite(value),
  time: (value) => typeof value === 'string' && time.test(value) && !Number.isNaN(Date.parse(value)),
  any: () => true,
}

/**
 * The faults for which a client of a generation would reject a response, each with its path; empty for a valid one. Members that the
 * generation does not know are skipped, as its decoder does; the newest generation has to know all.
 */
export function faultsOf(generation: Generation, message: string, json: JsonValue, place = message): string[] {
  const members = messages.get(message)
  if (members === undefined) throw new Error(`the contract has no answer ${message}`)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return [`${place}: not an object`]
  return Object.entries(json).flatMap(([name, value]) => {
    const member = members.get(name)
    const at = `${place}.${name}`
    if (member === undefined) return generation === 5 ? [`${at}: not in the contract`] : []
    if (member.since > generation) return []
    if (!member.isList) return faultsOfValue(generation, member.type, value, at)
    if (value === null) return []
    if (!Array.isArray(value)) return [`${at}: not a list`]
    return value.flatMap((one, index) => faultsOfValue(generation, member.type, one, `${at}[${index}]`))
  })
}

function faultsOfValue(generation: Generation, type: string, value: JsonValue, place: string): string[] {
  if (value === null) return [`${place}: null`]
  const isGood = scalars[type]
  if (isGood === undefined) return faultsOf(generation, type, value as JsonObject, place)
  return isGood(value) ? [] : [`${place}: ${JSON.stringify(value)} is no ${type}`]
}
