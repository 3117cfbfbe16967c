import { MiningService } from '@assay/contracts'
import { accessOfCalls, type CallAccess, mine, read, refused } from '../call-access.ts'

// They work for whole tenants.
const ofProcesses = 'it is between our own processes'

/**
 * Calls that our own processes make of each other, with an internal token. The token stands for the caller of the public
 * call, or for the process that works on in its own name; its rights are asked all the same.
 */
export const internalCalls: readonly CallAccess[] = accessOfCalls(MiningService, {
  describeSnapshot: refused(read, ofProcesses),
  minePotentialRoles: refused(mine, ofProcesses),
  endPotentialRoleMining: refused(mine, ofProcesses),
  checkPolicies: refused(read, ofProcesses),
})
