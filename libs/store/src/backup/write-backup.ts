import type { Fragment, Sql, TenantSql } from '../handles.ts'
import { schemaName } from '../login-check.ts'
import { onlyRow } from '../only-row.ts'
import { type BackedUpTable, backedUpTables } from './backed-up-tables.ts'
import { type BackupHeader, type BackupPartition, endMark, frame } from './backup-frames.ts'

interface WrittenBackup {
  readonly tables: number
  readonly bytes: number
}

interface BackupOptions {
  /** Only this tenant: its rows, its waiting work, and no keys of the installation. */
  readonly tenant?: { readonly id: number; readonly name: string }
  readonly onTable?: (name: string) => void
}

/** Small rows arrive from the server one by one, so they are collected. */
const leastFrameBytes = 64 * 1024

/**
 * Passes all stored data to `write`, in one state of the database, however long it takes and whatever is written meanwhile. It needs the
 * owner of the schema. After a restore, work that was running begins again.
 */
export async function writeBackup(
  ownerSql: Sql,
  write: (bytes: Uint8Array) => Promise<void>,
  { tenant, onTable }: BackupOptions = {},
): Promise<WrittenBackup> {
  return await ownerSql.begin('isolation level repeatable read read only', async (sql) => {
    await sql`set local statement_timeout = 0`
    // A login that sees only some rows is refused: its backup would be incomplete without an error.
    await sql`set local row_security = off`
    const every = await backedUpTables(sql)
    const ofTenants = tenant === undefined ? every : every.filter((table) => table.hasTenant || isQueueOfTenants(table))
    const partitions = await partitionsByValue(sql, tenant?.id)
    await keepPartitions(sql, partitions)
    const parents = new Set(await partitionedByValue(sql))
    const all = [...partitions, ...(await standingPartitions(sql))]
    const tables = ofTenants.flatMap((table) =>
      parents.has(table.name)
        ? all.filter(({ of }) => of === table.name).map(({ name }) => ({ ...table, name }))
        : [table],
    )
    const header = await headerOf(sql, tables, partitions, tenant)
    let bytes = 0
    const put = async (pieces: readonly Uint8Array[]) => {
      for (const piece of pieces) {
        bytes += piece.length
        await write(piece)
      }
    }
    await put([Buffer.from(`${JSON.stringify(header)}\n`)])
    for (const table of tables) {
      onTable?.(`${table.schema}.${table.name}`)
      let held: Buffer[] = []
      let size = 0
      const flush = async () => {
        if (size > 0) await put(frame(Buffer.concat(held)))
        held = []
        size = 0
      }
      const copy = await sql.unsafe(`copy (${rowsOf(table, tenant?.id)}) to stdout (format binary)`).readable()
      for await (const piece of copy as AsyncIterable<Buffer>) {
        held.push(piece)
        size += piece.length
        if (size >= leastFrameBytes) await flush()
      }
      await flush()
      await put([Buffer.alloc(4)])
    }
    await put([endMark])
    return { tables: tables.length, bytes }
  })
}

/** Jobs and schedules have no tenant column; their payload has the tenant's id. */
function isQueueOfTenants({ schema, name }: BackedUpTable): boolean {
  return schema === 'pgboss' && (name === 'job' || name === 'schedule')
}

function rowsOf(table: BackedUpTable, tenantId: number | undefined): string {
  const name = `${quoted(table.schema)}.${quoted(table.name)}`
  const select = `select ${table.columns.map(quoted).join(', ')} from ${name}`
  if (tenantId === undefined) return select
  return table.hasTenant
    ? `${select} where tenant_id = ${tenantId}`
    : `${select} where data ->> 'tenantId' = '${tenantId}'`
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * The partitions that are made while the platform runs, one for each value. Each is listed separately, so that a restore can fill it before
 * it has indexes.
 */
async function partitionsByValue(sql: TenantSql, tenantId: number | undefined): Promise<BackupPartition[]> {
  const partitions = await sql<BackupPartition[]>`
    select c.relname as name, p.relname as of, pg_get_expr(c.relpartbound, c.oid) as bound,
      array(select format('alter %I set default %s', a.attname, pg_get_expr(d.adbin, d.adrelid)) from pg_attrdef d
        join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid = c.oid order by a.attnum) as defaults,
      array(select pg_get_indexdef(i.indexrelid) from pg_index i
        where i.indrelid = c.oid and not exists (select from pg_inherits where inhrelid = i.indexrelid) order by 1) as indexes
    from pg_inherits h join pg_class c on c.oid = h.inhrelid join pg_class p on p.oid = h.inhparent
    where ${isByValue(sql)} and c.relname ~ '_[0-9]+$'
    order by p.relname, c.relname`
  if (tenantId === undefined) return partitions
  const kept: BackupPartition[] = []
  for (const partition of partitions) {
    const [row] = await sql.unsafe<{ has: boolean }[]>(
      `select exists (select from ${quoted(partition.name)} where tenant_id = ${tenantId}) as has`,
    )
    if (row?.has) kept.push(partition)
  }
  return kept
}

/** The partitions that a migration has made. */
async function standingPartitions(sql: TenantSql): Promise<Pick<BackupPartition, 'name' | 'of'>[]> {
  return await sql<Pick<BackupPartition, 'name' | 'of'>[]>`
    select c.relname as name, p.relname as of
    from pg_inherits h join pg_class c on c.oid = h.inhrelid join pg_class p on p.oid = h.inhparent
    where ${isByValue(sql)} and c.relname !~ '_[0-9]+$' order by p.relname, c.relname`
}

function isByValue(sql: TenantSql): Fragment {
  return sql`
    p.relnamespace = ${schemaName}::regnamespace and pg_get_expr(c.relpartbound, c.oid) like 'FOR VALUES IN%'`
}

/**
 * Locks the partitions, so that they cannot be dropped during the backup. The removal of replaced partitions does not wait for this lock:
 * it skips them and tries again later.
 */
async function keepPartitions(sql: TenantSql, partitions: readonly BackupPartition[]): Promise<void> {
  const names = partitions.map(({ name }) => quoted(name))
  if (names.length > 0) await sql.unsafe(`lock table ${names.join(', ')} in access share mode`)
}

async function partitionedByValue(sql: TenantSql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_partitioned_table t join pg_class c on c.oid = t.partrelid
    where t.partstrat = 'l' and c.relnamespace = ${schemaName}::regnamespace`
  return rows.map(({ name }) => name)
}

async function headerOf(
  sql: TenantSql,
  tables: readonly BackedUpTable[],
  partitions: readonly BackupPartition[],
  tenant: BackupOptions['tenant'],
): Promise<BackupHeader> {
  const migrations = await sql<{ name: string }[]>`select name from schema_migrations order by number`
  const names = await sql<{ name: string }[]>`
    select sequencename as name from pg_sequences where schemaname = ${schemaName} order by 1`
  const sequences = await Promise.all(
    names.map(async ({ name }) => {
      const state = onlyRow(
        await sql<{ last: number; isCalled: boolean }[]>`
        select last_value as last, is_called as "isCalled" from ${sql(name)}`,
      )
      return { name, ...state }
    }),
  )
  return {
    format: 'assay backup 1',
    takenAt: new Date().toISOString(),
    migrations: migrations.map(({ name }) => name),
    ...(tenant && { tenant }),
    tables: tables.map(({ schema, name, columns }) => ({ schema, name, columns })),
    partitions,
    sequences,
  }
}
