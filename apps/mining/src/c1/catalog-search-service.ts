import {
  type RequestCatalogSearchServiceSearchEntitlementsRequest as Request,
  RequestCatalogSearchService,
  RequestCatalogSearchServiceSearchEntitlementsRequest_GrantedStatus as Status,
} from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_search_service_pb'
import { identityKeys, listedEntitlements } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { type RequestablePosition, searchRequestable } from '@assay/profiles'
import { type LoadedSnapshot, listHeld } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { accountIdOf } from './directory/convert-app-user.ts'
import { entitlementViews } from './directory/entitlement-views.ts'
import { describeGrants, toBinding } from './directory/shown-grants.ts'
import { readSearch, type SearchMembers } from './search-members.ts'

/** What each member of a search for requestable entitlements does. */
const requestableMembers: SearchMembers<Request> = {
  query: 'narrows',
  appDisplayName: 'narrows',
  entitlementAlias: 'finds nothing',
  grantedStatus: 'narrows',
  includeDeleted: 'narrows',
  expandMask: 'is ignored',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** More entitlements than any person holds. */
const wholeAccess = { size: 100_000 }

/** The entitlements that the caller may request: those of published profiles that the caller sees. */
export function catalogSearchService(service: ServiceContext): ServiceImpl<typeof RequestCatalogSearchService> {
  const { input } = RequestCatalogSearchService.method.searchEntitlements
  return {
    searchEntitlements: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId, identityId }, loaded) => {
        const { query, findsNothing } = readSearch(input, requestableMembers, request)
        const { grantedStatus: status } = request
        if (Status[status] === undefined) throw invalidArgument('granted_status', 'must be ALL, GRANTED or NOT_GRANTED')
        const pages = new Pages<RequestablePosition>(service.pageTokens, ['requestable', tenantId, query], request)
        if (findsNothing) return {}
        const held = await heldBy(sql, loaded, identityId)
        const asked = {
          heldKeys: held.map(({ entitlementKey }) => entitlementKey),
          isHeld: status === Status.GRANTED ? true : status === Status.NOT_GRANTED ? false : undefined,
          text: request.query,
          applicationName: request.appDisplayName,
          includeDeleted: request.includeDeleted,
        }
        const { keys, last } = await searchRequestable(sql, asked, pages)
        const known = await listedEntitlements(sql, keys)
        const found = keys.flatMap((key) => known.get(key) ?? [])
        const { list, expanded } = await entitlementViews(sql, loaded, found, request.expandMask)
        const bindings = await bindingsOf(
          sql,
          held.filter(({ entitlementKey }) => known.has(entitlementKey)),
        )
        return {
          list: list.map((entitlement) => ({
            entitlement,
            appEntitlementUserBindings: bindings.filter(
              ({ appId, appEntitlementId }) =>
                appId === entitlement.appEntitlement?.appId && appEntitlementId === entitlement.appEntitlement.id,
            ),
          })),
          expanded: [...expanded],
          nextPageToken: pages.next(last),
        }
      }),
  }
}

/** The effective access of an identity; empty for a client that acts for itself. */
async function heldBy(sql: TenantSql, loaded: LoadedSnapshot | undefined, identityId: string) {
  const identityKey = (await identityKeys(sql, [identityId])).get(identityId)
  if (identityKey === undefined) return []
  const { pairs } = await listHeld(loaded, { people: [{ identityKey, applicationKey: undefined }] }, wholeAccess)
  return pairs
}

async function bindingsOf(sql: TenantSql, held: Awaited<ReturnType<typeof heldBy>>) {
  const grants = await describeGrants(sql, held)
  return grants.map((grant) =>
    toBinding(grant.appId, grant.entitlementId, accountIdOf(grant.identity, grant.account), grant),
  )
}
