import type { CallerAccess } from '@assay/auth'
import {
  AppEntitlementSearchService,
  AppSearch,
  Auth,
  RequestCatalogManagementService,
  RoleMiningManagementSearchService,
  RoleMiningManagementService,
  UserSearch,
} from '@assay/contracts'
import { accessOfCalls, type CallAccess } from '../call-access.ts'

const read: CallerAccess = { right: 'read' }
const mine: CallerAccess = { right: 'mine' }
const decide: CallerAccess = { right: 'decide' }

export const access: readonly CallAccess[] = [
  ...accessOfCalls(RoleMiningManagementService, {
    triggerAnalysis: mine,
    listRuns: read,
    getLatestRun: read,
    listSuggestions: read,
    getSuggestion: read,
    updateSuggestionState: decide,
    searchCohortUsers: read,
    getRoleMiningConfig: read,
    updateRoleMiningConfig: mine,
    triggerCustomAnalysis: mine,
    getCustomAnalysisResult: read,
    createAccessProfileFromCohort: decide,
    listCustomAnalysisResults: read,
    evaluateEntitlementSelection: read,
    getLatestCustomAnalysisResult: read,
    listCohortFilterAttributes: read,
    listCohortFilterAttributeValues: read,
    countEntitlementSelectionFilterAttributeValues: read,
  }),
  ...accessOfCalls(RoleMiningManagementSearchService, { search: read }),
  ...accessOfCalls(RequestCatalogManagementService, {
    list: read,
    get: read,
    delete: decide,
    listEntitlementsPerCatalog: read,
    updateAppEntitlements: decide,
    addAppEntitlements: decide,
    removeAppEntitlements: decide,
    getBundleAutomation: read,
    forceRunBundleAutomation: decide,
    resumePausedBundleAutomation: decide,
  }),
  ...accessOfCalls(UserSearch, { search: read }),
  ...accessOfCalls(AppSearch, { search: read }),
  ...accessOfCalls(AppEntitlementSearchService, { search: read }),
  // What a client may do is told to every client, whatever its role.
  ...accessOfCalls(Auth, { introspect: {} }),
]
