import { keysOfScope } from '@assay/directory'
import { membersAreAmong, type Snapshot } from '@assay/mining'
import { inTenant } from '@assay/store'
import { type ComparableRun, listComparableRuns, type RunHistory } from '../changes/compare-runs.ts'
import { candidatesOf, type RunCandidate } from '../changes/run-candidates.ts'
import type { CohortFilter } from '../cohort-filters.ts'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import type { Run } from '../runs.ts'
import { changeWithin, type ScopeHistoryTools } from './change-within.ts'
import type { PeopleOfScope } from './scope-on-snapshot.ts'

/** The candidates of stored runs that are inside a scope, by run, for the snapshot of each scope; garbage collected with it. */
const remembered = new WeakMap<Snapshot, Map<string, readonly RunCandidate[]>>()

/** A run as a bounded reader sees it: its times and status, without the counts over all people and without its texts. */
export function withoutCounts(run: Run): Run {
  const errorMessage = run.status === 'failed' ? 'The run failed.' : ''
  return { ...run, errorMessage, triggerDetail: '', totalUsers: 0, cohortsAnalyzed: 0, suggestionsGenerated: 0 }
}

/**
 * The stored runs within a reader's scope. A candidate of a run is inside when its filters include the conditions of the scope, so that it
 * can never match other people, or when all people who were in it are people of the scope today. All its entitlements also have to be of
 * the scope's applications. It holds no connection in between.
 * @param loaded the snapshot of the scope's people; undefined before the first import
 * @param isCompared false when runs are only listed, so that the loads between them are not needed
 */
export async function historyWithin(
  tools: ScopeHistoryTools,
  loaded: LoadedSnapshot | undefined,
  isCompared: boolean,
): Promise<RunHistory> {
  if (loaded === undefined) return { runs: async () => [], candidates: async () => undefined, loads: async () => [] }
  const { runs, candidates } = await candidatesWithin(tools, loaded)
  // Before the transaction that compares: reading a former snapshot takes a while.
  const change = isCompared ? await changeWithin(tools, loaded) : undefined
  return {
    runs: async () => runs,
    candidates: async (_, runId) => candidates.get(runId),
    loads: async (_, { after, upTo }) =>
      change === undefined || Number(change.importId) > Number(upTo) || Number(change.importId) <= Number(after)
        ? []
        : [{ ...change, isCut: false }],
  }
}

async function candidatesWithin(
  { sql, tenantId, scopeId }: ScopeHistoryTools,
  { snapshot }: LoadedSnapshot,
): Promise<{
  readonly runs: readonly ComparableRun[]
  readonly candidates: ReadonlyMap<string, readonly RunCandidate[]>
}> {
  const { kept, scope } = await inTenant(sql, tenantId, async (scoped) => ({
    kept: await listComparableRuns(scoped),
    scope: await keysOfScope(scoped, scopeId),
  }))
  const candidates = remembered.get(snapshot) ?? new Map<string, readonly RunCandidate[]>()
  remembered.set(snapshot, candidates)
  if (scope === undefined) return { runs: [], candidates: new Map() }
  const isInside = insideTest(snapshot, scope.conditions, scope.boundsApplications)
  for (const { id } of kept) {
    if (candidates.has(id)) continue
    const all = await inTenant(sql, tenantId, (scoped) => candidatesOf(scoped, id))
    // Its confidence was computed from all people.
    candidates.set(
      id,
      (all ?? []).filter(isInside).map((one) => ({ ...one, confidence: 0 })),
    )
  }
  const ids = new Set(kept.map(({ id }) => id))
  for (const id of candidates.keys()) if (!ids.has(id)) candidates.delete(id)
  const runs = kept.map((run) => ({
    ...run,
    suggestionCount: candidates.get(run.id)?.length ?? 0,
    policies: undefined,
  }))
  return { runs, candidates }
}

function insideTest(
  { identityKey, entitlementKey }: Snapshot,
  conditions: PeopleOfScope,
  boundsApplications: boolean,
): (candidate: RunCandidate) => boolean {
  const areAmong = membersAreAmong(identityKey)
  const own = new Set(entitlementKey)
  return (candidate) =>
    candidate.size > 0 &&
    (!boundsApplications || candidate.entitlements.every((key) => own.has(key))) &&
    (includesScope(candidate.filters, conditions) || areAmong(candidate))
}

/** Whether everyone who matches the filters also matches the scope, whatever the data are. */
export function includesScope(filters: readonly CohortFilter[], scope: PeopleOfScope): boolean {
  if (scope.anyOf !== undefined) return scope.anyOf.some((one) => includesScope(filters, one))
  if (scope.managerId !== undefined) return false
  return scope.filters.every(({ attribute, values }) => {
    const wanted = new Set(values.map((value) => value.trim()))
    return filters.some((one) => one.attribute === attribute && one.values.every((value) => wanted.has(value.trim())))
  })
}
