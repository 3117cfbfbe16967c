import type {
  CreateBundleAutomationRequest,
  RequestCatalogManagementService,
  SetBundleAutomationRequest,
} from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import {
  type AutomationRequest,
  deleteProfileAutomation,
  getProfileAutomation,
  putProfileAutomation,
  resumeAutomation,
  runAutomation,
} from '@assay/profiles'
import { changeUnderPolicies, holdBackByPolicies } from '@assay/role-mining'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { asEvaluatingCaller, evaluateInCall } from '../profiles/evaluate-in-call.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toAutomationMessage } from './convert-catalog.ts'

/** Automations of access profiles: they add and remove members by a rule. */
export function catalogAutomationCalls(
  service: ServiceContext,
): Pick<
  ServiceImpl<typeof RequestCatalogManagementService>,
  | 'getBundleAutomation'
  | 'createBundleAutomation'
  | 'setBundleAutomation'
  | 'deleteBundleAutomation'
  | 'forceRunBundleAutomation'
  | 'resumePausedBundleAutomation'
> {
  const put = (
    how: 'create' | 'set',
    request: CreateBundleAutomationRequest | SetBundleAutomationRequest,
    context: HandlerContext,
  ) =>
    asEvaluatingCaller(service, context, async (sql, { tenantId }, options, loaded) => {
      const { requestCatalogId: profileId } = request
      const wanted = fromAutomationMessage(request)
      const automation = await changeUnderPolicies(sql, {
        tenantId,
        snapshot: loaded?.snapshot,
        profileId,
        change: () =>
          putProfileAutomation(sql, tenantId, profileId, wanted, { ...options, breaker: service.circuitBreaker, how }),
      })
      return toAutomationMessage(automation, service.circuitBreaker)
    })

  return {
    getBundleAutomation: ({ requestCatalogId }, context) =>
      asCaller(service, context, async (sql) =>
        toAutomationMessage(await getProfileAutomation(sql, requestCatalogId), service.circuitBreaker),
      ),

    createBundleAutomation: (request, context) => put('create', request, context),
    setBundleAutomation: (request, context) => put('set', request, context),

    deleteBundleAutomation: ({ requestCatalogId }, context) =>
      asEvaluatingCaller(service, context, async (sql, { tenantId }, options) => {
        await deleteProfileAutomation(sql, tenantId, requestCatalogId, options)
        return {}
      }),

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

function fromAutomationMessage(request: CreateBundleAutomationRequest | SetBundleAutomationRequest): AutomationRequest {
  const { cel, entitlements, removedMembersThresholdPercent: share } = request
  return {
    enabled: request.enabled,
    createTasks: request.createTasks,
    celExpression: cel?.expression,
    heldEntitlements: entitlements?.entitlementRefs.map(({ appId, id }) => ({
      applicationId: appId,
      entitlementId: id,
    })),
    disabled: request.disableCircuitBreaker,
    watchesSmall: request.enforceOnSmallProfiles,
    mostRemovedPercentage: Number(share),
  }
}
