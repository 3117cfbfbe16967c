import { loadCurrentSnapshot } from '@assay/directory'
import { failedPrecondition } from '@assay/errors'
import { type Attempt, defineWork } from '@assay/jobs'
import {
  type CohortMiningResult,
  type CohortMiningSettings,
  mineCohortsInThreads,
  readSnapshot,
  type Snapshot,
} from '@assay/mining'
import { type ProfileEntitlementSet, profileEntitlementSets } from '@assay/profiles'
import { inTenant, type Sql } from '@assay/store'
import { getConfig } from './config.ts'
import { settleDismissals } from './dismissals/settle-dismissals.ts'
import { findingsOf } from './findings.ts'
import { analysisQueue } from './queues.ts'
import { explain, type NearestSetting, type RunReport } from './run-insight.ts'
import { completeRun, failRun, reportProgress, type TakenRun, takeUpRun } from './runs.ts'
import { replaceFindings } from './suggestions.ts'

/** What analyses of the whole organisation are done with. */
interface AnalysisTools {
  readonly sql: Sql
  /** Worker threads for the mining. */
  readonly threads: number
}

interface AnalysisTask {
  readonly tenantId: number
  readonly run: TakenRun
}

/** A run is completed once, by the worker that took it up last, together with its findings. */
export function analysisWork({ sql, threads }: AnalysisTools) {
  return defineWork<{ tenantId: number; runId: string }, AnalysisTask, number>({
    queue: analysisQueue,
    title: 'The analysis',
    takeUp: async ({ tenantId, runId }) => {
      const run = await inTenant(sql, tenantId, (scoped) => takeUpRun(scoped, runId))
      return run && { tenantId, run }
    },
    run: ({ tenantId, run }, attempt) => analyse(sql, tenantId, run, threads, attempt),
    fail: ({ tenantId, run }, message) => inTenant(sql, tenantId, (scoped) => failRun(scoped, run, message)),
    progress: {
      write: ({ tenantId, run }, cohortsAnalyzed) =>
        inTenant(sql, tenantId, (scoped) => reportProgress(scoped, run, cohortsAnalyzed)),
    },
  })
}

async function analyse(
  sql: Sql,
  tenantId: number,
  run: TakenRun,
  threads: number,
  { signal, report: reportCohorts }: Attempt<number>,
): Promise<void> {
  const stored = await loadCurrentSnapshot(sql, tenantId)
  if (stored === undefined)
    throw failedPrecondition(
      'There is no access data to analyse yet. Commit an import; it starts an analysis by itself.',
    )
  const snapshot = readSnapshot(stored.buffer)
  const { config, profiles } = await inTenant(sql, tenantId, async (scoped) => ({
    config: await getConfig(scoped),
    profiles: await profileEntitlementSets(scoped),
  }))
  const settings = {
    hints: config.cohortHints,
    maxSuggestions: config.maxSuggestions,
    minCohortSize: config.minCohortSize,
    commonEntitlements: confirmedCommonAccess(snapshot, profiles),
    // The contract's suggestions are about people; a rule made from the same filters would never select a machine.
    populations: ['people' as const],
  }
  const result = await mineCohortsInThreads(stored.buffer, settings, {
    threads,
    signal,
    onProgress: ({ cohortsAnalyzed }) => reportCohorts(cohortsAnalyzed),
  })
  const report: RunReport = {
    settings: result.settings,
    populations: result.populations,
    rejected: result.rejected,
    nearest: result.nearest,
    nearestSetting:
      result.suggestions.length > 0 ? undefined : await nearestSetting(stored.buffer, settings, { threads, signal }),
  }
  await inTenant(sql, tenantId, async (scoped) => {
    const found = await findingsOf(scoped, tenantId, snapshot, result, profiles)
    const { findings, suppressedCount } = await settleDismissals(scoped, snapshot, found)
    const told = { ...report, suppressedCount }
    const figures = { ...figuresOf(result), suggestionsGenerated: findings.length }
    const explanation = findings.length > 0 ? '' : explain(told, 0).slice(0, 3).join(' ')
    await completeRun(scoped, run, figures, told, explanation)
    await replaceFindings(scoped, tenantId, run.id, findings)
  })
}

/** Ordinals of what people have confirmed as common access, by putting it into a profile that says so. */
function confirmedCommonAccess(snapshot: Snapshot, profiles: readonly ProfileEntitlementSet[]): number[] {
  const keys = new Set(
    profiles.filter(({ commonAccess }) => commonAccess).flatMap(({ entitlementKeys }) => entitlementKeys),
  )
  return [...snapshot.entitlementKey.keys()].filter((ordinal) => keys.has(snapshot.entitlementKey[ordinal] as number))
}

function figuresOf(result: CohortMiningResult) {
  return {
    totalUsers: result.populations.reduce((sum, population) => sum + population.identityCount, 0),
    cohortsAnalyzed: result.populations.reduce((sum, population) => sum + population.cohortsAnalyzed, 0),
  }
}

/** Mined once more with the smallest cohorts there can be: the largest of those that then pass says what would do. */
async function nearestSetting(
  buffer: SharedArrayBuffer,
  settings: Partial<CohortMiningSettings>,
  options: { readonly threads: number; readonly signal: AbortSignal },
): Promise<NearestSetting | undefined> {
  const smallest = { ...settings, minCohortSize: 2, maxSuggestions: 1_000_000 }
  const { suggestions } = await mineCohortsInThreads(buffer, smallest, options)
  if (suggestions.length === 0) return undefined
  const value = Math.max(...suggestions.map(({ cohortSize }) => cohortSize))
  const suggestionCount = suggestions.filter(({ cohortSize }) => cohortSize >= value).length
  return { setting: 'minCohortSize', value, suggestionCount }
}
