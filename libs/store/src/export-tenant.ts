import type { Sql } from './handles.ts'

/** Tables that are useless outside this installation: they are derived from other rows, or are about single logins and calls. */
const leftOut: ReadonlySet<string> = new Set([
  'snapshots',
  'snapshot_chunks',
  'source_grant_blocks',
  'entitlement_groups',
  'entitlement_closures',
  'used_assertions',
  'used_sign_ins',
  'console_sessions',
  'call_counts',
])

/** Credentials are left out: a person who gets an export must not be able to try secrets against their hashes. */
const secretColumns = ['secret_hash', 'public_key', 'client_secret']

const rowsAtOnce = 500

/**
 * Passes all rows of a tenant to `write`, one JSON object in each line: `{"table": "identities", "row": {...}}`, the tenant's own row
 * first, columns as in the database (bytes as `\\x` and hex). All rows are from one state of the database, however long it takes. What is
 * made from other rows, such as snapshots, is left out, and so are credentials. It needs the owner of the schema. @returns the number of
 * rows
 */
export async function exportTenant(
  ownerSql: Sql,
  tenantId: number,
  write: (lines: string) => Promise<void>,
): Promise<number> {
  return await ownerSql.begin('isolation level repeatable read read only', async (sql) => {
    const tables = await sql<{ name: string }[]>`
      select c.relname as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        -- Grants of imports that are being committed: not in force yet.
        and c.relname !~ '^grants_[0-9]+$'
      order by c.relname <> 'tenants', c.relname`
    let rows = 0
    for (const { name } of tables.filter((table) => !leftOut.has(table.name))) {
      const lines = sql<{ line: string }[]>`
        select jsonb_build_object('table', ${name}::text, 'row', to_jsonb(t) - ${secretColumns}::text[])::text as line
        from ${sql(name)} t where tenant_id = ${tenantId}`
      for await (const some of lines.cursor(rowsAtOnce)) {
        rows += some.length
        await write(some.map(({ line }) => `${line}\n`).join(''))
      }
    }
    return rows
  })
}
