import type { AgedRows } from '@assay/store'

/**
 * Deliveries that have ended; those that wait stay.
 * @param days since their end; 0: they stay
 */
export function agedDeliveries(days: number): AgedRows[] {
  return [{ table: 'webhook_deliveries', days, since: (sql) => sql`old.ended_at` }]
}
