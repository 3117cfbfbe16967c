import { failedPrecondition, unavailable } from '@assay/errors'
import { type Database, type DatabaseOptions, openDatabase } from './database.ts'
import type { Sql } from './handles.ts'
import { loginCheck } from './login-check.ts'
import { type Migration, migrationsDirectory, readMigrations } from './migration-files.ts'
import { domainErrorFrom } from './postgres-errors.ts'
import { compareVersions, ownVersion } from './version.ts'

/** `same`: the schema is that of this version; `newer`: with the name of its last migration. */
type SchemaState = { readonly kind: 'same' } | { readonly kind: 'newer'; readonly name: string }

/** The interval of write checks, since each of them waits for the disk. */
const writeEveryMs = 5_000

export interface DatabaseProbeOptions extends Omit<DatabaseOptions, 'maxConnections'> {
  /** Additional requirements of this version. @throws DomainError with the missing one */
  readonly also?: (sql: Sql) => Promise<void>
  /** The folder with this version's migrations; for tests. */
  readonly migrations?: string
  /** The version of this process; for tests. */
  readonly version?: string
}

/**
 * Checks over a separate connection whether the database can be used. A busy or blocked pool is then not mistaken for a database that is
 * down, and no check waits for calls.
 */
export class DatabaseProbe {
  readonly #options: DatabaseProbeOptions
  readonly #migrations: Promise<readonly Migration[]>
  readonly #version: Promise<string>
  #database: Database | undefined
  #wroteAt = Number.NEGATIVE_INFINITY

  constructor(options: DatabaseProbeOptions) {
    this.#options = options
    this.#migrations = readMigrations(options.migrations ?? migrationsDirectory)
    this.#migrations.catch(() => {}) // reported by each check
    this.#version = options.version === undefined ? ownVersion() : Promise.resolve(options.version)
    this.#version.catch(() => {})
  }

  /**
   * Resolves when the database answers, takes writes and has every migration of this version. Migrations of a newer version are allowed,
   * unless one is a contract, which removes something that this version uses. One check runs at a time.
   * @param signal ends the check: the connection is closed, and the next check opens another one
   * @throws DomainError unavailable, with a reason and a message for the operator: DATABASE_UNAVAILABLE, DATABASE_NOT_MIGRATED,
   * DATABASE_READ_ONLY, DATABASE_LOGIN_REFUSED, DATABASE_LOGIN_UNFIT, DATABASE_MISSING, SCHEMA_OLDER; failed_precondition: SCHEMA_NEWER
   */
  async check(signal?: AbortSignal): Promise<SchemaState> {
    this.#database ??= openDatabase({ ...this.#options, maxConnections: 1 })
    const { sql } = this.#database
    const { promise: ended, reject } = Promise.withResolvers<never>()
    const end = () => reject(unavailable('The database does not answer in time', { reason: 'DATABASE_UNAVAILABLE' }))
    signal?.addEventListener('abort', end)
    try {
      return await Promise.race([this.#ask(sql), ended])
    } catch (error) {
      this.#wroteAt = Number.NEGATIVE_INFINITY
      const stuck = this.#database
      this.#database = undefined
      stuck?.close().catch(() => {}) // it is being given up
      throw domainErrorFrom(error)
    } finally {
      signal?.removeEventListener('abort', end)
    }
  }

  /** `check`, with a note for the operator: undefined, or that the schema is newer and that this process can use it. */
  async report(signal?: AbortSignal): Promise<string | undefined> {
    const schema = await this.check(signal)
    return schema.kind === 'newer' ? newerSchemaWords(schema.name) : undefined
  }

  async close(): Promise<void> {
    await this.#database?.close()
    this.#database = undefined
  }

  async #ask(sql: Sql): Promise<SchemaState> {
    // Checked again on an open connection, because the rights of the login can change while the process runs.
    const { query, judge } = loginCheck(this.#options.service)
    judge(await sql.unsafe(query))
    const [has] = await sql<{ schema: boolean; migrations: boolean }[]>`
      select exists (select from pg_namespace where nspname = current_setting('search_path')) as schema,
        to_regprocedure('applied_migrations()') is not null as migrations`
    if (!has?.schema) throw notMigrated()
    const known = await this.#migrations
    if (!has.migrations) throw schemaOlder(known.at(-1)?.name ?? '')
    const applied = await sql<{ number: number; name: string }[]>`select number, name from applied_migrations()`
    const numbers = new Set(applied.map(({ number }) => number))
    const missing = known.find(({ number }) => !numbers.has(number))
    if (missing !== undefined) throw schemaOlder(missing.name)
    const ours = new Set(known.map(({ number }) => number))
    const foreign = applied.findLast(({ number }) => !ours.has(number))
    if (foreign === undefined) await this.#options.also?.(sql)
    else await requireNoContract(sql, ours, await this.#version)
    if (performance.now() - this.#wroteAt > writeEveryMs) {
      await sql`select check_writes(${this.#options.applicationName})`
      this.#wroteAt = performance.now()
    }
    return foreign === undefined ? { kind: 'same' } : { kind: 'newer', name: foreign.name }
  }
}

function notMigrated() {
  return unavailable('The database is not prepared for Assay yet: run `npm run assay -- migrate`', {
    reason: 'DATABASE_NOT_MIGRATED',
  })
}

function schemaOlder(name: string) {
  return unavailable(
    `The schema of the database is older than this version of Assay (it lacks ${name}): run \`npm run assay -- migrate\``,
    { reason: 'SCHEMA_OLDER' },
  )
}

/** @throws SCHEMA_NEWER if an unknown migration is a contract that this version does not survive */
async function requireNoContract(sql: Sql, ours: ReadonlySet<number>, version: string): Promise<void> {
  const contracts = await sql<{ number: number; name: string; after: string }[]>`
    select number, name, contracts_after as after from schema_contracts()`
  const contract = contracts.find(({ number, after }) => !ours.has(number) && compareVersions(version, after) <= 0)
  if (contract === undefined) return
  throw failedPrecondition(
    `The schema of the database is newer than this version of Assay, ${version}, can work with (${contract.name} takes away ` +
      `what versions until ${contract.after} use): run the version that migrated it, or a newer one`,
    { reason: 'SCHEMA_NEWER' },
  )
}

/** The note of a process that uses the schema of a newer version. */
function newerSchemaWords(name: string): string {
  return `The schema of the database is newer than this version of Assay (it has ${name}), which works with it: the upgrade can go on`
}
