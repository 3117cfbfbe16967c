import { availableParallelism } from 'node:os'
import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { SnapshotDescriptions } from '@assay/directory'
import { principalOf } from '@assay/server'
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
import { minePopulation } from './use-cases/mine-population.ts'
import { mineSnapshot } from './use-cases/mine-snapshot.ts'

const mostAnalysesAtOnce = 2
/** One core is left to whoever answers the other calls. */
const threads = Math.max(1, availableParallelism() - 1)

/** Mining for the platform's other apps. Nothing is stored, and the event loop only passes messages. */
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
      const caller = principalOf(context)
      const wanted = fromRolesRequest(request)
      const giveBack = places.take()
      try {
        const options = { threads, signal: context.signal }
        for await (const event of minePopulation(service.snapshots, caller.tenantId, wanted, options)) {
          yield toRolesEvent(event)
        }
      } finally {
        giveBack()
      }
    },
  }
}
