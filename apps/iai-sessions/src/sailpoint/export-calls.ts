import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import type { ServiceImpl } from '@connectrpc/connect'
import type { ServiceContext } from '../service-context.ts'

/** Exports of a potential role (calls 16 to 19). */
export function exportCalls(_service: ServiceContext): Partial<ServiceImpl<typeof RoleMiningService>> {
  return {}
}
