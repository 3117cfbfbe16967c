import { entitlementsByKey } from '@assay/directory'
import { failedPrecondition, notFound } from '@assay/errors'
import { type CandidateChange, type CandidateFate, compareCandidates } from '@assay/mining'
import { isUuid, type TenantSql } from '@assay/store'
import type { MiningSettings } from '../mining-settings.ts'
import type { RunReport } from '../run-insight.ts'
import { LoadReasons, policyDifferences, settingDifferences } from './change-reasons.ts'
import { changesOfLoads } from './load-changes.ts'
import { candidatesOf, keptRuns, type RunCandidate } from './run-candidates.ts'

/** A completed run, with the load that it analysed. */
export interface ComparableRun {
  readonly id: string
  readonly importId: string
  readonly completedAt: Date
  readonly suggestionCount: number
  readonly settings: MiningSettings
  /** The effect of policies on it; undefined when no policy was in force. */
  readonly policies: RunReport['policies']
}

/** A candidate of both runs, and the reasons for its change. */
export interface ExplainedChange extends CandidateChange<RunCandidate> {
  /** Keys of entitlements that only the later candidate has. */
  readonly entitlementsAdded: readonly number[]
  readonly entitlementsRemoved: readonly number[]
  readonly reasons: readonly string[]
}

interface RunComparison {
  readonly before: ComparableRun
  readonly after: ComparableRun
  /** Names and values of settings that differ: `"Most suggestions of an analysis" (maxSuggestions) 100, then 50`. */
  readonly settingDifferences: readonly string[]
  readonly counts: Readonly<Record<CandidateFate, number>>
  /** In the order of the later run, followed by the candidates that only the earlier run has. */
  readonly changes: readonly CandidateChange<RunCandidate>[]
  /** Finds the reasons of changes, for those that are shown. */
  explain(sql: TenantSql, changes: readonly CandidateChange<RunCandidate>[]): Promise<readonly ExplainedChange[]>
}

interface RunRow {
  id: string
  importId: number
  completedAt: Date
  suggestionCount: number
  report: RunReport
}

const columns = (sql: TenantSql) => sql`
  run.id, run.import_id as "importId", run.completed_at as "completedAt",
  run.suggestions_generated as "suggestionCount", run.report`

const toRun = ({ report, importId, ...row }: RunRow): ComparableRun => ({
  ...row,
  importId: String(importId),
  settings: report.settings,
  policies: report.policies,
})

/** The data for comparing runs: all stored data, or the part that a bounded reader may see. */
export interface RunHistory {
  /** The runs whose candidates are stored, newest first. */
  readonly runs: (sql: TenantSql) => Promise<readonly ComparableRun[]>
  readonly candidates: (sql: TenantSql, runId: string) => Promise<readonly RunCandidate[] | undefined>
  readonly loads: typeof changesOfLoads
}

const wholeHistory: RunHistory = { runs: listComparableRuns, candidates: candidatesOf, loads: changesOfLoads }

/** The runs whose candidates are stored, newest first. */
export async function listComparableRuns(sql: TenantSql): Promise<readonly ComparableRun[]> {
  const rows = await sql<RunRow[]>`
    select ${columns(sql)} from run_candidates kept
    join role_mining_runs run on run.tenant_id = kept.tenant_id and run.id = kept.run_id
    order by run.completed_at desc, run.id desc`
  return rows.map(toRun)
}

/**
 * Compares two runs.
 * @param id of the later run, or `latest`
 * @param previousId of the earlier run; empty: the stored run before the later one
 * @throws not_found; failed_precondition for a run whose candidates are not stored, and when no earlier run has stored candidates
 */
export async function compareRuns(
  sql: TenantSql,
  id: string,
  previousId: string,
  history: RunHistory = wholeHistory,
): Promise<RunComparison> {
  const kept = await history.runs(sql)
  const after = await keptRun(sql, kept, id === 'latest' ? (kept[0]?.id ?? 'latest') : id)
  const place = kept.findIndex((one) => one.id === after.id)
  const before = previousId === '' ? kept[place + 1] : await keptRun(sql, kept, previousId)
  if (before === undefined)
    throw failedPrecondition(`no run before "${after.id}" has stored candidates; the last ${keptRuns} runs have`)
  const [old, now] = [await history.candidates(sql, before.id), await history.candidates(sql, after.id)]
  const changes = compareCandidates(old ?? [], now ?? [])
  const counts = { new: 0, gone: 0, grown: 0, shrunk: 0, changed: 0, renamed: 0, same: 0 }
  for (const { fate } of changes) counts[fate]++
  const differences = settingDifferences(before.settings, after.settings)
  return {
    before,
    after,
    settingDifferences: differences,
    counts,
    changes,
    explain: (scoped, shown) => explainChanges(scoped, history, { before, after, differences }, shown),
  }
}

async function keptRun(sql: TenantSql, kept: readonly ComparableRun[], id: string): Promise<ComparableRun> {
  const found = kept.find((one) => one.id === id.toLowerCase())
  if (found !== undefined) return found
  const [known] = isUuid(id) ? await sql`select from role_mining_runs where id = ${id}` : []
  if (known === undefined) throw notFound('run', id)
  throw failedPrecondition(
    `the candidates of run "${id}" are not stored: Assay stores those of the last ${keptRuns} completed runs`,
  )
}

async function explainChanges(
  sql: TenantSql,
  history: RunHistory,
  {
    before,
    after,
    differences,
  }: { readonly before: ComparableRun; readonly after: ComparableRun; readonly differences: readonly string[] },
  shown: readonly CandidateChange<RunCandidate>[],
): Promise<readonly ExplainedChange[]> {
  const [first, last] = Number(before.importId) <= Number(after.importId) ? [before, after] : [after, before]
  const sides = shown.flatMap(({ before: was, after: is }) => [was, is].filter((one) => one !== undefined))
  const keys = [...new Set(sides.flatMap(({ entitlements }) => entitlements))]
  const filters = sides.flatMap((one) => one.filters)
  const loads = await history.loads(
    sql,
    { after: first.importId, upTo: last.importId },
    {
      attributes: [...new Set(filters.map(({ attribute }) => attribute))],
      values: [...new Set(filters.flatMap(({ values }) => values.map((value) => value.trim())))],
      entitlements: keys,
    },
  )
  const names = await entitlementsByKey(sql, keys)
  const reasons = new LoadReasons(loads, {
    isForward: first === before,
    isSameLoad: before.importId === after.importId,
    isWhole:
      !loads.some(({ isCut }) => isCut) &&
      isChain(
        loads.map(({ previousImportId, importId }) => [previousImportId, importId]),
        first.importId,
        last.importId,
      ),
    differences,
    policyDifferences: policyDifferences(before.policies, after.policies),
    nameOf: (key) => names.get(key)?.displayName ?? '',
  })
  return shown.map((change) => {
    const had = new Set(change.before?.entitlements)
    const has = new Set(change.after?.entitlements)
    const entitlementsAdded = change.before === undefined ? [] : [...has.difference(had)]
    const entitlementsRemoved = change.after === undefined ? [] : [...had.difference(has)]
    const explained = { ...change, entitlementsAdded, entitlementsRemoved }
    return { ...explained, reasons: reasons.of(explained) }
  })
}

/** Whether each load between the two was compared with the previous one. */
function isChain(links: readonly (readonly [from: string, to: string])[], first: string, last: string): boolean {
  let at = first
  for (const [from, to] of links) {
    if (from !== at) return false
    at = to
  }
  return at === last
}
