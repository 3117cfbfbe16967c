import type { Sql, TenantSql } from '../database.ts'
import { schemaName } from '../login-check.ts'
import { type BackedUpTable, backedUpTables } from './backed-up-tables.ts'
import { type BackupHeader, endMark, frame, type GrantPartition } from './backup-frames.ts'

export interface WrittenBackup {
  readonly tables: number
  readonly bytes: number
}

export interface BackupOptions {
  /** This tenant alone: its rows, its waiting work, and no keys of the installation. */
  readonly tenant?: { readonly id: number; readonly name: string }
  readonly onTable?: (name: string) => void
}

/** Small rows come from the server one by one. */
const leastFrameBytes = 64 * 1024

/**
 * Hands everything that is stored to `write`, in one state of the database, however long it takes and whatever is written meanwhile.
 * For the owner of the schema. What was running when it was taken begins again after a restore.
 */
export async function writeBackup(
  ownerSql: Sql,
  write: (bytes: Uint8Array) => Promise<void>,
  { tenant, onTable }: BackupOptions = {},
): Promise<WrittenBackup> {
  return await ownerSql.begin('isolation level repeatable read read only', async (sql) => {
    await sql`set local statement_timeout = 0`
    const all = await backedUpTables(sql)
    const ofTenants = tenant === undefined ? all : all.filter((table) => table.hasTenant || isQueueOfTenants(table))
    const grantPartitions = await partitionsOfGrants(sql, tenant?.id)
    const tables = ofTenants.flatMap((table) =>
      table.name === 'grants' ? grantPartitions.map(({ name }) => ({ ...table, name })) : [table],
    )
    const header = await headerOf(sql, tables, grantPartitions, tenant)
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

/** The queue has no column of tenants: the payload names them. */
function isQueueOfTenants({ schema, name }: BackedUpTable): boolean {
  return schema === 'pgboss' && name === 'job'
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

/** Each by itself, so that a restore fills it before it has indexes. */
async function partitionsOfGrants(sql: TenantSql, tenantId: number | undefined): Promise<GrantPartition[]> {
  return await sql<GrantPartition[]>`
    select i.id as "importId", i.tenant_id as "tenantId", 'grants_' || i.id as name from imports i
    join pg_inherits h on h.inhparent = 'grants'::regclass and h.inhrelid = to_regclass('grants_' || i.id)
    where ${tenantId ?? null}::integer is null or i.tenant_id = ${tenantId ?? null}
    order by i.id`
}

async function headerOf(
  sql: TenantSql,
  tables: readonly BackedUpTable[],
  grantPartitions: readonly GrantPartition[],
  tenant: BackupOptions['tenant'],
): Promise<BackupHeader> {
  const migrations = await sql<{ name: string }[]>`select name from schema_migrations order by number`
  const names = await sql<{ name: string }[]>`
    select sequencename as name from pg_sequences where schemaname = ${schemaName} order by 1`
  const sequences = await Promise.all(
    names.map(async ({ name }) => {
      const [state] = await sql<{ last: number; isCalled: boolean }[]>`
        select last_value as last, is_called as "isCalled" from ${sql(name)}`
      return { name, ...state }
    }),
  )
  return {
    format: 'assay backup 1',
    takenAt: new Date().toISOString(),
    migrations: migrations.map(({ name }) => name),
    ...(tenant && { tenant }),
    tables: tables.map(({ schema, name, columns }) => ({ schema, name, columns })),
    grantPartitions,
    sequences,
  }
}
