import { PublicationService } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { useQuery } from '@connectrpc/connect-query'

/** The targets for profiles. */
export function useTargets() {
  return useQuery(PublicationService.method.listTargets, {}, { staleTime: Number.POSITIVE_INFINITY })
}

/** The difference between a profile and its last publication to a target; requested again each time the dialog opens. */
export function usePreview(targetId: string, accessProfileId: string) {
  return useQuery(
    PublicationService.method.previewPublication,
    { targetId, accessProfileIds: [accessProfileId], pageSize: 1, pageToken: '' },
    { enabled: targetId !== '', staleTime: 0, gcTime: 0 },
  )
}

/** The last publication of a profile to a target. */
export function useLastTime(targetId: string, accessProfileId: string) {
  return useQuery(
    PublicationService.method.listPublications,
    { targetId, accessProfileId, pageSize: 1, pageToken: '' },
    { enabled: targetId !== '', staleTime: 0, gcTime: 0 },
  )
}
