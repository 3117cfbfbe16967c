import {
  AppEntitlementSearchService,
  AppSearch,
  Auth,
  RequestCatalogManagementService,
  RoleMiningManagementSearchService,
  RoleMiningManagementService,
  UserSearch,
} from '@assay/contracts'
import { decide, mine, read, refused, unaffected } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'

// Why calls are closed to bounded readers.
const ofEverybody = 'its answer is about the whole organisation'

export const services: readonly ServedService[] = [
  servedBy('mining', RoleMiningManagementService, {
    triggerAnalysis: refused(mine, ofEverybody),
    listRuns: refused(read, ofEverybody),
    getLatestRun: refused(read, ofEverybody),
    listSuggestions: refused(read, ofEverybody),
    getSuggestion: refused(read, ofEverybody),
    updateSuggestionState: refused(decide, ofEverybody),
    searchCohortUsers: refused(read, ofEverybody),
    getRoleMiningConfig: refused(read, ofEverybody),
    updateRoleMiningConfig: refused(mine, ofEverybody),
    triggerCustomAnalysis: refused(mine, ofEverybody),
    getCustomAnalysisResult: refused(read, ofEverybody),
    createAccessProfileFromCohort: refused(decide, ofEverybody),
    listCustomAnalysisResults: refused(read, ofEverybody),
    evaluateEntitlementSelection: refused(read, ofEverybody),
    getLatestCustomAnalysisResult: refused(read, ofEverybody),
    listCohortFilterAttributes: refused(read, ofEverybody),
    listCohortFilterAttributeValues: refused(read, ofEverybody),
    countEntitlementSelectionFilterAttributeValues: refused(read, ofEverybody),
  }),
  servedBy('mining', RoleMiningManagementSearchService, { search: refused(read, ofEverybody) }),
  servedBy('mining', RequestCatalogManagementService, {
    list: refused(read, ofEverybody),
    get: refused(read, ofEverybody),
    delete: refused(decide, ofEverybody),
    listEntitlementsPerCatalog: refused(read, ofEverybody),
    updateAppEntitlements: refused(decide, ofEverybody),
    addAppEntitlements: refused(decide, ofEverybody),
    removeAppEntitlements: refused(decide, ofEverybody),
    getBundleAutomation: refused(read, ofEverybody),
    forceRunBundleAutomation: refused(decide, ofEverybody),
    resumePausedBundleAutomation: refused(decide, ofEverybody),
  }),
  servedBy('mining', UserSearch, { search: refused(read, ofEverybody) }),
  servedBy('mining', AppSearch, { search: refused(read, ofEverybody) }),
  servedBy('mining', AppEntitlementSearchService, { search: refused(read, ofEverybody) }),
  // Every client may ask what it may do.
  servedBy('mining', Auth, { introspect: unaffected({}) }),
]
