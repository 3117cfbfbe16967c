import type { Sql } from './database.ts'

/** Settles when the database has answered a query: whether a process that needs it is ready. @throws when it does not answer */
export async function checkDatabase(sql: Sql): Promise<void> {
  await sql`select 1`
}
