import type { AppEntitlementRef } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { RequestCatalogManagementService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import { listedEntitlements } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import {
  changeProfileEntitlements,
  deleteAccessProfile,
  getAccessProfile,
  getAutomatedProfile,
  listAccessProfiles,
  listProfileEntitlements,
  type ProfileEntitlementPosition,
  type ProfilePosition,
  resumeAutomation,
  runAutomation,
} from '@assay/profiles'
import { changeUnderPolicies, holdBackByPolicies } from '@assay/role-mining'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asEvaluatingCaller, asEvaluatingSnapshotCaller, evaluateInCall } from '../profiles/evaluate-in-call.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toEntitlementView } from './convert-access.ts'
import { toAutomationMessage, toCatalogView } from './convert-catalog.ts'

interface EntitlementChange {
  readonly catalogId: string
  readonly appEntitlements: readonly AppEntitlementRef[]
}

/** Access profiles under the name that ConductorOne gives them, for the clients that made one from a cohort. */
export function requestCatalogService(service: ServiceContext): ServiceImpl<typeof RequestCatalogManagementService> {
  const change = (
    how: Parameters<typeof changeProfileEntitlements>[3],
    { catalogId, appEntitlements }: EntitlementChange,
    context: HandlerContext,
  ) =>
    asEvaluatingSnapshotCaller(service, context, async (sql, { tenantId }, loaded) => {
      if (how !== 'replace' && appEntitlements.length === 0)
        throw invalidArgument('app_entitlements', 'must name at least one entitlement')
      const wanted = appEntitlements.map(({ appId, id }) => ({ applicationId: appId, entitlementId: id }))
      await changeUnderPolicies(sql, {
        tenantId,
        snapshot: loaded?.snapshot,
        profileId: catalogId,
        change: () => changeProfileEntitlements(sql, tenantId, catalogId, how, wanted, 'app_entitlements'),
      })
      return {}
    })

  return {
    list: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<ProfilePosition>(service.pageTokens, ['catalogs', tenantId], request)
        const { profiles, last } = await listAccessProfiles(sql, pages)
        return { list: profiles.map(toCatalogView), nextPageToken: pages.next(last) }
      }),

    get: ({ id }, context) =>
      asCaller(service, context, async (sql) => ({
        requestCatalogView: toCatalogView(await getAccessProfile(sql, id)),
      })),

    delete: ({ id }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteAccessProfile(sql, id)
        return {}
      }),

    listEntitlementsPerCatalog: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { catalogId } = request
        const query = ['catalog entitlements', tenantId, catalogId]
        const pages = new Pages<ProfileEntitlementPosition>(service.pageTokens, query, request)
        const { entitlements, last } = await listProfileEntitlements(sql, catalogId, pages)
        const details = await listedEntitlements(
          sql,
          entitlements.map(({ key }) => key),
        )
        return {
          list: entitlements.flatMap(({ key }) => details.get(key) ?? []).map(toEntitlementView),
          nextPageToken: pages.next(last),
        }
      }),

    updateAppEntitlements: (request, context) => change('replace', request, context),
    addAppEntitlements: (request, context) => change('add', request, context),
    removeAppEntitlements: (request, context) => change('remove', request, context),

    getBundleAutomation: ({ requestCatalogId }, context) =>
      asCaller(service, context, async (sql) =>
        toAutomationMessage(await getAutomatedProfile(sql, requestCatalogId), service.circuitBreaker),
      ),

    forceRunBundleAutomation: ({ requestCatalogId }, context) =>
      evaluateInCall(service, context, requestCatalogId, () =>
        asEvaluatingCaller(service, context, async (sql, { tenantId }, options, loaded) => {
          const holdBack = await holdBackByPolicies(sql, tenantId, loaded)
          const how = { ...options, holdBack, breaker: service.circuitBreaker }
          await runAutomation(sql, tenantId, requestCatalogId, how)
          return {}
        }),
      ),

    resumePausedBundleAutomation: ({ requestCatalogId }, context) =>
      asEvaluatingCaller(service, context, async (sql, { tenantId }, options, loaded) => {
        const holdBack = await holdBackByPolicies(sql, tenantId, loaded)
        await resumeAutomation(sql, tenantId, requestCatalogId, { ...options, holdBack })
        return {}
      }),
  }
}
