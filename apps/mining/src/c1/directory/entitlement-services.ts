import type { AppEntitlementUserBindingService } from '@assay/contracts/c1/api/app/v1/app_entitlement_user_binding_service_pb'
import type { AppEntitlements } from '@assay/contracts/c1/api/app/v1/app_entitlements_pb'
import { getIdentity } from '@assay/directory'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../../paging.ts'
import { asCallerOnSnapshot, type ServiceContext } from '../../service-context.ts'
import { requireBuiltIn } from '../require-built-in.ts'
import { requireApp } from './app-services.ts'
import { accountIdOf } from './convert-app-user.ts'
import { entitlementViews } from './entitlement-views.ts'
import { entitlementLists, everyEntitlement } from './find-entitlements.ts'
import { accountsIn, entitlementNamed, grantOf, holderList } from './holder-lists.ts'
import { listInTurn, type PlaceInTurn } from './list-in-turn.ts'
import { describeGrants, toBinding, toGrantView } from './shown-grants.ts'
import { updateEnrolment } from './update-enrolment.ts'

/** ConductorOne's entitlements of an application: list and get, and the users who hold one. */
export function appEntitlementsService(service: ServiceContext): ServiceImpl<typeof AppEntitlements> {
  return {
    list: (request, context) => listOfApp(service, context, 'list', request, { appIds: [request.appId] }),

    get: ({ appId, id }, context) =>
      asCallerOnSnapshot(service, context, async (sql, _, loaded) => {
        const { list } = await entitlementViews(sql, loaded, [await entitlementNamed(sql, appId, id)])
        return { appEntitlementView: list[0] }
      }),

    update: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        await requireBuiltIn(sql, request.appId, 'imports say what the others are')
        const { list } = await entitlementViews(sql, loaded, [await updateEnrolment(sql, tenantId, request)])
        return { appEntitlementView: list[0] }
      }),

    listUsers: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { appId, appEntitlementId } = request
        const query = ['entitlement users', tenantId, appId, appEntitlementId]
        const pages = new Pages<PlaceInTurn>(service.pageTokens, query, request)
        const holders = await holderList(sql, loaded, appId, appEntitlementId)
        const { list, last } = await listInTurn(pages, [holders])
        const grants = await describeGrants(sql, list)
        return { list: grants.map((grant) => toGrantView(grant)), nextPageToken: pages.next(last) }
      }),

    listForAppResource: (request, context) =>
      listOfApp(service, context, 'of resource', request, {
        appIds: [request.appId],
        resourceTypeIds: [request.appResourceTypeId],
        resourceIds: [request.appResourceId],
      }),

    listForAppUser: (request, context) =>
      listOfApp(service, context, 'of account', request, {
        appIds: [request.appId],
        appUserIds: [request.appUserId],
      }),
  }
}

/**
 * A page of the entitlements of an application that match the conditions, in the order of their names. @throws not_found for an unknown
 * application
 */
export function listOfApp(
  service: ServiceContext,
  context: Parameters<typeof asCallerOnSnapshot>[1],
  name: string,
  request: { readonly appId: string; readonly pageSize: number; readonly pageToken: string },
  conditions: Partial<typeof everyEntitlement>,
) {
  return asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
    const pages = new Pages<PlaceInTurn>(service.pageTokens, ['app entitlements', name, tenantId, conditions], request)
    await requireApp(sql, request.appId)
    const lists = await entitlementLists(sql, { ...everyEntitlement, ...conditions })
    const { list: shown, last } = await listInTurn(pages, lists)
    const { list } = await entitlementViews(sql, loaded, shown)
    return { list: [...list], nextPageToken: pages.next(last) }
  })
}

/** ConductorOne's grants, by entitlement and identity. */
export function appEntitlementUserBindingService(
  service: ServiceContext,
): ServiceImpl<typeof AppEntitlementUserBindingService> {
  return {
    listAppUsersForIdentityWithGrant: ({ appId, appEntitlementId, identityUserId }, context) =>
      asCallerOnSnapshot(service, context, async (sql, _, loaded) => {
        const entitlement = await entitlementNamed(sql, appId, appEntitlementId)
        const identity = await getIdentity(sql, identityUserId)
        const accounts = await accountsIn(sql, loaded, identity, appId)
        const held = await grantOf(sql, loaded, entitlement, identity.key)
        const [grant] = held === undefined ? [] : await describeGrants(sql, [held])
        return {
          bindings: accounts.map((account, place) =>
            toBinding(appId, appEntitlementId, accountIdOf(identity, account), place === 0 ? grant : undefined),
          ),
        }
      }),
  }
}
