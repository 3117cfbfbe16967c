import type { ImportService, UploadImportFileRequest } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { abortImport, beginCommit, createImport, getImport, listImports, uploadImportFile } from '@assay/directory'
import { invalidArgument, unavailable } from '@assay/errors'
import { importQueue } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'
import { pageSize } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toImportFileMessage, toImportMessage } from './convert-import.ts'

/** An upload holds up to 10 MB of its file in memory. */
const mostUploads = 64

/** Imports of access data: create, upload files, commit, abort, and read their state. */
export function importService(service: ServiceContext): ServiceImpl<typeof ImportService> {
  let uploads = 0
  return {
    async createImport({ skipInvalid, mineEffectiveAccess }, context) {
      const { tenantId, identityId } = principalOf(context)
      const options = { createdBy: identityId, skipInvalid, minesEffectiveAccess: mineEffectiveAccess }
      return toImportMessage(await createImport(service.sql, tenantId, options))
    },

    async uploadImportFile(requests, context) {
      const { tenantId } = principalOf(context)
      if (uploads >= mostUploads) throw tooManyUploads()
      uploads++
      try {
        const { first, content } = await firstOf(requests)
        const { signal } = context
        const file = await uploadImportFile(service.sql, tenantId, first.importId, first.fileName, content, { signal })
        return toImportFileMessage(file)
      } finally {
        uploads--
      }
    },

    commitImport: ({ importId, analyse, guard }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const begun = await beginCommit(sql, importId)
        if (begun.state === 'committing')
          await service.jobs.enqueue(sql, importQueue, { tenantId, importId: begun.id, analyse, guard }, begun.id)
        return toImportMessage(begun)
      }),

    async getImport({ importId }, context) {
      const { tenantId } = principalOf(context)
      return toImportMessage(await getImport(service.sql, tenantId, importId))
    },

    async listImports(request, context) {
      const { tenantId } = principalOf(context)
      const page = {
        pageSize: pageSize(request.pageSize),
        pageToken: request.pageToken,
        tokens: service.pageTokens,
      }
      const { imports, nextPageToken } = await listImports(service.sql, tenantId, page)
      return { imports: imports.map(toImportMessage), nextPageToken }
    },

    async abortImport({ importId }, context) {
      const { tenantId } = principalOf(context)
      return toImportMessage(await abortImport(service.sql, tenantId, importId))
    },
  }
}

function tooManyUploads() {
  const message = `${mostUploads} uploads are running, which is the most that one process accepts; try again when one has ended`
  return unavailable(message, { reason: 'TOO_MANY_UPLOADS', retryAfterMs: 5_000 })
}

/** Reads the first message, which names the file; the content comes from all messages. @throws invalid_argument for an empty stream */
async function firstOf(requests: AsyncIterable<UploadImportFileRequest>) {
  const messages = requests[Symbol.asyncIterator]()
  const opening = await messages.next()
  if (opening.done) throw invalidArgument('import_id', 'the first message must name the import and the file')
  async function* content() {
    for (let next: IteratorResult<UploadImportFileRequest> = opening; !next.done; next = await messages.next())
      if (next.value.content !== undefined) yield next.value.content.data
  }
  return { first: opening.value, content: content() }
}
