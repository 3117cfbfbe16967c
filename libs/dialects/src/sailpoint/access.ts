import type { CallerAccess } from '@assay/auth'
import { RoleMiningService } from '@assay/contracts'
import { refused } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'
import { directoryServices } from './directory-access.ts'
import { roleServices } from './role-access.ts'
import { modelingManage, modelingRead } from './scopes.ts'
import { searchServices } from './search-access.ts'

// Contract section 5, last column: calls that read list both scopes, calls that write only the second one.
const read: CallerAccess = { right: 'read', scopes: [modelingRead, modelingManage] }
const manage: CallerAccess = { right: 'mine', scopes: [modelingManage] }

// Why bounded readers are refused.
const ofSessions = 'a session mines a whole population'

export const services: readonly ServedService[] = [
  servedBy('sessions', RoleMiningService, {
    createRoleMiningSessions: refused(manage, ofSessions),
    getRoleMiningSessions: refused(read, ofSessions),
    getRoleMiningSession: refused(read, ofSessions),
    patchRoleMiningSession: refused(manage, ofSessions),
    getRoleMiningSessionStatus: refused(read, ofSessions),
    getPotentialRoleSummaries: refused(read, ofSessions),
    getPotentialRole: refused(read, ofSessions),
    patchPotentialRoleSession: refused(manage, ofSessions),
    getPotentialRoleApplications: refused(read, ofSessions),
    getPotentialRoleEntitlements: refused(read, ofSessions),
    getEntitlementsPotentialRole: refused(read, ofSessions),
    getEntitlementDistributionPotentialRole: refused(read, ofSessions),
    getExcludedEntitlementsPotentialRole: refused(read, ofSessions),
    updateEntitlementsPotentialRole: refused(manage, ofSessions),
    getIdentitiesPotentialRole: refused(read, ofSessions),
    exportRoleMiningPotentialRole: refused(read, ofSessions),
    exportRoleMiningPotentialRoleAsync: refused(manage, ofSessions),
    exportRoleMiningPotentialRoleStatus: refused(read, ofSessions),
    downloadRoleMiningPotentialRoleZip: refused(read, ofSessions),
    createPotentialRoleProvisionRequest: refused(manage, ofSessions),
    getAllPotentialRoleSummaries: refused(read, ofSessions),
    getSavedPotentialRoles: refused(read, ofSessions),
    getRoleMiningPotentialRole: refused(read, ofSessions),
    patchRoleMiningPotentialRole: refused(manage, ofSessions),
    getPotentialRoleSourceIdentityUsage: refused(read, ofSessions),
  }),
  ...directoryServices,
  ...roleServices,
  ...searchServices,
]
