import { type ListPotentialRolesResponse, SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { sentenceOf } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'
import { goesOn, lookEveryMs, refreshSearches } from '../searches/queries.ts'

const rolesOf = (page: ListPotentialRolesResponse) => page.potentialRoles

/** One search, requested again while it runs. */
export function useSearch(sessionId: string) {
  return useQuery(
    SessionService.method.getSession,
    { sessionId },
    { refetchInterval: ({ state: { data } }) => (data !== undefined && goesOn(data) ? lookEveryMs : false) },
  )
}

/** The readable potential roles of a search, the best first. */
export function usePotentialRoles(sessionId: string, isGoingOn: boolean) {
  const query = useInfiniteQuery(
    SessionService.method.listPotentialRoles,
    { sessionId, pageSize: 100, pageToken: '' },
    { ...byPageToken, refetchInterval: isGoingOn ? lookEveryMs : false },
  )
  return { ...query, ...usePages(query, rolesOf) }
}

/** Changes a search; another tightness or number of people starts it again. */
export function useChangeSearch(onDone: () => void = () => {}) {
  return useMutation(SessionService.method.updateSession, {
    onSuccess: async () => {
      onDone()
      await refreshSearches()
    },
    onError: (error) => showToast(sentenceOf(error)),
  })
}

export function useDeleteSearch() {
  return useMutation(SessionService.method.deleteSession, { onError: (error) => showToast(sentenceOf(error)) })
}
