import type { Load } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { UploadService } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { createClient } from '@connectrpc/connect'
import { transport } from '../../shell/calls.ts'
import { beginCheck, forgetUploads } from '../bring/begin-check.ts'

const sourceId = 'sample'
const partBytes = 2 * 2 ** 20

/** Makes the sample organisation in the browser and loads it like files, without waiting for a confirmation. */
export async function loadSampleOrganisation(): Promise<Load> {
  const uploads = createClient(UploadService, transport)
  const { sources } = await createClient(SourceService, transport).listSources({})
  // The dates of last use depend on it, and the services count usage until today.
  const today = new Date().toISOString().slice(0, 10)
  const uploadIds: string[] = []
  const names: string[] = []
  for (const { fileName, chunks } of toCsv(generateOrganisation({ seed: 1, identityCount: 2000, asOf: today }))) {
    const bytes = new TextEncoder().encode([...chunks].join(''))
    const name = `sample/${fileName}`
    const { id } = await uploads.createUpload({ fileName: name, sizeBytes: BigInt(bytes.length) })
    for (let at = 0; at < bytes.length; at += partBytes) {
      await uploads.uploadPart({ uploadId: id, offset: BigInt(at), data: bytes.slice(at, at + partBytes) })
    }
    uploadIds.push(id)
    names.push(name)
  }
  const sourceExists = sources.some(({ id }) => id === sourceId)
  const load = await beginCheck({ sourceId, sourceExists, uploadIds, map: '', skipInvalid: false, review: false })
  await forgetUploads(names).catch(() => {})
  return load
}
