import type { RoleModelService } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { entitlementsByKey } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import {
  cancelRoleModel,
  deleteRoleModel,
  exportRoleModel,
  getRoleFronts,
  getRoleModel,
  listRoleModelChanges,
  listRoleModelRoles,
  listRoleModels,
  type RoleChangePosition,
  type RoleModelPosition,
  type RoleModelsPosition,
  requireRoleModelAllowed,
  reviseRoleModel,
  roleModelOutline,
  startRoleModel,
  watchRoleModel,
} from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { toChangeMessages } from './convert-role-changes.ts'
import {
  fromStartRequest,
  toFrontMessage,
  toOutlineMessage,
  toRoleMessage,
  toRoleModelMessage,
} from './convert-role-model.ts'
import { roleModelFile } from './role-model-file.ts'

/** Role models: started here, mined by a worker, listed, and exported as access profiles. */
export function roleModelService(service: ServiceContext): ServiceImpl<typeof RoleModelService> {
  return {
    startRoleModel: (request, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) =>
        toRoleModelMessage(await startRoleModel(sql, service.jobs, tenantId, identityId, fromStartRequest(request))),
      ),

    async *watchRoleModel({ roleModelId }, context) {
      const caller = principalOf(context)
      for await (const model of watchRoleModel(service.sql, caller.tenantId, roleModelId, context.signal))
        yield toRoleModelMessage(model)
    },

    listRoleModels: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<RoleModelsPosition>(service.pageTokens, ['role models', tenantId], request)
        const { models, last } = await listRoleModels(sql, pages)
        return { roleModels: models.map(toRoleModelMessage), nextPageToken: pages.next(last) }
      }),

    cancelRoleModel: ({ roleModelId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toRoleModelMessage(await cancelRoleModel(sql, tenantId, roleModelId)),
      ),

    deleteRoleModel: ({ roleModelId }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteRoleModel(sql, roleModelId)
        return {}
      }),

    getRoleModel: ({ roleModelId }, context) =>
      asCaller(service, context, async (sql) => toRoleModelMessage(await getRoleModel(sql, roleModelId))),

    listRoleModelRoles: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { roleModelId } = request
        const query = ['role model roles', tenantId, roleModelId]
        const pages = new Pages<RoleModelPosition>(service.pageTokens, query, request)
        const { roles, last } = await listRoleModelRoles(sql, roleModelId, pages)
        const keys = new Set(roles.flatMap(({ entitlementKeys }) => entitlementKeys))
        const entitlements = await entitlementsByKey(sql, [...keys])
        return { roles: roles.map((role) => toRoleMessage(role, entitlements)), nextPageToken: pages.next(last) }
      }),

    getRoleModelOutline: ({ roleModelId }, context) =>
      asCaller(service, context, async (sql) => toOutlineMessage(await roleModelOutline(sql, roleModelId))),

    downloadRoleModel: (request, context) =>
      roleModelFile(request, (work) => asCaller(service, context, (sql) => work(sql))),

    getRoleFronts: ({ roleModelId }, context) =>
      asCaller(service, context, async (sql) => ({
        fronts: (await getRoleFronts(sql, roleModelId)).map(toFrontMessage),
      })),

    reviseRoleModel: ({ roleModelId, follow }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toRoleModelMessage(await reviseRoleModel(sql, service.jobs, tenantId, roleModelId, follow)),
      ),

    listRoleModelChanges: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { roleModelId, revision: asked } = request
        if (asked !== undefined && asked < 1) throw invalidArgument('revision', `must be 1 or more; it is ${asked}`)
        const query = ['role model changes', tenantId, roleModelId, asked ?? 0]
        const pages = new Pages<RoleChangePosition>(service.pageTokens, query, request)
        const { revision, changes, last } = await listRoleModelChanges(sql, roleModelId, asked, pages)
        return { revision, changes: await toChangeMessages(sql, changes), nextPageToken: pages.next(last) }
      }),

    exportRoleModel: ({ roleModelId }, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId, identityId }, loaded) => {
        if (loaded !== undefined) await requireRoleModelAllowed(sql, tenantId, loaded.snapshot, roleModelId)
        return { accessProfileCount: await exportRoleModel(sql, tenantId, identityId, roleModelId) }
      }),
  }
}
