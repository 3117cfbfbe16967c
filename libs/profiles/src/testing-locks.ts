import { setTimeout as delay } from 'node:timers/promises'
import type { Sql } from '@assay/store'

/** Waits until a transaction of this database waits for a lock. */
export async function waitsForLock(ownerSql: Sql): Promise<void> {
  const waiting = () => ownerSql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  while ((await waiting()).length === 0) await delay(5)
}
