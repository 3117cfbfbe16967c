import type { CallerAccess } from '@assay/auth'
import {
  DirectoryService,
  ImportService,
  ProfileService,
  RoleModelService,
  RunInsightService,
  SessionReadinessService,
} from '@assay/contracts'
import { accessOfCalls, type CallAccess } from '../call-access.ts'

const read: CallerAccess = { right: 'read' }
const mine: CallerAccess = { right: 'mine' }
const decide: CallerAccess = { right: 'decide' }
const administer: CallerAccess = { right: 'administer' }

export const access: readonly CallAccess[] = [
  ...accessOfCalls(ImportService, {
    createImport: administer,
    uploadImportFile: administer,
    commitImport: administer,
    getImport: read,
    listImports: read,
    abortImport: administer,
  }),
  ...accessOfCalls(DirectoryService, {
    listIdentities: read,
    getIdentity: read,
    listApplications: read,
    listEntitlements: read,
    getEntitlement: read,
    listIdentityGrants: read,
  }),
  ...accessOfCalls(ProfileService, {
    listAccessProfiles: read,
    getAccessProfile: read,
    createAccessProfile: decide,
    updateAccessProfile: decide,
    previewMembership: read,
    deleteAccessProfile: decide,
    resumeAccessProfile: decide,
    listAccessProfileEntitlements: read,
    listAccessProfileMembers: read,
    addAccessProfileMembers: decide,
    listPendingTasks: read,
    resolvePendingTask: decide,
  }),
  ...accessOfCalls(RunInsightService, { getRunInsight: read }),
  ...accessOfCalls(RoleModelService, {
    startRoleModel: mine,
    watchRoleModel: read,
    getRoleModel: read,
    listRoleModelRoles: read,
    exportRoleModel: decide,
  }),
  ...accessOfCalls(SessionReadinessService, { getSessionReadiness: read }),
]
