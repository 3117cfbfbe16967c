import { setTimeout as sleep } from 'node:timers/promises'
import { pieces } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { type LoadFile, loadKeyOf } from './load.ts'
import { selectLoad } from './load-rows.ts'
import { ended } from './loads.ts'
import { recordLoad } from './source-entries.ts'
import { beginUpload, completeUpload, storedUpload } from './stored-content.ts'

interface UploadOptions {
  /** The limit of the file as uploaded; a larger file is `resource_exhausted`. Default 16 GiB. */
  readonly maxFileBytes?: number
  /** Aborted when the client disconnects. The upload is then undone even if `bytes` ended, since they may be incomplete. */
  readonly signal?: AbortSignal
}

/**
 * A client that disconnects may first end its file as if it were complete. The upload waits this long for the signal that it is
 * not.
 */
const cancellationMs = 50
const longestName = 512

/**
 * Stores one file of an open load as it is, completely or not at all. An upload with the same name replaces it. Its format is
 * recognised when the load is read.
 */
export async function uploadLoadFile(
  sql: Sql,
  tenantId: number,
  loadId: string,
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  { maxFileBytes = 16 * 2 ** 30, signal }: UploadOptions = {},
): Promise<LoadFile> {
  const key = loadKeyOf(loadId)
  requireFileName(name)
  const id = await inTenant(sql, tenantId, async (scoped) => {
    await requireOpen(scoped, key)
    return beginUpload(scoped, tenantId, key, name)
  })
  const upload = storedUpload(sql, tenantId, id)
  try {
    const stored = await upload.store(name, pieces(bytes), maxFileBytes)
    if (signal !== undefined) await sleep(cancellationMs)
    signal?.throwIfAborted()
    await inTenant(sql, tenantId, async (scoped) => {
      await requireOpen(scoped, key)
      await completeUpload(scoped, id, stored)
      await recordLoad(scoped, key, 'load.upload', { name, ...stored })
      signal?.throwIfAborted()
    })
    return { name, ...stored }
  } finally {
    await upload.end()
  }
}

/** @throws invalid_argument for a text that is not the name of a file */
export function requireFileName(name: string): void {
  // In code points, as the description of the API counts them.
  if (name !== '' && (name.length <= longestName || [...name].length <= longestName)) return
  throw invalidArgument('file_name', `must have 1 to ${longestName} characters; give the name of the file`)
}

/** Locks the open load until the transaction ends. */
export async function requireOpen(sql: TenantSql, key: number): Promise<void> {
  await sql`select from source_loads where id = ${key} for no key update`
  const found = await selectLoad(sql, key)
  if (found.state !== 'open') throw ended(found, 'given more files')
}
