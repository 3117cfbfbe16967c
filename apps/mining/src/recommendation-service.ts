import {
  type RecommendationService,
  RecommendationState as State,
} from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { recommendForCohort, recommendForIdentity } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'
import { entitlementName } from './insight/convert-insight.ts'
import { type ServiceContext, untilGone } from './service-context.ts'

/** Recommendations of single entitlements that people probably lack. */
export function recommendationService(service: ServiceContext): ServiceImpl<typeof RecommendationService> {
  return {
    async recommendForIdentity({ identityId, maxResults }, context) {
      const caller = principalOf(context)
      const found = await recommendForIdentity(service, caller, identityId, maxResults, untilGone(context))
      return {
        state: stateOf(found),
        importId: found.importId,
        recommendations: found.results.map(({ entitlement, probability, reasons }) => ({
          entitlement: entitlementName(entitlement),
          probability,
          reasons: [...reasons],
        })),
      }
    },

    async recommendForCohort({ filters, maxResults }, context) {
      const caller = principalOf(context)
      const given = filters.map(({ attribute, values }) => ({ attribute, values }))
      const found = await recommendForCohort(service, caller, given, maxResults, untilGone(context))
      return {
        state: stateOf(found),
        importId: found.importId,
        cohortSize: found.cohortSize,
        recommendations: found.results.map(({ entitlement, holders, expected, probability, reasons }) => ({
          entitlement: entitlementName(entitlement),
          holderCount: holders,
          expectedHolders: expected,
          probability,
          reasons: [...reasons],
        })),
      }
    },
  }
}

function stateOf({ isLearning }: { readonly isLearning: boolean }): State {
  return isLearning ? State.LEARNING : State.READY
}
