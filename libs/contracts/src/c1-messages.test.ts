import { create, type DescField, type DescFile, type DescMessage, ScalarType, toJson } from '@bufbuild/protobuf'
import { nestedTypes } from '@bufbuild/protobuf/reflect'
import { expect, test } from 'vitest'
import { file_c1_api_role_mining_management_v1_access_profile as accessProfileFile } from './generated/c1/api/role_mining_management/v1/access_profile_pb.js'
import { file_c1_api_role_mining_management_v1_config as configFile } from './generated/c1/api/role_mining_management/v1/config_pb.js'
import { file_c1_api_role_mining_management_v1_custom_analysis as customAnalysisFile } from './generated/c1/api/role_mining_management/v1/custom_analysis_pb.js'
import { file_c1_api_role_mining_management_v1_entitlement_selection as selectionFile } from './generated/c1/api/role_mining_management/v1/entitlement_selection_pb.js'
import { file_c1_api_role_mining_management_v1_filter_attribute as filterAttributeFile } from './generated/c1/api/role_mining_management/v1/filter_attribute_pb.js'
import { file_c1_api_role_mining_management_v1_role_mining_management_search_service as searchFile } from './generated/c1/api/role_mining_management/v1/role_mining_management_search_service_pb.js'
import {
  GetLatestRunResponseSchema,
  ListRunsResponseSchema,
  file_c1_api_role_mining_management_v1_run as runFile,
} from './generated/c1/api/role_mining_management/v1/run_pb.js'
import {
  SearchCohortUsersResponseSchema,
  file_c1_api_role_mining_management_v1_suggestion as suggestionFile,
} from './generated/c1/api/role_mining_management/v1/suggestion_pb.js'
import { UserSchema, file_c1_api_user_v1_user as userFile } from './generated/c1/api/user/v1/user_pb.js'
import {
  AccessScopeSchema,
  file_c1_mcp_role_mining_v1_cohort as cohortFile,
} from './generated/c1/mcp/role_mining/v1/cohort_pb.js'
import { file_c1_mcp_role_mining_v1_entitlement as entitlementFile } from './generated/c1/mcp/role_mining/v1/entitlement_pb.js'

// Every message with its JSON names and types as ConductorOne publishes them: `[]` is a list, `|` separates the members
// of a oneof, `?` has presence of its own, `+` is Assay's addition, `-` is deprecated.
const published = `
TriggerAnalysisRequest:
TriggerAnalysisResponse: runId string
ListRunsRequest: +pageSize int32, +pageToken string
ListRunsResponse: list RoleMiningManagementRun[], nextPageToken string
GetLatestRunRequest:
GetLatestRunResponse: run RoleMiningManagementRun
RoleMiningManagementRun: id string, status RunStatus, triggerType TriggerType, triggerDetail string, totalUsers int32,
  cohortsAnalyzed int32, suggestionsGenerated int32, errorMessage string, createdAt Timestamp, updatedAt Timestamp,
  completedAt Timestamp
ListSuggestionsRequest: +pageSize int32, +pageToken string, +states SuggestionState[]
ListSuggestionsResponse: list RoleMiningManagementSuggestion[], nextPageToken string
GetSuggestionRequest: id string
GetSuggestionResponse: suggestion RoleMiningManagementSuggestion
UpdateSuggestionStateRequest: id string, state SuggestionState, createdCatalogId string
UpdateSuggestionStateResponse: suggestion RoleMiningManagementSuggestion
RoleMiningManagementSuggestion: id string, runId string, suggestedName string, description string,
  suggestionState SuggestionState, cohortFilters ProfileFilter[], dimensionCount int32, cohortSize int32,
  entitlements CohortEntitlement[], usersWithAll int32, avgCoverage double, confidence double, insights string[],
  existingProfileMatches AccessProfileMatch[], createdCatalogId string, createdAt Timestamp, updatedAt Timestamp,
  lastGeneratedAt Timestamp
SearchCohortUsersRequest: suggestionId string, profileFilters ProfileFilter[], pageSize int32, pageToken string,
  -selectedEntitlements EntitlementRef[], accessScope AccessScope
SearchCohortUsersResponse: list User[], nextPageToken string, -usersWithCoverage CohortUserWithCoverage[],
  totalCount? int64
CohortUserWithCoverage: user User, coveredCount int32
EntitlementRef: appId string, entitlementId string
GetRoleMiningConfigRequest:
GetRoleMiningConfigResponse: config RoleMiningManagementConfig
UpdateRoleMiningConfigRequest: cohortHints CohortHintInput[], maxSuggestions int32, minCohortSize int32
UpdateRoleMiningConfigResponse: config RoleMiningManagementConfig
RoleMiningManagementConfig: cohortHints CohortHintView[], maxSuggestions int32, minCohortSize int32
CohortHintInput: attribute string, priority int32, values string[]
CohortHintView: attribute string, priority int32, values string[]
TriggerCustomAnalysisRequest: profileFilters ProfileFilter[], accessScope AccessScope, resourceScope ResourceScope
TriggerCustomAnalysisResponse: id string
GetCustomAnalysisResultRequest: id string
GetCustomAnalysisResultResponse: id string, status RunStatus, errorMessage string, cohortSize int32,
  appsAnalyzed int32, entitlements CohortEntitlement[], clusters EntitlementCluster[], facets AttributeFacet[],
  facetUserCount int32, cutoffImpactPoints EntitlementCutoffImpactPoint[], createdAt Timestamp, updatedAt Timestamp,
  completedAt Timestamp, createdByUserId string, profileFilters ProfileFilter[],
  terminalReason CustomAnalysisTerminalReason, supersededByResultId string, accessScope AccessScope,
  resourceScope ResourceScope
CustomAnalysisResultView: id string, status RunStatus, cohortSize int32, suggestionsGenerated int32,
  profileFilters ProfileFilter[], errorMessage string, createdAt Timestamp, completedAt Timestamp,
  createdByUserId string, terminalReason CustomAnalysisTerminalReason, supersededByResultId string,
  accessScope AccessScope, resourceScope ResourceScope
ListCustomAnalysisResultsRequest: +pageSize int32, +pageToken string
ListCustomAnalysisResultsResponse: list CustomAnalysisResultView[], nextPageToken string
GetLatestCustomAnalysisResultRequest:
GetLatestCustomAnalysisResultResponse: result CustomAnalysisResultView
EvaluateEntitlementSelectionRequest: analysisId string, minimumCoverageBasisPoints int32,
  explicitlyIncluded EntitlementRef[], explicitlyExcluded EntitlementRef[], includeFacets bool
EvaluateEntitlementSelectionResponse: selectedEntitlementCount int32, usersWithAllEntitlements int32,
  coreHolderFacets AttributeFacet[]
CountEntitlementSelectionFilterAttributeValuesRequest: selection EvaluateEntitlementSelectionRequest,
  attribute string, values string[]
CountEntitlementSelectionFilterAttributeValuesResponse: cohortUserCount int32, coreUserCount int32,
  values EntitlementSelectionFilterAttributeValueCount[]
EntitlementSelectionFilterAttributeValueCount: value string, cohortUserCount int32, coreUserCount int32
ListCohortFilterAttributesRequest: pageSize int32, pageToken string
ListCohortFilterAttributesResponse: attributes CohortFilterAttribute[], nextPageToken string
ListCohortFilterAttributeValuesRequest: attribute string, pageSize int32, pageToken string, q string
ListCohortFilterAttributeValuesResponse: values AttributeValue[], nextPageToken string
CreateAccessProfileFromCohortRequest: displayName string, description string, profileFilters ProfileFilter[],
  entitlements CohortEntitlement[], enableAutomation bool, createTasks bool, suggestionId string,
  celExpression string, accessScope AccessScope
CreateAccessProfileFromCohortResponse: accessProfileId string, celExpression string
RoleMiningSearchSuggestionsRequest: query string, states SuggestionState[], cohortTypes string[],
  matchTypes AccessProfileMatchType[], pageSize int32, pageToken string
RoleMiningSearchSuggestionsResponse: list RoleMiningManagementSuggestion[], nextPageToken string
ProfileFilter: attribute string, values string[]
CohortEntitlement: appId string, appDisplayName string, entitlementId string, entitlementDisplayName string,
  appResourceDisplayName string, appResourceTypeDisplayName string, coverage double, grantedCount int32,
  riskLevelValueId string
AccessProfileMatch: catalogId string, catalogDisplayName string, matchType AccessProfileMatchType,
  overlapRatio double, missingEntitlements CohortEntitlement[]
EntitlementCluster: entitlements CohortEntitlement[], userCount int32, avgCoverage double, avgSimilarity double
AttributeFacet: attribute string, displayName string, values AttributeValue[], valuesTruncated bool,
  valuesUnavailable bool
AttributeValue: value string, displayName string, userCount int32
EntitlementCutoffImpactPoint: minimumCoverageBasisPoints int32, entitlementCount int32,
  usersWithAllEntitlements int32
AccessScope: scope|appId string, scope|entitlement AppEntitlementScopeRef
AppEntitlementScopeRef: appId string, entitlementId string
ResourceScope: appIds string[]
CohortFilterAttribute: attribute string, displayName string, kind CohortFilterAttributeKind
User: id string, displayName string, email string, emails string[], emailSources UserAttributeMappingSource[],
  username string, usernames string[], usernameSources UserAttributeMappingSource[], employeeIds string[],
  employeeIdSources UserAttributeMappingSource[], department string,
  departmentSources UserAttributeMappingSource[], jobTitle string, jobTitleSources UserAttributeMappingSource[],
  employmentType string, employmentTypeSources UserAttributeMappingSource[], employmentStatus string,
  employmentStatusSources UserAttributeMappingSource[], managerIds string[],
  managerSources UserAttributeMappingSource[], directoryIds string[], directoryStatus Status,
  directoryStatusSources UserAttributeMappingSource[], status Status, type UserType, origin UserOrigin,
  profile Struct, roleIds string[], delegatedUserId string, createdAt Timestamp, updatedAt Timestamp,
  deletedAt Timestamp
UserAttributeMappingSource: appId string, appUserId string, appUserProfileAttributeKey string,
  userAttributeMappingId string, value string, priority uint32
`
const rows = published
  .replaceAll(/\n +/g, ' ')
  .trim()
  .split('\n')
  .map((line) => line.split(/: ?/, 2) as [string, string])

const mcpFiles: readonly DescFile[] = [cohortFile, entitlementFile]
const files: readonly DescFile[] = [
  ...mcpFiles,
  accessProfileFile,
  configFile,
  customAnalysisFile,
  filterAttributeFile,
  runFile,
  searchFile,
  selectionFile,
  suggestionFile,
  userFile,
]

function messagesOf(file: DescFile): DescMessage[] {
  return [...nestedTypes(file)].filter((type) => type.kind === 'message')
}

const lastPart = (typeName: string) => typeName.slice(typeName.lastIndexOf('.') + 1)

function typeOf(field: DescField): string {
  if (field.fieldKind === 'map') throw new Error(`${field.parent.name}.${field.name} is a map; the contract has none`)
  const element = field.message ?? field.enum
  const name = element ? lastPart(element.typeName) : ScalarType[field.scalar!].toLowerCase()
  return field.fieldKind === 'list' ? `${name}[]` : name
}

const additions = new Set(['ListRunsRequest', 'ListSuggestionsRequest', 'ListCustomAnalysisResultsRequest'])

function describeField(field: DescField): string {
  const mark = field.deprecated ? '-' : additions.has(field.parent.name) ? '+' : ''
  const choice = field.oneof ? `${field.oneof.name}|` : ''
  const presence = field.proto.proto3Optional ? '?' : ''
  return `${mark}${choice}${field.jsonName}${presence} ${typeOf(field)}`
}

test.each(rows)('%s has exactly the published members', (name, members) => {
  const message = files.flatMap(messagesOf).find((candidate) => candidate.name === name)
  expect(message, `no message ${name}`).toBeDefined()
  expect(message!.fields.map(describeField)).toEqual(members === '' ? [] : members.split(/, +/))
})

test('there are no other messages', () => {
  const names = files.flatMap(messagesOf).map((message) => message.name)
  expect(names.toSorted()).toEqual(rows.map(([name]) => name).toSorted())
  expect(mcpFiles.flatMap(messagesOf)).toHaveLength(11)
  expect(UserSchema.fields).toHaveLength(32)
})

const answer = (text: object) => JSON.parse(JSON.stringify(text)) as unknown

test('an answer prints zero values and leaves out what is not set, never null', () => {
  const json = toJson(ListRunsResponseSchema, create(ListRunsResponseSchema, { list: [{ id: 'r-1' }] }), {
    alwaysEmitImplicit: true,
  })
  expect(answer(json as object)).toEqual({
    list: [
      {
        id: 'r-1',
        status: 'RUN_STATUS_UNSPECIFIED',
        triggerType: 'TRIGGER_TYPE_UNSPECIFIED',
        triggerDetail: '',
        totalUsers: 0,
        cohortsAnalyzed: 0,
        suggestionsGenerated: 0,
        errorMessage: '',
      },
    ],
    nextPageToken: '',
  })
  expect(toJson(GetLatestRunResponseSchema, create(GetLatestRunResponseSchema), { alwaysEmitImplicit: true })).toEqual(
    {},
  )
  expect(toJson(AccessScopeSchema, create(AccessScopeSchema), { alwaysEmitImplicit: true })).toEqual({})
})

test('the total is a string and is left out on later pages', () => {
  const firstPage = create(SearchCohortUsersResponseSchema, { totalCount: 12n })
  expect(toJson(SearchCohortUsersResponseSchema, firstPage)).toEqual({ totalCount: '12' })
  const laterPage = create(SearchCohortUsersResponseSchema)
  expect(toJson(SearchCohortUsersResponseSchema, laterPage, { alwaysEmitImplicit: true })).not.toHaveProperty(
    'totalCount',
  )
})
