import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { CopyIn, copiedRows, IncomingTable } from '@assay/directory'
import { GrantEncoder, type GrantRecord, type StoredGrantBlock } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import type { GrantsOfLoad } from './in-place/grant-records.ts'
import type { LoadCounts } from './load.ts'

/** Grants of a load as blocks of numbers, in a file until the connection that stores the rows is free. */
export class SpooledGrantBlocks {
  readonly #encoder = new GrantEncoder()
  readonly #file: FileHandle
  readonly #blocks: { readonly rows: number; readonly length: number }[] = []

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** @param folder a folder that the caller removes */
  static async open(folder: string): Promise<SpooledGrantBlocks> {
    return new SpooledGrantBlocks(await open(join(folder, 'grant-blocks'), 'w+'))
  }

  /** @param formOffset the offset of the forms of their map among those of the load */
  async add(grants: readonly GrantRecord[], formOffset: number): Promise<void> {
    for (const grant of grants) {
      const block = this.#encoder.add(grant, grant.form + formOffset)
      if (block !== undefined) await this.#write(block)
    }
  }

  /** Stores all blocks. */
  async store(sql: TenantSql, tenantId: number, loadKey: number): Promise<void> {
    const rest = this.#encoder.rest()
    if (rest !== undefined) await this.#write(rest)
    const columns = ['tenant_id', 'load_id', 'ordinal', 'row_count', 'data']
    const incoming = await IncomingTable.open(sql, 'source_grant_blocks', columns)
    const { copy } = incoming
    try {
      let at = 0
      for (const [ordinal, { rows, length }] of this.#blocks.entries()) {
        const bytes = Buffer.allocUnsafe(length)
        const { bytesRead } = await this.#file.read(bytes, 0, length, at)
        if (bytesRead !== length) throw new Error('the spooled grants are incomplete')
        at += length
        copy.rows.row(columns.length)
        for (const number of [tenantId, loadKey, ordinal, rows]) copy.rows.int32(number)
        copy.rows.bytes(bytes, 0, length)
        await copy.flush()
      }
      await incoming.finish()
    } catch (error) {
      CopyIn.abandon(sql)
      throw error
    }
    await incoming.insert()
    await incoming.drop()
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #write({ rows, bytes }: StoredGrantBlock): Promise<void> {
    await this.#file.writeFile(bytes)
    this.#blocks.push({ rows, length: bytes.length })
  }
}

interface LoadedGrants extends GrantsOfLoad {
  /** The newest load of the source. */
  readonly load: number
  readonly counts: Pick<LoadCounts, 'grants'>
}

/**
 * The blocks of a source, if they hold exactly its grants: change sets change only the rows of a load. Undefined for a source without
 * such blocks.
 */
export async function grantBlocksOf(
  sql: TenantSql,
  { load, recordsLoad, changesLoad, counts }: LoadedGrants,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  // A source whose newest load is not the one with its records was changed since.
  if (changesLoad !== null || load !== recordsLoad || counts.grants === 0) return undefined
  const [found] = await sql<{ rows: number }[]>`
    select coalesce(sum(row_count), 0)::float8 as rows from source_grant_blocks where load_id = ${recordsLoad}`
  return found?.rows === counts.grants ? blocksOf(sql, recordsLoad) : undefined
}

async function* blocksOf(sql: TenantSql, load: number): AsyncGenerator<Uint8Array, void, undefined> {
  // COPY takes no parameters; the load is a number.
  const stream = await sql
    .unsafe(
      `copy (select data from source_grant_blocks where load_id = ${Number(load)} order by ordinal) to stdout (format binary)`,
    )
    .readable()
  for await (const [data] of copiedRows(stream)) {
    if (data == null) throw new Error('a block of grants has no content')
    yield data
  }
}
