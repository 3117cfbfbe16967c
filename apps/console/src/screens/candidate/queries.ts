import {
  type InboxCandidate,
  InboxPeopleFilter,
  InboxService,
  type ListInboxPeopleResponse,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { useCandidates } from '../candidates/queries.ts'
import type { CandidatesSearch } from '../candidates/search.ts'

/** One candidate with its entitlements. */
export function useCandidate(candidateId: string) {
  return useQuery(InboxService.method.getInboxCandidate, { candidateId })
}

const peopleOf = (page: ListInboxPeopleResponse) => page.people

/** The people of the candidate, most affected first. */
export function usePeople(candidateId: string, isOnlyGains: boolean) {
  const filter = isOnlyGains ? InboxPeopleFilter.GAINS : InboxPeopleFilter.UNSPECIFIED
  const query = useInfiniteQuery(
    InboxService.method.listInboxPeople,
    { candidateId, filter, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  const { items: people, more, first } = usePages(query, peopleOf)
  return { ...query, people, more, totalCount: first?.totalCount ?? 0 }
}

interface Place {
  /** The position in the list, from 1; undefined for a candidate that is not in the list. */
  readonly number: number | undefined
  readonly totalCount: number
  readonly before: InboxCandidate | undefined
  readonly after: InboxCandidate | undefined
}

/** The place of a candidate in the list from which the user opened it. */
export function usePlace(id: string, search: CandidatesSearch): Place {
  const { candidates, totalCount, more } = useCandidates(search)
  const at = candidates.findIndex((candidate) => candidate.id === id)
  if (at >= 0 && at > candidates.length - 3 && candidates.length < totalCount) more()
  return {
    number: at < 0 ? undefined : at + 1,
    totalCount,
    before: candidates[at - 1],
    after: at < 0 ? undefined : candidates[at + 1],
  }
}
