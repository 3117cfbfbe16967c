import { itemAt } from '@assay/errors'
import { defineWork } from '@assay/jobs'
import type { CohortAnalysis, CohortQuestions, Snapshot } from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { cohortScopeOf, maxFacetValues } from './cohort-scope.ts'
import {
  type CohortFindings,
  type CustomAnalysisSubject,
  completeCustomAnalysis,
  failCustomAnalysis,
  findCustomAnalysis,
} from './custom-analyses.ts'
import { customAnalysisQueue } from './queues.ts'
import { peopleWithin } from './search-cohort.ts'
import type { SnapshotCache } from './snapshot-cache.ts'

/** What the analysis of one cohort needs. */
interface CustomAnalysisTools {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
  readonly questions: CohortQuestions
}

interface CustomAnalysisTask {
  readonly tenantId: number
  readonly id: string
}

/** An analysis that a newer one replaced while it ran stays replaced. */
export function customAnalysisWork(tools: CustomAnalysisTools) {
  const within = <T>(tenantId: number, work: (sql: TenantSql) => Promise<T>) => inTenant(tools.sql, tenantId, work)
  return defineWork<{ tenantId: number; analysisId: string }, CustomAnalysisTask>({
    queue: customAnalysisQueue,
    title: 'The analysis',
    longestMs: 10 * 60_000,
    takeUp: async ({ tenantId, analysisId: id }) => {
      const analysis = await within(tenantId, (sql) => findCustomAnalysis(sql, id))
      return analysis?.status === 'running' ? { tenantId, id } : undefined
    },
    run: ({ tenantId, id }, { signal }) => analyse(tools, tenantId, id, signal),
    fail: ({ tenantId, id }, message) => within(tenantId, (sql) => failCustomAnalysis(sql, id, message)),
  })
}

const nothingFound: CohortFindings = {
  applicationCount: 0,
  entitlements: [],
  clusters: [],
  facets: [],
  cutoffPoints: [],
}

async function analyse(
  { sql, snapshots, questions }: CustomAnalysisTools,
  tenantId: number,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const task = await snapshots.use(tenantId, async (scoped, loaded) => {
    const analysis = await findCustomAnalysis(scoped, id)
    if (analysis?.status !== 'running') return undefined
    const about = loaded && (await cohortScopeOf(scoped, loaded.snapshot, analysis))
    const isEmpty = about === undefined || about.members.length === 0
    return {
      loaded,
      about,
      isScoped: analysis.resourceScope.length > 0,
      explanation: isEmpty ? await whyNobody(scoped, loaded?.snapshot, analysis) : '',
    }
  })
  if (task === undefined) return
  const { loaded, about, explanation } = task
  if (loaded === undefined || about === undefined || about.members.length === 0) {
    return inTenant(sql, tenantId, (scoped) => completeCustomAnalysis(scoped, id, 0, nothingFound, explanation))
  }
  const question = { kind: 'analyse', about, maxFacetValues } as const
  const found = await questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question, signal)
  await inTenant(sql, tenantId, (scoped) =>
    completeCustomAnalysis(
      scoped,
      id,
      found.cohortSize,
      toFindings(loaded.snapshot, found),
      found.entitlements.length > 0 ? '' : nothingHeld(found.cohortSize, task.isScoped),
    ),
  )
}

function nothingHeld(cohortSize: number, isScoped: boolean): string {
  const people = cohortSize === 1 ? 'The one person of the cohort holds' : `The ${cohortSize} people of the cohort hold`
  return isScoped
    ? `${people} nothing in the applications of the resource scope; leave it out to see what they hold elsewhere.`
    : `${people} nothing: there are no grants to analyse.`
}

/** A sentence for a cohort without people: how many people each filter alone, and the scope alone, matches. */
async function whyNobody(
  sql: TenantSql,
  snapshot: Snapshot | undefined,
  { filters, accessScope }: CustomAnalysisSubject,
): Promise<string> {
  if (snapshot === undefined) return 'There is no access data yet; commit an import first.'
  const alone = []
  for (const filter of filters) {
    const { length } = await peopleWithin(sql, snapshot, [{ filters: [filter] }])
    alone.push(`${filter.attribute} ${filter.values.map((value) => `"${value}"`).join(' or ')} alone matches ${length}`)
  }
  if (accessScope !== undefined) {
    const { length } = await peopleWithin(sql, snapshot, [{ filters: [], accessScope }])
    alone.push(`the access scope alone matches ${length}`)
  }
  return `No enabled person matches all conditions: ${alone.join(', ')}.`
}

function toFindings({ entitlementKey }: Snapshot, found: CohortAnalysis): CohortFindings {
  return {
    applicationCount: found.applicationCount,
    entitlements: found.entitlements.map(({ entitlement, grantedCount }) => [
      itemAt(entitlementKey, entitlement),
      grantedCount,
    ]),
    clusters: found.clusters.map((cluster) => ({
      ...cluster,
      entitlements: cluster.entitlements.map((entitlement) => itemAt(entitlementKey, entitlement)),
    })),
    facets: found.facets.map(({ sharpness: _, ...facet }) => facet),
    cutoffPoints: found.cutoffPoints,
  }
}
