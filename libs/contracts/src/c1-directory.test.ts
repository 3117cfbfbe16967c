import { type DescMessage, getOption } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import {
  AppEntitlementUserBindingSchema,
  AppEntitlementUserViewSchema,
  AppEntitlementWithExpiredSchema,
  AppEntitlementWithUserBindingSchema,
} from './generated/c1/api/app/v1/app_entitlement_grant_pb.js'
import { AppEntitlementSchema, AppEntitlementViewSchema } from './generated/c1/api/app/v1/app_entitlement_pb.js'
import { SearchGrantsRequestSchema } from './generated/c1/api/app/v1/app_entitlement_search_service_pb.js'
import { AppSchema } from './generated/c1/api/app/v1/app_pb.js'
import {
  AppResourceRefSchema,
  AppResourceSchema,
  AppResourceTypeSchema,
  AppResourceTypeViewSchema,
  AppResourceViewSchema,
} from './generated/c1/api/app/v1/app_resource_pb.js'
import {
  SearchAppResourcesRequestSchema,
  SearchAppResourceTypesRequestSchema,
} from './generated/c1/api/app/v1/app_resource_service_pb.js'
import { AppUserSchema, AppUserStatusSchema, AppUserViewSchema } from './generated/c1/api/app/v1/app_user_pb.js'
import { AppUserServiceSearchRequestSchema } from './generated/c1/api/app/v1/app_user_service_pb.js'
import {
  AttributeTypeSchema,
  AttributeValueSchema,
  SearchAttributeValuesRequestSchema,
} from './generated/c1/api/attribute/v1/attribute_pb.js'
import { UserViewSchema } from './generated/c1/api/user/v1/user_search_pb.js'
import { http } from './generated/google/api/annotations_pb.js'
import {
  AppEntitlementOwners,
  AppEntitlementSearchService,
  AppEntitlements,
  AppEntitlementUserBindingService,
  AppOwners,
  AppResourceSearch,
  AppResourceService,
  AppResourceTypeService,
  AppSearch,
  Apps,
  AppUserService,
  AttributeSearch,
  Attributes,
  OriginDirectoryService,
  Roles,
  UserSearch,
  UserService,
} from './index.ts'

// The calls about whom and what an import tells of, as ConductorOne publishes them.
const published = `
  c1.api.user.v1.UserService.List                                        GET  /api/v1/users
  c1.api.user.v1.UserService.Get                                         GET  /api/v1/users/{id}
  c1.api.user.v1.UserService.Introspect                                  POST /api/v1/users/introspect
  c1.api.user.v1.UserService.GetUserProfileTypes                         GET  /api/v1/users/{user_id}/profile-types
  c1.api.user.v1.UserSearch.Search                                       POST /api/v1/search/users
  c1.api.app.v1.Apps.List                                                GET  /api/v1/apps
  c1.api.app.v1.Apps.Get                                                 GET  /api/v1/apps/{id}
  c1.api.app.v1.AppSearch.Search                                         POST /api/v1/search/apps
  c1.api.app.v1.AppOwners.List                                           GET  /api/v1/apps/{app_id}/owners
  c1.api.app.v1.AppOwners.ListOwnerIDs                                   GET  /api/v1/apps/{app_id}/ownerids
  c1.api.app.v1.AppEntitlements.List                                     GET  /api/v1/apps/{app_id}/entitlements
  c1.api.app.v1.AppEntitlements.Get                                      GET  /api/v1/apps/{app_id}/entitlements/{id}
  c1.api.app.v1.AppEntitlements.ListUsers                                GET  /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users
  c1.api.app.v1.AppEntitlements.ListForAppResource                       GET  /api/v1/apps/{app_id}/entitlements/resource_types/{app_resource_type_id}/resources/{app_resource_id}
  c1.api.app.v1.AppEntitlements.ListForAppUser                           GET  /api/v1/apps/{app_id}/entitlements/users/{app_user_id}
  c1.api.app.v1.AppEntitlementSearchService.Search                       POST /api/v1/search/entitlements
  c1.api.app.v1.AppEntitlementSearchService.SearchGrants                 POST /api/v1/search/grants
  c1.api.app.v1.AppEntitlementSearchService.SearchAppEntitlementsForAppUser  GET  /api/v1/search/apps/{app_id}/entitlements/users/{app_user_id}
  c1.api.app.v1.AppEntitlementSearchService.SearchAppEntitlementsWithExpired GET  /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/grants
  c1.api.app.v1.AppEntitlementOwners.List                                GET  /api/v1/apps/{app_id}/entitlements/{entitlement_id}/owners
  c1.api.app.v1.AppEntitlementOwners.ListOwnerIDs                        GET  /api/v1/apps/{app_id}/entitlements/{entitlement_id}/ownerids
  c1.api.app.v1.AppEntitlementUserBindingService.ListAppUsersForIdentityWithGrant GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users/{identity_user_id}/grants
  c1.api.app.v1.AppUserService.List                                      GET  /api/v1/apps/{app_id}/app_users
  c1.api.app.v1.AppUserService.Search                                    POST /api/v1/search/app_users
  c1.api.app.v1.AppUserService.ListAppUsersForUser                       GET  /api/v1/apps/{app_id}/users/{user_id}/app_users
  c1.api.app.v1.AppResourceTypeService.List                              GET  /api/v1/apps/{app_id}/resource_types
  c1.api.app.v1.AppResourceTypeService.Get                               GET  /api/v1/apps/{app_id}/resource_types/{id}
  c1.api.app.v1.AppResourceService.List                                  GET  /api/v1/apps/{app_id}/resource_types/{app_resource_type_id}/resources
  c1.api.app.v1.AppResourceService.Get                                   GET  /api/v1/apps/{app_id}/resource_types/{app_resource_type_id}/resources/{id}
  c1.api.app.v1.AppResourceSearch.SearchAppResourceTypes                 POST /api/v1/search/app_resource_types
  c1.api.app.v1.AppResourceSearch.SearchAppResources                     POST /api/v1/search/app_resources
  c1.api.attribute.v1.Attributes.ListRiskLevels                          GET  /api/v1/attributes/risk_levels
  c1.api.attribute.v1.Attributes.GetRiskLevelAttributeValue              GET  /api/v1/attributes/risk_levels/{id}
  c1.api.attribute.v1.Attributes.ListComplianceFrameworks                GET  /api/v1/attributes/compliance_frameworks
  c1.api.attribute.v1.Attributes.GetComplianceFrameworkAttributeValue    GET  /api/v1/attributes/compliance_frameworks/{id}
  c1.api.attribute.v1.Attributes.ListAttributeTypes                      GET  /api/v1/attributes/types
  c1.api.attribute.v1.Attributes.ListAttributeValues                     GET  /api/v1/attributes/types/{attribute_type_id}/values
  c1.api.attribute.v1.Attributes.GetAttributeValue                       GET  /api/v1/attributes/{id}
  c1.api.attribute.v1.AttributeSearch.SearchAttributeValues              POST /api/v1/search/attributes
  c1.api.directory.v1.DirectoryService.List                              GET  /api/v1/directories
  c1.api.directory.v1.DirectoryService.Get                               GET  /api/v1/directories/{app_id}
  c1.api.iam.v1.Roles.List                                               GET  /api/v1/iam/roles
  c1.api.iam.v1.Roles.Get                                                GET  /api/v1/iam/roles/{role_id}
`

const services = [
  UserService,
  UserSearch,
  Apps,
  AppSearch,
  AppOwners,
  AppEntitlements,
  AppEntitlementSearchService,
  AppEntitlementOwners,
  AppEntitlementUserBindingService,
  AppUserService,
  AppResourceTypeService,
  AppResourceService,
  AppResourceSearch,
  Attributes,
  AttributeSearch,
  OriginDirectoryService,
  Roles,
]

test('the calls have the published names, methods and paths', () => {
  const calls = services.flatMap((service) =>
    service.methods.map((method) => {
      const { pattern, body } = getOption(method, http)
      expect(body, method.toString()).toBe(pattern.case === 'get' ? '' : '*')
      return `${service.typeName}.${method.name} ${pattern.case?.toUpperCase()} ${pattern.value}`
    }),
  )
  const rows = published.trim().split('\n')
  // Others may add calls to these services.
  expect(calls).toEqual(expect.arrayContaining(rows.map((row) => row.trim().replaceAll(/\s+/g, ' '))))
})

const times = 'createdAt updatedAt deletedAt'
test.each<[DescMessage, string]>([
  [UserViewSchema, 'user userId managersPath rolesPath directoriesPath delegatedUserPath'],
  [
    AppSchema,
    `id displayName description userCount ${times} isDirectory isManuallyManaged revokeGrantSources appOwners annotations
     strictAccessEntitlementProvisioning enableConnectorSourcedOwnership identityMatching accessModel grantPolicyId revokePolicyId
     certifyPolicyId defaultRequestCatalogId parentAppId appAccountId appAccountName instructions iconUrl logoUri monthlyCostUsd
     connectorVersion`,
  ],
  [
    AppEntitlementSchema,
    `appId id displayName description appResourceId appResourceTypeId riskLevelValueId grantCount slug purpose alias externalId
     matchBatonId requestSchemaId grantPolicyId revokePolicyId certifyPolicyId emergencyGrantPolicyId durationUnset durationGrant
     complianceFrameworkValueIds sourceConnectorIds annotations systemBuiltin isManuallyManaged isAutomationEnabled
     emergencyGrantEnabled defaultValuesApplied overrideAccessRequestsDefaults ${times}`,
  ],
  [AppEntitlementViewSchema, 'appEntitlement appPath appResourcePath appResourceTypePath'],
  [
    AppEntitlementUserViewSchema,
    `appUser appId appEntitlementId appUserId appEntitlementUserBindingCreatedAt appEntitlementUserBindingDeprovisionAt
     grantSources originatingTicketId`,
  ],
  [AppEntitlementUserBindingSchema, 'appId appEntitlementId appUserId createdAt deletedAt deprovisionAt grantSources'],
  [AppEntitlementWithUserBindingSchema, 'appEntitlementUserBinding entitlement'],
  [AppEntitlementWithExpiredSchema, 'appId appEntitlementId appUserId appUser user discovered expired grantSources'],
  [
    AppUserSchema,
    `id appId identityUserId displayName email emails username usernames employeeIds appUserType status isExternal profile
     ${times}`,
  ],
  [AppUserStatusSchema, 'status details'],
  [AppUserViewSchema, 'appUser appPath identityUserPath lastUsagePath'],
  [AppResourceTypeSchema, `id appId displayName traitIds ${times}`],
  [AppResourceTypeViewSchema, 'appResourceType appPath'],
  [
    AppResourceSchema,
    `id appId appResourceTypeId displayName description customDescription externalId matchBatonId parentAppResourceId
     parentAppResourceTypeId accessConfigId grantCount annotations ${times}`,
  ],
  [AppResourceViewSchema, 'appResource appPath parentResourcePath parentResourceTypePath resourceTypePath'],
  [AppResourceRefSchema, 'appId appResourceTypeId id'],
  [AttributeValueSchema, `id attributeTypeId value ${times}`],
  [AttributeTypeSchema, 'id name'],
  [
    SearchGrantsRequestSchema,
    `appIds appUserIds entitlementRefs entitlementSlugs purpose resourceIds resourceTypeIds userId expandMask pageSize pageToken`,
  ],
  [
    AppUserServiceSearchRequestSchema,
    `appId appIds appUserIds excludeAppUserIds refs userIds query appUserStatuses appUserTypes appUserDomains appUserStatusDetails
     agentStatuses nhiTypes withOpenFindings withoutResponsibleParty sortBy expandMask pageSize pageToken`,
  ],
  [
    SearchAppResourceTypesRequestSchema,
    `query displayName appIds resourceTypeIds excludeResourceTypeIds resourceTypeTraitIds excludeResourceTypeTraitIds appUserIds
     pageSize pageToken`,
  ],
  [
    SearchAppResourcesRequestSchema,
    `query appId refs resourceIds excludeResourceIds resourceTypeIds resourceTypeTraitIds excludeResourceTypeTraitIds appUserIds
     excludeDeletedResourceBindings credentialTypes expandMask pageSize pageToken`,
  ],
  [SearchAttributeValuesRequestSchema, 'query value ids excludeIds attributeTypeIds pageSize pageToken'],
])('%s has published members only', (message, names) => {
  expect(message.fields.map(({ jsonName }) => jsonName).sort()).toEqual(names.split(/\s+/).sort())
})
