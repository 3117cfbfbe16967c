import type { CallerAccess } from '@assay/auth'
import {
  AccessProfilesService,
  CommonAccessService,
  RecommendationsService,
  RoleInsightsService,
  RolesService,
  SodService,
  TaskStatusService,
} from '@assay/contracts'
import { bounded, refused, unaffected } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'
import * as scopes from './scopes.ts'

const reading = (...opening: (readonly string[])[]): CallerAccess => ({ right: 'read', scopes: opening.flat() })
const deciding = (...opening: (readonly string[])[]): CallerAccess => ({ right: 'decide', scopes: opening.flat() })

const mining = (...opening: (readonly string[])[]): CallerAccess => ({ right: 'mine', scopes: opening.flat() })

const readRoles = reading(scopes.rolesRead, scopes.rolesManage)
const writeRoles = deciding(scopes.rolesManage)
const readAccessProfiles = reading(scopes.accessProfilesRead, scopes.accessProfilesManage)
const insights = reading(scopes.roleInsights)
const readModeling = reading([scopes.modelingRead, scopes.modelingManage])
const manageModeling = deciding([scopes.modelingManage])

// Why bounded readers are refused.
const ofRoles = 'the rule of a role may later match people outside the scope'
const ofRequests = 'a request is for insights into the roles of everybody'

/** The access of the calls that read and write roles, and of calls around them. */
export const roleServices: readonly ServedService[] = [
  servedBy('mining', RolesService, {
    listRoles: bounded(readRoles),
    createRole: refused(writeRoles, ofRoles),
    getRole: bounded(readRoles),
    patchRole: refused(writeRoles, ofRoles),
    deleteRole: refused(writeRoles, ofRoles),
    deleteBulkRoles: refused(writeRoles, ofRoles),
    getRoleAssignedIdentities: bounded(readRoles),
    getRoleEntitlements: bounded(readRoles),
    searchRolesByFilter: bounded(readRoles),
  }),
  servedBy('mining', AccessProfilesService, {
    listAccessProfiles: unaffected(readAccessProfiles),
    getAccessProfile: unaffected(readAccessProfiles),
    getAccessProfileEntitlements: unaffected(readAccessProfiles),
  }),
  servedBy('mining', SodService, {
    listSodPolicies: bounded(reading(scopes.sodPolicies)),
    getSodPolicy: bounded(reading(scopes.sodPolicies)),
    startPredictSodViolations: bounded(reading(scopes.sodViolations)),
  }),
  servedBy('mining', TaskStatusService, {
    getTaskStatusList: refused(reading(scopes.tasks), ofRoles),
    getTaskStatus: refused(reading(scopes.tasks), ofRoles),
  }),
  servedBy('mining', RoleInsightsService, {
    getRoleInsights: bounded(insights),
    getRoleInsightsSummary: bounded(insights),
    createRoleInsightRequests: refused(mining(scopes.roleInsights), ofRequests),
    getRoleInsightsRequests: refused(insights, ofRequests),
    getRoleInsight: bounded(insights),
    getRoleInsightsEntitlementsChanges: bounded(insights),
    downloadRoleInsightsEntitlementsChanges: bounded(insights),
    getRoleInsightsCurrentEntitlements: bounded(insights),
    getEntitlementChangesIdentities: bounded(insights),
  }),
  servedBy('mining', CommonAccessService, {
    getCommonAccess: bounded(readModeling),
    createCommonAccess: refused(manageModeling, ofRoles),
    updateCommonAccessStatusInBulk: refused(manageModeling, ofRoles),
  }),
  servedBy('mining', RecommendationsService, {
    getRecommendations: bounded(reading(scopes.decisions)),
    getRecommendationsConfig: unaffected(reading(scopes.configurationRead, scopes.configurationManage)),
  }),
]
