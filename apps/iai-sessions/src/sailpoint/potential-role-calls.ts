import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import type { JsonPatchOperation } from '@assay/contracts/sailpoint/iai/rolemining/v1/session_pb'
import {
  editEntitlements,
  getPotentialRole,
  listDraftRoles,
  listPotentialRoles,
  listRoleApplications,
  listRoleEntitlements,
  listRoleIdentities,
  listSourceUsage,
  type PotentialRoleKey,
  patchPotentialRole,
  popularityDistribution,
  potentialRolesById,
} from '@assay/role-sessions'
import { apiVersionOf } from '@assay/server'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import * as fields from '../lists/list-fields.ts'
import { itemsOf, readListRequest } from '../lists/list-request.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toPatchOperations } from './convert-patch.ts'
import { toDraftRoleMessage, toEntitlementMessage, toRoleMessage, toSummaryMessages } from './convert-role.ts'

/** Potential roles: lists, details, changes (calls 6 to 15 and 21 to 25). */
export function potentialRoleCalls(service: ServiceContext) {
  const patch = (key: PotentialRoleKey, operations: readonly JsonPatchOperation[], context: HandlerContext) =>
    asCaller(service, context, async (sql) => {
      await patchPotentialRole(sql, key, toPatchOperations(operations))
      return toRoleMessage(await getPotentialRole(sql, key), apiVersionOf(context))
    })
  const show = (key: PotentialRoleKey, context: HandlerContext) =>
    asCaller(service, context, async (sql) => toRoleMessage(await getPotentialRole(sql, key), apiVersionOf(context)))

  const summaries = (
    sessionId: string | undefined,
    readQuery: () => Parameters<typeof listPotentialRoles>[2],
    context: HandlerContext,
  ) =>
    asCaller(
      service,
      context,
      async (sql, { tenantId }) => {
        const listed = itemsOf(await listPotentialRoles(sql, sessionId, readQuery()), context)
        const load = async (ids: readonly string[]) => toSummaryMessages(await potentialRolesById(sql, ids))
        return { potentialRoles: await service.summaries.of(tenantId, listed, load) }
      },
      { keepsPlans: true },
    )

  return {
    getPotentialRoleSummaries: (request, context) =>
      summaries(request.sessionId, () => readListRequest(request, fields.sessionSummaryList), context),

    getAllPotentialRoleSummaries: (request, context) =>
      summaries(undefined, () => readListRequest(request, fields.summaryList), context),

    getSavedPotentialRoles: (request, context) =>
      asCaller(service, context, async (sql) => {
        const listed = await listDraftRoles(sql, readListRequest(request, fields.savedRoleList))
        return { draftRoles: itemsOf(listed, context).map(toDraftRoleMessage) }
      }),

    getPotentialRole: (request, context) => show(roleIn(request), context),
    getRoleMiningPotentialRole: ({ potentialRoleId }, context) => show({ id: potentialRoleId }, context),

    patchPotentialRoleSession: (request, context) => patch(roleIn(request), request.operations, context),
    patchRoleMiningPotentialRole: ({ potentialRoleId, operations }, context) =>
      patch({ id: potentialRoleId }, operations, context),

    updateEntitlementsPotentialRole: (request, context) =>
      asCaller(service, context, async (sql) => {
        const { ids = [], exclude = false } = request.edit ?? {}
        await editEntitlements(sql, roleIn(request), { ids, exclude })
        return toRoleMessage(await getPotentialRole(sql, roleIn(request)), apiVersionOf(context))
      }),

    getPotentialRoleApplications: (request, context) =>
      asCaller(service, context, async (sql) => {
        const listed = await listRoleApplications(
          sql,
          roleIn(request),
          readListRequest(request, fields.applicationList),
        )
        return { applications: itemsOf(listed, context).map(({ id, name }) => ({ id, name })) }
      }),

    getPotentialRoleEntitlements: (request, context) =>
      asCaller(service, context, async (sql) => {
        const choice = { which: 'included', includeCommonAccess: false } as const
        const listed = await listRoleEntitlements(
          sql,
          roleIn(request),
          choice,
          readListRequest(request, fields.entitlementList),
        )
        return { entitlements: itemsOf(listed, context).map(({ id, name }) => ({ id, name })) }
      }),

    getEntitlementsPotentialRole: (request, context) =>
      asCaller(service, context, async (sql) => {
        const choice = { which: 'included', includeCommonAccess: request.includeCommonAccess ?? true } as const
        const query = readListRequest(request, fields.popularityList)
        const listed = await listRoleEntitlements(sql, roleIn(request), choice, query)
        return { entitlements: itemsOf(listed, context).map(toEntitlementMessage) }
      }),

    getExcludedEntitlementsPotentialRole: (request, context) =>
      asCaller(service, context, async (sql) => {
        const choice = { which: 'excluded', includeCommonAccess: true } as const
        const listed = await listRoleEntitlements(
          sql,
          roleIn(request),
          choice,
          readListRequest(request, fields.excludedEntitlementList),
        )
        return { entitlements: itemsOf(listed, context).map(toEntitlementMessage) }
      }),

    getEntitlementDistributionPotentialRole: (request, context) =>
      asCaller(service, context, async (sql) => ({
        distribution: await popularityDistribution(sql, roleIn(request), request.includeCommonAccess ?? true),
      })),

    getIdentitiesPotentialRole: (request, context) =>
      asCaller(service, context, async (sql) => {
        const listed = await listRoleIdentities(sql, roleIn(request), readListRequest(request, fields.identityList))
        return { identities: itemsOf(listed, context).map((identity) => ({ ...identity })) }
      }),

    getPotentialRoleSourceIdentityUsage: (request, context) =>
      asCaller(service, context, async (sql) => {
        const { potentialRoleId, sourceId } = request
        const query = readListRequest(request, fields.sourceUsageList)
        const listed = await listSourceUsage(sql, { id: potentialRoleId }, sourceId, query)
        return { usages: itemsOf(listed, context).map((usage) => ({ ...usage })) }
      }),
  } satisfies Partial<ServiceImpl<typeof RoleMiningService>>
}

function roleIn(request: { readonly sessionId: string; readonly potentialRoleId: string }): PotentialRoleKey {
  return { id: request.potentialRoleId, sessionId: request.sessionId }
}
