import { userIdsInRows } from '@assay/auth'
import type { EvaluateEntitlementSelectionRequest } from '@assay/contracts/c1/api/role_mining_management/v1/entitlement_selection_pb'
import type { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import type { EntitlementRef } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { entitlementsByKey, identityNamesById } from '@assay/directory'
import { itemAt } from '@assay/errors'
import {
  type CustomAnalysisPosition,
  countSelectionValues,
  evaluateSelection,
  getCustomAnalysis,
  getFindings,
  listCustomAnalyses,
  type SelectionRequest,
  type StoredFacet,
  triggerCustomAnalysis,
} from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages, unpagedListSize } from '../paging.ts'
import { asCaller, type ServiceContext, untilGone } from '../service-context.ts'
import { fromCohort } from './convert-cohort-request.ts'
import { toFacetMessage, toResultMessage, toResultView, type ValueName } from './convert-custom-analysis.ts'

type Calls =
  | 'triggerCustomAnalysis'
  | 'getCustomAnalysisResult'
  | 'listCustomAnalysisResults'
  | 'getLatestCustomAnalysisResult'
  | 'evaluateEntitlementSelection'
  | 'countEntitlementSelectionFilterAttributeValues'

/** Analyses of one cohort, and the figures of a selection among their entitlements. */
export function customAnalysisCalls(
  service: ServiceContext,
): Pick<ServiceImpl<typeof RoleMiningManagementService>, Calls> {
  return {
    triggerCustomAnalysis: (request, context) =>
      asCaller(service, context, async (sql, caller) => ({
        id: await triggerCustomAnalysis(sql, service.jobs, caller.tenantId, caller.identityId, {
          ...fromCohort(request),
          resourceScope: request.resourceScope?.appIds ?? [],
        }),
      })),

    getCustomAnalysisResult: ({ id }, context) =>
      asCaller(service, context, async (sql) => {
        const analysis = await getCustomAnalysis(sql, id)
        // Findings are read only when the analysis was completed at the first read: if it completes between the two reads, there are
        // findings without the cohort's size.
        const findings = analysis.status === 'completed' ? await getFindings(sql, id) : undefined
        const entitlements = await entitlementsByKey(sql, findings?.entitlements.map(([key]) => key) ?? [])
        return toResultMessage(analysis, findings, entitlements, await valueNames(sql, findings?.facets ?? []))
      }),

    listCustomAnalysisResults: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<CustomAnalysisPosition>(
          service.pageTokens,
          ['custom analyses', tenantId],
          request,
          unpagedListSize,
        )
        const { analyses, last } = await listCustomAnalyses(sql, pages)
        return { list: analyses.map(toResultView), nextPageToken: pages.next(last) }
      }),

    getLatestCustomAnalysisResult: (_, context) =>
      asCaller(service, context, async (sql, caller) => {
        const [latest] = (await listCustomAnalyses(sql, { size: 1 }, userIdsInRows(caller))).analyses
        return latest === undefined ? {} : { result: toResultView(latest) }
      }),

    async evaluateEntitlementSelection(request, context) {
      const { tenantId } = principalOf(context)
      const { includeFacets } = request
      const limits = untilGone(context)
      const outcome = await evaluateSelection(service, tenantId, fromSelection(request), includeFacets, limits)
      const valueName = await asCaller(service, context, (sql) => valueNames(sql, outcome.facets))
      return {
        selectedEntitlementCount: outcome.selectedCount,
        usersWithAllEntitlements: outcome.usersWithAll,
        coreHolderFacets: outcome.facets.map((facet) => toFacetMessage(facet, valueName)),
      }
    },

    async countEntitlementSelectionFilterAttributeValues({ selection, attribute, values }, context) {
      const { tenantId } = principalOf(context)
      const about = fromSelection(selection)
      const counts = await countSelectionValues(service, tenantId, about, attribute, values, untilGone(context))
      return {
        cohortUserCount: counts.cohortCount,
        coreUserCount: counts.coreCount,
        values: values.map((value, place) => ({
          value,
          cohortUserCount: itemAt(counts.values, place).cohortCount,
          coreUserCount: itemAt(counts.values, place).coreCount,
        })),
      }
    },
  }
}

function fromSelection(selection: EvaluateEntitlementSelectionRequest | undefined): SelectionRequest {
  const toName = ({ appId, entitlementId }: EntitlementRef) => ({ applicationId: appId, entitlementId })
  return {
    analysisId: selection?.analysisId ?? '',
    minimumCoverageBasisPoints: selection?.minimumCoverageBasisPoints ?? 0,
    explicitlyIncluded: selection?.explicitlyIncluded.map(toName) ?? [],
    explicitlyExcluded: selection?.explicitlyExcluded.map(toName) ?? [],
  }
}

/** Managers are shown by name; every other value is shown as it is. */
async function valueNames(sql: TenantSql, facets: readonly StoredFacet[]): Promise<ValueName> {
  const managers = facets.filter(({ attribute }) => attribute === 'manager').flatMap(({ values }) => values)
  const names = await identityNamesById(
    sql,
    managers.map(({ value }) => value),
  )
  return (attribute, value) => (attribute === 'manager' ? names.get(value) || value : value)
}
