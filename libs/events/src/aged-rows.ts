import type { AgedRows } from '@assay/store'

/**
 * The deliveries that have ended, to be removed by age; waiting ones stay.
 * @param days the days since their end; 0: they are never removed
 */
export function agedDeliveries(days: number): AgedRows[] {
  return [{ table: 'webhook_deliveries', days, since: (sql) => sql`old.ended_at` }]
}
