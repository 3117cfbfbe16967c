import {
  DirectoryService,
  type ListEffectiveGrantsResponse,
} from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'

/** Who it is. */
export function usePerson(identityId: string) {
  return useQuery(DirectoryService.method.getIdentity, { identityId })
}

/** Who manages somebody; an id that the data do not have stays one. */
export function useManager(identityId: string) {
  return useQuery(DirectoryService.method.getIdentity, { identityId }, { enabled: identityId !== '', retry: false })
}

const grantsOf = (page: ListEffectiveGrantsResponse) => page.grants

/** What a person has, given to them or by groups. */
export function usePersonAccess(identityId: string) {
  const query = useInfiniteQuery(
    DirectoryService.method.listEffectiveGrants,
    { identityId, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  const { items: grants, more } = usePages(query, grantsOf)
  return { ...query, grants, more }
}
