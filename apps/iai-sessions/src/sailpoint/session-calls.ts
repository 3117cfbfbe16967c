import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import type { ServiceImpl } from '@connectrpc/connect'
import type { ServiceContext } from '../service-context.ts'

/** Sessions: create, list, show, change (contract section 5, calls 1 to 5). */
export function sessionCalls(_service: ServiceContext): Partial<ServiceImpl<typeof RoleMiningService>> {
  return {}
}
