import { CoverageService, type ListResidualGrantsResponse } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { type ListBreachesResponse, PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { type CoverageSearch, layers } from './search.ts'

const grantsOf = (page: ListResidualGrantsResponse) => page.grants
const breachesOf = (page: ListBreachesResponse) => page.breaches

/** The sums of all layers. */
export function useLayers() {
  return useQuery(CoverageService.method.getResidual, {})
}

/** Grants of a layer, of an application, or of both. */
export function useLayerGrants({ layer, app }: CoverageSearch) {
  const query = useInfiniteQuery(
    CoverageService.method.listResidualGrants,
    {
      layers: layer === undefined ? [] : [layers[layer].layer],
      applicationId: app ?? '',
      pageSize: 100,
      pageToken: '',
    },
    { ...byPageToken, placeholderData: keepPreviousData },
  )
  return { ...query, ...usePages(query, grantsOf) }
}

/** The breaches of policies in the present data. */
export function useBreaches() {
  const query = useInfiniteQuery(PolicyService.method.listBreaches, { pageSize: 100, pageToken: '' }, byPageToken)
  return { ...query, ...usePages(query, breachesOf) }
}
