import { type CallerAccess, modelingManage, modelingRead } from '@assay/auth'
import { RoleMiningService } from '@assay/contracts'
import { accessOfCalls, type CallAccess } from '../call-access.ts'

// Contract section 5, last column: reads list both scopes, writes the second one alone.
const read: CallerAccess = { right: 'read', scopes: [modelingRead, modelingManage] }
const manage: CallerAccess = { right: 'mine', scopes: [modelingManage] }

export const access: readonly CallAccess[] = accessOfCalls(RoleMiningService, {
  createRoleMiningSessions: manage,
  getRoleMiningSessions: read,
  getRoleMiningSession: read,
  patchRoleMiningSession: manage,
  getRoleMiningSessionStatus: read,
  getPotentialRoleSummaries: read,
  getPotentialRole: read,
  patchPotentialRoleSession: manage,
  getPotentialRoleApplications: read,
  getPotentialRoleEntitlements: read,
  getEntitlementsPotentialRole: read,
  getEntitlementDistributionPotentialRole: read,
  getExcludedEntitlementsPotentialRole: read,
  updateEntitlementsPotentialRole: manage,
  getIdentitiesPotentialRole: read,
  exportRoleMiningPotentialRole: read,
  exportRoleMiningPotentialRoleAsync: manage,
  exportRoleMiningPotentialRoleStatus: read,
  downloadRoleMiningPotentialRoleZip: read,
  createPotentialRoleProvisionRequest: manage,
  getAllPotentialRoleSummaries: read,
  getSavedPotentialRoles: read,
  getRoleMiningPotentialRole: read,
  patchRoleMiningPotentialRole: manage,
  getPotentialRoleSourceIdentityUsage: read,
})
