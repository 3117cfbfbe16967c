import { defineWork, type Jobs, jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { analysisQueue, scheduledAnalysisQueue } from './queues.ts'
import { ensureWaitingRun, type RunTrigger } from './runs.ts'

/**
 * Queues an analysis of the whole organisation and returns the run's id at once. A tenant has one running run; while another one waits,
 * further triggers get its id. The run and its job are written in the caller's transaction.
 */
export async function triggerAnalysis(
  sql: TenantSql,
  { enqueue }: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  trigger: RunTrigger,
  triggerDetail: string,
): Promise<string> {
  const { runId, created } = await ensureWaitingRun(sql, tenantId, trigger, triggerDetail)
  if (created) {
    await enqueue(sql, analysisQueue, { tenantId, runId }, `tenant-${tenantId}`)
    await recordEntry(sql, { kind: 'run.ask', subject: { type: 'run', id: runId }, after: { trigger }, run: runId })
  }
  return runId
}

/** Starts the analysis that is due by a tenant's schedule. */
export function scheduledAnalysisWork({ sql }: { readonly sql: Sql }) {
  return defineWork<{ tenantId: number }, { tenantId: number }>({
    queue: scheduledAnalysisQueue,
    title: 'The scheduled analysis',
    longestMs: 5 * 60_000,
    takeUp: async (payload) => payload,
    run: async ({ tenantId }) => {
      await inTenant(sql, tenantId, (scoped) => triggerAnalysis(scoped, jobs, tenantId, 'schedule', 'The schedule'))
    },
  })
}
