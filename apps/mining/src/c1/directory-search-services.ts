import type {
  AppEntitlementSearchService,
  AppEntitlementSearchServiceSearchRequest,
} from '@assay/contracts/c1/api/app/v1/app_entitlement_search_service_pb'
import type { AppSearch } from '@assay/contracts/c1/api/app/v1/app_search_pb'
import type { UserSearch } from '@assay/contracts/c1/api/user/v1/user_search_pb'
import { type NamePosition, searchApplications, searchEntitlements, searchIdentities } from '@assay/directory'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toEntitlementView } from './convert-access.ts'
import { fromStatusMessage, fromTypeMessage, toUserMessage } from './convert-user.ts'
import { requireFewEnough, requireShort } from './search-limits.ts'

/** ConductorOne's search for users. */
export function userSearchService(service: ServiceContext): ServiceImpl<typeof UserSearch> {
  return {
    search: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { query, email, departments, jobTitles, managerIds, roleIds, refs, excludeIds } = request
        requireShort({ query, email })
        requireFewEnough({ departments, jobTitles, managerIds, roleIds, refs, ids: request.ids, excludeIds })
        const search = {
          query,
          email,
          ids: [...request.ids, ...refs.map(({ id }) => id)],
          exceptIds: excludeIds,
          departments,
          jobTitles,
          managerIds,
          statuses: request.userStatuses.map((status, i) => fromStatusMessage(`user_statuses[${i}]`, status)),
          exceptTypes: request.excludeTypes.map((type, i) => fromTypeMessage(`exclude_types[${i}]`, type)),
        }
        const pages = new Pages<NamePosition>(service.pageTokens, ['users', tenantId, search, roleIds], request)
        // Roles of this platform belong to API clients, not to people.
        if (roleIds.length > 0) return {}
        const { identities, last } = await searchIdentities(sql, search, pages)
        return { list: identities.map((one) => ({ user: toUserMessage(one) })), nextPageToken: pages.next(last) }
      }),
  }
}

/** ConductorOne's search for applications. */
export function appSearchService(service: ServiceContext): ServiceImpl<typeof AppSearch> {
  return {
    search: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { query, displayName, appIds, excludeAppIds } = request
        requireShort({ query, displayName })
        requireFewEnough({ appIds, excludeAppIds })
        const search = { query, displayName, ids: appIds, exceptIds: excludeAppIds }
        const pages = new Pages<NamePosition>(service.pageTokens, ['apps', tenantId, search], request)
        const { applications, last } = await searchApplications(sql, search, pages)
        return {
          list: applications.map(({ id, displayName, description }) => ({ id, displayName, description })),
          nextPageToken: pages.next(last),
        }
      }),
  }
}

/** ConductorOne's search for entitlements. */
export function appEntitlementSearchService(service: ServiceContext): ServiceImpl<typeof AppEntitlementSearchService> {
  return {
    search: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const search = entitlementSearchOf(request)
        const asksForUnknown = namesWhatNobodyHas(request)
        const query = ['entitlements', tenantId, search, asksForUnknown]
        const pages = new Pages<NamePosition>(service.pageTokens, query, request)
        if (asksForUnknown) return {}
        const { entitlements, last } = await searchEntitlements(sql, search, pages)
        return { list: entitlements.map(toEntitlementView), nextPageToken: pages.next(last) }
      }),
  }
}

function entitlementSearchOf(request: AppEntitlementSearchServiceSearchRequest) {
  const { query, displayName, appIds, excludeAppIds, refs, resourceIds, riskLevelIds, includeDeleted } = request
  const { resourceTypeIds, excludeResourceTypeIds, complianceFrameworkIds, appUserIds } = request
  requireShort({ query, displayName, alias: request.alias, accessReviewId: request.accessReviewId })
  requireFewEnough({ appIds, excludeAppIds, refs, resourceIds, riskLevelIds, resourceTypeIds, excludeResourceTypeIds })
  requireFewEnough({ complianceFrameworkIds, appUserIds })
  return {
    query,
    displayName,
    applicationIds: appIds,
    exceptApplicationIds: excludeAppIds,
    references: refs.map(({ appId, id }) => ({ applicationId: appId, entitlementId: id })),
    resources: resourceIds,
    resourceTypes: resourceTypeIds,
    exceptResourceTypes: excludeResourceTypeIds,
    riskLevels: riskLevelIds,
    includeDeleted,
  }
}

/** Conditions on what no import tells of. To ignore one would show what the caller wanted left out. */
function namesWhatNobodyHas(request: AppEntitlementSearchServiceSearchRequest): boolean {
  const { alias, complianceFrameworkIds, appUserIds, accessReviewId, onlyGetExpiring } = request
  return (
    alias !== '' ||
    complianceFrameworkIds.length > 0 ||
    appUserIds.length > 0 ||
    accessReviewId !== '' ||
    onlyGetExpiring
  )
}
