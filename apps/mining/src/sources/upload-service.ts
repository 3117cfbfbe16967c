import {
  PreviewedRecords_Kind as Kind,
  type PreviewMapResponseSchema,
  type UploadSchema,
  type UploadService,
} from '@assay/contracts/assay/source/v1/upload_service_pb'
import { invalidArgument } from '@assay/errors'
import { CallPlaces, principalOf } from '@assay/server'
import {
  createUpload,
  deleteUpload,
  getUpload,
  listReadyMaps,
  listUploads,
  type MapPreview,
  previewMap,
  storePart,
  takeUploads,
  type Upload,
} from '@assay/source-loads'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { readingOf, toLoadFileMessage } from './convert-source.ts'

/** A preview reads some megabytes of a user's files in this process. */
const previewPlaces = { noun: 'previews', process: 2, tenant: 1, waiting: 20 } as const

/** Files that are uploaded in parts, and previews of them before a load uses them. */
export function uploadService(service: ServiceContext): ServiceImpl<typeof UploadService> {
  const previews = new CallPlaces(previewPlaces)
  return {
    createUpload: ({ fileName: name, sizeBytes }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId: createdBy }) =>
        toUploadMessage(await createUpload(sql, tenantId, { name, sizeBytes: Number(sizeBytes), createdBy })),
      ),

    async uploadPart({ uploadId, offset, data }, context) {
      const { tenantId } = principalOf(context)
      return toUploadMessage(await storePart(service.sql, tenantId, uploadId, Number(offset), data))
    },

    getUpload: ({ uploadId }, context) =>
      asCaller(service, context, async (sql) => toUploadMessage(await getUpload(sql, uploadId))),

    listUploads: (_, context) =>
      asCaller(service, context, async (sql) => ({ uploads: (await listUploads(sql)).map(toUploadMessage) })),

    deleteUpload: ({ uploadId }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteUpload(sql, uploadId)
        return {}
      }),

    async takeUploads({ loadId, uploadIds }, context) {
      const { tenantId } = principalOf(context)
      const files = await takeUploads(service.sql, tenantId, loadId, uploadIds, context.signal)
      return { files: files.map(toLoadFileMessage) }
    },

    async previewMap({ uploadIds, content, readyMap, ...request }, context) {
      const { tenantId } = principalOf(context)
      if ([...request.delimiter].length > 1) {
        throw invalidArgument('delimiter', `"${request.delimiter}" is no single character`)
      }
      const wanted = { uploadIds, content, readyMap, reading: readingOf(request) }
      return previews.run(tenantId, context.signal, async () =>
        toPreviewMessage(await previewMap(service.sql, tenantId, wanted, service.temporaryDirectory, context.signal)),
      )
    },

    listReadyMaps: () => ({ maps: [...listReadyMaps()] }),
  }
}

function toUploadMessage(upload: Upload): MessageInitShape<typeof UploadSchema> {
  return {
    id: upload.id,
    fileName: upload.name,
    sizeBytes: BigInt(upload.sizeBytes),
    receivedBytes: BigInt(upload.receivedBytes),
    partsSha256: upload.partsHash,
    createdBy: upload.createdBy,
    createTime: timestampFromDate(upload.createdAt),
    expireTime: timestampFromDate(upload.expiresAt),
  }
}

const kinds = {
  people: Kind.PEOPLE,
  accounts: Kind.ACCOUNTS,
  entitlements: Kind.ENTITLEMENTS,
  grants: Kind.GRANTS,
} as const

function toPreviewMessage(preview: MapPreview): MessageInitShape<typeof PreviewMapResponseSchema> {
  const { parts, others, records, faults, faultCount, mapFault, mapContent, isPartial } = preview
  return {
    parts: parts.map(({ part, map, inputs, nearest, columns, columnCount, rows, rowCount }) => ({
      name: part.name,
      look: part.look,
      map,
      inputs: [...inputs],
      nearest: nearest.map((near) => ({ map: near.map, missing: [...near.missing] })),
      columns: columns.map(({ name, values, filled }) => ({ name, values: [...values], filledCount: filled })),
      columnCount,
      rows: rows.map((cells) => ({ cells: [...cells] })),
      rowCount,
    })),
    others: [...others],
    records: records.map(({ kind, count, columns, rows }) => ({
      kind: kinds[kind],
      count: BigInt(count),
      columns: [...columns],
      rows: rows.map((cells) => ({ cells: [...cells] })),
    })),
    faults: faults.map(({ file, at, column, reason }) => ({ file, at: at === 0 ? '' : String(at), column, reason })),
    faultCount,
    ...(mapFault !== undefined && { mapFault }),
    mapContent,
    partial: isPartial,
  }
}
