import { largestPageSize } from '@assay/store'

export { Pages, pageSize } from '@assay/store'

/**
 * Page size of the lists that ConductorOne declares without parameters (ListRuns, ListSuggestions, ListCustomAnalysisResults):
 * its SDKs can neither ask for more nor for the next page, so they get as much as one page can hold.
 */
export const unpagedListSize = largestPageSize
