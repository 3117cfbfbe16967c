import { setTimeout as sleep } from 'node:timers/promises'
import { applyMigration, type LockPatience, usualPatience } from './apply-migration.ts'
import { openOwnerDatabase } from './database.ts'
import type { Sql } from './handles.ts'
import { schemaName } from './login-check.ts'
import { type Migration, migrationsDirectory, readMigrations } from './migration-files.ts'
import { onlyRow } from './only-row.ts'
import { ensureRights, ensureRoles } from './rights.ts'
import { judgeMigrations, type MigrationJudgement } from './schema-change/judge-migrations.ts'
import { requireSupportedServer } from './server-requirements.ts'

/** "ASSAY" in ASCII: the key of the advisory lock under which a database's schema changes. */
const lockKey = 0x4153534159
const lockPauseMs = 50

interface MigrateOptions {
  /** Another folder of migrations, for tests: no roles are made and no rights granted. */
  readonly directory?: string
  readonly patience?: LockPatience
  /** Receives the reason when one migration, or all of them, must wait. */
  readonly onWait?: (reason: string) => void
}

/**
 * Migrates the database to the schema of this version: applies each missing file in the order of the numbers, each in a separate
 * transaction. Any number of processes may call it at once; one works, the others wait and then find nothing to do.
 * @throws Error before any change when a file was edited after it had been applied, or when a newer version has migrated the database
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.directory ?? migrationsDirectory)
  const database = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  const { sql } = database
  try {
    await requireSupportedServer(sql)
    const { patience = usualPatience, onWait = () => {} } = options
    await lockSchema(sql, onWait)
    await prepareRecord(sql)
    const missing = await missingMigrations(sql, migrations)
    // Before the migrations, which would fail at the first role that the owner may not make.
    if (options.directory === undefined && missing.length > 0) await ensureRoles(sql)
    for (const migration of missing) await applyMigration(sql, migration, patience, onWait)
    if (options.directory === undefined) await ensureRights(sql)
    return { applied: missing.map((migration) => migration.name) }
  } finally {
    // Closing the only connection also releases the lock.
    await database.close()
  }
}

/**
 * Tries the lock repeatedly and does not wait in a statement: making an index concurrently waits for all running statements, so it would
 * wait for this one.
 */
async function lockSchema(sql: Sql, onWait: (reason: string) => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${lockKey}) as locked`
    if (row?.locked) return
    if (attempt === 1)
      onWait(`Another migrate works on this database${await holderOfLock(sql)}: this one waits for its end`)
    await sleep(lockPauseMs)
  }
}

/** Text that helps an operator to find a leftover migration; empty when it has just ended. */
async function holderOfLock(sql: Sql): Promise<string> {
  const [holder] = await sql<{ pid: number }[]>`
    select pid from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32) | objid::bigint = ${lockKey}`
  return holder === undefined ? '' : ` (pid ${holder.pid} in pg_stat_activity)`
}

/** The names of the migrations that `migrate` would apply, in their order; changes nothing. @throws Error as `migrate` does */
export async function plannedMigrations(ownerUrl: string): Promise<string[]> {
  return (await pending(ownerUrl)).map(({ name }) => name)
}

/** The names of the missing migrations, each with its effect on processes that run meanwhile. */
export async function plannedChanges(ownerUrl: string): Promise<MigrationJudgement[]> {
  return judgeMigrations(await pending(ownerUrl))
}

async function pending(ownerUrl: string): Promise<readonly Migration[]> {
  const migrations = await readMigrations(migrationsDirectory)
  const database = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  try {
    await requireSupportedServer(database.sql)
    return (await isPrepared(database.sql)) ? await missingMigrations(database.sql, migrations) : migrations
  } finally {
    await database.close()
  }
}

async function isPrepared(sql: Sql): Promise<boolean> {
  const { prepared } = onlyRow(
    await sql<{ prepared: boolean }[]>`
    select to_regclass(${`${schemaName}.schema_migrations`}) is not null as prepared`,
  )
  return prepared
}

async function prepareRecord(sql: Sql): Promise<void> {
  // Checked first, because "if not exists" still requires the right to create a schema.
  if (!(await isPrepared(sql))) {
    await sql`create schema if not exists ${sql(schemaName)}`
    await sql`
      create table schema_migrations (
        number integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`
  }
  // Checked first, because altering the table would wait for every reader of the record.
  const [known] = await sql`
    select from pg_attribute where attrelid = 'schema_migrations'::regclass and attname = 'contracts_after' and not attisdropped`
  // For a contract: the last version that uses what it removes. A process of that version, or of an earlier one, does not start.
  if (known === undefined) await sql`alter table schema_migrations add column contracts_after text`
}

async function missingMigrations(sql: Sql, migrations: readonly Migration[]): Promise<Migration[]> {
  const applied = await sql<{ number: number; name: string; checksum: string }[]>`
    select number, name, checksum from schema_migrations order by number`
  for (const { number, name, checksum } of applied) {
    const file = migrations.find((migration) => migration.number === number)
    if (file === undefined) {
      throw new Error(
        `The database has the migration ${name}, which this version of Assay does not know: ` +
          'run the version that applied it, or a newer one',
      )
    }
    if (file.checksum !== checksum) {
      throw new Error(
        `The migration ${name} was edited after it had been applied to this database. Restore the file and put the ` +
          'change into a new migration; a database whose data are not needed can be dropped instead',
      )
    }
  }
  const known = new Set(applied.map((row) => row.number))
  return migrations.filter((migration) => !known.has(migration.number))
}
