import { RoleMiningManagementService, WorkService } from '@assay/contracts'
import { Work_Kind } from '@assay/contracts/assay/work/v1/work_service_pb'
import type { MessageShape } from '@bufbuild/protobuf'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { z } from 'zod'
import { first, pageOf } from '../lists.ts'
import { invalidArgument, withoutData } from '../refusal.ts'
import { conditions, count, id, nextCursor, paging, share } from '../shapes.ts'
import { defineTool, type Work } from '../tool.ts'
import { wordOf } from '../words.ts'

const { triggerCustomAnalysis, getCustomAnalysisResult } = RoleMiningManagementService.method
const { listWork, cancelWork } = WorkService.method

type Analysis = MessageShape<typeof getCustomAnalysisResult.output>

const input = z.strictObject({
  conditions: conditions.default([]).describe('The cohort; required for a new analysis.'),
  applicationIds: z.array(id).max(100).default([]).describe('Only entitlements of these applications; empty: all.'),
  analysisId: id.optional().describe('An earlier analysis, to read its state or its next page.'),
  ...paging,
})

const entitlementRow = z.strictObject({
  applicationId: z.string(),
  entitlementId: z.string(),
  displayName: z.string(),
  coverage: share,
  holders: count,
})

export const analyzeCohort = defineTool({
  name: 'AnalyzeCohort',
  title: 'Analyse a cohort',
  description:
    'Analyses the access of the people who meet some conditions: coverage of each entitlement, groups of entitlements that are held together, and the effect of each cut-off. The result is stored for 90 days. It may take longer than a call: clients that support tasks get a task; all others get an `analysisId` with the status `running` and call again with it. A newer analysis of the same caller ends one that still runs.',
  needs: [triggerCustomAnalysis, getCustomAnalysisResult],
  input,
  output: z.strictObject({
    analysisId: z.string(),
    status: z.string().describe('running or completed'),
    cohortSize: count.optional(),
    applications: count.optional(),
    entitlements: z.array(entitlementRow).optional(),
    nextCursor,
    clusters: z
      .array(
        z.strictObject({
          entitlements: z.array(entitlementRow),
          entitlementCount: count,
          people: count,
          averageCoverage: share,
          averageSimilarity: share,
        }),
      )
      .optional(),
    cutoffs: z
      .array(z.strictObject({ minimumCoverageBasisPoints: count, entitlements: count, peopleWithAll: count }))
      .optional(),
  }),
  work: {
    idIn: ({ analysisId }) => analysisId,
    async begin({ conditions, applicationIds }, { calls }) {
      if (conditions.length === 0) throw invalidArgument('conditions', 'are missing; give the conditions of the cohort')
      const { id } = await calls(triggerCustomAnalysis, {
        profileFilters: conditions,
        ...(applicationIds.length > 0 && { resourceScope: { appIds: applicationIds } }),
      })
      return id
    },
    async look(analysisId, given, { calls }) {
      const analysis = await calls(getCustomAnalysisResult, { id: analysisId })
      return toWork(analysis, given ?? input.parse({}))
    },
    async cancel(analysisId, { calls }) {
      const { work } = await calls(listWork, { pageSize: 100 })
      const own = work.find(({ kind, aboutId }) => kind === Work_Kind.CUSTOM_ANALYSIS && aboutId === analysisId)
      if (own !== undefined) await calls(cancelWork, { workId: own.id })
    },
    pending: (analysisId) => ({ analysisId, status: 'running' }),
  },
})

function toWork(analysis: Analysis, paging: { cursor: string; limit: number }): Work {
  const at = (time: Analysis['createdAt']) => (time === undefined ? new Date(0) : timestampDate(time))
  const times = { createdAt: at(analysis.createdAt), updatedAt: at(analysis.updatedAt) }
  const statuses = getCustomAnalysisResult.output.field.status?.enum
  const status = statuses === undefined ? 'unspecified' : wordOf(statuses, analysis.status)
  if (status === 'completed') return { ...times, end: { result: resultOf(analysis, paging) } }
  if (status !== 'failed') return times
  if (analysis.supersededByResultId !== '')
    return { ...times, end: { cancelled: 'A newer analysis of the same client replaced it' } }
  const message = analysis.errorMessage || 'The analysis ended without a result'
  return { ...times, end: { refusal: { code: 'aborted', ...withoutData(message) } } }
}

function resultOf(analysis: Analysis, paging: { cursor: string; limit: number }) {
  const page = pageOf(analysis.entitlements, paging, analysis.id)
  return {
    analysisId: analysis.id,
    status: 'completed',
    cohortSize: analysis.cohortSize,
    applications: analysis.appsAnalyzed,
    entitlements: page.rows.map(rowOf),
    ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
    clusters: first(analysis.clusters)
      .slice(0, 10)
      .map((cluster) => ({
        entitlements: cluster.entitlements.slice(0, 10).map(rowOf),
        entitlementCount: cluster.entitlements.length,
        people: cluster.userCount,
        averageCoverage: cluster.avgCoverage,
        averageSimilarity: cluster.avgSimilarity,
      })),
    cutoffs: first(analysis.cutoffImpactPoints).map((point) => ({
      minimumCoverageBasisPoints: point.minimumCoverageBasisPoints,
      entitlements: point.entitlementCount,
      peopleWithAll: point.usersWithAllEntitlements,
    })),
  }
}

function rowOf(one: Analysis['entitlements'][number]): z.input<typeof entitlementRow> {
  return {
    applicationId: one.appId,
    entitlementId: one.entitlementId,
    displayName: one.entitlementDisplayName,
    coverage: one.coverage,
    holders: one.grantedCount,
  }
}
