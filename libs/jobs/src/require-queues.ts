import { unavailable } from '@assay/errors'
import type { Sql } from '@assay/store'
import { queueSchema } from './prepare-queues.ts'

/**
 * Checks that `prepareQueues` has made the queues for the present role.
 * @throws unavailable (DATABASE_NOT_MIGRATED) if not
 */
export async function requireQueues(sql: Sql): Promise<void> {
  const [ready] = await sql`
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${queueSchema} and c.relname in ('job', 'turn')
      and has_schema_privilege(n.oid, 'usage')
      -- A service that only adds jobs has no need of turns.
      and (c.relname = 'turn' or has_table_privilege(c.oid, 'insert'))
    having count(*) = 2`
  if (ready !== undefined) return
  throw unavailable('The database has no queues for Assay yet: run `npm run assay -- migrate`', {
    reason: 'DATABASE_NOT_MIGRATED',
  })
}
