import { integer } from './config.ts'

/** A hundred years: a larger value would lead to an invalid date. */
const mostDays = 36_500

function days(variable: string, usual: number) {
  return integer(variable, { default: usual, min: 0, max: mostDays })
}

/** Days after which mining workers remove finished work; 0: permanently stored. */
export const workerRetention = {
  retainRunsDays: days('ASSAY_RETENTION_RUNS_DAYS', 365),
  retainAnalysesDays: days('ASSAY_RETENTION_ANALYSES_DAYS', 90),
  retainDismissalsDays: days('ASSAY_RETENTION_DISMISSALS_DAYS', 1_095),
  retainImportsDays: days('ASSAY_RETENTION_IMPORTS_DAYS', 365),
  retainChangeSetsDays: days('ASSAY_RETENTION_CHANGE_SETS_DAYS', 30),
  retainTasksDays: days('ASSAY_RETENTION_TASKS_DAYS', 365),
  retainTaskOutcomesDays: days('ASSAY_RETENTION_TASK_OUTCOMES_DAYS', 30),
  retainPublicationsDays: days('ASSAY_RETENTION_PUBLICATIONS_DAYS', 365),
  retainDeliveriesDays: days('ASSAY_RETENTION_DELIVERIES_DAYS', 30),
}

/** Days after which the session service removes unsaved sessions; 0: permanently stored. */
export const sessionRetention = { retainSessionsDays: days('ASSAY_RETENTION_SESSIONS_DAYS', 30) }
