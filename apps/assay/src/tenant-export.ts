import { once } from 'node:events'
import { link, open, rm } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { exportTenant, type Sql } from '@assay/store'

/**
 * Writes the rows of a tenant into a new file that only its owner can read, as gzipped lines of JSON. The file appears when it is complete
 * and on disk. @returns the number of rows
 * @throws Error naming the file when it exists already or cannot be created
 */
export async function writeTenantExport(ownerSql: Sql, tenantId: number, file: string): Promise<number> {
  const draft = `${file}.part`
  // A stream that opens its file by itself can do so after the removal below.
  const output = await open(draft, 'wx', 0o600).catch((error: unknown) => {
    throw unwritable(error, draft)
  })
  let rows: number
  const lines = new PassThrough()
  const written = pipeline(lines, createGzip(), output.createWriteStream({ flush: true }))
  try {
    const exported = exportTenant(ownerSql, tenantId, async (text) => {
      if (!lines.write(text)) await Promise.race([once(lines, 'drain'), written])
    })
    rows = await Promise.race([exported, written.then(() => exported)])
    lines.end()
    await written
  } catch (error) {
    lines.destroy()
    await rm(draft, { force: true })
    throw unwritable(error, draft)
  }
  try {
    // A link fails when the file exists; a rename would replace it.
    await link(draft, file)
  } catch (error) {
    throw unwritable(error, file)
  } finally {
    await rm(draft)
  }
  return rows
}

function unwritable(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EEXIST') return new Error(`${file} exists already; name another file with --export`, { cause: error })
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    return new Error(`The export cannot be written to ${file}: ${message}`, { cause: error })
  }
  return error
}
