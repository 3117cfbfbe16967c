import type { Load } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { UploadService } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { createClient } from '@connectrpc/connect'
import { transport } from '../../shell/calls.ts'

interface Wanted {
  readonly sourceId: string
  readonly sourceExists: boolean
  readonly uploadIds: readonly string[]
  /** An edited map; empty to use the map that fits, or the source's map. */
  readonly map: string
  readonly skipInvalid: boolean
  /** Whether the load waits for a person before it comes into force. */
  readonly review: boolean
}

const sources = createClient(SourceService, transport)
const uploads = createClient(UploadService, transport)

/** Makes a load of the uploads and starts reading it. @throws ConnectError */
export async function beginCheck({
  sourceId,
  sourceExists,
  uploadIds,
  map,
  skipInvalid,
  review,
}: Wanted): Promise<Load> {
  if (!sourceExists) await sources.createSource({ source: { id: sourceId } })
  if (map !== '') await sources.putSourceMap({ sourceId, content: map })
  const { id: loadId } = await sources.createLoad({ sourceId, skipInvalid })
  try {
    await uploads.takeUploads({ loadId, uploadIds: [...uploadIds] })
    return await sources.commitLoad({ loadId, review })
  } catch (error) {
    // An open load without files would prevent other loads from being opened.
    await sources.abortLoad({ loadId }).catch(() => {})
    throw error
  }
}

/** Deletes the uploads of these files, after their load came into force. */
export async function forgetUploads(names: readonly string[]): Promise<void> {
  const { uploads: all } = await uploads.listUploads({})
  const used = all.filter(({ fileName }) => names.includes(fileName))
  await Promise.all(used.map(({ id: uploadId }) => uploads.deleteUpload({ uploadId })))
}
