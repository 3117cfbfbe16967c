import { PullSourceRequest_Kind as Kind, type PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { invalidArgument } from '@assay/errors'
import { endPull, getPull, type PulledKind, pullNow, setPull } from '@assay/source-pulls'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toPullMessage } from './convert-pull.ts'

const kindNames: Readonly<Record<number, PulledKind>> = {
  [Kind.USERS]: 'users',
  [Kind.GROUPS]: 'groups',
  [Kind.ROLES]: 'roles',
  [Kind.ENTITLEMENTS]: 'entitlements',
}

function kindNamed(kind: Kind): PulledKind {
  const name = kindNames[kind]
  if (name === undefined)
    throw invalidArgument('kinds', 'has an unknown kind; give KIND_USERS, KIND_GROUPS, KIND_ROLES or KIND_ENTITLEMENTS')
  return name
}

/** Pulls of sources from servers; the worker runs them. */
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

    pullSource: ({ sourceId, kinds, sinceTime }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const part = { kinds: kinds.map(kindNamed), since: sinceTime && timestampDate(sinceTime) }
        return toPullMessage(await pullNow(sql, tenantId, sourceId, part))
      }),

    deletePull: ({ sourceId }, context) =>
      asCaller(service, context, async (sql) => {
        await endPull(sql, sourceId)
        return {}
      }),
  }
}
