import {
  EntitlementInsightService,
  type ListEntitlementHoldersResponse,
  ListEntitlementHoldersRequest_Selection as Selection,
} from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'

export type HolderSelection = 'holders' | 'against' | 'lacking'

const selections: Readonly<Record<HolderSelection, Selection>> = {
  holders: Selection.HOLDERS,
  against: Selection.AGAINST_PATTERN,
  lacking: Selection.LACKING,
}

/** The holders of an entitlement, the conditions that describe them best, and the candidates and profiles that contain it. */
export function useEntitlement(applicationId: string, entitlementId: string) {
  const entitlements = [{ applicationId, entitlementId }]
  return useQuery(EntitlementInsightService.method.describeEntitlements, { entitlements })
}

/** Why an analysis proposes an entitlement, or which rule leaves it out. */
export function useWhyEntitlement(applicationId: string, entitlementId: string) {
  return useQuery(
    WhyService.method.explainEntitlement,
    { entitlement: { applicationId, entitlementId } },
    { staleTime: 60_000 },
  )
}

const peopleOf = (page: ListEntitlementHoldersResponse) => page.people

/** People who hold it, hold it against the pattern, or lack it. */
export function useHolders(applicationId: string, entitlementId: string, selection: HolderSelection) {
  const query = useInfiniteQuery(
    EntitlementInsightService.method.listEntitlementHolders,
    {
      entitlements: [{ applicationId, entitlementId }],
      selection: selections[selection],
      pageSize: 100,
      pageToken: '',
    },
    byPageToken,
  )
  const { items: people, more, first } = usePages(query, peopleOf)
  return { ...query, people, more, totalCount: Number(first?.total ?? 0n) }
}
