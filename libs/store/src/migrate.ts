import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openOwnerDatabase, type Sql } from './database.ts'
import { schemaName } from './login-check.ts'
import { onlyRow } from './only-row.ts'
import { ensureRights, ensureRoles } from './rights.ts'
import { requireSupportedServer } from './server-requirements.ts'

/** The numbered SQL files of this version of Assay, one for each room that keeps tables. */
export const migrationsDirectory = join(import.meta.dirname, '..', 'migrations')

/** "ASSAY" in ASCII: the one advisory lock of a database under which its schema changes. */
const lockKey = 0x4153534159

export interface Migration {
  readonly number: number
  /** The file's name, `0001_tenants.sql`. */
  readonly name: string
  readonly text: string
  /** SHA-256 of the text with line ends made `\n`, so that a checkout on Windows has the same. */
  readonly checksum: string
}

/**
 * Brings the database to the schema of this version: applies each file that is missing, in the order of the numbers,
 * each in a transaction of its own. Any number of processes may call it at once; one works, the others wait and then
 * find nothing to do. Fails before it changes anything when a file was edited after it had been applied, or when the
 * database was migrated by a newer version.
 */
export async function migrate(
  ownerUrl: string,
  options: { readonly directory?: string } = {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.directory ?? migrationsDirectory)
  const database = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  const { sql } = database
  try {
    await requireSupportedServer(sql)
    await sql`select pg_advisory_lock(${lockKey})`
    await prepareRecord(sql)
    const missing = await missingMigrations(sql, migrations)
    // Before the migrations, which would stop at the first role that the owner may not make.
    if (options.directory === undefined && missing.length > 0) await ensureRoles(sql)
    for (const migration of missing) await apply(sql, migration)
    if (options.directory === undefined) await ensureRights(sql)
    return { applied: missing.map((migration) => migration.name) }
  } finally {
    // Closing the only connection also releases the lock.
    await database.close()
  }
}

/** The names of the migrations that `migrate` would apply, in their order; changes nothing. @throws Error as `migrate` does */
export async function plannedMigrations(ownerUrl: string): Promise<string[]> {
  const migrations = await readMigrations(migrationsDirectory)
  const database = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  try {
    await requireSupportedServer(database.sql)
    const missing = (await isPrepared(database.sql)) ? await missingMigrations(database.sql, migrations) : migrations
    return missing.map(({ name }) => name)
  } finally {
    await database.close()
  }
}

/** The files of a folder in the order of their numbers; a name out of form or a number used twice is an error. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const migrations: Migration[] = []
  for (const name of (await readdir(directory)).toSorted()) {
    const number = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1])
    if (Number.isNaN(number)) throw new Error(`${name} in ${directory} is not named like 0001_tenants.sql`)
    const twin = migrations.find((other) => other.number === number)
    if (twin !== undefined) throw new Error(`Two migrations have the number ${number}: ${twin.name} and ${name}`)
    const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n')
    migrations.push({ number, name, text, checksum: createHash('sha256').update(text).digest('hex') })
  }
  return migrations
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
  if (await isPrepared(sql)) return
  await sql`create schema if not exists ${sql(schemaName)}`
  await sql`
    create table schema_migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`
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

async function apply(sql: Sql, { number, name, text, checksum }: Migration): Promise<void> {
  try {
    await sql.begin(async (transaction) => {
      await transaction.unsafe(text)
      await transaction`insert into schema_migrations (number, name, checksum) values (${number}, ${name}, ${checksum})`
    })
  } catch (error) {
    const at = error instanceof sql.PostgresError && error.position ? lineOf(text, Number(error.position)) : undefined
    const place = at === undefined ? '' : `, line ${at}`
    throw new Error(`The migration ${name} failed${place}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position - 1).split('\n').length
}
