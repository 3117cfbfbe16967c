import { ProfileDriftService } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import {
  type ListAccessProfileEntitlementsResponse,
  type ListAccessProfileMembersResponse,
  ProfileService,
} from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { queryClient } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'

/** One access profile. */
export function useProfile(accessProfileId: string) {
  return useQuery(ProfileService.method.getAccessProfile, { accessProfileId })
}

/** The differences between the profile and the access data. */
export function useDrift(accessProfileId: string) {
  return useQuery(ProfileDriftService.method.getProfileDrift, { accessProfileId })
}

/** Requests the profiles again, and how they differ from the data. */
export async function refreshProfiles(): Promise<void> {
  await Promise.all(
    [ProfileService, ProfileDriftService].map(({ typeName: serviceName }) =>
      queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName }] }),
    ),
  )
}

const entitlementsOf = (page: ListAccessProfileEntitlementsResponse) => page.entitlements

/** The entitlements of the profile. */
export function useProfileAccess(accessProfileId: string) {
  const query = useInfiniteQuery(
    ProfileService.method.listAccessProfileEntitlements,
    { accessProfileId, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  const { items, more } = usePages(query, entitlementsOf)
  return { ...query, items, more }
}

const membersOf = (page: ListAccessProfileMembersResponse) => page.members

/** The members of the profile. */
export function useMembers(accessProfileId: string) {
  const query = useInfiniteQuery(
    ProfileService.method.listAccessProfileMembers,
    { accessProfileId, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  const { items, more } = usePages(query, membersOf)
  return { ...query, items, more }
}
