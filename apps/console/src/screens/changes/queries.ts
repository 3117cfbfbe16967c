import {
  ChangeService,
  type ListLoadChangesResponse,
  type ListRoleHealthResponse,
  type RunComparison,
} from '@assay/contracts/assay/change/v1/change_service_pb'
import {
  type ListProfileDriftResponse,
  ProfileDriftService,
} from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { type ChangesSearch, fates } from './search.ts'

const loadsOf = (page: ListLoadChangesResponse) => page.loads
const changesOf = (page: RunComparison) => page.changes

/** What each load changed, the newest first. */
export function useLoads() {
  const query = useInfiniteQuery(ChangeService.method.listLoadChanges, { pageSize: 10, pageToken: '' }, byPageToken)
  const { items, more } = usePages(query, loadsOf)
  return { ...query, items, more }
}

const pointsOf = (page: ListRoleHealthResponse) => page.points

/** How good the accepted profiles were at each load, the newest first. */
export function useHealth() {
  const query = useInfiniteQuery(ChangeService.method.listRoleHealth, { pageSize: 50, pageToken: '' }, byPageToken)
  return { ...query, ...usePages(query, pointsOf) }
}

const driftOf = (page: ListProfileDriftResponse) => page.profiles

/** The differences of every access profile from the data in force, by the names of the profiles. */
export function useAllDrift() {
  const query = useInfiniteQuery(
    ProfileDriftService.method.listProfileDrift,
    { pageSize: 50, pageToken: '' },
    byPageToken,
  )
  return { ...query, ...usePages(query, driftOf) }
}

/** Runs whose candidates are stored, the newest first. */
export function useRuns() {
  return useQuery(ChangeService.method.listComparableRuns, {})
}

/** The fates of the candidates from one run to another. */
export function useRunComparison({ run, before, fate }: ChangesSearch) {
  const query = useInfiniteQuery(
    ChangeService.method.compareRuns,
    {
      runId: run ?? 'latest',
      previousRunId: before ?? '',
      fates: fate === undefined ? [] : [fates[fate]],
      pageSize: 50,
      pageToken: '',
    },
    { ...byPageToken, placeholderData: keepPreviousData },
  )
  const { items, more, first } = usePages(query, changesOf)
  return { ...query, items, more, first }
}
