import { agedImports } from '@assay/directory'
import { agedDeliveries } from '@assay/events'
import { agedTasks } from '@assay/profiles'
import { agedPublications } from '@assay/publications'
import { agedMining } from '@assay/role-mining'
import { agedSessions } from '@assay/role-sessions'
import { readConfig, sessionRetention, workerRetention } from '@assay/server'
import { agedLoads } from '@assay/source-loads'
import { type AgedRows, overdueTables, type Sql } from '@assay/store'
import { type Finding, ok, warning } from './finding.ts'

/** All rules for rows that are removed by age, with the variables of the doctor's environment; the workers' may be different. */
export function agedRowsOf(environment: NodeJS.ProcessEnv): AgedRows[] {
  const days = readConfig(environment, { ...workerRetention, ...sessionRetention })
  return [
    ...agedMining({
      runs: days.retainRunsDays,
      dismissals: days.retainDismissalsDays,
      analyses: days.retainAnalysesDays,
    }),
    ...agedLoads({ loads: days.retainImportsDays, changeSets: days.retainChangeSetsDays }),
    ...agedImports(days.retainImportsDays),
    ...agedTasks({ tasks: days.retainTasksDays, outcomes: days.retainTaskOutcomesDays }),
    ...agedPublications(days.retainPublicationsDays),
    ...agedDeliveries(days.retainDeliveriesDays),
    ...agedSessions(days.retainSessionsDays),
  ]
}

/** Warns of tables with rows that should have been removed days ago. */
export async function checkOverdueRows(sql: Sql, rules: readonly AgedRows[]): Promise<Finding[]> {
  const overdue = await overdueTables(sql, rules)
  if (overdue.length === 0)
    return [ok('housekeeping', 'no rows are left that should have been removed because of their age')]
  return overdue.map(({ table, days, rows }) =>
    warning(
      'housekeeping',
      `${table} has ${rows > 10_000 ? 'more than 10000' : rows} rows older than ${days} days`,
      'see in the logs of mining workers and of the session service why they do not remove them, and whether their ASSAY_RETENTION_ variables are the same as here',
    ),
  )
}
