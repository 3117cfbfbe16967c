import type { Jobs } from '@assay/jobs'
import type { TenantSql } from '@assay/store'
import { analysisQueue } from './queues.ts'
import { ensureWaitingRun, type RunTrigger } from './runs.ts'

/**
 * Asks for an analysis of the whole organisation and gives the run's id at once. One run of a tenant goes on at a time;
 * while one waits, further triggers get its id. The run and its job are written in the caller's transaction.
 */
export async function triggerAnalysis(
  sql: TenantSql,
  jobs: Jobs,
  tenantId: number,
  trigger: RunTrigger,
  triggerDetail: string,
): Promise<string> {
  const { runId, created } = await ensureWaitingRun(sql, tenantId, trigger, triggerDetail)
  if (created) await jobs.enqueue(sql, analysisQueue, { tenantId, runId }, `tenant-${tenantId}`)
  return runId
}
