import { loadCurrentSnapshot } from '@assay/directory'
import { failedPrecondition } from '@assay/errors'
import { type Attempt, defineWork, type Jobs } from '@assay/jobs'
import { type CohortMiningResult, mineCohortsInThreads, readSnapshot, resolveSettings } from '@assay/mining'
import { policiesInForce } from '@assay/policies'
import { profileEntitlementSets } from '@assay/profiles'
import { inTenant, type Sql } from '@assay/store'
import { analysisSettings } from './analysis-settings.ts'
import { allowedResult, mostBeforePolicies } from './apply-policies.ts'
import { storeCandidates } from './changes/run-candidates.ts'
import { markStale } from './changes/stale-suggestions.ts'
import { settleDismissals } from './dismissals/settle-dismissals.ts'
import { findingsOf } from './findings.ts'
import { nearestCohortSize } from './nearest-cohort-size.ts'
import { analysisQueue, changeQueue } from './queues.ts'
import { explain, type RunReport } from './run-insight.ts'
import { completeRun, failRun, reportProgress, type TakenRun, takeUpRun } from './runs.ts'
import { replaceFindings } from './suggestions.ts'

/** What the analysis of a whole organisation needs. */
interface AnalysisTools {
  readonly sql: Sql
  /** Takes the job that follows a run: measuring the health of the roles, which counts open suggestions. */
  readonly jobs: Pick<Jobs, 'enqueue'>
  /** The number of worker threads for the mining. */
  readonly threads: number
}

interface AnalysisTask {
  readonly tenantId: number
  readonly run: TakenRun
}

/** A run is completed once, together with its findings, by the worker that started it last. */
export function analysisWork(tools: AnalysisTools) {
  const { sql } = tools
  return defineWork<{ tenantId: number; runId: string }, AnalysisTask, number>({
    queue: analysisQueue,
    title: 'The analysis',
    takeUp: async ({ tenantId, runId }) => {
      const run = await inTenant(sql, tenantId, (scoped) => takeUpRun(scoped, runId))
      return run && { tenantId, run }
    },
    run: (task, attempt) => analyse(tools, task, attempt),
    fail: ({ tenantId, run }, message) => inTenant(sql, tenantId, (scoped) => failRun(scoped, run, message)),
    progress: {
      write: ({ tenantId, run }, cohortsAnalyzed) =>
        inTenant(sql, tenantId, (scoped) => reportProgress(scoped, run, cohortsAnalyzed)),
      shown: (cohorts) => ({ phase: 'groups analysed', done: cohorts }),
    },
  })
}

async function analyse(
  { sql, jobs, threads }: AnalysisTools,
  { tenantId, run }: AnalysisTask,
  { signal, report: reportCohorts }: Attempt<number>,
): Promise<void> {
  const stored = await loadCurrentSnapshot(sql, tenantId)
  if (stored === undefined)
    throw failedPrecondition(
      'There is no access data to analyse yet. Commit an import; it starts an analysis by itself.',
    )
  const snapshot = readSnapshot(stored.buffer)
  const { settings, profiles, policies } = await inTenant(sql, tenantId, async (scoped) => {
    const profiles = await profileEntitlementSets(scoped)
    return {
      settings: resolveSettings(await analysisSettings(scoped, snapshot, profiles)),
      profiles,
      policies: await policiesInForce(scoped, snapshot),
    }
  })
  const uncut = policies === undefined ? settings : { ...settings, maxSuggestions: mostBeforePolicies }
  const mined = await mineCohortsInThreads(stored.buffer, uncut, {
    threads,
    signal,
    onProgress: ({ cohortsAnalyzed }) => reportCohorts(cohortsAnalyzed),
  })
  const allowed = allowedResult(snapshot, mined, policies, settings.maxSuggestions)
  const { result } = allowed
  const standing = (found: CohortMiningResult) =>
    allowedResult(snapshot, found, policies, mostBeforePolicies).result.suggestions
  const report: RunReport = {
    settings: result.settings,
    populations: result.populations,
    rejected: result.rejected,
    nearest: result.nearest,
    ...(allowed.report && { policies: allowed.report }),
    ...(mined.suggestions.length === 0 &&
      (await nearestCohortSize(stored.buffer, result.settings, { threads, signal }, standing))),
  }
  await inTenant(sql, tenantId, async (scoped) => {
    const found = await findingsOf(scoped, tenantId, snapshot, result, profiles, allowed.leftOut)
    const { findings, suppressedCount } = await settleDismissals(scoped, snapshot, found)
    const told = { ...report, suppressedCount }
    const figures = { ...figuresOf(result), suggestionsGenerated: findings.length }
    const explanation = findings.length > 0 ? '' : explain(told, 0).slice(0, 3).join(' ')
    await completeRun(scoped, run, figures, told, explanation)
    await replaceFindings(scoped, tenantId, run.id, findings, stored.importId)
    await storeCandidates(scoped, tenantId, { runId: run.id, importId: stored.importId }, snapshot, findings)
    await markStale(scoped, snapshot)
    await jobs.enqueue(scoped, changeQueue, { tenantId }, `tenant-${tenantId}`)
  })
}

function figuresOf(result: CohortMiningResult) {
  return {
    totalUsers: result.populations.reduce((sum, population) => sum + population.identityCount, 0),
    cohortsAnalyzed: result.populations.reduce((sum, population) => sum + population.cohortsAnalyzed, 0),
  }
}
