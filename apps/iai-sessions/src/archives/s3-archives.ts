import { unavailable } from '@assay/errors'
import type { ArchiveStore } from '@assay/role-sessions'
import { DeleteObjectsCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'

export interface S3Settings {
  readonly bucket: string
  readonly region: string
  /**
   * The endpoint of a storage other than Amazon's. Its buckets are addressed by path, since few of them have a host name for each bucket.
   */
  readonly endpoint: string | undefined
}

/** The size of a part of an upload: the least that S3 accepts. Two parts are in memory at the same time. */
const partBytes = 5 * 1024 * 1024
/** The most keys of one DeleteObjects request. */
const mostKeys = 1000

/** Stores archives in object storage. Credentials are found in the same places as by AWS's tools. */
export function s3Archives({ bucket, region, endpoint }: S3Settings): ArchiveStore & { close(): void } {
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // Storage of other makers does not support the newest checksums.
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
