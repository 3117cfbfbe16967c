import type { ExploreService } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import {
  describeCohortOf,
  evaluateCohortSelection,
  type LoadedSnapshot,
  searchCohortConditions,
} from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { toDescriptionMessage } from './convert-explore.ts'

/** Cohorts by conditions, and the entitlements that their people share. The answers are computed in the call; nothing is stored. */
export function exploreService(service: ServiceContext): ServiceImpl<typeof ExploreService> {
  const toolsOf = (context: HandlerContext) => ({
    tenantId: principalOf(context).tenantId,
    questions: service.questions,
    within: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) =>
      asCallerOnSnapshot(service, context, (sql, _, loaded) => work(sql, loaded)),
    signal: context.signal,
  })
  return {
    describeCohort: async ({ conditions }, context) =>
      toDescriptionMessage(await describeCohortOf(toolsOf(context), conditions)),

    evaluateSelection: async ({ conditions, entitlements }, context) => {
      const effect = await evaluateCohortSelection(toolsOf(context), conditions, entitlements)
      return {
        importId: effect.importId,
        cohortSize: effect.members,
        entitlementCount: effect.entitlementCount,
        gainCount: BigInt(effect.gains),
        riskyGainCount: BigInt(effect.riskyGains),
        peopleWithAllCount: effect.withAll,
        outsideWithAllCount: effect.outsideWithAll,
      }
    },

    searchConditions: async (request, context) => {
      const { conditions, isNearly, attributes } = await searchCohortConditions(toolsOf(context), request)
      return {
        conditions: conditions.map(({ attribute, value, people, displayName }) => ({
          attribute,
          value,
          peopleCount: people,
          displayName,
        })),
        isNearly,
        attributes: [...attributes],
      }
    },
  }
}
