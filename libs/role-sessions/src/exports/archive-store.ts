import type { Readable } from 'node:stream'
import { inTenant, type Sql } from '@assay/store'

/** Where finished archives are kept. */
export interface ArchiveStore {
  /** Keeps an archive under a fresh or its earlier key; nothing is kept of one that breaks off. */
  put(tenantId: number, exportId: string, archive: Readable): Promise<StoredArchive>
  /** @throws unavailable when the storage does not answer */
  open(tenantId: number, exportId: string, objectKey: string | null): AsyncIterable<Uint8Array>
  /** Removes archives whose records are about to go. */
  remove(tenantId: number, objectKeys: readonly string[]): Promise<void>
}

interface StoredArchive {
  /** Null: in the database. */
  readonly objectKey: string | null
  readonly sizeBytes: number
}

const chunkBytes = 1024 * 1024

/** Keeps archives in PostgreSQL, in pieces of 1 MiB; they go with their records. */
export function databaseArchives(sql: Sql): ArchiveStore {
  return {
    put: (tenantId, exportId, archive) =>
      inTenant(sql, tenantId, async (scoped) => {
        // Of two workers that write the same export, one waits for the other.
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
