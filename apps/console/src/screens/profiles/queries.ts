import type { ListAccessProfilesResponse } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'

const profilesOf = (page: ListAccessProfilesResponse) => page.accessProfiles

/** All access profiles, by name, page by page. */
export function useProfiles() {
  const query = useInfiniteQuery(
    ProfileService.method.listAccessProfiles,
    { pageSize: 100, pageToken: '' },
    byPageToken,
  )
  const { items, more } = usePages(query, profilesOf)
  return { ...query, items, more }
}
