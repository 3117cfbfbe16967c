import { availableParallelism } from 'node:os'
import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { SnapshotDescriptions } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { endPopulationMining, startPopulationMining, watchPopulation } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import { inTenant, type TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import {
  fromSettingsMessage,
  toDescriptionMessage,
  toOutcomeMessages,
  toProgressMessage,
} from './convert-cohort-mining.ts'
import { fromRolesRequest, toRolesEvent } from './convert-role-mining.ts'
import { asCaller, type ServiceContext } from './service-context.ts'
import { CallPlaces } from './use-cases/call-places.ts'
import { mineSnapshot } from './use-cases/mine-snapshot.ts'

const mostAnalysesAtOnce = 2
/** One core is left to whoever answers the other calls. */
const threads = Math.max(1, availableParallelism() - 1)

const longestRequestId = 200

/** Mining for the platform's other apps. Populations are mined by the worker; this process passes on what it finds. */
export function miningService(
  service: ServiceContext,
  places = new CallPlaces(mostAnalysesAtOnce),
): ServiceImpl<typeof MiningService> {
  const descriptions = new SnapshotDescriptions()
  return {
    describeSnapshot: (_, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const description = await descriptions.of(sql, tenantId)
        return description === undefined ? {} : { snapshot: toDescriptionMessage(description) }
      }),

    async *mineCohorts({ settings }, context) {
      const caller = principalOf(context)
      const wanted = fromSettingsMessage(settings)
      const giveBack = places.take()
      try {
        const options = { threads, signal: context.signal }
        for await (const event of mineSnapshot(service.sql, caller.tenantId, wanted, options)) {
          if (event.kind === 'result') yield* toOutcomeMessages(event.result)
          else yield toProgressMessage(event.progress)
        }
      } finally {
        giveBack()
      }
    },

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

    async endPotentialRoleMining({ requestId }, context) {
      const { tenantId } = principalOf(context)
      await inTenant(service.sql, tenantId, (sql) => endPopulationMining(sql, service.jobs, { requestId }))
      return {}
    },
  }
}
