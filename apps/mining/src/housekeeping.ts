import { removeExpiredSignIns } from '@assay/auth'
import { agedImports } from '@assay/directory'
import { agedDeliveries } from '@assay/events'
import { inTime, type Repeated } from '@assay/jobs'
import { agedTasks } from '@assay/profiles'
import { agedPublications } from '@assay/publications'
import { agedMining } from '@assay/role-mining'
import { agedRowsRemoved, type Logger } from '@assay/server'
import { agedLoads } from '@assay/source-loads'
import { type AgedRows, removeAgedRows, type Sql } from '@assay/store'
import type { WorkerConfig } from './config.ts'

const everyMs = 30 * 60_000

type Retention = Pick<
  WorkerConfig,
  | 'retainRunsDays'
  | 'retainDismissalsDays'
  | 'retainAnalysesDays'
  | 'retainImportsDays'
  | 'retainChangeSetsDays'
  | 'retainTasksDays'
  | 'retainTaskOutcomesDays'
  | 'retainPublicationsDays'
  | 'retainDeliveriesDays'
>

/** The rules for rows that mining workers remove by age. Tables that refer to others come before those others. */
export function agedByWorker(retention: Retention): AgedRows[] {
  return [
    ...agedMining({
      runs: retention.retainRunsDays,
      dismissals: retention.retainDismissalsDays,
      analyses: retention.retainAnalysesDays,
    }),
    ...agedLoads({ loads: retention.retainImportsDays, changeSets: retention.retainChangeSetsDays }),
    ...agedImports(retention.retainImportsDays),
    ...agedTasks({ tasks: retention.retainTasksDays, outcomes: retention.retainTaskOutcomesDays }),
    ...agedPublications(retention.retainPublicationsDays),
    ...agedDeliveries(retention.retainDeliveriesDays),
  ]
}

/** Removes old rows every half hour. Several workers may do this at the same time. */
export function tidyInTime(sql: Sql, rules: readonly AgedRows[], logger: Logger): Repeated {
  const tidy = async (signal: AbortSignal) => {
    const removed = new Map<string, number>()
    const onRemoved = (table: string, rows: number) => {
      agedRowsRemoved(table, rows)
      removed.set(table, (removed.get(table) ?? 0) + rows)
    }
    await removeExpiredSignIns(sql, { signal, onRemoved })
    await removeAgedRows(sql, rules, { signal, onRemoved })
    if (removed.size > 0) logger.info(Object.fromEntries(removed), 'rows that were old enough are removed')
  }
  return inTime(tidy, everyMs, (err) =>
    logger.error({ err }, 'old rows could not be removed; the next look tries again'),
  )
}
