import {
  type RoleMiningPotentialRoleExportResponse,
  RoleMiningPotentialRoleExportResponseSchema,
  RoleMiningPotentialRoleExportResponse_State as State,
} from '@assay/contracts/sailpoint/iai/rolemining/v1/potential_role_pb'
import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import {
  archiveOf,
  contentDisposition,
  exportEverything,
  getExport,
  getFinishedExport,
  type PotentialRoleExport,
  planExport,
  requestExport,
} from '@assay/role-sessions'
import { principalOf } from '@assay/server'
import { inTenant, type TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'

const contentType = 'application/zip'

/** Exports of a potential role (calls 16 to 19). */
export function exportCalls(service: ServiceContext) {
  return {
    async *exportRoleMiningPotentialRole(request, context) {
      const plan = await asCaller(service, context, (sql) => planExport(sql, roleIn(request), exportEverything))
      const { tenantId } = principalOf(context)
      const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(service.sql, tenantId, work)
      context.responseHeader.set('content-disposition', contentDisposition(plan))
      for await (const data of archiveOf(within, plan)) yield { contentType, data: data as Uint8Array }
    },

    exportRoleMiningPotentialRoleAsync: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const options = {
          minEntitlementPopularity: request.export?.minEntitlementPopularity ?? 0,
          includeCommonAccess: request.export?.includeCommonAccess ?? true,
        }
        return toExportMessage(await requestExport(sql, service.jobs, tenantId, roleIn(request), options))
      }),

    exportRoleMiningPotentialRoleStatus: (request, context) =>
      asCaller(service, context, async (sql) =>
        toExportMessage(await getExport(sql, roleIn(request), request.exportId)),
      ),

    async *downloadRoleMiningPotentialRoleZip(request, context) {
      const { id, potentialRoleId, objectKey } = await asCaller(service, context, (sql) =>
        getFinishedExport(sql, roleIn(request), request.exportId),
      )
      context.responseHeader.set('content-disposition', contentDisposition({ roleId: potentialRoleId }))
      const archive = service.archives.open(principalOf(context).tenantId, id, objectKey)
      for await (const data of archive) yield { contentType, data }
    },
  } satisfies Partial<ServiceImpl<typeof RoleMiningService>>
}

function roleIn(request: { readonly sessionId: string; readonly potentialRoleId: string }) {
  return { id: request.potentialRoleId, sessionId: request.sessionId }
}

function toExportMessage(found: PotentialRoleExport): RoleMiningPotentialRoleExportResponse {
  const { id: exportId, state, minEntitlementPopularity, includeCommonAccess } = found
  return create(RoleMiningPotentialRoleExportResponseSchema, {
    exportId,
    status: State[state],
    minEntitlementPopularity,
    includeCommonAccess,
  })
}
