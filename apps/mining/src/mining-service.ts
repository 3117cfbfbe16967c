import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { SnapshotDescriptions } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { endPopulationMining, requireProfileAllowed, startPopulationMining, watchPopulation } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import { inTenant, type TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { fromRolesRequest, toRolesEvent } from './convert-role-mining.ts'
import { toDescriptionMessage } from './convert-snapshot.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from './service-context.ts'

const longestRequestId = 200

/** The mining calls of Assay's other processes. The worker mines populations; this process passes its results on. */
export function miningService(service: ServiceContext): ServiceImpl<typeof MiningService> {
  const descriptions = new SnapshotDescriptions()
  return {
    describeSnapshot: (_, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const description = await descriptions.of(sql, tenantId)
        return description === undefined ? {} : { snapshot: toDescriptionMessage(description) }
      }),

    async *minePotentialRoles(request, context) {
      const { tenantId } = principalOf(context)
      const { requestId } = request
      if (requestId.length > longestRequestId)
        throw invalidArgument('request_id', `must have at most ${longestRequestId} characters`)
      const wanted = fromRolesRequest(request)
      const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(service.sql, tenantId, work)
      const id = await within((sql) =>
        startPopulationMining(sql, service.jobs, tenantId, wanted, requestId || undefined),
      )
      try {
        for await (const event of watchPopulation(service.sql, service.minings, tenantId, id, context.signal)) {
          yield toRolesEvent(event)
        }
      } finally {
        if (requestId === '') await within((sql) => endPopulationMining(sql, service.jobs, { id }))
      }
    },

    checkPolicies: ({ entitlementKeys, identityKeys, displayName }, context) =>
      asCallerOnSnapshot(service, context, async (sql, _, loaded) => {
        const wanted = { entitlementKeys, identityKeys, name: displayName }
        const remedy = 'exclude them from the potential role'
        if (loaded !== undefined) await requireProfileAllowed(sql, loaded.snapshot, wanted, remedy)
        return {}
      }),

    async endPotentialRoleMining({ requestId }, context) {
      const { tenantId } = principalOf(context)
      await inTenant(service.sql, tenantId, (sql) => endPopulationMining(sql, service.jobs, { requestId }))
      return {}
    },
  }
}
