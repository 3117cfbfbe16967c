import { type MiningSession, MiningSession_State as State } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { type ListSessionsResponse, SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { queryClient, sentenceOf } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'
import type { Condition } from '../explore/search.ts'

const sessionsOf = (page: ListSessionsResponse) => page.sessions
/** The interval between requests for a running search. */
export const lookEveryMs = 1_000

/** The conditions in the form of the calls. */
export function populationOf(conditions: readonly Condition[]) {
  return { filters: conditions.map(({ attribute, values }) => ({ attribute, values: [...values] })) }
}

/** The number of people who meet the conditions; the previous number is shown until the new one arrives. */
export function usePopulationCount(conditions: readonly Condition[]) {
  return useQuery(
    SessionService.method.countPopulation,
    { population: populationOf(conditions) },
    { placeholderData: keepPreviousData },
  )
}

/** The searches, the newest first; requested again while one runs. */
export function useSearches() {
  const query = useInfiniteQuery(
    SessionService.method.listSessions,
    { pageSize: 50, pageToken: '' },
    {
      ...byPageToken,
      refetchInterval: ({ state: { data } }) =>
        data?.pages.some(({ sessions }) => sessions.some(goesOn)) ? lookEveryMs : false,
    },
  )
  return { ...query, ...usePages(query, sessionsOf) }
}

export function goesOn({ state }: MiningSession): boolean {
  return state === State.WAITING || state === State.RUNNING
}

export function useStartSearch() {
  return useMutation(SessionService.method.createSession, {
    onSuccess: refreshSearches,
    onError: (error) => showToast(sentenceOf(error)),
  })
}

const ofSearches = { queryKey: ['connect-query', { serviceName: SessionService.typeName }] }

export async function refreshSearches(): Promise<void> {
  await queryClient.invalidateQueries(ofSearches)
}

/** After a deletion: the next screen requests its data again, and the page of the deleted object does not. */
export async function forgetSearches(): Promise<void> {
  await queryClient.invalidateQueries({ ...ofSearches, refetchType: 'none' })
}
