import {
  CandidateService,
  type Draft,
  type ListCandidateEntitlementsResponse,
  type ListCandidateIdentitiesResponse,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { createConnectQueryKey, useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { queryClient, transport } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { candidateOf } from '../compare/reference.ts'
import { withLeftOut } from './edits.ts'

/** One draft with its figures and its history. */
export function useDraft(draftId: string) {
  return useQuery(CandidateService.method.getDraft, { draftId })
}

/** Puts a draft from a response into the query cache, so that all parts of the page show it. */
export function showDraft(draft: Draft): void {
  const key = createConnectQueryKey({
    schema: CandidateService.method.getDraft,
    input: { draftId: draft.id },
    transport,
    cardinality: 'finite',
  })
  queryClient.setQueryData(key, draft)
}

const entitlementsOf = (page: ListCandidateEntitlementsResponse) => page.entitlements
const identitiesOf = (page: ListCandidateIdentitiesResponse) => page.identities
const options = { ...byPageToken, placeholderData: keepPreviousData }

/** The entitlements of the draft, left-out ones included. */
export function useDraftAccess({ id, edits }: Draft) {
  const candidate = candidateOf({ kind: 'draft', id }, withLeftOut(edits))
  const query = useInfiniteQuery(
    CandidateService.method.listCandidateEntitlements,
    { candidate, pageSize: 100, pageToken: '' },
    options,
  )
  const { items, more, first } = usePages(query, entitlementsOf)
  return { ...query, items, more, totalCount: first?.totalSize ?? 0 }
}

/** The people of the draft, left-out ones included. */
export function useDraftPeople({ id, edits }: Draft) {
  const candidate = candidateOf({ kind: 'draft', id }, withLeftOut(edits))
  const query = useInfiniteQuery(
    CandidateService.method.listCandidateIdentities,
    { candidate, pageSize: 100, pageToken: '' },
    options,
  )
  const { items, more, first } = usePages(query, identitiesOf)
  return { ...query, items, more, totalCount: first?.totalSize ?? 0 }
}
