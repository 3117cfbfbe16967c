import type { TestDatabase } from '@assay/store/testing'
import { expect, vi } from 'vitest'

/**
 * Everything that the database holds: for each table the number of its rows and the sum of their hashes, and how many jobs were
 * ever queued. Equal as long as no tenant has changed anything; with `tenants`, only rows of these and rows without a tenant.
 */
export async function fingerprint(
  { owner }: TestDatabase,
  tenants?: ReadonlySet<number>,
): Promise<Record<string, string>> {
  await sealedLedger(owner, tenants)
  return rowsOf(owner, tenants)
}

type Owner = TestDatabase['owner']

async function rowsOf({ sql }: Owner, tenants?: ReadonlySet<number>): Promise<Record<string, string>> {
  const own = tenants && [...tenants]
  const tables = await sql<{ name: string; ofTenants: boolean }[]>`
    select c.relname as name, exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as "ofTenants"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'assay' and c.relkind in ('r', 'p') and not c.relispartition order by 1`
  if (tables.length === 0) throw new Error('there is no table to look at')
  const { jobs } = (
    await sql<{ jobs: string }[]>`
    select count(*)::text as jobs from pgboss.job
    where name <> 'webhook-delivery' ${own ? sql`and data ->> 'tenantId' = any(${own.map(String)})` : sql``}`
  )[0]!
  // Deliveries are attempted again and again, so only those that a caller requested count.
  const asked = (table: string) =>
    table === 'webhooks'
      ? sql`row(t.id, t.url, t.description, t.event_types, t.secret, t.disabled_at)`
      : table === 'webhook_deliveries'
        ? sql`row(t.webhook_id, t.event_id, t.replays)`
        : sql`t`
  const found: Record<string, string> = { jobs }
  for (const { name, ofTenants } of tables) {
    const [table] = await sql<{ rows: string; hash: string }[]>`
      select count(*)::text as rows, coalesce(sum(hashtextextended(${asked(name)}::text, 0)), 0)::text as hash
      from ${sql(name)} t ${own && ofTenants ? sql`where tenant_id = any(${own})` : sql``}`
    found[name] = `${table?.rows} rows, ${table?.hash}`
  }
  return found
}

/** Earlier entries are sealed, signed and queued for delivery within seconds; this does not count as a change. */
async function sealedLedger({ sql }: Owner, tenants?: ReadonlySet<number>): Promise<void> {
  const ofTenants = tenants ? sql`where tenant_id = any(${[...tenants]})` : sql``
  const waiting = async () => {
    const { count } = (
      await sql<{ count: number }[]>`
      select (select count(*) from ledger_unsealed ${ofTenants})
        + (select count(*) from unsigned_ledger_heads() ${ofTenants})
        + (select count(*) from tenants_behind_ledger('webhooks') as behind (tenant_id) ${ofTenants}) as count`
    )[0]!
    return count
  }
  await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 300_000, interval: 50 })
}

/** The access data in force and everything derived from them; an attempt to import, which has an entry in the ledger, does not count. */
export async function accessDataFingerprint({ owner }: TestDatabase): Promise<Record<string, string>> {
  const { jobs, imports, import_files, import_uploads, import_file_chunks, ...rest } = await rowsOf(owner)
  return Object.fromEntries(Object.entries(rest).filter(([table]) => !table.startsWith('ledger_')))
}
