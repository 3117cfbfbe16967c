import {
  DirectoryService,
  ImportService,
  ProfileService,
  RoleModelService,
  RunInsightService,
  SessionReadinessService,
} from '@assay/contracts'
import { administer, decide, mine, read } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'

export const services: readonly ServedService[] = [
  servedBy('mining', ImportService, {
    createImport: administer,
    uploadImportFile: administer,
    commitImport: administer,
    getImport: read,
    listImports: read,
    abortImport: administer,
  }),
  servedBy('mining', DirectoryService, {
    listIdentities: read,
    getIdentity: read,
    listApplications: read,
    listEntitlements: read,
    getEntitlement: read,
    listIdentityGrants: read,
    listEffectiveGrants: read,
    explainAccess: read,
  }),
  servedBy('mining', ProfileService, {
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
  servedBy('mining', RunInsightService, { getRunInsight: read }),
  servedBy('mining', RoleModelService, {
    startRoleModel: mine,
    watchRoleModel: read,
    getRoleModel: read,
    listRoleModelRoles: read,
    exportRoleModel: decide,
  }),
  servedBy('sessions', SessionReadinessService, { getSessionReadiness: read }),
]
