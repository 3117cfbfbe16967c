import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { getPotentialRole, requestProvision } from '@assay/role-sessions'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toSummaryMessage } from './convert-role.ts'

/** Making an access profile from a potential role (call 20). */
export function provisionCalls(service: ServiceContext) {
  return {
    createPotentialRoleProvisionRequest: (request, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        const key = { id: request.potentialRoleId, sessionId: request.sessionId }
        const { provision } = request
        await requestProvision(sql, service.jobs, tenantId, key, {
          name: provision?.roleName,
          description: provision?.roleDescription,
          ownerId: provision?.ownerId,
          includeIdentities: provision?.includeIdentities ?? false,
          requestedBy: identityId,
          minEntitlementPopularity: request.minEntitlementPopularity ?? 0,
          includeCommonAccess: request.includeCommonAccess ?? true,
        })
        return toSummaryMessage(await getPotentialRole(sql, key))
      }),
  } satisfies Partial<ServiceImpl<typeof RoleMiningService>>
}
