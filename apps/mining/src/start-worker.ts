import { availableParallelism } from 'node:os'
import { failImport } from '@assay/directory'
import { openJobs } from '@assay/jobs'
import { CohortQuestions } from '@assay/mining'
import { applyMembership } from '@assay/profiles'
import {
  analysisQueue,
  customAnalysisQueue,
  failCustomAnalysis,
  failRoleModel,
  giveUpRun,
  importQueue,
  membershipQueue,
  roleModelQueue,
  runAnalysis,
  runCustomAnalysis,
  runRoleModel,
  SnapshotCache,
  scheduledAnalysisQueue,
  triggerAnalysis,
} from '@assay/role-mining'
import type { Logger, Started } from '@assay/server'
import { inTenant, openDatabase } from '@assay/store'
import { circuitBreakerOf, type WorkerConfig } from './config.ts'
import { removeTenantsInTime } from './remove-tenants-in-time.ts'
import { commitImportJob } from './use-cases/commit-import-job.ts'

/** Takes jobs of every kind until it is stopped, one of each kind at a time. */
export async function startWorker(config: WorkerConfig, logger: Logger): Promise<Started> {
  const database = openDatabase({ url: config.databaseUrl, applicationName: 'assay-mining-worker', maxConnections: 6 })
  const { sql } = database
  const jobs = await openJobs(
    {
      url: config.databaseUrl,
      applicationName: 'assay-mining-worker-queue',
      onError: (error) => logger.error({ err: error }, 'the queue reports a fault'),
    },
    'works',
  )
  const threads = config.threads || availableParallelism()
  const breaker = circuitBreakerOf(config)

  await jobs.work(importQueue, ({ payload, signal }) => commitImportJob({ sql, jobs, logger }, payload, signal), {
    onGivenUp: async ({ tenantId, importId }, error) => {
      await failImport(sql, tenantId, importId, givenUp(error))
    },
  })
  await jobs.work(membershipQueue, async ({ payload: { tenantId }, signal }) => {
    const report = await applyMembership(sql, tenantId, { signal, threads, breaker })
    logger.info({ tenantId, ...report }, 'membership follows the access data')
  })
  const questions = new CohortQuestions()
  const tools = {
    sql,
    snapshots: new SnapshotCache(sql),
    questions,
    onFault: (error: unknown, analysisId: string) =>
      logger.error({ err: error, analysisId }, 'a custom analysis failed'),
  }
  await jobs.work(customAnalysisQueue, ({ payload }) => runCustomAnalysis(tools, payload), {
    onGivenUp: ({ tenantId, analysisId }, error) =>
      inTenant(sql, tenantId, (scoped) => failCustomAnalysis(scoped, analysisId, givenUp(error))),
  })
  const modelTools = {
    sql,
    snapshots: tools.snapshots,
    onFault: (error: unknown, modelId: string) => logger.error({ err: error, modelId }, 'a role model failed'),
  }
  await jobs.work(roleModelQueue, ({ payload, signal }) => runRoleModel(modelTools, payload, signal), {
    onGivenUp: ({ tenantId, modelId }, error) =>
      inTenant(sql, tenantId, (scoped) => failRoleModel(scoped, modelId, givenUp(error))),
  })
  await jobs.work(
    analysisQueue,
    ({ payload, signal }) =>
      runAnalysis(sql, payload, {
        threads,
        signal,
        onFault: (error, runId) => logger.error({ err: error, runId, tenantId: payload.tenantId }, 'a run failed'),
      }),
    {
      onGivenUp: ({ tenantId, runId }, error) =>
        inTenant(sql, tenantId, (scoped) => giveUpRun(scoped, runId, givenUp(error))),
    },
  )
  await jobs.work(scheduledAnalysisQueue, async ({ payload: { tenantId } }) => {
    await inTenant(sql, tenantId, (scoped) => triggerAnalysis(scoped, jobs, tenantId, 'schedule', 'The schedule'))
  })
  const removal = removeTenantsInTime(sql, logger)
  logger.info({ threads }, 'taking jobs')
  return {
    async stop() {
      await removal.stop()
      await jobs.stop()
      await questions.close()
      await database.close()
    },
  }
}

function givenUp(error: Error): string {
  return `Given up after repeated faults, the last one: ${error.message}`
}
