import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import type { ServiceImpl } from '@connectrpc/connect'
import type { ServiceContext } from '../service-context.ts'

/** Potential roles: lists, details, changes (calls 6 to 15 and 21 to 25). */
export function potentialRoleCalls(_service: ServiceContext): Partial<ServiceImpl<typeof RoleMiningService>> {
  return {}
}
