import {
  type AppEntitlement,
  AppEntitlementPurposeValue,
  AppEntitlementSchema,
} from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import { type App, AppSchema } from '@assay/contracts/c1/api/app/v1/app_pb'
import {
  type AppResource,
  AppResourceSchema,
  type AppResourceType,
  AppResourceTypeSchema,
} from '@assay/contracts/c1/api/app/v1/app_resource_pb'
import { type AccessProfile, builtInApplication, countMembers } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

// The application in which each access profile is a resource with one entitlement, its membership, which has the profile's id.

/** The name that ConductorOne's scripts look for. */
export const builtInName = 'ConductorOne'
/** The kind of all its resources. */
export const profileResourceType = 'access_profile'
/** The slug of all its entitlements. */
export const enrolmentSlug = 'enrollment'

/** Whether an application is meant by its id. */
export function isBuiltIn(appId: string): boolean {
  return appId === builtInApplication.id
}

/** Its users are the members of all profiles. */
export async function builtInApp(sql: TenantSql): Promise<App> {
  return create(AppSchema, {
    ...builtInApplication,
    displayName: builtInName,
    userCount: BigInt(await countMembers(sql)),
  })
}

export function enrolmentEntitlement(profile: AccessProfile): AppEntitlement {
  return create(AppEntitlementSchema, {
    appId: builtInApplication.id,
    id: profile.id,
    displayName: profile.displayName,
    description: profile.description,
    appResourceId: profile.id,
    appResourceTypeId: profileResourceType,
    grantCount: BigInt(profile.memberCount),
    slug: enrolmentSlug,
    purpose: AppEntitlementPurposeValue.ASSIGNMENT,
    systemBuiltin: true,
    isAutomationEnabled: profile.automationEnabled,
    createdAt: timestampFromDate(profile.createdAt),
    updatedAt: timestampFromDate(profile.updatedAt),
  })
}

export function builtInResourceType(): AppResourceType {
  return create(AppResourceTypeSchema, {
    id: profileResourceType,
    appId: builtInApplication.id,
    displayName: 'Access profile',
  })
}

export function profileResource(profile: AccessProfile): AppResource {
  return create(AppResourceSchema, {
    id: profile.id,
    appId: builtInApplication.id,
    appResourceTypeId: profileResourceType,
    displayName: profile.displayName,
    description: profile.description,
    grantCount: BigInt(profile.memberCount),
    createdAt: timestampFromDate(profile.createdAt),
    updatedAt: timestampFromDate(profile.updatedAt),
  })
}
