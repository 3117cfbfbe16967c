import type { AgedRows } from '@assay/store'

/**
 * The rule for publications that later publications have replaced for every profile.
 * @param days 0 keeps them
 */
export function agedPublications(days: number): AgedRows[] {
  return [{ table: 'publications', days, since: (sql) => sql`old.published_at` }]
}
