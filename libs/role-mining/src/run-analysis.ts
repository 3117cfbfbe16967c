import { loadCurrentSnapshot } from '@assay/directory'
import { DomainError, failedPrecondition } from '@assay/errors'
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
import { findingsOf } from './findings.ts'
import { explain, type NearestSetting, type RunReport } from './run-insight.ts'
import { completeRun, failRun, reportProgress, type TakenRun, takeUpRun } from './runs.ts'
import { replaceFindings } from './suggestions.ts'

export interface AnalysisOptions {
  /** Worker threads for the mining. */
  readonly threads: number
  /** Stops the analysis; the run stays unfinished, for the next worker. */
  readonly signal: AbortSignal
  /** Told what people are only told in general words. */
  readonly onFault: (error: unknown, runId: string) => void
}

/** Progress is written at most this often. */
const progressIntervalMs = 250

/**
 * Works off a tenant's unfinished runs up to the one given, oldest first. Safe to call twice and from two processes: a
 * run is completed once, by the worker that took it up last, together with its findings. A run that cannot be completed
 * ends as failed; an error is thrown only for what may pass (the database is away, this process stops).
 */
export async function runAnalysis(
  sql: Sql,
  { tenantId, runId }: { readonly tenantId: number; readonly runId: string },
  options: AnalysisOptions,
): Promise<void> {
  for (;;) {
    const run = await inTenant(sql, tenantId, (scoped) => takeUpRun(scoped, runId))
    if (run === undefined) return
    try {
      await analyse(sql, tenantId, run, options)
    } catch (error) {
      options.signal.throwIfAborted()
      if (error instanceof DomainError && error.kind === 'unavailable') throw error
      if (error instanceof DomainError && error.kind === 'aborted') return
      const isOurs = !(error instanceof DomainError)
      if (isOurs) options.onFault(error, run.id)
      const message = isOurs
        ? `The analysis met an internal fault; the log tells more about run ${run.id}.`
        : error.message
      await inTenant(sql, tenantId, (scoped) => failRun(scoped, run, message))
    }
  }
}

async function analyse(sql: Sql, tenantId: number, run: TakenRun, options: AnalysisOptions): Promise<void> {
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
    threads: options.threads,
    signal: options.signal,
    onProgress: throttledProgress(sql, tenantId, run),
  })
  const report: RunReport = {
    settings: result.settings,
    populations: result.populations,
    rejected: result.rejected,
    nearest: result.nearest,
    nearestSetting: result.suggestions.length > 0 ? undefined : await nearestSetting(stored.buffer, settings, options),
  }
  await inTenant(sql, tenantId, async (scoped) => {
    const findings = await findingsOf(scoped, tenantId, snapshot, result, profiles)
    const figures = { ...figuresOf(result), suggestionsGenerated: findings.length }
    const explanation = findings.length > 0 ? '' : explain(report, 0).slice(0, 3).join(' ')
    await completeRun(scoped, run, figures, report, explanation)
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
  { threads, signal }: AnalysisOptions,
): Promise<NearestSetting | undefined> {
  const smallest = { ...settings, minCohortSize: 2, maxSuggestions: 1_000_000 }
  const { suggestions } = await mineCohortsInThreads(buffer, smallest, { threads, signal })
  if (suggestions.length === 0) return undefined
  const value = Math.max(...suggestions.map(({ cohortSize }) => cohortSize))
  const suggestionCount = suggestions.filter(({ cohortSize }) => cohortSize >= value).length
  return { setting: 'minCohortSize', value, suggestionCount }
}

function throttledProgress(sql: Sql, tenantId: number, run: TakenRun) {
  let lastAt = 0
  return ({ cohortsAnalyzed }: { readonly cohortsAnalyzed: number }) => {
    const now = performance.now()
    if (now - lastAt < progressIntervalMs) return
    lastAt = now
    // Progress is for people; whether the run is still ours is decided when it completes.
    inTenant(sql, tenantId, (scoped) => reportProgress(scoped, run, cohortsAnalyzed)).catch(() => {})
  }
}
