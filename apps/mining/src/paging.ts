import { largestPageSize } from '@assay/store'

export { Pages, pageSize } from '@assay/store'

/**
 * The page size of lists that ConductorOne declares without parameters (ListRuns, ListSuggestions, ListCustomAnalysisResults). Its SDKs
 * cannot set a size or request the next page, so they get the largest page.
 */
export const unpagedListSize = largestPageSize
