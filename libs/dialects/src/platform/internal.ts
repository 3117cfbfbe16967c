import { MiningService } from '@assay/contracts'
import { accessOfCalls, type CallAccess, mine, read, refused } from '../call-access.ts'

// These calls are about whole tenants.
const ofProcesses = 'only our own processes make this call'

/**
 * Calls between our own processes, with an internal token. The token names the caller of the public call, or the process itself
 * if it continues work. The rights of the caller are checked too.
 */
export const internalCalls: readonly CallAccess[] = accessOfCalls(MiningService, {
  describeSnapshot: refused(read, ofProcesses),
  minePotentialRoles: refused(mine, ofProcesses),
  endPotentialRoleMining: refused(mine, ofProcesses),
  checkPolicies: refused(read, ofProcesses),
})
