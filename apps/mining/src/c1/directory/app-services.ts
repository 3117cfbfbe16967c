import type { AppEntitlementOwners, AppOwners } from '@assay/contracts/c1/api/app/v1/app_owners_pb'
import type { App } from '@assay/contracts/c1/api/app/v1/app_pb'
import { AppSearch, type SearchAppsRequest } from '@assay/contracts/c1/api/app/v1/app_search_pb'
import type { Apps } from '@assay/contracts/c1/api/app/v1/apps_pb'
import { getApplication, searchApplications } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { builtInApplication } from '@assay/profiles'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../../paging.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../../service-context.ts'
import { readSearch, type SearchMembers } from '../search-members.ts'
import { builtInApp, builtInName, isBuiltIn } from './built-in-app.ts'
import { toApps } from './convert-app.ts'
import { emptyPage } from './empty-page.ts'
import { entitlementNamed } from './holder-lists.ts'
import { listInTurn, nothing, type PagedList, type PlaceInTurn } from './list-in-turn.ts'

/** The meaning of each member of a search for applications. */
export const appMembers: SearchMembers<SearchAppsRequest> = {
  query: 'narrows',
  displayName: 'narrows',
  appIds: 'narrows',
  excludeAppIds: 'narrows',
  onlyDirectories: 'finds nothing',
  policyRefs: 'finds nothing',
  pageSize: 'pages',
  pageToken: 'pages',
}

type Conditions = Pick<SearchAppsRequest, 'query' | 'displayName' | 'appIds' | 'excludeAppIds'>

/** ConductorOne's applications: list and get. */
export function appsService(service: ServiceContext): ServiceImpl<typeof Apps> {
  return {
    list: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const pages = new Pages<PlaceInTurn>(service.pageTokens, ['all apps', tenantId], request)
        const all = { query: '', displayName: '', appIds: [], excludeAppIds: [] }
        const { list, last } = await listInTurn(pages, appLists(sql, loaded, all))
        return { list: [...list], nextPageToken: pages.next(last) }
      }),

    get: ({ id }, context) =>
      asCallerOnSnapshot(service, context, async (sql, _, loaded) => ({ app: await appNamed(sql, loaded, id) })),
  }
}

/** ConductorOne's search for applications. */
export function appSearchService(service: ServiceContext): ServiceImpl<typeof AppSearch> {
  return {
    search: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { query, findsNothing } = readSearch(AppSearch.method.search.input, appMembers, request)
        const pages = new Pages<PlaceInTurn>(service.pageTokens, ['apps', tenantId, query], request)
        if (findsNothing) return {}
        const { list, last } = await listInTurn(pages, appLists(sql, loaded, request))
        return { list: [...list], nextPageToken: pages.next(last) }
      }),
  }
}

/** ConductorOne's owners of applications; imports have no data about them, so the lists are empty. */
export function appOwnersService(service: ServiceContext): ServiceImpl<typeof AppOwners> {
  return {
    list: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        await requireApp(sql, request.appId)
        return emptyPage(service, ['app owners', tenantId], request)
      }),
    listOwnerIDs: ({ appId }, context) =>
      asCaller(service, context, async (sql) => {
        await requireApp(sql, appId)
        return {}
      }),
  }
}

/** ConductorOne's owners of entitlements; imports have no data about them, so the lists are empty. */
export function appEntitlementOwnersService(service: ServiceContext): ServiceImpl<typeof AppEntitlementOwners> {
  return {
    list: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        await entitlementNamed(sql, request.appId, request.entitlementId)
        return emptyPage(service, ['entitlement owners', tenantId], request)
      }),
    listOwnerIDs: ({ appId, entitlementId }, context) =>
      asCaller(service, context, async (sql) => {
        await entitlementNamed(sql, appId, entitlementId)
        return {}
      }),
  }
}

/** @throws not_found, also for an application that a later import deleted */
export async function requireApp(sql: TenantSql, id: string): Promise<void> {
  if (!isBuiltIn(id)) await getApplication(sql, id)
}

async function appNamed(sql: TenantSql, loaded: LoadedSnapshot | undefined, id: string): Promise<App> {
  if (isBuiltIn(id)) return builtInApp(sql)
  const app = itemAt(await toApps(loaded, [await getApplication(sql, id)]), 0)
  return app
}

/**
 * The applications of the import in force, then the built-in one. A search by display name lists the built-in one first, since scripts that
 * look for "ConductorOne" take the first result.
 */
function appLists(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  { query, displayName, appIds, excludeAppIds }: Conditions,
): readonly PagedList<App>[] {
  const search = { query, displayName, ids: appIds, exceptIds: excludeAppIds }
  const imported: PagedList<App> = async (page) => {
    const { applications, last } = await searchApplications(sql, search, page)
    return { list: await toApps(loaded, applications), last }
  }
  const { id, description } = builtInApplication
  const isFound =
    holds(builtInName, description, query) &&
    (displayName === '' || displayName.toLowerCase() === builtInName.toLowerCase()) &&
    (appIds.length === 0 || appIds.includes(id)) &&
    !excludeAppIds.includes(id)
  const builtIn: PagedList<App> = isFound ? async () => ({ list: [await builtInApp(sql)], last: undefined }) : nothing
  return displayName === '' ? [imported, builtIn] : [builtIn, imported]
}

function holds(displayName: string, description: string, query: string): boolean {
  const part = query.trim().toLowerCase()
  return displayName.toLowerCase().includes(part) || description.toLowerCase().includes(part)
}
