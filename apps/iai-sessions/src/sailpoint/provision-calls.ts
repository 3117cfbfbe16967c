import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import type { ServiceImpl } from '@connectrpc/connect'
import type { ServiceContext } from '../service-context.ts'

/** Making an access profile from a potential role (call 20). */
export function provisionCalls(_service: ServiceContext): Partial<ServiceImpl<typeof RoleMiningService>> {
  return {}
}
