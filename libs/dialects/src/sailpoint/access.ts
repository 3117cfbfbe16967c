import type { CallerAccess } from '@assay/auth'
import { RoleMiningService } from '@assay/contracts'
import { type ServedService, servedBy } from '../served-service.ts'
import { modelingManage, modelingRead } from './clients.ts'

// Contract section 5, last column: reads list both scopes, writes the second one alone.
const read: CallerAccess = { right: 'read', scopes: [modelingRead, modelingManage] }
const manage: CallerAccess = { right: 'mine', scopes: [modelingManage] }

export const services: readonly ServedService[] = [
  servedBy('sessions', RoleMiningService, {
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
  }),
]
