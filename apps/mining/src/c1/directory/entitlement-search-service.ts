import {
  AppEntitlementSearchService,
  type AppEntitlementSearchServiceSearchRequest as EntitlementsRequest,
  type SearchGrantsRequest,
} from '@assay/contracts/c1/api/app/v1/app_entitlement_search_service_pb'
import { searchAccessProfiles } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../../paging.ts'
import { asCallerOnSnapshot, type ServiceContext } from '../../service-context.ts'
import { readSearch, type SearchMembers } from '../search-members.ts'
import { listOfApp } from './entitlement-services.ts'
import { entitlementViews, type ShownEntitlement } from './entitlement-views.ts'
import { countEntitlementsFound, entitlementLists } from './find-entitlements.ts'
import { grantLists } from './find-grants.ts'
import { holderList } from './holder-lists.ts'
import { listInTurn, type PlaceInTurn } from './list-in-turn.ts'
import { type DescribedGrant, describeGrants, toGrantInTime, toGrantView } from './shown-grants.ts'

/** The meaning of each member of a search for entitlements. */
export const entitlementMembers: SearchMembers<EntitlementsRequest> = {
  query: 'narrows',
  displayName: 'narrows',
  appIds: 'narrows',
  excludeAppIds: 'narrows',
  refs: 'narrows',
  excludedEntitlementRefs: 'narrows',
  resourceIds: 'narrows',
  resourceTypeIds: 'narrows',
  excludeResourceTypeIds: 'narrows',
  riskLevelIds: 'narrows',
  includeDeleted: 'narrows',
  appUserIds: 'narrows',
  excludeAppUserIds: 'narrows',
  alias: 'finds nothing',
  complianceFrameworkIds: 'finds nothing',
  accessReviewId: 'finds nothing',
  onlyGetExpiring: 'finds nothing',
  excludeImmutable: 'narrows',
  isAutomated: 'narrows',
  membershipType: 'finds nothing',
  policyRefs: 'finds nothing',
  requestSchemaIds: 'finds nothing',
  resourceTraitIds: 'finds nothing',
  sourceConnectorId: 'finds nothing',
  expandMask: 'is ignored',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** The meaning of each member of a search for grants. */
export const grantMembers: SearchMembers<SearchGrantsRequest> = {
  appIds: 'narrows',
  appUserIds: 'narrows',
  entitlementRefs: 'narrows',
  entitlementSlugs: 'narrows',
  purpose: 'narrows',
  resourceIds: 'narrows',
  resourceTypeIds: 'narrows',
  userId: 'narrows',
  expandMask: 'is ignored',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** ConductorOne's searches for entitlements and for grants. */
export function appEntitlementSearchService(service: ServiceContext): ServiceImpl<typeof AppEntitlementSearchService> {
  const { method } = AppEntitlementSearchService
  return {
    search: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { query, findsNothing } = readSearch(method.search.input, entitlementMembers, request)
        const pages = new Pages<PlaceInTurn>(service.pageTokens, ['entitlements', tenantId, query], request)
        if (findsNothing) return { facets: {} }
        const { list: shown, last } = await listInTurn(pages, await entitlementLists(sql, request))
        const { list, expanded } = await entitlementViews(sql, loaded, shown, request.expandMask)
        const isFirst = pages.after === undefined
        const count = last === undefined ? shown.length : isFirst ? await countEntitlementsFound(sql, request) : 0
        return {
          list: [...list],
          expanded: [...expanded],
          nextPageToken: pages.next(last),
          ...(isFirst && { facets: { count: BigInt(count) } }),
        }
      }),

    searchGrants: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { query } = readSearch(method.searchGrants.input, grantMembers, request)
        const pages = new Pages<PlaceInTurn>(service.pageTokens, ['grants', tenantId, query], request)
        const { list: found, last } = await listInTurn(pages, await grantLists(sql, loaded, request))
        const grants = await describeGrants(sql, found)
        const shown = await entitlementsOf(sql, grants)
        const { list: entitlements, expanded } = await entitlementViews(sql, loaded, shown, request.expandMask)
        const viewOf = new Map(entitlements.map((view) => [nameOf(view.appEntitlement), view]))
        return {
          list: grants.flatMap((grant) => {
            const entitlement = viewOf.get(nameOf({ appId: grant.appId, id: grant.entitlementId }))
            if (entitlement === undefined) return []
            return { appEntitlementUserBinding: toGrantView(grant, entitlement.appPath), entitlement }
          }),
          expanded: [...expanded],
          nextPageToken: pages.next(last),
        }
      }),

    searchAppEntitlementsForAppUser: (request, context) =>
      listOfApp(service, context, 'of account', request, {
        appIds: [request.appId],
        appUserIds: [request.appUserId],
      }),

    searchAppEntitlementsWithExpired: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { appId, appEntitlementId } = request
        const query = ['entitlement grants', tenantId, appId, appEntitlementId]
        const pages = new Pages<PlaceInTurn>(service.pageTokens, query, request)
        const holders = await holderList(sql, loaded, appId, appEntitlementId)
        const { list, last } = await listInTurn(pages, [holders])
        const grants = await describeGrants(sql, list)
        return { list: grants.map(toGrantInTime), nextPageToken: pages.next(last) }
      }),
  }
}

function nameOf(ref: { readonly appId: string; readonly id: string } | undefined): string {
  return JSON.stringify([ref?.appId, ref?.id])
}

/** The entitlements of the grants, each once. Imported entitlements were read with the grants; access profiles are read here. */
async function entitlementsOf(sql: TenantSql, grants: readonly DescribedGrant[]): Promise<readonly ShownEntitlement[]> {
  const imported = new Map(grants.flatMap(({ entitlement }) => (entitlement ? [[entitlement.key, entitlement]] : [])))
  const ids = [...new Set(grants.flatMap((one) => (one.entitlement ? [] : one.entitlementId)))]
  if (ids.length === 0) return [...imported.values()]
  const everyOne = { query: '', displayName: '', exceptIds: [], exceptMemberKeys: [], isAutomated: false }
  const { profiles } = await searchAccessProfiles(sql, { ...everyOne, ids }, { size: ids.length })
  return [...imported.values(), ...profiles]
}
