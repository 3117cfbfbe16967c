import type { Readable } from 'node:stream'
import { inTenant, type Sql } from '@assay/store'

/** The storage of finished archives. */
export interface ArchiveStore {
  /** Stores an archive under a new key or its earlier one. Nothing is stored of an archive that is incomplete. */
  put(tenantId: number, exportId: string, archive: Readable): Promise<StoredArchive>
  /** @throws unavailable if the storage does not answer */
  open(tenantId: number, exportId: string, objectKey: string | null): AsyncIterable<Uint8Array>
  /** Removes archives whose records are about to be deleted. */
  remove(tenantId: number, objectKeys: readonly string[]): Promise<void>
}

interface StoredArchive {
  /** Null: the archive is in the database. */
  readonly objectKey: string | null
  readonly sizeBytes: number
}

const chunkBytes = 1024 * 1024

/** Stores archives in PostgreSQL, in pieces of 1 MiB. They are deleted with their records. */
export function databaseArchives(sql: Sql): ArchiveStore {
  return {
    put: (tenantId, exportId, archive) =>
      inTenant(sql, tenantId, async (scoped) => {
        // If two workers write the same export, one waits for the other.
        await scoped`select from potential_role_exports where id = ${exportId} for update`
        await scoped`delete from potential_role_export_chunks where export_id = ${exportId}`
        let sizeBytes = 0
        let ordinal = 0
        for await (const data of inChunks(archive)) {
          await scoped`
            insert into potential_role_export_chunks (tenant_id, export_id, ordinal, data)
            values (${tenantId}, ${exportId}, ${ordinal++}, ${data})`
          sizeBytes += data.length
        }
        return { objectKey: null, sizeBytes }
      }),

    async *open(tenantId, exportId) {
      for (let ordinal = 0; ; ordinal++) {
        const [chunk] = await inTenant(
          sql,
          tenantId,
          (scoped) => scoped<{ data: Uint8Array }[]>`
            select data from potential_role_export_chunks where export_id = ${exportId} and ordinal = ${ordinal}`,
        )
        if (chunk === undefined) return
        yield chunk.data
      }
    },

    remove: async () => {},
  }
}

async function* inChunks(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const piece of archive) {
    waiting.push(piece)
    size += piece.length
    if (size < chunkBytes) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting)
}
