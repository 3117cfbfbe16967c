import {
  CandidateService,
  type ListCandidateEntitlementsResponse,
  type ListCandidateIdentitiesResponse,
  ComparedSide as Side,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { candidateOf, type Reference } from './reference.ts'
import type { Pair, SideName } from './search.ts'

const pageSize = 100
const sideOf: Readonly<Record<SideName, Side>> = {
  both: Side.BOTH,
  first: Side.FIRST_ONLY,
  second: Side.SECOND_ONLY,
}

/** Two candidates side by side, on the data in force. */
export function useComparison({ a, b }: Pair) {
  return useQuery(CandidateService.method.compareCandidates, { first: candidateOf(a), second: candidateOf(b) })
}

/** The name of a candidate; empty until it is there. */
export function useNameOf({ kind, id }: Reference): string {
  const isInInbox = kind === 'suggestion' || kind === 'role'
  const inInbox = useQuery(InboxService.method.getInboxCandidate, { candidateId: id }, { enabled: isInInbox })
  const draft = useQuery(CandidateService.method.getDraft, { draftId: id }, { enabled: kind === 'draft' })
  const profile = useQuery(
    ProfileService.method.getAccessProfile,
    { accessProfileId: id },
    { enabled: kind === 'profile' },
  )
  return (inInbox.data ?? draft.data ?? profile.data)?.displayName ?? ''
}

const entitlementsOf = (page: ListCandidateEntitlementsResponse) => page.entitlements
const identitiesOf = (page: ListCandidateIdentitiesResponse) => page.identities

/** The entitlements that both candidates give, or only one of them. */
export function useComparedAccess({ a, b }: Pair, side: SideName) {
  const query = useInfiniteQuery(
    CandidateService.method.listComparedEntitlements,
    { first: candidateOf(a), second: candidateOf(b), side: sideOf[side], pageSize, pageToken: '' },
    byPageToken,
  )
  const { items, more, first } = usePages(query, entitlementsOf)
  return { ...query, items, more, totalCount: first?.totalSize ?? 0 }
}

/** The people of both candidates, or of only one of them. */
export function useComparedPeople({ a, b }: Pair, side: SideName) {
  const query = useInfiniteQuery(
    CandidateService.method.listComparedIdentities,
    { first: candidateOf(a), second: candidateOf(b), side: sideOf[side], pageSize, pageToken: '' },
    byPageToken,
  )
  const { items, more, first } = usePages(query, identitiesOf)
  return { ...query, items, more, totalCount: first?.totalSize ?? 0 }
}

/** Candidates in any state whose names or values contain these words. */
export function useFoundCandidates(text: string) {
  return useQuery(
    InboxService.method.listInboxCandidates,
    { text, pageSize: 20 },
    { placeholderData: keepPreviousData },
  )
}
