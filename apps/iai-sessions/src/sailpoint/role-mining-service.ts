import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import type { ServiceImpl } from '@connectrpc/connect'
import type { ServiceContext } from '../service-context.ts'
import { exportCalls } from './export-calls.ts'
import { potentialRoleCalls } from './potential-role-calls.ts'
import { provisionCalls } from './provision-calls.ts'
import { sessionCalls } from './session-calls.ts'

/** The 25 calls of SailPoint's role mining. */
export function roleMiningService(service: ServiceContext): Partial<ServiceImpl<typeof RoleMiningService>> {
  return {
    ...sessionCalls(service),
    ...potentialRoleCalls(service),
    ...exportCalls(service),
    ...provisionCalls(service),
  }
}
