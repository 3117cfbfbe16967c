import { inTime, type Repeated } from '@assay/jobs'
import { agedSessions } from '@assay/role-sessions'
import { agedRowsRemoved, type Logger } from '@assay/server'
import { removeAgedRows, type Sql } from '@assay/store'

const everyMs = 30 * 60_000

/** Every half hour, removes old sessions that were not saved. Several processes may do this at the same time. */
export function tidySessionsInTime(sql: Sql, days: number, logger: Logger): Repeated {
  const tidy = (signal: AbortSignal) =>
    removeAgedRows(sql, agedSessions(days), { signal, onRemoved: (table, rows) => agedRowsRemoved(table, rows) })
  return inTime(tidy, everyMs, (err) =>
    logger.error({ err }, 'old sessions could not be removed; the next look tries again'),
  )
}
