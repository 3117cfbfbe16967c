import { IssuerService } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import {
  type ListPeopleResponse,
  type ListSessionsResponse,
  PeopleService,
} from '@assay/contracts/assay/people/v1/people_service_pb'
import { useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { queryClient, sentenceOf } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'

const peopleOf = (page: ListPeopleResponse) => page.people

/** The people who signed in, by name. */
export function usePeople(text: string) {
  const query = useInfiniteQuery(
    PeopleService.method.listPeople,
    { text, pageSize: 50, pageToken: '' },
    { ...byPageToken, placeholderData: keepPreviousData },
  )
  return { ...query, ...usePages(query, peopleOf) }
}

/** The issuers through which people can sign in. */
export function useIssuers() {
  return useQuery(IssuerService.method.listIssuers, {})
}

const issuersChanged = { onError: (error: unknown) => showToast(sentenceOf(error)), onSettled: refreshIssuers }

export function useConnectIssuer() {
  return useMutation(IssuerService.method.createIssuer, issuersChanged)
}

export function useRemoveIssuer() {
  return useMutation(IssuerService.method.deleteIssuer, issuersChanged)
}

const sessionsOf = (page: ListSessionsResponse) => page.sessions

/** Sessions of the console, the oldest first. */
export function useSessions() {
  const query = useInfiniteQuery(PeopleService.method.listSessions, { pageSize: 25, pageToken: '' }, byPageToken)
  return { ...query, ...usePages(query, sessionsOf) }
}

export function useEndSession() {
  return useMutation(PeopleService.method.endSession, said)
}

export function useGivenAccess() {
  return useQuery(PeopleService.method.listGivenAccess, {})
}

const said = { onError: (error: unknown) => showToast(sentenceOf(error)), onSettled: refreshPeople }

export function useRevokePerson() {
  return useMutation(PeopleService.method.revokePerson, said)
}

export function useRestorePerson() {
  return useMutation(PeopleService.method.restorePerson, said)
}

export function useGiveAccess() {
  return useMutation(PeopleService.method.giveAccess, said)
}

export function useTakeAccess() {
  return useMutation(PeopleService.method.takeAccess, said)
}

/** Requests issuers and people again: the deletion of an issuer also deletes its people, their sessions and their given access. */
async function refreshIssuers(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: IssuerService.typeName }] })
  await refreshPeople()
}

async function refreshPeople(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: PeopleService.typeName }] })
}
