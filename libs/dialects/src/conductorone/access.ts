import {
  AccessConflictService,
  AppEntitlementMonitorBindingService,
  Auth,
  Policies,
  PolicySearch,
  PolicyValidate,
  RequestCatalogManagementService,
  RequestCatalogSearchService,
  RoleMiningManagementSearchService,
  RoleMiningManagementService,
  TaskActionsService,
  TaskSearchService,
  TaskService,
} from '@assay/contracts'
import { administer, alsoByTools, bounded, decide, mine, read, refused, unaffected } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'
import { directoryServices } from './directory-access.ts'

// Why bounded readers are refused.
const ofAnalyses = 'settings and analyses are for the whole organisation'
const ofCustomAnalyses =
  'custom analyses count everybody of their cohort; DescribeCohort counts the people of the scope'
const ofPolicies = 'policies hold for the whole organisation'
const ofProfiles = 'the rule of a profile may later match people outside the scope'

export const services: readonly ServedService[] = [
  servedBy('mining', RoleMiningManagementService, {
    triggerAnalysis: refused(mine, ofAnalyses),
    listRuns: bounded(read),
    getLatestRun: bounded(read),
    listSuggestions: bounded(read),
    getSuggestion: bounded(read),
    updateSuggestionState: bounded(decide),
    searchCohortUsers: bounded(read),
    getRoleMiningConfig: unaffected(read),
    updateRoleMiningConfig: refused(mine, ofAnalyses),
    triggerCustomAnalysis: alsoByTools(refused(mine, ofAnalyses)),
    getCustomAnalysisResult: refused(read, ofCustomAnalyses),
    createAccessProfileFromCohort: bounded(decide),
    listCustomAnalysisResults: refused(read, ofCustomAnalyses),
    evaluateEntitlementSelection: refused(read, ofCustomAnalyses),
    getLatestCustomAnalysisResult: refused(read, ofCustomAnalyses),
    listCohortFilterAttributes: bounded(read),
    listCohortFilterAttributeValues: bounded(read),
    countEntitlementSelectionFilterAttributeValues: refused(read, ofCustomAnalyses),
  }),
  servedBy('mining', RoleMiningManagementSearchService, { search: bounded(read) }),
  servedBy('mining', RequestCatalogManagementService, {
    list: bounded(read),
    create: refused(decide, ofProfiles),
    update: refused(decide, ofProfiles),
    get: bounded(read),
    delete: refused(decide, ofProfiles),
    listEntitlementsPerCatalog: bounded(read),
    listAllEntitlementIdsPerApp: bounded(read),
    updateAppEntitlements: refused(decide, ofProfiles),
    addAppEntitlements: refused(decide, ofProfiles),
    removeAppEntitlements: refused(decide, ofProfiles),
    createRequestableEntry: refused(decide, ofProfiles),
    getRequestableEntry: bounded(read),
    deleteRequestableEntry: refused(decide, ofProfiles),
    addAccessEntitlements: refused(decide, ofProfiles),
    removeAccessEntitlements: refused(decide, ofProfiles),
    listEntitlementsForAccess: bounded(read),
    getBundleAutomation: bounded(read),
    createBundleAutomation: refused(decide, ofProfiles),
    setBundleAutomation: refused(decide, ofProfiles),
    deleteBundleAutomation: refused(decide, ofProfiles),
    forceRunBundleAutomation: refused(decide, ofProfiles),
    resumePausedBundleAutomation: refused(decide, ofProfiles),
  }),
  ...directoryServices,
  servedBy('mining', RequestCatalogSearchService, { searchEntitlements: bounded(read) }),
  servedBy('mining', TaskSearchService, { search: bounded(read) }),
  servedBy('mining', TaskService, {
    get: bounded(read),
    createGrantTask: refused(decide, ofProfiles),
    createRevokeTask: refused(decide, ofProfiles),
  }),
  servedBy('mining', TaskActionsService, { approve: bounded(decide), deny: bounded(decide) }),
  servedBy('mining', Policies, { list: unaffected(read), get: unaffected(read) }),
  servedBy('mining', PolicySearch, { search: unaffected(read) }),
  servedBy('mining', PolicyValidate, { validateCEL: unaffected(read) }),
  servedBy('mining', AccessConflictService, {
    createMonitor: refused(administer, ofPolicies),
    getMonitor: refused(read, ofPolicies),
    updateMonitor: refused(administer, ofPolicies),
    deleteMonitor: refused(administer, ofPolicies),
  }),
  servedBy('mining', AppEntitlementMonitorBindingService, {
    createAppEntitlementMonitorBinding: refused(administer, ofPolicies),
    getAppEntitlementMonitorBinding: refused(read, ofPolicies),
    deleteAppEntitlementMonitorBinding: refused(administer, ofPolicies),
  }),
  // Every client may read its own rights.
  servedBy('mining', Auth, { introspect: unaffected({}) }),
]
