import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { failedPrecondition } from '@assay/errors'
import type { Sql, TenantSql } from '../handles.ts'
import { schemaName } from '../login-check.ts'
import { type BackupHeader, type BackupPartition, BackupReader, type BackupTable } from './backup-frames.ts'
import { quoted } from './write-backup.ts'

interface RestoredBackup {
  readonly header: BackupHeader
}

interface RestoreOptions {
  readonly onTable?: (name: string) => void
}

/**
 * Restores a backup into a database without tenants that `migrate` of the same version has prepared. A backup of one tenant is also
 * restored beside other tenants, if none has its id or name. Everything happens in one transaction. It needs the owner of the schema.
 * @throws failed_precondition (BACKUP_UNREADABLE, SCHEMA_DIFFERS, DATABASE_NOT_EMPTY, TENANT_EXISTS)
 */
export async function restoreBackup(
  ownerSql: Sql,
  pieces: AsyncIterable<Uint8Array>,
  { onTable }: RestoreOptions = {},
): Promise<RestoredBackup> {
  const reader = new BackupReader(pieces)
  const header = await reader.header()
  await ownerSql.begin(async (sql) => {
    await sql`set local statement_timeout = 0`
    await requireSameSchema(sql, header)
    await requireRoom(sql, header)
    const later = new Set(header.partitions.map(({ name }) => name))
    const present = header.tables.filter(({ name }) => !later.has(name))
    const guarded = await switchTriggers(sql, present, 'disable')
    if (header.tenant === undefined) await emptyQueue(sql, header.tables)
    for (const table of header.tables) {
      onTable?.(`${table.schema}.${table.name}`)
      const partition = header.partitions.find(({ name }) => name === table.name)
      if (partition !== undefined) await makePartition(sql, partition)
      await copyIn(sql, table, reader.frames())
      if (partition !== undefined) await attachPartition(sql, partition)
    }
    await reader.end()
    for (const { name, last, isCalled } of header.sequences) {
      await sql`select setval(${`${schemaName}.${name}`}::regclass, greatest(${last},
        (select last_value from ${sql(name)})), ${isCalled} or (select is_called from ${sql(name)}))`
    }
    await switchTriggers(sql, guarded, 'enable')
  })
  return { header }
}

async function requireSameSchema(sql: TenantSql, header: BackupHeader): Promise<void> {
  const rows = await sql<{ name: string }[]>`select name from schema_migrations order by number`
  const here = rows.map(({ name }) => name)
  if (here.join() === header.migrations.join()) return
  const newest = header.migrations.at(-1)
  throw failedPrecondition(
    `The backup is of another version (its newest migration is ${newest}, here it is ${here.at(-1)}): restore it with the version that took it, then migrate`,
    { reason: 'SCHEMA_DIFFERS' },
  )
}

async function requireRoom(sql: TenantSql, { tenant }: BackupHeader): Promise<void> {
  const tenants = await sql<
    { id: number; name: string }[]
  >`select tenant_id as id, name from tenants order by tenant_id`
  if (tenant === undefined) {
    const [first] = tenants
    if (first === undefined) return
    const message = `The database has the tenant "${first.name}" already: restore into one that was migrated and nothing else`
    throw failedPrecondition(message, { reason: 'DATABASE_NOT_EMPTY' })
  }
  const taken = tenants.find(({ id, name }) => id === tenant.id || name === tenant.name)
  if (taken === undefined) return
  throw failedPrecondition(
    `The database has the tenant "${taken.name}" with the number ${taken.id}, which the backup of "${tenant.name}" (${tenant.id}) would meet: delete it first, or restore into another database`,
    { reason: 'TENANT_EXISTS' },
  )
}

/** Disables or enables triggers, since they are for changes by users, not for restored rows. @returns the tables that have triggers */
async function switchTriggers(
  sql: TenantSql,
  tables: readonly BackupTable[],
  verb: 'enable' | 'disable',
): Promise<BackupTable[]> {
  const guarded: BackupTable[] = []
  for (const table of tables) {
    const [row] = await sql<{ has: boolean }[]>`
      select exists (select from pg_trigger where tgrelid = ${nameOf(table)}::regclass and not tgisinternal) as has`
    if (!row?.has) continue
    await sql.unsafe(`alter table ${nameOf(table)} ${verb} trigger user`)
    guarded.push(table)
  }
  return guarded
}

/** Removes the rows that `migrate` made: the backup has the same rows, and more. */
async function emptyQueue(sql: TenantSql, tables: readonly BackupTable[]): Promise<void> {
  const names = tables.filter(({ schema }) => schema === 'pgboss').map(nameOf)
  if (names.length > 0) await sql.unsafe(`truncate ${names.join(', ')}`)
}

/** Makes a partition without indexes, since these cost least after the rows are there. */
async function makePartition(sql: TenantSql, { name, of, defaults }: BackupPartition): Promise<void> {
  await sql.unsafe(`create table ${quoted(name)} (like ${quoted(of)})`)
  if (defaults.length > 0) await sql.unsafe(`alter table ${quoted(name)} ${defaults.join(', ')}`)
}

/** Attaches a partition to its table, and makes its indexes. */
async function attachPartition(sql: TenantSql, { name, of, bound, indexes }: BackupPartition): Promise<void> {
  for (const index of indexes) await sql.unsafe(index)
  await sql.unsafe(`alter table ${quoted(of)} attach partition ${quoted(name)} ${bound}`)
}

async function copyIn(sql: TenantSql, table: BackupTable, frames: AsyncIterable<Buffer>): Promise<void> {
  const columns = table.columns.map(quoted).join(', ')
  const copy: Writable = await sql.unsafe(`copy ${nameOf(table)} (${columns}) from stdin (format binary)`).writable()
  let failure: Error | undefined
  copy.on('error', (error) => {
    failure ??= error
  })
  try {
    for await (const bytes of frames) {
      if (failure !== undefined) throw failure
      // The driver has copied the bytes when it calls back.
      await new Promise<void>((resolve) => copy.write(bytes, () => resolve()))
    }
  } catch (error) {
    // The driver cannot send a rollback during a COPY.
    copy.destroy(new Error('the restore was given up'))
    throw error
  }
  copy.end()
  await Promise.race([once(copy, 'finish'), serverFailed(sql)])
}

/** An error of the server during the COPY rejects the next query. This function rejects in that case and otherwise never resolves. */
async function serverFailed(sql: TenantSql): Promise<never> {
  await sql`select 1`
  return new Promise<never>(() => {})
}

function nameOf({ schema, name }: BackupTable): string {
  return `${quoted(schema)}.${quoted(name)}`
}
