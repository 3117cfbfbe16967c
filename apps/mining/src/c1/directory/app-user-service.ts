import type { AppUserView } from '@assay/contracts/c1/api/app/v1/app_user_pb'
import {
  type AppUserServiceSearchRequest as AccountsRequest,
  AppUserService,
} from '@assay/contracts/c1/api/app/v1/app_user_service_pb'
import { getIdentity } from '@assay/directory'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { Any } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../../paging.ts'
import { asCallerOnSnapshot, type ServiceContext } from '../../service-context.ts'
import { readSearch, type SearchMembers } from '../search-members.ts'
import { accountViews } from './account-views.ts'
import { requireApp } from './app-services.ts'
import { fromAccountStatus, fromAccountType } from './convert-app-user.ts'
import { type AccountConditions, accountLists, everyAccount } from './find-accounts.ts'
import { listInTurn, type PlaceInTurn } from './list-in-turn.ts'

/** The meaning of each member of a search for accounts. */
export const accountMembers: SearchMembers<AccountsRequest> = {
  appId: 'narrows',
  appIds: 'narrows',
  appUserIds: 'narrows',
  excludeAppUserIds: 'narrows',
  refs: 'narrows',
  userIds: 'narrows',
  query: 'narrows',
  appUserStatuses: 'narrows',
  appUserTypes: 'narrows',
  appUserDomains: 'finds nothing',
  appUserStatusDetails: 'finds nothing',
  agentStatuses: 'finds nothing',
  nhiTypes: 'finds nothing',
  withOpenFindings: 'finds nothing',
  // Every account has an identity.
  withoutResponsibleParty: 'finds nothing',
  sortBy: 'is ignored',
  expandMask: 'is ignored',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** ConductorOne's accounts. */
export function appUserService(service: ServiceContext): ServiceImpl<typeof AppUserService> {
  return {
    list: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { appId } = request
        const pages = new Pages<PlaceInTurn>(service.pageTokens, ['app accounts', tenantId, appId], request)
        await requireApp(sql, appId)
        return accountPage(sql, loaded, { ...everyAccount, appIds: [appId] }, pages)
      }),

    search: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { query, findsNothing } = readSearch(AppUserService.method.search.input, accountMembers, request)
        const conditions = conditionsOf(request)
        const pages = new Pages<PlaceInTurn>(service.pageTokens, ['accounts', tenantId, query], request)
        if (findsNothing || conditions === undefined) return {}
        return accountPage(sql, loaded, conditions, pages, request.expandMask)
      }),

    listAppUsersForUser: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { appId, userId } = request
        const query = ['accounts of user', tenantId, appId, userId]
        const pages = new Pages<PlaceInTurn>(service.pageTokens, query, request)
        await requireApp(sql, appId)
        await getIdentity(sql, userId)
        return accountPage(sql, loaded, { ...everyAccount, appIds: [appId], userIds: [userId] }, pages)
      }),
  }
}

async function accountPage(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  conditions: AccountConditions,
  pages: Pages<PlaceInTurn>,
  mask?: { readonly paths: readonly string[] },
): Promise<{ list: AppUserView[]; expanded: Any[]; nextPageToken: string }> {
  const found = await listInTurn(pages, await accountLists(sql, loaded, conditions))
  const { list, expanded } = await accountViews(sql, loaded, found.list, mask)
  return { list: [...list], expanded: [...expanded], nextPageToken: pages.next(found.last) }
}

/** Undefined where two conditions on the application name no application in common. */
function conditionsOf(request: AccountsRequest): AccountConditions | undefined {
  const { appId, appIds } = request
  if (appId !== '' && appIds.length > 0 && !appIds.includes(appId)) return undefined
  return {
    appIds: appId === '' ? appIds : [appId],
    accountIds: request.appUserIds,
    exceptAccountIds: request.excludeAppUserIds,
    refs: request.refs,
    userIds: request.userIds,
    query: request.query,
    statuses: request.appUserStatuses.map((status, at) => fromAccountStatus(`app_user_statuses[${at}]`, status)),
    types: request.appUserTypes.flatMap((type, at) => fromAccountType(`app_user_types[${at}]`, type)),
  }
}
