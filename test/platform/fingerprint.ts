import { createHash } from 'node:crypto'
import type { TestDatabase } from '@assay/store/testing'
import { expect, vi } from 'vitest'

/**
 * Everything that the database holds: for each table the number of its rows and a hash of them, and how many jobs were
 * ever queued. Equal as long as nothing has changed, of any tenant.
 */
export async function fingerprint({ owner }: TestDatabase): Promise<Record<string, string>> {
  await sealedLedger(owner)
  return rowsOf(owner)
}

async function rowsOf({ sql }: TestDatabase['owner']): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'assay' and c.relkind in ('r', 'p') and not c.relispartition order by 1`
  if (tables.length === 0) throw new Error('there is no table to look at')
  const [{ jobs }] = await sql<{ jobs: string }[]>`select count(*)::text as jobs from pgboss.job`
  const found: Record<string, string> = { jobs }
  for (const { name } of tables) {
    const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(name)} t order by 1`
    const hash = createHash('sha256')
    for (const { row } of rows) hash.update(`${row}\n`)
    found[name] = `${rows.length} rows, ${hash.digest('hex').slice(0, 16)}`
  }
  return found
}

/** What was recorded before is sealed and signed within seconds: that is no change. */
async function sealedLedger({ sql }: TestDatabase['owner']): Promise<void> {
  const waiting = async () => {
    const [{ count }] = await sql<{ count: number }[]>`
      select (select count(*) from ledger_unsealed) + (select count(*) from unsigned_ledger_heads()) as count`
    return count
  }
  await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 20_000, interval: 50 })
}

/** The access data in force and what was made of it: an attempt to import, which the ledger tells, is itself no change of those. */
export async function accessDataFingerprint({ owner }: TestDatabase): Promise<Record<string, string>> {
  const { jobs, imports, import_files, import_uploads, import_file_chunks, ...rest } = await rowsOf(owner)
  return Object.fromEntries(Object.entries(rest).filter(([table]) => !table.startsWith('ledger_')))
}
