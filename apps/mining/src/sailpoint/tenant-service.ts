import type { TenantService } from '@assay/contracts/sailpoint/tenant/v1/tenant_service_pb'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'

/** The tenant of the token, from its claims. */
export function tenantService(): ServiceImpl<typeof TenantService> {
  return {
    getTenant: (_, context) => {
      const { tenantId, tenant } = principalOf(context)
      return { id: String(tenantId), name: tenant, fullName: tenant, pod: 'assay' }
    },
  }
}
