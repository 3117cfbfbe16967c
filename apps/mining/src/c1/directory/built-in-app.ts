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
import { type AccessProfile, builtInApplication, countMembers, type ProfileEnrollment } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

// In the built-in application, each access profile is a resource with one entitlement: membership of the profile. The entitlement's id is
// the profile's id.

/** The name that ConductorOne's scripts look for. */
export const builtInName = 'ConductorOne'
/** The type of all resources of the built-in application. */
export const profileResourceType = 'access_profile'
/** The slug of all entitlements of the built-in application. */
export const enrolmentSlug = 'enrollment'

/** Whether the id is that of the built-in application. */
export function isBuiltIn(appId: string): boolean {
  return appId === builtInApplication.id
}

/** The built-in application; its number of users is the number of members of all profiles. */
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
    grantPolicyId: profile.enrollment.grantPolicyId ?? '',
    revokePolicyId: profile.enrollment.revokePolicyId ?? '',
    certifyPolicyId: profile.enrollment.certifyPolicyId ?? '',
    emergencyGrantPolicyId: profile.enrollment.emergencyGrantPolicyId ?? '',
    ...durationOf(profile.enrollment),
    createdAt: timestampFromDate(profile.createdAt),
    updatedAt: timestampFromDate(profile.updatedAt),
  })
}

/** Undefined when no duration is set. */
function durationOf({ duration }: ProfileEnrollment) {
  if (duration === undefined) return {}
  if (duration === 'unset') return { maxGrantDuration: { case: 'durationUnset', value: {} } } as const
  const [seconds = '0', nanos = '0'] = duration.split('.')
  const value = { seconds: BigInt(seconds), nanos: Number(nanos) }
  return { maxGrantDuration: { case: 'durationGrant', value } } as const
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
