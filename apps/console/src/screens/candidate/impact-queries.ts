import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import {
  ImpactChange,
  ImpactMode,
  ImpactService,
  type ListImpactIdentitiesResponse,
} from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { sourceOf } from '../candidates/candidate-source.ts'
import { entitlementKey } from './search.ts'

/** The candidate is added to single grants, or replaces them. */
export type ModeName = 'add' | 'replace'

const modes: Readonly<Record<ModeName, ImpactMode>> = { add: ImpactMode.ADD, replace: ImpactMode.REPLACE }

/** The candidate for an impact request, without the entitlements that the user leaves out. */
function asked(candidate: InboxCandidate, out: ReadonlySet<string>) {
  const removedEntitlements = candidate.entitlements
    .filter((one) => out.has(entitlementKey(one)))
    .map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId }))
  return { source: sourceOf(candidate), edits: { removedEntitlements } }
}

/** The impact of a candidate on the data in force, counted by person and entitlement. */
export function useImpact(candidate: InboxCandidate, out: ReadonlySet<string>, mode: ModeName) {
  return useQuery(ImpactService.method.computeImpact, {
    candidate: asked(candidate, out),
    settings: { mode: modes[mode] },
    pageSize: 1,
  })
}

const identitiesOf = (page: ListImpactIdentitiesResponse) => page.identities

/** The affected people, most affected first. */
export function useAffected(candidate: InboxCandidate, out: ReadonlySet<string>, mode: ModeName) {
  const query = useInfiniteQuery(
    ImpactService.method.listImpactIdentities,
    {
      candidate: asked(candidate, out),
      settings: { mode: modes[mode] },
      changes: [ImpactChange.GAIN, ImpactChange.LOSS],
      pageSize: 100,
      pageToken: '',
    },
    byPageToken,
  )
  const { items: people, more, first } = usePages(query, identitiesOf)
  return { ...query, people, more, totalCount: first?.totalSize ?? 0 }
}
