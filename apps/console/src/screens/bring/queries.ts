import { ReadinessService } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { UploadService } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'

export const useUploads = () => useQuery(UploadService.method.listUploads, {}, { staleTime: 0 })

export const useSources = () => useQuery(SourceService.method.listSources, {})

export const useReadyMaps = () =>
  useQuery(UploadService.method.listReadyMaps, {}, { staleTime: Number.POSITIVE_INFINITY })

/** The newest map of the source, as a list; empty when there is none, or when the source does not exist yet. */
export function useOwnMap(sourceId: string, exists: boolean) {
  return useQuery(SourceService.method.listSourceMaps, { sourceId, pageSize: 1 }, { enabled: exists })
}

/** The result of a map for the uploads; the previous result is shown until the new one arrives. */
export function usePreview(uploadIds: readonly string[], content: string, isReady: boolean) {
  return useQuery(
    UploadService.method.previewMap,
    { uploadIds: [...uploadIds], content },
    { enabled: isReady && uploadIds.length > 0, placeholderData: keepPreviousData, staleTime: 60_000 },
  )
}

const goesOn = new Set([State.READING, State.STAGED])

/** A load; requested again while it runs. */
export function useLoad(loadId: string) {
  return useQuery(
    SourceService.method.getLoad,
    { loadId },
    {
      enabled: loadId !== '',
      staleTime: 0,
      refetchInterval: ({ state }) => (state.data && goesOn.has(state.data.state) ? 1_000 : false),
    },
  )
}

const measuring = 1

/** The readiness report, requested again until its figures are those of the load. */
export function useReadinessOf(importId: string) {
  return useQuery(
    ReadinessService.method.getReadiness,
    {},
    {
      enabled: importId !== '',
      staleTime: 0,
      refetchInterval: ({ state }) =>
        state.data?.state === measuring || state.data?.importId !== importId ? 1_500 : false,
    },
  )
}
