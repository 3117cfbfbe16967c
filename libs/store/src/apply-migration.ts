import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from './handles.ts'
import type { Migration } from './migration-files.ts'
import { isConcurrent, markOf } from './schema-change/judge-migrations.ts'
import { sqlStatements } from './schema-change/sql-statements.ts'

/**
 * While a migration waits for a lock, every later query of the table waits too. So it gives up after a short time, lets the other queries
 * run, and tries again.
 */
export interface LockPatience {
  readonly lockMs: number
  readonly pauseMs: number
  readonly attempts: number
}

/** Some minutes in all, since a backup may hold its locks for that long. */
export const usualPatience: LockPatience = { lockMs: 2_000, pauseMs: 3_000, attempts: 120 }

/** The codes of a lock that another session holds, and of a deadlock. */
const passing: ReadonlySet<string> = new Set(['55P03', '40P01'])

/**
 * Applies one file and records it, in one transaction; a file that makes indexes concurrently is applied statement by statement.
 * @param onWait receives the reason when it has to try again
 * @throws Error naming the file, and the line if PostgreSQL names one
 */
export async function applyMigration(
  sql: Sql,
  migration: Migration,
  { lockMs, pauseMs, attempts }: LockPatience,
  onWait: (reason: string) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await (isConcurrent(migration.text)
        ? applyConcurrently(sql, migration)
        : applyAtOnce(sql, migration, lockMs))
    } catch (error) {
      const code = error instanceof sql.PostgresError ? error.code : ''
      if (!passing.has(code) || attempt >= attempts) throw told(sql, migration, error)
      onWait(`${migration.name} waits for a lock that another session holds: it lets other queries run and tries again`)
      await sleep(pauseMs)
    }
  }
}

async function applyAtOnce(sql: Sql, migration: Migration, lockMs: number): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`set local lock_timeout = ${lockMs}`)
    await transaction.unsafe(migration.text)
    await record(transaction, migration)
  })
}

/** An index whose creation was interrupted is left invalid, so it is dropped and made again. */
async function applyConcurrently(sql: Sql, migration: Migration): Promise<void> {
  for (const { text, words } of sqlStatements(migration.text)) {
    const name = /^create (?:unique )?index concurrently (?:if not exists )?(\w+)/.exec(words)?.[1]
    if (name !== undefined) {
      const [broken] = await sql`
        select from pg_index where indexrelid = to_regclass(${name})::oid and not indisvalid`
      if (broken !== undefined) await sql`drop index concurrently ${sql(name)}`
    }
    await sql.unsafe(text)
  }
  await record(sql, migration)
}

async function record(sql: Pick<Sql, 'unsafe'>, { number, name, text, checksum }: Migration): Promise<void> {
  await sql.unsafe('insert into schema_migrations (number, name, checksum, contracts_after) values ($1, $2, $3, $4)', [
    number,
    name,
    checksum,
    markOf(text)?.after ?? null,
  ])
}

function told(sql: Sql, { name, text }: Migration, error: unknown): Error {
  const at = error instanceof sql.PostgresError && error.position ? lineOf(text, Number(error.position)) : undefined
  const place = at === undefined ? '' : `, line ${at}`
  const words = error instanceof Error ? error.message : String(error)
  return new Error(`The migration ${name} failed${place}: ${words}`, { cause: error })
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position - 1).split('\n').length
}
