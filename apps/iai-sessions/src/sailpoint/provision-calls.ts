import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { hasPolicies } from '@assay/policies'
import { getPotentialRole, type ProvisionRequest, provisionCandidate, requestProvision } from '@assay/role-sessions'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toSummaryMessage } from './convert-role.ts'

/** Making an access profile from a potential role (call 20). */
export function provisionCalls(service: ServiceContext) {
  return {
    async createPotentialRoleProvisionRequest(request, context) {
      const { tenantId, identityId } = principalOf(context)
      const key = { id: request.potentialRoleId, sessionId: request.sessionId }
      const { provision } = request
      const wanted: ProvisionRequest = {
        name: provision?.roleName,
        description: provision?.roleDescription,
        ownerId: provision?.ownerId,
        includeIdentities: provision?.includeIdentities ?? false,
        requestedBy: identityId,
        minEntitlementPopularity: request.minEntitlementPopularity ?? 0,
        includeCommonAccess: request.includeCommonAccess ?? true,
      }
      const asked = await asCaller(service, context, async (sql) =>
        (await hasPolicies(sql)) ? provisionCandidate(sql, key, wanted) : undefined,
      )
      if (asked !== undefined) await service.checkPolicies(tenantId, asked, context.signal)
      return asCaller(service, context, async (sql) => {
        await requestProvision(sql, service.jobs, tenantId, key, wanted)
        return toSummaryMessage(await getPotentialRole(sql, key))
      })
    },
  } satisfies Partial<ServiceImpl<typeof RoleMiningService>>
}
