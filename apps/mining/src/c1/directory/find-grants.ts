import { AppEntitlementPurposeValue as Purpose } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { SearchGrantsRequest } from '@assay/contracts/c1/api/app/v1/app_entitlement_search_service_pb'
import { holdersNamed, identityKeys } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { listMemberships } from '@assay/profiles'
import { type HeldIn, type LoadedSnapshot, listHeld } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { enrolmentSlug, isBuiltIn, profileResourceType } from './built-in-app.ts'
import { entitlementKeysFound } from './find-entitlements.ts'
import { nothing, type PagedList } from './list-in-turn.ts'
import type { ShownGrant } from './shown-grants.ts'

/** The grants that match a search: those of the import in force, then memberships of access profiles. */
export async function grantLists(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  request: SearchGrantsRequest,
): Promise<readonly PagedList<ShownGrant>[]> {
  const purposes = request.purpose.filter((purpose) => purpose !== Purpose.UNSPECIFIED)
  for (const [at, purpose] of request.purpose.entries())
    if (Purpose[purpose] === undefined)
      throw invalidArgument(
        `purpose[${at}]`,
        'must be ASSIGNMENT, PERMISSION or OWNERSHIP, as ConductorOne spells them',
      )
  const slugs = request.entitlementSlugs.filter((slug) => slug !== '')
  const people = await peopleOf(sql, request)
  const isOfImports = slugs.length === 0 && purposes.length === 0
  const isMembership =
    (slugs.length === 0 || slugs.includes(enrolmentSlug)) &&
    (purposes.length === 0 || purposes.includes(Purpose.ASSIGNMENT))
  return [
    isOfImports ? await heldList(sql, loaded, request, people) : nothing,
    isMembership ? membershipList(sql, request, people) : nothing,
  ]
}

/** The people whose grants the request asks for; undefined for all people. */
async function peopleOf(
  sql: TenantSql,
  { userId, appUserIds }: SearchGrantsRequest,
): Promise<readonly HeldIn[] | undefined> {
  const user = userId === '' ? undefined : ((await identityKeys(sql, [userId])).get(userId) ?? -1)
  if (appUserIds.length === 0)
    return user === undefined ? undefined : [{ identityKey: user, applicationKey: undefined }]
  const named = await holdersNamed(sql, appUserIds)
  return user === undefined ? named : named.filter(({ identityKey }) => identityKey === user)
}

async function heldList(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  request: SearchGrantsRequest,
  people: readonly HeldIn[] | undefined,
): Promise<PagedList<ShownGrant>> {
  const { appIds, entitlementRefs, resourceIds, resourceTypeIds } = request
  const narrowing = [appIds, entitlementRefs, resourceIds, resourceTypeIds]
  const entitlementKeys = narrowing.some(({ length }) => length > 0)
    ? await entitlementKeysFound(sql, { appIds, refs: entitlementRefs, resourceIds, resourceTypeIds })
    : undefined
  return async (page) => {
    const { pairs, last } = await listHeld(loaded, { entitlementKeys, people }, page)
    return { list: pairs, last }
  }
}

function membershipList(
  sql: TenantSql,
  { appIds, entitlementRefs, resourceIds, resourceTypeIds }: SearchGrantsRequest,
  people: readonly HeldIn[] | undefined,
): PagedList<ShownGrant> {
  if (appIds.length > 0 && !appIds.some(isBuiltIn)) return nothing
  if (resourceTypeIds.length > 0 && !resourceTypeIds.includes(profileResourceType)) return nothing
  const referred = entitlementRefs.filter(({ appId }) => isBuiltIn(appId)).map(({ id }) => id)
  const profileIds =
    entitlementRefs.length > 0
      ? referred.filter((id) => resourceIds.length === 0 || resourceIds.includes(id))
      : resourceIds.length > 0
        ? resourceIds
        : undefined
  // Accounts that sources delivered are in other applications.
  const ofIdentities = people?.filter(({ applicationKey }) => applicationKey === undefined)
  const identityKeys = ofIdentities?.map(({ identityKey }) => identityKey)
  return async (page) => {
    const { memberships, last } = await listMemberships(sql, { profileIds, identityKeys }, page)
    return { list: memberships, last }
  }
}
