import {
  AppEntitlementSearchService,
  AppSearch,
  Auth,
  RequestCatalogManagementService,
  RoleMiningManagementSearchService,
  RoleMiningManagementService,
  UserSearch,
} from '@assay/contracts'
import { decide, mine, read } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'

export const services: readonly ServedService[] = [
  servedBy('mining', RoleMiningManagementService, {
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
  servedBy('mining', RoleMiningManagementSearchService, { search: read }),
  servedBy('mining', RequestCatalogManagementService, {
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
  servedBy('mining', UserSearch, { search: read }),
  servedBy('mining', AppSearch, { search: read }),
  servedBy('mining', AppEntitlementSearchService, { search: read }),
  // Every client may ask what it may do.
  servedBy('mining', Auth, { introspect: {} }),
]
