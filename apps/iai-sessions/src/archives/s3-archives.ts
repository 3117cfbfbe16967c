import { unavailable } from '@assay/errors'
import type { ArchiveStore } from '@assay/role-sessions'
import { DeleteObjectsCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'

export interface S3Settings {
  readonly bucket: string
  readonly region: string
  /** For storage other than Amazon's; addressed by path then, since few of them serve a name for each bucket. */
  readonly endpoint: string | undefined
}

/** A part of an upload; the least that S3 takes. Two are in memory at a time. */
const partBytes = 5 * 1024 * 1024
/** DeleteObjects takes no more at a time. */
const mostKeys = 1000

/** Keeps archives in object storage. Credentials are found as AWS's tools find them. */
export function s3Archives({ bucket, region, endpoint }: S3Settings): ArchiveStore & { close(): void } {
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // Storage of other makers does not know the newest checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return {
    async put(tenantId, exportId, archive) {
      const Key = `tenants/${tenantId}/exports/${exportId}.zip`
      let sizeBytes = 0
      const upload = new Upload({
        client,
        params: { Bucket: bucket, Key, Body: archive, ContentType: 'application/zip' },
        partSize: partBytes,
        queueSize: 2,
      })
      upload.on('httpUploadProgress', ({ loaded }) => {
        sizeBytes = Math.max(sizeBytes, loaded ?? 0)
      })
      await upload.done().catch((cause: unknown) => {
        throw archive.errored ?? unavailable('the object storage did not take the export', { cause })
      })
      return { objectKey: Key, sizeBytes }
    },

    async *open(_tenantId, exportId, objectKey) {
      if (objectKey === null) throw new Error(`the export ${exportId} was written to the database, not to ${bucket}`)
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: objectKey })).catch((cause) => {
        throw unavailable('the object storage does not give the export; try again shortly', { cause })
      })
      if (Body === undefined) throw unavailable('the object storage gave nothing; try again shortly')
      yield* Body.transformToWebStream()
    },

    async remove(_tenantId, objectKeys) {
      for (let at = 0; at < objectKeys.length; at += mostKeys) {
        const Objects = objectKeys.slice(at, at + mostKeys).map((Key) => ({ Key }))
        await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }))
      }
    },

    close: () => client.destroy(),
  }
}
