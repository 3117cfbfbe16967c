import {
  CandidateService,
  type ListCandidateIdentitiesResponse,
  ComparedSide as Side,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { candidateOf } from '../compare/reference.ts'

/** Whether a rule is right, and where it is wrong; the previous answer is shown until the new one arrives. */
export function useRuleCheck(celExpression: string, isAsked: boolean) {
  return useQuery(
    ProfileService.method.checkMembershipRule,
    { celExpression },
    { enabled: isAsked, placeholderData: keepPreviousData, staleTime: 60_000 },
  )
}

/** Who would be a member by a rule, in numbers; counts those too of whom the rule cannot tell. */
export function useDryRun(accessProfileId: string, celExpression: string | undefined) {
  return useQuery(
    ProfileService.method.previewMembership,
    { accessProfileId, celExpression: celExpression ?? '' },
    { enabled: celExpression !== undefined },
  )
}

/** Who comes in by a rule, or who goes out. */
export type Direction = 'in' | 'out'

const identitiesOf = (page: ListCandidateIdentitiesResponse) => page.identities

/** The people of one direction, page by page. */
export function useMovedPeople(accessProfileId: string, celExpression: string, direction: Direction) {
  const profile = { kind: 'profile', id: accessProfileId } as const
  const now = candidateOf(profile)
  const then = candidateOf(profile, { rule: { rule: { case: 'celExpression', value: celExpression } } })
  const query = useInfiniteQuery(
    CandidateService.method.listComparedIdentities,
    {
      first: now,
      second: then,
      side: direction === 'in' ? Side.SECOND_ONLY : Side.FIRST_ONLY,
      pageSize: 100,
      pageToken: '',
    },
    byPageToken,
  )
  const { items, more, first } = usePages(query, identitiesOf)
  return { ...query, items, more, totalCount: first?.totalSize ?? 0 }
}
