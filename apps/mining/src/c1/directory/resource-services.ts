import type {
  AppResourceService,
  AppResourceTypeService,
  SearchAppResourcesRequest,
  SearchAppResourceTypesRequest,
} from '@assay/contracts/c1/api/app/v1/app_resource_service_pb'
import { AppResourceSearch } from '@assay/contracts/c1/api/app/v1/app_resource_service_pb'
import { notFound } from '@assay/errors'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../../paging.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../../service-context.ts'
import { readSearch, type SearchMembers } from '../search-members.ts'
import { requireApp } from './app-services.ts'
import { everyResource, everyResourceType, resourceLists, resourceTypeLists, resourceViews } from './find-resources.ts'
import { listInTurn, type PlaceInTurn } from './list-in-turn.ts'

/** The meaning of each member of a search for kinds of resources. */
export const resourceTypeMembers: SearchMembers<SearchAppResourceTypesRequest> = {
  query: 'narrows',
  displayName: 'narrows',
  appIds: 'narrows',
  resourceTypeIds: 'narrows',
  excludeResourceTypeIds: 'narrows',
  resourceTypeTraitIds: 'finds nothing',
  excludeResourceTypeTraitIds: 'keeps all',
  appUserIds: 'finds nothing',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** The meaning of each member of a search for resources. */
export const resourceMembers: SearchMembers<SearchAppResourcesRequest> = {
  query: 'narrows',
  appId: 'narrows',
  refs: 'narrows',
  resourceIds: 'narrows',
  excludeResourceIds: 'narrows',
  resourceTypeIds: 'narrows',
  resourceTypeTraitIds: 'finds nothing',
  excludeResourceTypeTraitIds: 'keeps all',
  appUserIds: 'finds nothing',
  excludeDeletedResourceBindings: 'keeps all',
  credentialTypes: 'finds nothing',
  expandMask: 'is ignored',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** ConductorOne's resource types of an application. */
export function appResourceTypeService(service: ServiceContext): ServiceImpl<typeof AppResourceTypeService> {
  return {
    list: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { appId } = request
        const pages = new Pages<PlaceInTurn>(service.pageTokens, ['resource types', tenantId, appId], request)
        await requireApp(sql, appId)
        const { list, last } = await listInTurn(
          pages,
          resourceTypeLists(sql, { ...everyResourceType, appIds: [appId] }),
        )
        return { list: list.map((appResourceType) => ({ appResourceType })), nextPageToken: pages.next(last) }
      }),

    get: ({ appId, id }, context) =>
      asCaller(service, context, async (sql) => {
        await requireApp(sql, appId)
        const lists = resourceTypeLists(sql, { ...everyResourceType, appIds: [appId], ids: [id] })
        const { list } = await listInTurn({ size: 1, after: undefined }, lists)
        if (list.length === 0) throw notFound('resource type', `${appId}/${id}`)
        return { appResourceTypeView: { appResourceType: list[0] } }
      }),
  }
}

/** ConductorOne's resources of one type. */
export function appResourceService(service: ServiceContext): ServiceImpl<typeof AppResourceService> {
  return {
    list: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { appId, appResourceTypeId } = request
        const query = ['resources', tenantId, appId, appResourceTypeId]
        const pages = new Pages<PlaceInTurn>(service.pageTokens, query, request)
        await requireApp(sql, appId)
        return resourcePage(sql, loaded, { ...everyResource, appIds: [appId], typeIds: [appResourceTypeId] }, pages)
      }),

    get: ({ appId, appResourceTypeId, id }, context) =>
      asCallerOnSnapshot(service, context, async (sql, _, loaded) => {
        await requireApp(sql, appId)
        const conditions = { ...everyResource, appIds: [appId], typeIds: [appResourceTypeId], ids: [id] }
        const { list } = await listInTurn({ size: 1, after: undefined }, resourceLists(sql, conditions))
        if (list.length === 0) throw notFound('resource', `${appId}/${appResourceTypeId}/${id}`)
        const views = await resourceViews(sql, loaded, list)
        return { appResourceView: views.list[0] }
      }),
  }
}

/** ConductorOne's searches for resources and resource types. */
export function appResourceSearchService(service: ServiceContext): ServiceImpl<typeof AppResourceSearch> {
  const { method } = AppResourceSearch
  return {
    searchAppResourceTypes: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const read = readSearch(method.searchAppResourceTypes.input, resourceTypeMembers, request)
        const query = ['found resource types', tenantId, read.query]
        const pages = new Pages<PlaceInTurn>(service.pageTokens, query, request)
        if (read.findsNothing) return {}
        const conditions = {
          appIds: request.appIds,
          query: request.query,
          displayName: request.displayName,
          ids: request.resourceTypeIds,
          exceptIds: request.excludeResourceTypeIds,
        }
        const { list, last } = await listInTurn(pages, resourceTypeLists(sql, conditions))
        return { list: [...list], nextPageToken: pages.next(last) }
      }),

    searchAppResources: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const read = readSearch(method.searchAppResources.input, resourceMembers, request)
        const pages = new Pages<PlaceInTurn>(service.pageTokens, ['found resources', tenantId, read.query], request)
        if (read.findsNothing) return {}
        const conditions = {
          appIds: request.appId === '' ? [] : [request.appId],
          query: request.query,
          typeIds: request.resourceTypeIds,
          ids: request.resourceIds,
          exceptIds: request.excludeResourceIds,
          refs: request.refs,
        }
        return resourcePage(sql, loaded, conditions, pages, request.expandMask)
      }),
  }
}

async function resourcePage(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  conditions: typeof everyResource,
  pages: Pages<PlaceInTurn>,
  mask?: { readonly paths: readonly string[] },
) {
  const found = await listInTurn(pages, resourceLists(sql, conditions))
  const { list, expanded } = await resourceViews(sql, loaded, found.list, mask)
  return { list: [...list], expanded: [...expanded], nextPageToken: pages.next(found.last) }
}
