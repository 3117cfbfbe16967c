import type { PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { invalidArgument } from '@assay/errors'
import { endPull, getPull, pullNow, setPull } from '@assay/source-pulls'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toPullMessage } from './convert-pull.ts'

/** Sources that are pulled from servers. The worker pulls. */
export function pullService(service: ServiceContext): ServiceImpl<typeof PullService> {
  return {
    putPull: ({ sourceId, pull }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        if (pull === undefined) throw invalidArgument('pull', 'is missing; give the address of a server')
        const { address, secret, intervalMinutes, fullIntervalMinutes } = pull
        const settings = { address, secret, intervalMinutes, fullIntervalMinutes }
        return toPullMessage(await setPull(sql, tenantId, sourceId, settings, identityId))
      }),

    getPull: ({ sourceId }, context) =>
      asCaller(service, context, async (sql) => toPullMessage(await getPull(sql, sourceId))),

    pullSource: ({ sourceId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => toPullMessage(await pullNow(sql, tenantId, sourceId))),

    deletePull: ({ sourceId }, context) =>
      asCaller(service, context, async (sql) => {
        await endPull(sql, sourceId)
        return {}
      }),
  }
}
