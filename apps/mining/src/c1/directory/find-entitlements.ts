import type { AppEntitlementRef } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { AppEntitlementSearchServiceSearchRequest } from '@assay/contracts/c1/api/app/v1/app_entitlement_search_service_pb'
import {
  countFoundEntitlements,
  type EntitlementSearch,
  identityKeys,
  keysOfFoundEntitlements,
  searchEntitlements,
} from '@assay/directory'
import { countFoundProfiles, type ProfileSearch, searchAccessProfiles } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { isBuiltIn, profileResourceType } from './built-in-app.ts'
import type { ShownEntitlement } from './entitlement-views.ts'
import { nothing, type PagedList } from './list-in-turn.ts'

/** The conditions of a search that Assay can decide. */
type Conditions = Pick<
  AppEntitlementSearchServiceSearchRequest,
  | 'query'
  | 'displayName'
  | 'appIds'
  | 'excludeAppIds'
  | 'resourceIds'
  | 'resourceTypeIds'
  | 'excludeResourceTypeIds'
  | 'riskLevelIds'
  | 'includeDeleted'
  | 'appUserIds'
  | 'excludeAppUserIds'
  | 'excludeImmutable'
  | 'isAutomated'
> & {
  readonly refs: readonly Pick<AppEntitlementRef, 'appId' | 'id'>[]
  readonly excludedEntitlementRefs: readonly Pick<AppEntitlementRef, 'appId' | 'id'>[]
}

export const everyEntitlement: Conditions = {
  query: '',
  displayName: '',
  appIds: [],
  excludeAppIds: [],
  refs: [],
  excludedEntitlementRefs: [],
  resourceIds: [],
  resourceTypeIds: [],
  excludeResourceTypeIds: [],
  riskLevelIds: [],
  includeDeleted: false,
  appUserIds: [],
  excludeAppUserIds: [],
  excludeImmutable: false,
  isAutomated: false,
}

/** The entitlements that match the conditions: imported ones, then memberships of access profiles, each sorted by name. */
export async function entitlementLists(
  sql: TenantSql,
  conditions: Conditions,
): Promise<readonly PagedList<ShownEntitlement>[]> {
  const imported = importedSearch(conditions)
  const profiles = await profileSearch(sql, conditions)
  return [
    imported === undefined
      ? nothing
      : async (page) => {
          const { entitlements, last } = await searchEntitlements(sql, imported, page)
          return { list: entitlements, last }
        },
    profiles === undefined
      ? nothing
      : async (page) => {
          const found = await searchAccessProfiles(sql, profiles, page)
          return { list: found.profiles, last: found.last }
        },
  ]
}

/** The number of entitlements that match the conditions. */
export async function countEntitlementsFound(sql: TenantSql, conditions: Conditions): Promise<number> {
  const imported = importedSearch(conditions)
  const profiles = await profileSearch(sql, conditions)
  return (
    (imported === undefined ? 0 : await countFoundEntitlements(sql, imported)) +
    (profiles === undefined ? 0 : await countFoundProfiles(sql, profiles))
  )
}

/** The keys of the imported entitlements that match the conditions. */
export async function entitlementKeysFound(
  sql: TenantSql,
  conditions: Partial<Conditions>,
): Promise<readonly number[]> {
  const search = importedSearch({ ...everyEntitlement, ...conditions })
  return search === undefined ? [] : keysOfFoundEntitlements(sql, search)
}

/** Undefined when no imported entitlement can match the conditions. */
function importedSearch(conditions: Conditions): EntitlementSearch | undefined {
  // No rule of Assay decides who holds an imported entitlement.
  if (conditions.isAutomated) return undefined
  const namesOf = (refs: Conditions['refs']) =>
    refs.map(({ appId, id }) => ({ applicationId: appId, entitlementId: id }))
  return {
    query: conditions.query,
    displayName: conditions.displayName,
    applicationIds: conditions.appIds,
    exceptApplicationIds: conditions.excludeAppIds,
    references: namesOf(conditions.refs),
    exceptReferences: namesOf(conditions.excludedEntitlementRefs),
    resources: conditions.resourceIds,
    resourceTypes: conditions.resourceTypeIds,
    exceptResourceTypes: conditions.excludeResourceTypeIds,
    riskLevels: conditions.riskLevelIds,
    // An account that no source delivered has the id of its identity.
    holderIds: conditions.appUserIds,
    exceptHolderIds: conditions.excludeAppUserIds,
    includeDeleted: conditions.includeDeleted,
  }
}

/** Undefined when no membership of an access profile can match the conditions. */
async function profileSearch(sql: TenantSql, conditions: Conditions): Promise<ProfileSearch | undefined> {
  const { appIds, excludeAppIds, refs, resourceIds, resourceTypeIds, excludeResourceTypeIds, riskLevelIds } = conditions
  const isExcluded =
    // Callers cannot change the built-in entitlements.
    conditions.excludeImmutable ||
    excludeAppIds.some(isBuiltIn) ||
    excludeResourceTypeIds.includes(profileResourceType) ||
    riskLevelIds.length > 0 ||
    (appIds.length > 0 && !appIds.some(isBuiltIn)) ||
    (refs.length > 0 && !refs.some(({ appId }) => isBuiltIn(appId))) ||
    (resourceTypeIds.length > 0 && !resourceTypeIds.includes(profileResourceType))
  if (isExcluded) return undefined
  const idsOf = (of: Conditions['refs']) => of.filter(({ appId }) => isBuiltIn(appId)).map(({ id }) => id)
  const keysOf = async (ids: readonly string[]) => [...(await identityKeys(sql, ids)).values()]
  const ids =
    refs.length > 0
      ? idsOf(refs).filter((id) => resourceIds.length === 0 || resourceIds.includes(id))
      : resourceIds.length > 0
        ? resourceIds
        : undefined
  return {
    query: conditions.query,
    displayName: conditions.displayName,
    ids,
    exceptIds: idsOf(conditions.excludedEntitlementRefs),
    // Accounts that sources delivered are in other applications.
    memberKeys: conditions.appUserIds.length > 0 ? await keysOf(conditions.appUserIds) : undefined,
    exceptMemberKeys: await keysOf(conditions.excludeAppUserIds),
    isAutomated: conditions.isAutomated,
  }
}
