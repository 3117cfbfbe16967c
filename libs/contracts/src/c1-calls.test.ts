import { type DescMethod, getOption } from '@bufbuild/protobuf'
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { http } from './generated/google/api/annotations_pb.js'
import { RoleMiningManagementSearchService, RoleMiningManagementService } from './index.ts'

// The calls as ConductorOne publishes them. Its OpenAPI writes {selection_analysis_id} for the last but one; the path on
// the wire is the same.
const published = `
  TriggerAnalysis                                 POST /api/v1/role-mining/trigger
  ListRuns                                        GET  /api/v1/role-mining/runs
  GetLatestRun                                    GET  /api/v1/role-mining/runs/latest
  ListSuggestions                                 GET  /api/v1/role-mining/suggestions
  GetSuggestion                                   GET  /api/v1/role-mining/suggestions/{id}
  UpdateSuggestionState                           POST /api/v1/role-mining/suggestions/{id}/state
  SearchCohortUsers                               POST /api/v1/role-mining/suggestions/{suggestion_id}/users
  GetRoleMiningConfig                             GET  /api/v1/role-mining/config
  UpdateRoleMiningConfig                          POST /api/v1/role-mining/config
  TriggerCustomAnalysis                           POST /api/v1/role-mining/custom-analysis/trigger
  GetCustomAnalysisResult                         GET  /api/v1/role-mining/custom-analysis/{id}
  CreateAccessProfileFromCohort                   POST /api/v1/role-mining/access-profiles
  ListCustomAnalysisResults                       GET  /api/v1/role-mining/custom-analysis
  EvaluateEntitlementSelection                    POST /api/v1/role-mining/custom-analysis/{analysis_id}/evaluate-entitlement-selection
  GetLatestCustomAnalysisResult                   GET  /api/v1/role-mining/custom-analysis/latest
  ListCohortFilterAttributes                      GET  /api/v1/role-mining/filter-attributes
  ListCohortFilterAttributeValues                 GET  /api/v1/role-mining/filter-attributes/{attribute}/values
  CountEntitlementSelectionFilterAttributeValues  POST /api/v1/role-mining/custom-analysis/{selection.analysis_id}/filter-attributes/{attribute}/value-counts
  Search                                          POST /api/v1/search/role-mining/suggestions
`
const rows = published
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/) as [string, string, string])

const methods: readonly DescMethod[] = [
  ...RoleMiningManagementService.methods,
  ...RoleMiningManagementSearchService.methods,
]

test.each(rows)('%s answers at %s %s', (name, verb, path) => {
  const method = methods.find((candidate) => candidate.name === name)
  expect(method, `no call ${name}`).toBeDefined()
  const rule = getOption(method!, http)
  expect(rule.pattern).toEqual({ case: verb.toLowerCase(), value: path })
  expect(rule.body).toBe(verb === 'POST' ? '*' : '')
  expect(rule.additionalBindings).toEqual([])
  expect(method!.methodKind).toBe('unary')
})

test('there are eighteen management calls and one search, and no others', () => {
  expect(rows).toHaveLength(19)
  expect(RoleMiningManagementService.typeName).toBe('c1.api.role_mining_management.v1.RoleMiningManagementService')
  expect(RoleMiningManagementSearchService.typeName).toBe(
    'c1.api.role_mining_management.v1.RoleMiningManagementSearchService',
  )
  expect(RoleMiningManagementService.methods).toHaveLength(18)
  expect(RoleMiningManagementSearchService.methods.map((method) => method.name)).toEqual(['Search'])
})

test('exactly the calls that change something are not marked as free of side effects', () => {
  const changing = methods.filter(
    (method) => method.proto.options?.idempotencyLevel !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
  )
  expect(changing.map((method) => method.name)).toEqual([
    'TriggerAnalysis',
    'UpdateSuggestionState',
    'UpdateRoleMiningConfig',
    'TriggerCustomAnalysis',
    'CreateAccessProfileFromCohort',
  ])
})
