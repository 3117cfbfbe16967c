import { type DescMessage, getOption } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import {
  AppEntitlementRefSchema,
  AppEntitlementSchema,
  AppEntitlementViewSchema,
} from './generated/c1/api/app/v1/app_entitlement_pb.js'
import { AppSchema } from './generated/c1/api/app/v1/app_pb.js'
import {
  BundleAutomationCircuitBreakerSchema,
  BundleAutomationLastRunStateSchema,
  BundleAutomationRunStatusSchema,
  BundleAutomationSchema,
  CircuitBreakerStateSchema,
} from './generated/c1/api/requestcatalog/v1/bundle_automation_pb.js'
import {
  RequestCatalogSchema,
  RequestCatalogViewSchema,
} from './generated/c1/api/requestcatalog/v1/request_catalog_pb.js'
import { UserViewSchema } from './generated/c1/api/user/v1/user_search_pb.js'
import { http } from './generated/google/api/annotations_pb.js'
import { AppEntitlementSearchService, AppSearch, RequestCatalogManagementService, UserSearch } from './index.ts'

// The calls that a role mining client also makes, as ConductorOne publishes them.
const published = `
  c1.api.requestcatalog.v1.RequestCatalogManagementService.List                          GET    /api/v1/catalogs
  c1.api.requestcatalog.v1.RequestCatalogManagementService.Get                           GET    /api/v1/catalogs/{id}
  c1.api.requestcatalog.v1.RequestCatalogManagementService.Delete                        DELETE /api/v1/catalogs/{id}
  c1.api.requestcatalog.v1.RequestCatalogManagementService.ListEntitlementsPerCatalog    GET    /api/v1/catalogs/{catalog_id}/requestable_entitlements
  c1.api.requestcatalog.v1.RequestCatalogManagementService.UpdateAppEntitlements         POST   /api/v1/catalogs/{catalog_id}/requestable_entitlements/update
  c1.api.requestcatalog.v1.RequestCatalogManagementService.AddAppEntitlements            POST   /api/v1/catalogs/{catalog_id}/requestable_entries
  c1.api.requestcatalog.v1.RequestCatalogManagementService.RemoveAppEntitlements         DELETE /api/v1/catalogs/{catalog_id}/requestable_entries
  c1.api.requestcatalog.v1.RequestCatalogManagementService.GetBundleAutomation           GET    /api/v1/catalogs/{request_catalog_id}/bundle_automation
  c1.api.requestcatalog.v1.RequestCatalogManagementService.ForceRunBundleAutomation      POST   /api/v1/catalogs/{request_catalog_id}/bundle_automation/run
  c1.api.requestcatalog.v1.RequestCatalogManagementService.ResumePausedBundleAutomation  POST   /api/v1/catalogs/{request_catalog_id}/bundle_automation/resume
  c1.api.user.v1.UserSearch.Search                                                       POST   /api/v1/search/users
  c1.api.app.v1.AppSearch.Search                                                         POST   /api/v1/search/apps
  c1.api.app.v1.AppEntitlementSearchService.Search                                       POST   /api/v1/search/entitlements
`

test('the neighbouring calls have the published names, methods and paths, and take bodies wherever clients send them', () => {
  const services = [RequestCatalogManagementService, UserSearch, AppSearch, AppEntitlementSearchService]
  const calls = services.flatMap((service) =>
    service.methods.map((method) => {
      const { pattern, body } = getOption(method, http)
      expect(body, method.toString()).toBe(pattern.case === 'get' ? '' : '*')
      return `${service.typeName}.${method.name} ${pattern.case?.toUpperCase()} ${pattern.value}`
    }),
  )
  const rows = published.trim().split('\n')
  expect(calls).toEqual(rows.map((row) => row.trim().replaceAll(/\s+/g, ' ')))
})

const members: [DescMessage, string[]][] = [
  [AppSchema, ['id', 'displayName', 'description']],
  [AppEntitlementRefSchema, ['appId', 'id']],
  [AppEntitlementViewSchema, ['appEntitlement']],
  [
    AppEntitlementSchema,
    ['appId', 'id', 'displayName', 'description', 'appResourceId', 'appResourceTypeId', 'riskLevelValueId'],
  ],
  [RequestCatalogSchema, ['id', 'displayName', 'description', 'createdByUserId', 'createdAt', 'updatedAt']],
  [RequestCatalogViewSchema, ['requestCatalog', 'memberCount']],
  [
    BundleAutomationSchema,
    [
      'requestCatalogId',
      'enabled',
      'createTasks',
      'entitlements',
      'cel',
      'state',
      'circuitBreaker',
      'createdAt',
      'updatedAt',
    ],
  ],
  [BundleAutomationLastRunStateSchema, ['status', 'errorMessage', 'lastRunAt']],
  [BundleAutomationCircuitBreakerSchema, ['removedMembersThresholdPercentage', 'state', 'updatedAt', 'userRef']],
  [UserViewSchema, ['user']],
]
test.each(members)('%s has published members only', (message, names) => {
  expect(message.fields.map(({ jsonName }) => jsonName)).toEqual(names)
})

test('the values of the automation are spelled as published', () => {
  expect(BundleAutomationRunStatusSchema.values.map(({ name }) => name)).toEqual(
    ['UNSPECIFIED', 'SUCCESS', 'FAILURE', 'IN_PROGRESS'].map((name) => `BUNDLE_AUTOMATION_RUN_STATUS_${name}`),
  )
  expect(CircuitBreakerStateSchema.values.map(({ name }) => name)).toEqual(
    ['UNSPECIFIED', 'TRIGGERED', 'BYPASS'].map((name) => `CIRCUIT_BREAKER_STATE_${name}`),
  )
})
