import {
  DirectoryService,
  type ListEffectiveGrantsResponse,
} from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { RecommendationService } from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { untilLearnt } from '../entitlement/learning.ts'

/** One person. */
export function usePerson(identityId: string) {
  return useQuery(DirectoryService.method.getIdentity, { identityId })
}

/** The manager of a person; an id that is not in the data is shown as an id. */
export function useManager(identityId: string) {
  return useQuery(DirectoryService.method.getIdentity, { identityId }, { enabled: identityId !== '', retry: false })
}

/** The assignments and groups that give an entitlement to a person. */
export function useAccessPaths(identityId: string, applicationId: string, entitlementId: string) {
  return useQuery(DirectoryService.method.explainAccess, { identityId, applicationId, entitlementId })
}

/** The rule of an analysis that decided whether a person gets an entitlement. */
export function useWhyHolding(identityId: string, applicationId: string, entitlementId: string) {
  return useQuery(
    WhyService.method.explainHolding,
    { identityId, entitlement: { applicationId, entitlementId } },
    { staleTime: 60_000 },
  )
}

/** The entitlements that a person probably lacks. */
export function useLacking(identityId: string) {
  return useQuery(
    RecommendationService.method.recommendForIdentity,
    { identityId },
    { ...untilLearnt, staleTime: 60_000 },
  )
}

const grantsOf = (page: ListEffectiveGrantsResponse) => page.grants

/** The access of a person, assigned or through groups. */
export function usePersonAccess(identityId: string) {
  const query = useInfiniteQuery(
    DirectoryService.method.listEffectiveGrants,
    { identityId, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  const { items: grants, more } = usePages(query, grantsOf)
  return { ...query, grants, more }
}
