import {
  DirectoryService,
  type ListEffectiveGrantsResponse,
} from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'

/** One person. */
export function usePerson(identityId: string) {
  return useQuery(DirectoryService.method.getIdentity, { identityId })
}

/** The manager of a person; an id that is not in the data is shown as an id. */
export function useManager(identityId: string) {
  return useQuery(DirectoryService.method.getIdentity, { identityId }, { enabled: identityId !== '', retry: false })
}

const grantsOf = (page: ListEffectiveGrantsResponse) => page.grants

/** The access of a person, assigned or through groups. */
export function usePersonAccess(identityId: string) {
  const query = useInfiniteQuery(
    DirectoryService.method.listEffectiveGrants,
    { identityId, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  const { items: grants, more } = usePages(query, grantsOf)
  return { ...query, grants, more }
}
