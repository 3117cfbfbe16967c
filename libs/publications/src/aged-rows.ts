import type { AgedRows } from '@assay/store'

/**
 * Publications that a later one has replaced for every profile.
 * @param days 0: they stay
 */
export function agedPublications(days: number): AgedRows[] {
  return [{ table: 'publications', days, since: (sql) => sql`old.published_at` }]
}
