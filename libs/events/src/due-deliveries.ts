import { type FollowedEntry, followedEntries } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/** A delivery that is due. */
export interface DueDelivery {
  readonly position: number
  /** The number of earlier attempts. */
  readonly attempts: number
  readonly replays: number
  readonly firstAttemptAt: Date | undefined
  /** Undefined when the ledger removed the entry by age. */
  readonly entry: FollowedEntry | undefined
}

/** The first waiting delivery of each subject, if it is due; the oldest first. */
export async function dueDeliveries(sql: TenantSql, webhookId: string, most: number): Promise<DueDelivery[]> {
  type Row = Pick<DueDelivery, 'position' | 'attempts' | 'replays'> & { eventId: string; firstAttemptAt: Date | null }
  const rows = await sql<Row[]>`
    select position, event_id as "eventId", attempts, replays, first_attempt_at as "firstAttemptAt"
    from webhook_deliveries d
    where webhook_id = ${webhookId} and state = 'waiting' and next_attempt_at <= now() and ${isFirst(sql)}
    order by position limit ${most}`
  const entries = await followedEntries(
    sql,
    rows.map(({ eventId }) => eventId),
  )
  return rows.map(({ position, eventId, attempts, replays, firstAttemptAt }) => ({
    position,
    attempts,
    replays,
    firstAttemptAt: firstAttemptAt ?? undefined,
    entry: entries.get(eventId),
  }))
}

/** The milliseconds until the next delivery is due; undefined when none waits. */
export async function nextDueMs(sql: TenantSql, webhookId: string): Promise<number | undefined> {
  const [row] = await sql<{ waitMs: number | null }[]>`
    select (extract(epoch from min(next_attempt_at) - now()) * 1000)::double precision as "waitMs"
    from webhook_deliveries d where webhook_id = ${webhookId} and state = 'waiting' and ${isFirst(sql)}`
  return row?.waitMs == null ? undefined : Math.max(0, Math.ceil(row.waitMs))
}

/** True when no earlier event of its subject waits. */
function isFirst(sql: TenantSql) {
  return sql`not exists (
    select from webhook_deliveries earlier
    where earlier.webhook_id = d.webhook_id and earlier.state = 'waiting' and earlier.subject = d.subject
      and earlier.position < d.position)`
}
