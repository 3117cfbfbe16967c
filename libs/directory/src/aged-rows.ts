import type { AgedRows } from '@assay/store'

/**
 * Imports that are over, with the names of their files. The one in force stays, and so does any that something else refers to,
 * such as a load, a report or a snapshot.
 * @param days 0: they stay
 */
export function agedImports(days: number): AgedRows[] {
  return [
    {
      table: 'imports',
      days,
      since: (sql) => sql`old.created_at`,
      when: (sql) => sql`old.state in ('committed', 'failed', 'aborted') and to_regclass('grants_' || old.id) is null`,
    },
  ]
}
