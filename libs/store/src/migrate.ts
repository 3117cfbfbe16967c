import { setTimeout as sleep } from 'node:timers/promises'
import { applyMigration, type LockPatience, usualPatience } from './apply-migration.ts'
import { openOwnerDatabase, type Sql } from './database.ts'
import { schemaName } from './login-check.ts'
import { type Migration, migrationsDirectory, readMigrations } from './migration-files.ts'
import { onlyRow } from './only-row.ts'
import { ensureRights, ensureRoles } from './rights.ts'
import { judgeMigrations, type MigrationJudgement } from './schema-change/judge-migrations.ts'
import { requireSupportedServer } from './server-requirements.ts'

/** "ASSAY" in ASCII: the one advisory lock of a database under which its schema changes. */
const lockKey = 0x4153534159
const lockPauseMs = 50

interface MigrateOptions {
  /** Another folder of migrations, for tests: it makes and gives no rights. */
  readonly directory?: string
  readonly patience?: LockPatience
  /** Hears why a migration has to wait. */
  readonly onWait?: (reason: string) => void
}

/**
 * Brings the database to the schema of this version: applies each file that is missing, in the order of the numbers,
 * each in a transaction of its own. Any number of processes may call it at once; one works, the others wait and then
 * find nothing to do. Fails before it changes anything when a file was edited after it had been applied, or when the
 * database was migrated by a newer version.
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.directory ?? migrationsDirectory)
  const database = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  const { sql } = database
  try {
    await requireSupportedServer(sql)
    await lockSchema(sql)
    await prepareRecord(sql)
    const missing = await missingMigrations(sql, migrations)
    // Before the migrations, which would stop at the first role that the owner may not make.
    if (options.directory === undefined && missing.length > 0) await ensureRoles(sql)
    const { patience = usualPatience, onWait = () => {} } = options
    for (const migration of missing) await applyMigration(sql, migration, patience, onWait)
    if (options.directory === undefined) await ensureRights(sql)
    return { applied: missing.map((migration) => migration.name) }
  } finally {
    // Closing the only connection also releases the lock.
    await database.close()
  }
}

/**
 * Tries again and again: an index that is made concurrently waits for all running statements, so no statement may wait
 * for it.
 */
async function lockSchema(sql: Sql): Promise<void> {
  for (;;) {
    const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${lockKey}) as locked`
    if (row?.locked) return
    await sleep(lockPauseMs)
  }
}

/** The names of the migrations that `migrate` would apply, in their order; changes nothing. @throws Error as `migrate` does */
export async function plannedMigrations(ownerUrl: string): Promise<string[]> {
  return (await pending(ownerUrl)).map(({ name }) => name)
}

/** The same with what each does to processes that run meanwhile. */
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
  // Asked first, because "if not exists" still demands the right to create a schema in the database.
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
  // Asked first, because it would wait for everybody who reads the record.
  const [known] = await sql`
    select from pg_attribute where attrelid = 'schema_migrations'::regclass and attname = 'contracts_after' and not attisdropped`
  // For a contract: the last version that uses the removed thing. A process of that version, or of an earlier one, does
  // not start.
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
          'change into a migration with a number of its own; a database whose data may go can be dropped instead',
      )
    }
  }
  const known = new Set(applied.map((row) => row.number))
  return migrations.filter((migration) => !known.has(migration.number))
}
