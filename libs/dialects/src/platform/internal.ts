import { MiningService } from '@assay/contracts'
import { accessOfCalls, type CallAccess, mine, read } from '../call-access.ts'

/**
 * Calls that our own processes make of each other, with an internal token. The token stands for the caller of the public
 * call, or for the process that works on in its own name; its rights are asked all the same.
 */
export const internalCalls: readonly CallAccess[] = accessOfCalls(MiningService, {
  describeSnapshot: read,
  minePotentialRoles: mine,
  endPotentialRoleMining: mine,
  checkPolicies: read,
})
