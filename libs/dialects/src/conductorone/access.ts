import {
  Auth,
  RequestCatalogManagementService,
  RoleMiningManagementSearchService,
  RoleMiningManagementService,
} from '@assay/contracts'
import { bounded, decide, mine, read, refused, unaffected } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'
import { directoryServices } from './directory-access.ts'

// Why calls are closed to bounded readers.
const ofAnalyses = 'settings and analyses are for the whole organisation'
const ofCustomAnalyses =
  'custom analyses count everybody of their cohort; DescribeCohort counts the people of the scope'
const ofProfiles = 'the rule of a profile may come to mean people outside the scope'

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
    triggerCustomAnalysis: refused(mine, ofAnalyses),
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
    get: bounded(read),
    delete: refused(decide, ofProfiles),
    listEntitlementsPerCatalog: bounded(read),
    updateAppEntitlements: refused(decide, ofProfiles),
    addAppEntitlements: refused(decide, ofProfiles),
    removeAppEntitlements: refused(decide, ofProfiles),
    getBundleAutomation: bounded(read),
    forceRunBundleAutomation: refused(decide, ofProfiles),
    resumePausedBundleAutomation: refused(decide, ofProfiles),
  }),
  ...directoryServices,
  // Every client may ask what it may do.
  servedBy('mining', Auth, { introspect: unaffected({}) }),
]
