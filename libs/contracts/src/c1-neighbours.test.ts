import { type DescEnum, type DescMessage, getOption } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { AppEntitlementRefSchema } from './generated/c1/api/app/v1/app_entitlement_pb.js'
import {
  AppEntitlementMembershipTypeSchema,
  AppEntitlementSearchServiceSearchRequestSchema,
} from './generated/c1/api/app/v1/app_entitlement_search_service_pb.js'
import { SearchAppsRequestSchema } from './generated/c1/api/app/v1/app_search_pb.js'
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
import { DelegateStatusSchema, SearchUsersRequestSchema } from './generated/c1/api/user/v1/user_search_pb.js'
import { http } from './generated/google/api/annotations_pb.js'
import { RequestCatalogManagementService } from './index.ts'

// The calls that a role mining client also makes, as ConductorOne publishes them.
const published = `
  c1.api.requestcatalog.v1.RequestCatalogManagementService.List                          GET    /api/v1/catalogs
  c1.api.requestcatalog.v1.RequestCatalogManagementService.Create                        POST   /api/v1/catalogs
  c1.api.requestcatalog.v1.RequestCatalogManagementService.Update                        POST   /api/v1/catalogs/{id}
  c1.api.requestcatalog.v1.RequestCatalogManagementService.Get                           GET    /api/v1/catalogs/{id}
  c1.api.requestcatalog.v1.RequestCatalogManagementService.Delete                        DELETE /api/v1/catalogs/{id}
  c1.api.requestcatalog.v1.RequestCatalogManagementService.ListEntitlementsPerCatalog    GET    /api/v1/catalogs/{catalog_id}/requestable_entitlements
  c1.api.requestcatalog.v1.RequestCatalogManagementService.ListAllEntitlementIdsPerApp   GET    /api/v1/catalogs/{catalog_id}/requestable_entitlementIDs
  c1.api.requestcatalog.v1.RequestCatalogManagementService.UpdateAppEntitlements         POST   /api/v1/catalogs/{catalog_id}/requestable_entitlements/update
  c1.api.requestcatalog.v1.RequestCatalogManagementService.AddAppEntitlements            POST   /api/v1/catalogs/{catalog_id}/requestable_entries
  c1.api.requestcatalog.v1.RequestCatalogManagementService.RemoveAppEntitlements         DELETE /api/v1/catalogs/{catalog_id}/requestable_entries
  c1.api.requestcatalog.v1.RequestCatalogManagementService.CreateRequestableEntry        PUT    /api/v1/catalogs/{catalog_id}/requestable_entries/{app_id}/{entitlement_id}
  c1.api.requestcatalog.v1.RequestCatalogManagementService.GetRequestableEntry           GET    /api/v1/catalogs/{catalog_id}/requestable_entries/{app_id}/{entitlement_id}
  c1.api.requestcatalog.v1.RequestCatalogManagementService.DeleteRequestableEntry        DELETE /api/v1/catalogs/{catalog_id}/requestable_entries/{app_id}/{entitlement_id}
  c1.api.requestcatalog.v1.RequestCatalogManagementService.AddAccessEntitlements         POST   /api/v1/catalogs/{catalog_id}/visibility_bindings
  c1.api.requestcatalog.v1.RequestCatalogManagementService.RemoveAccessEntitlements      DELETE /api/v1/catalogs/{catalog_id}/visibility_bindings
  c1.api.requestcatalog.v1.RequestCatalogManagementService.ListEntitlementsForAccess     GET    /api/v1/catalogs/{catalog_id}/visibility_entitlements
  c1.api.requestcatalog.v1.RequestCatalogManagementService.GetBundleAutomation           GET    /api/v1/catalogs/{request_catalog_id}/bundle_automation
  c1.api.requestcatalog.v1.RequestCatalogManagementService.CreateBundleAutomation        POST   /api/v1/catalogs/{request_catalog_id}/bundle_automation/create
  c1.api.requestcatalog.v1.RequestCatalogManagementService.SetBundleAutomation           POST   /api/v1/catalogs/{request_catalog_id}/bundle_automation
  c1.api.requestcatalog.v1.RequestCatalogManagementService.DeleteBundleAutomation        DELETE /api/v1/catalogs/{request_catalog_id}/bundle_automation
  c1.api.requestcatalog.v1.RequestCatalogManagementService.ForceRunBundleAutomation      POST   /api/v1/catalogs/{request_catalog_id}/bundle_automation/run
  c1.api.requestcatalog.v1.RequestCatalogManagementService.ResumePausedBundleAutomation  POST   /api/v1/catalogs/{request_catalog_id}/bundle_automation/resume
`

test('the neighbouring calls have the published names, methods and paths, and take bodies wherever clients send them', () => {
  const services = [RequestCatalogManagementService]
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
  [AppEntitlementRefSchema, ['appId', 'id']],
  [
    RequestCatalogSchema,
    [
      ...['id', 'displayName', 'description', 'createdByUserId', 'createdAt', 'updatedAt', 'deletedAt', 'published'],
      ...['visibleToEveryone', 'requestBundle', 'enrollmentBehavior', 'unenrollmentBehavior'],
      ...['unenrollmentEntitlementBehavior', 'annotations', 'accessEntitlements', 'type'],
    ],
  ],
  [RequestCatalogViewSchema, ['requestCatalog', 'memberCount', 'createdByUserPath', 'accessEntitlementsPath']],
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
      'disableCircuitBreaker',
      'enforceOnSmallProfiles',
      'removedMembersThresholdPercent',
    ],
  ],
  [BundleAutomationLastRunStateSchema, ['status', 'errorMessage', 'lastRunAt']],
  [BundleAutomationCircuitBreakerSchema, ['removedMembersThresholdPercentage', 'state', 'updatedAt', 'userRef']],
]
test.each(members)('%s has published members only', (message, names) => {
  expect(message.fields.map(({ jsonName }) => jsonName)).toEqual(names)
})

// A condition that the message lacks would be ignored as an unknown member, and the answer would look filtered.
test.each<[DescMessage, string]>([
  [
    SearchUsersRequestSchema,
    `delegateStatus delegatedUserIds departments email excludeIds excludeOrigins excludeTypes expandMask ids isDelegate jobTitles
     managerIds origins pageSize pageToken query refs roleIds sourceAppIds userStatuses`,
  ],
  [SearchAppsRequestSchema, 'appIds displayName excludeAppIds onlyDirectories pageSize pageToken policyRefs query'],
  [
    AppEntitlementSearchServiceSearchRequestSchema,
    `accessReviewId alias appIds appUserIds complianceFrameworkIds displayName excludeAppIds excludeAppUserIds excludeImmutable
     excludeResourceTypeIds excludedEntitlementRefs expandMask includeDeleted isAutomated membershipType onlyGetExpiring pageSize
     pageToken policyRefs query refs requestSchemaIds resourceIds resourceTraitIds resourceTypeIds riskLevelIds sourceConnectorId`,
  ],
])('%s has every published member', (message, names) => {
  expect(message.fields.map(({ jsonName }) => jsonName).sort()).toEqual(names.split(/\s+/).sort())
})

test('the values of the search enums are spelled as published', () => {
  const namesOf = (type: DescEnum) => type.values.map(({ name }) => name)
  expect(namesOf(DelegateStatusSchema)).toEqual(
    ['UNSPECIFIED', 'HAS_DELEGATE', 'NO_DELEGATE'].map((name) => `DELEGATE_STATUS_${name}`),
  )
  expect(namesOf(AppEntitlementMembershipTypeSchema)).toEqual(
    ['UNSPECIFIED', 'MEMBER', 'OWNER', 'EXCLUSION', 'ADMIN'].map((name) => `APP_ENTITLEMENT_MEMBERSHIP_TYPE_${name}`),
  )
})

test('the values of the automation are spelled as published', () => {
  expect(BundleAutomationRunStatusSchema.values.map(({ name }) => name)).toEqual(
    ['UNSPECIFIED', 'SUCCESS', 'FAILURE', 'IN_PROGRESS'].map((name) => `BUNDLE_AUTOMATION_RUN_STATUS_${name}`),
  )
  expect(CircuitBreakerStateSchema.values.map(({ name }) => name)).toEqual(
    ['UNSPECIFIED', 'TRIGGERED', 'BYPASS'].map((name) => `CIRCUIT_BREAKER_STATE_${name}`),
  )
})
