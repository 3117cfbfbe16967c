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

/** The check of a rule, with the place of a fault; the previous answer is shown until the new one arrives. */
export function useRuleCheck(celExpression: string, isAsked: boolean) {
  return useQuery(
    ProfileService.method.checkMembershipRule,
    { celExpression },
    { enabled: isAsked, placeholderData: keepPreviousData, staleTime: 60_000 },
  )
}

/** The number of members by a rule, and of people for whom it has no result. */
export function useDryRun(accessProfileId: string, celExpression: string | undefined) {
  return useQuery(
    ProfileService.method.previewMembership,
    { accessProfileId, celExpression: celExpression ?? '' },
    { enabled: celExpression !== undefined },
  )
}

/** The people who would join by a rule, or those who would leave. */
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
