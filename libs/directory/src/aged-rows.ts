import type { AgedRows } from '@assay/store'

/**
 * Imports that have ended, with the names of their files. The import in force stays, and so does every import that something refers
 * to, such as a load, a report or a snapshot.
 * @param days 0: never delete them
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
