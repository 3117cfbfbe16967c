import { userIdFromRow } from '@assay/auth'
import {
  type CustomAnalysisResultView,
  CustomAnalysisResultViewSchema,
  type GetCustomAnalysisResultResponse,
  GetCustomAnalysisResultResponseSchema,
  CustomAnalysisTerminalReason as TerminalReason,
} from '@assay/contracts/c1/api/role_mining_management/v1/custom_analysis_pb'
import { RunStatus } from '@assay/contracts/c1/api/role_mining_management/v1/run_pb'
import type { AttributeFacetSchema } from '@assay/contracts/c1/mcp/role_mining/v1/cohort_pb'
import { basisPoints } from '@assay/mining'
import { attributeName, type CohortFindings, type CustomAnalysis, type StoredFacet } from '@assay/role-mining'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { type EntitlementsByKey, toEntitlementMessage } from './convert-suggestion.ts'

const statuses: Readonly<Record<CustomAnalysis['status'], RunStatus>> = {
  running: RunStatus.RUNNING,
  completed: RunStatus.COMPLETED,
  failed: RunStatus.FAILED,
}

const reasons = {
  error: TerminalReason.ERROR,
  superseded: TerminalReason.SUPERSEDED,
} as const

/** The display name of an attribute's value, such as the name of the manager with that id. */
export type ValueName = (attribute: string, value: string) => string

export function toResultView(analysis: CustomAnalysis): CustomAnalysisResultView {
  return create(CustomAnalysisResultViewSchema, { ...head(analysis), suggestionsGenerated: 0 })
}

export function toResultMessage(
  analysis: CustomAnalysis,
  findings: CohortFindings | undefined,
  entitlements: EntitlementsByKey,
  valueName: ValueName,
): GetCustomAnalysisResultResponse {
  const { cohortSize } = analysis
  const counts = new Map(findings?.entitlements)
  const described = (key: number) => {
    const grantedCount = counts.get(key) ?? 0
    return toEntitlementMessage({ key, grantedCount, coverage: grantedCount / cohortSize }, entitlements)
  }
  return create(GetCustomAnalysisResultResponseSchema, {
    ...head(analysis),
    updatedAt: timestampFromDate(analysis.updatedAt),
    ...(findings && {
      appsAnalyzed: findings.applicationCount,
      entitlements: findings.entitlements.map(([key]) => described(key)),
      clusters: findings.clusters.map((cluster) => ({ ...cluster, entitlements: cluster.entitlements.map(described) })),
      facets: findings.facets.map((facet) => toFacetMessage(facet, valueName)),
      facetUserCount: cohortSize,
      cutoffImpactPoints: toCutoffPoints(findings.cutoffPoints, cohortSize),
    }),
  })
}

/**
 * In cohorts of more than 10,000 people, several coverages may have the same basis points. Of these, the point with the lowest coverage
 * stands for all, since a cutoff there selects all of them.
 */
function toCutoffPoints(points: CohortFindings['cutoffPoints'], cohortSize: number) {
  return points
    .map((point) => ({
      minimumCoverageBasisPoints: basisPoints(point.grantedCount, cohortSize),
      entitlementCount: point.entitlementCount,
      usersWithAllEntitlements: point.usersWithAll,
    }))
    .filter((point, i, all) => point.minimumCoverageBasisPoints !== all[i + 1]?.minimumCoverageBasisPoints)
}

export function toFacetMessage(
  { attribute, values, valuesTruncated }: StoredFacet,
  valueName: ValueName,
): MessageInitShape<typeof AttributeFacetSchema> {
  return {
    attribute,
    displayName: attributeName(attribute),
    values: values.map(({ value, userCount }) => ({ value, displayName: valueName(attribute, value), userCount })),
    valuesTruncated,
  }
}

/** The members that the full result and the summary have in common. */
function head(analysis: CustomAnalysis) {
  const { accessScope, resourceScope } = analysis
  return {
    id: analysis.id,
    status: statuses[analysis.status],
    errorMessage: analysis.errorMessage,
    cohortSize: analysis.cohortSize,
    profileFilters: analysis.filters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
    createdAt: timestampFromDate(analysis.createdAt),
    ...(analysis.completedAt && { completedAt: timestampFromDate(analysis.completedAt) }),
    createdByUserId: userIdFromRow(analysis.createdBy),
    terminalReason: analysis.terminalReason === null ? TerminalReason.UNSPECIFIED : reasons[analysis.terminalReason],
    supersededByResultId: analysis.supersededBy ?? '',
    ...(accessScope && { accessScope: { scope: toScope(accessScope) } }),
    ...(resourceScope.length > 0 && { resourceScope: { appIds: [...resourceScope] } }),
  }
}

function toScope({ applicationId, entitlementId }: NonNullable<CustomAnalysis['accessScope']>) {
  return entitlementId === undefined
    ? ({ case: 'appId', value: applicationId } as const)
    : ({ case: 'entitlement', value: { appId: applicationId, entitlementId } } as const)
}
