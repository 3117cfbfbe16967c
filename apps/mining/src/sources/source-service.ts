import { type Change, ChangeSchema } from '@assay/contracts/assay/source/v1/change_pb'
import type { SourceService, UploadLoadFileRequest } from '@assay/contracts/assay/source/v1/source_service_pb'
import { invalidArgument, unavailable } from '@assay/errors'
import { CallPlaces, principalOf } from '@assay/server'
import {
  abortLoad,
  applyChangeSet,
  beginLoad,
  confirmLoad,
  correlationInForce,
  createLoad,
  createSource,
  deleteSource,
  getLoad,
  getSource,
  linkAccount,
  listAccounts,
  listLoads,
  listOrphans,
  listSourceMaps,
  listSources,
  previewCorrelation,
  putSourceMap,
  unlinkAccount,
  updateSource,
  uploadLoadFile,
} from '@assay/source-loads'
import { toJson } from '@bufbuild/protobuf'
import type { ServiceImpl } from '@connectrpc/connect'
import { pageSize } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import {
  loadKindOf,
  readingOf,
  toAccountMessage,
  toChangeSetMessage,
  toCorrelationMessage,
  toCorrelationPreview,
  toLoadFileMessage,
  toLoadMessage,
  toOrphanMessage,
  toSourceMapMessage,
  toSourceMessage,
} from './convert-source.ts'
import { sourceChangeOf } from './source-change.ts'

/** An upload holds up to 10 MB of its file in memory. */
const mostUploads = 64

/** A preview holds the records of a tenant in memory. */
const previewPlaces = { noun: 'previews', process: 1, tenant: 1, waiting: 20 } as const

/** Sources of access data: their maps, loads, accounts and orphans. */
export function sourceService(service: ServiceContext): ServiceImpl<typeof SourceService> {
  let uploads = 0
  const previews = new CallPlaces(previewPlaces)
  const pageOf = (request: { readonly pageSize: number; readonly pageToken: string }) => ({
    pageSize: pageSize(request.pageSize),
    pageToken: request.pageToken,
    tokens: service.pageTokens,
  })
  return {
    createSource: ({ source }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        if (source === undefined) throw invalidArgument('source', 'is missing; give its id, such as "hr"')
        const { id, displayName, order, accountsOnly, readyMap } = source
        const given = { displayName, order, readyMap, definesPeople: !accountsOnly }
        return toSourceMessage(await createSource(sql, tenantId, id, given, identityId))
      }),

    getSource: ({ sourceId }, context) =>
      asCaller(service, context, async (sql) => toSourceMessage(await getSource(sql, sourceId))),

    listSources: (_, context) =>
      asCaller(service, context, async (sql) => ({ sources: (await listSources(sql)).map(toSourceMessage) })),

    updateSource: ({ source, updateMask, confirm }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        if (source === undefined) throw invalidArgument('source', 'is missing')
        const change = sourceChangeOf(source, updateMask)
        return toSourceMessage(await updateSource(sql, tenantId, source.id, change, { confirm }))
      }),

    deleteSource: ({ sourceId, confirm }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        await deleteSource(sql, tenantId, sourceId, { confirm })
        return {}
      }),

    putSourceMap: ({ sourceId, content }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) =>
        toSourceMapMessage(await putSourceMap(sql, tenantId, sourceId, content, identityId)),
      ),

    listSourceMaps: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { maps, nextPageToken } = await listSourceMaps(sql, tenantId, request.sourceId, pageOf(request))
        return { maps: maps.map(toSourceMapMessage), nextPageToken }
      }),

    createLoad: (request, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        const { sourceId, skipInvalid, kind, baseLoadId, accountsOnly } = request
        const reading = readingOf(request)
        const wanted = { createdBy: identityId, skipInvalid, reading, kind: loadKindOf(kind), baseLoadId }
        const becomes = accountsOnly === undefined ? {} : { definesPeople: !accountsOnly }
        return toLoadMessage(await createLoad(sql, tenantId, sourceId, { ...wanted, ...becomes }))
      }),

    async uploadLoadFile(requests, context) {
      const { tenantId } = principalOf(context)
      if (uploads >= mostUploads) throw tooManyUploads()
      uploads++
      try {
        const { first, content } = await firstOf(requests)
        const { signal } = context
        return toLoadFileMessage(
          await uploadLoadFile(service.sql, tenantId, first.loadId, first.fileName, content, { signal }),
        )
      } finally {
        uploads--
      }
    },

    commitLoad: ({ loadId, hold, only, analyse, review }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toLoadMessage(await beginLoad(sql, tenantId, loadId, { hold, only, analyse, review })),
      ),

    confirmLoad: ({ loadId }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) =>
        toLoadMessage(await confirmLoad(sql, tenantId, loadId, identityId)),
      ),

    abortLoad: ({ loadId }, context) =>
      asCaller(service, context, async (sql) => toLoadMessage(await abortLoad(sql, loadId))),

    async getLoad({ loadId }, context) {
      const { tenantId } = principalOf(context)
      return toLoadMessage(await getLoad(service.sql, tenantId, loadId))
    },

    listLoads: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { loads, nextPageToken } = await listLoads(sql, tenantId, request.sourceId, pageOf(request))
        return { loads: loads.map(toLoadMessage), nextPageToken }
      }),

    applyChangeSet: ({ sourceId, requestId, baseLoadId, changes }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        const given = changes.map(changeInJson)
        const waitMs = service.changeSetWaitMs
        const changeSet = { requestId, baseLoadId, changes: given, createdBy: identityId, waitMs }
        return toChangeSetMessage(await applyChangeSet(sql, tenantId, sourceId, changeSet))
      }),

    listAccounts: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { accounts, nextPageToken } = await listAccounts(sql, tenantId, request.sourceId, pageOf(request))
        return { accounts: accounts.map(toAccountMessage), nextPageToken }
      }),

    listOrphans: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { orphans, nextPageToken } = await listOrphans(sql, tenantId, request.sourceId, pageOf(request))
        return { orphans: orphans.map(toOrphanMessage), nextPageToken }
      }),

    getCorrelation: async ({ sourceId, preview }, context) => {
      const inForce = await asCaller(service, context, (sql) => correlationInForce(sql, sourceId))
      const found = { inForce: inForce.map(toCorrelationMessage) }
      if (!preview) return found
      const { tenantId } = principalOf(context)
      const previewed = await previews.run(tenantId, context.signal, () =>
        previewCorrelation(service.sql, tenantId, sourceId, context.signal),
      )
      return { ...found, ...toCorrelationPreview(previewed) }
    },

    linkAccount: ({ sourceId, applicationId, accountId, identityId: owner }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        const account = { source: sourceId, application: applicationId, id: accountId }
        return toAccountMessage(await linkAccount(sql, tenantId, account, owner, identityId))
      }),

    unlinkAccount: ({ sourceId, applicationId, accountId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const account = { source: sourceId, application: applicationId, id: accountId }
        return toAccountMessage(await unlinkAccount(sql, tenantId, account))
      }),
  }
}

function tooManyUploads() {
  const message = `${mostUploads} uploads are running, which is the most that one process accepts; try again when one has ended`
  return unavailable(message, { reason: 'TOO_MANY_UPLOADS', retryAfterMs: 5_000 })
}

/** Reads the first message, which names the file; the content comes from all messages. @throws invalid_argument for an empty stream */
async function firstOf(requests: AsyncIterable<UploadLoadFileRequest>) {
  const messages = requests[Symbol.asyncIterator]()
  const opening = await messages.next()
  if (opening.done) throw invalidArgument('load_id', 'the first message must name the load and the file')
  const { loadId, fileName } = opening.value
  async function* content() {
    for (let next: IteratorResult<UploadLoadFileRequest> = opening; !next.done; next = await messages.next()) {
      const { content: piece, loadId: load, fileName: file } = next.value
      if ((load !== '' && load !== loadId) || (file !== '' && file !== fileName)) {
        throw invalidArgument('file_name', 'a stream has one file of one load; use another stream for another file')
      }
      if (piece !== undefined) yield piece.data
    }
  }
  return { first: opening.value, content: content() }
}

/** A change as in a file of changes. */
function changeInJson(change: Change, at: number): unknown {
  try {
    return toJson(ChangeSchema, change)
  } catch {
    // JSON cannot express a value without a kind, nor NaN or infinity.
    throw invalidArgument(
      `changes[${at}].attributes`,
      'holds a value without a kind, or a number that is not finite; give texts and lists of texts',
    )
  }
}
