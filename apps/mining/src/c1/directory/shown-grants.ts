import {
  type AppEntitlementUserBinding,
  AppEntitlementUserBindingSchema,
  type AppEntitlementUserView,
  AppEntitlementUserViewSchema,
  type AppEntitlementWithExpired,
  AppEntitlementWithExpiredSchema,
} from '@assay/contracts/c1/api/app/v1/app_entitlement_grant_pb'
import {
  type BroughtAccount,
  type Entitlement,
  type EntitlementReference,
  grantDetails,
  type Identity,
  identitiesByKey,
  listedEntitlements,
} from '@assay/directory'
import { builtInApplication, type Membership } from '@assay/profiles'
import type { HeldPair } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { toUserMessage } from '../convert-user.ts'
import { accountIdOf, toAppUser } from './convert-app-user.ts'

/** The grant of an imported entitlement to an identity, or a membership of an access profile. */
export type ShownGrant = HeldPair | Membership

/** A grant with the data that its messages show. */
export interface DescribedGrant {
  readonly appId: string
  readonly entitlementId: string
  /** Undefined for the membership of an access profile. */
  readonly entitlement: Entitlement | undefined
  readonly identity: Identity
  readonly account: BroughtAccount | undefined
  readonly grantedAt: Date
  readonly through: readonly EntitlementReference[]
}

/**
 * The grants in the order of the argument, read by at most four queries. Grants whose identity or entitlement no longer exists are left
 * out.
 */
export async function describeGrants(
  sql: TenantSql,
  grants: readonly ShownGrant[],
): Promise<readonly DescribedGrant[]> {
  const held = grants.filter((one): one is HeldPair => 'entitlementKey' in one)
  const keys = new Set(held.map(({ entitlementKey }) => entitlementKey))
  const identities = await identitiesByKey(sql, [...new Set(grants.map(({ identityKey }) => identityKey))])
  const entitlements = await listedEntitlements(sql, [...keys])
  const present = held.filter(({ entitlementKey }) => entitlements.has(entitlementKey))
  const listed = await grantDetails(sql, present)
  const details = new Map(present.map((pair, place) => [pair, listed[place]]))
  return grants.flatMap((one): DescribedGrant[] => {
    const identity = identities.get(one.identityKey)
    if (identity === undefined) return []
    if ('profileId' in one) {
      const { profileId, joinedAt } = one
      const membership = { appId: builtInApplication.id, entitlementId: profileId, entitlement: undefined }
      return [{ ...membership, identity, account: undefined, grantedAt: joinedAt, through: [] }]
    }
    const entitlement = entitlements.get(one.entitlementKey)
    const detail = details.get(one)
    if (entitlement === undefined || detail === undefined) return []
    return [{ appId: entitlement.applicationId, entitlementId: entitlement.id, entitlement, identity, ...detail }]
  })
}

export function toGrantView(grant: DescribedGrant, appPath = ''): AppEntitlementUserView {
  const { appId, entitlementId, identity, account, grantedAt } = grant
  return create(AppEntitlementUserViewSchema, {
    appUser: { appUser: toAppUser(appId, identity, account), appPath },
    appId,
    appEntitlementId: entitlementId,
    appUserId: accountIdOf(identity, account),
    appEntitlementUserBindingCreatedAt: timestampFromDate(grantedAt),
    grantSources: sourcesOf(grant),
  })
}

/** @param grant undefined for an account that does not hold the entitlement */
export function toBinding(
  appId: string,
  appEntitlementId: string,
  appUserId: string,
  grant: DescribedGrant | undefined,
): AppEntitlementUserBinding {
  return create(AppEntitlementUserBindingSchema, {
    appId,
    appEntitlementId,
    appUserId,
    ...(grant && { createdAt: timestampFromDate(grant.grantedAt), grantSources: sourcesOf(grant) }),
  })
}

export function toGrantInTime(grant: DescribedGrant): AppEntitlementWithExpired {
  const { appId, entitlementId, identity, account, grantedAt } = grant
  return create(AppEntitlementWithExpiredSchema, {
    appId,
    appEntitlementId: entitlementId,
    appUserId: accountIdOf(identity, account),
    appUser: toAppUser(appId, identity, account),
    user: toUserMessage(identity),
    discovered: timestampFromDate(grantedAt),
    grantSources: sourcesOf(grant),
  })
}

function sourcesOf({ through }: DescribedGrant) {
  return through.map(({ applicationId, entitlementId }) => ({ appId: applicationId, id: entitlementId }))
}
