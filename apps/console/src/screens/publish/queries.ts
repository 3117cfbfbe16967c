import { PublicationService } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { useQuery } from '@connectrpc/connect-query'

/** The kinds of systems that profiles can be handed to. */
export function useTargets() {
  return useQuery(PublicationService.method.listTargets, {}, { staleTime: Number.POSITIVE_INFINITY })
}

/** How a profile differs from the last time that it was handed to a target; requested again each time the dialog opens. */
export function usePreview(targetId: string, accessProfileId: string) {
  return useQuery(
    PublicationService.method.previewPublication,
    { targetId, accessProfileIds: [accessProfileId], pageSize: 1, pageToken: '' },
    { enabled: targetId !== '', staleTime: 0, gcTime: 0 },
  )
}

/** When and by whom it was handed to a target last. */
export function useLastTime(targetId: string, accessProfileId: string) {
  return useQuery(
    PublicationService.method.listPublications,
    { targetId, accessProfileId, pageSize: 1, pageToken: '' },
    { enabled: targetId !== '', staleTime: 0, gcTime: 0 },
  )
}
