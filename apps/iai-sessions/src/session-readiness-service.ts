import type { InternalTokens } from '@assay/auth'
import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import type { SessionReadinessService } from '@assay/contracts/assay/session/v1/session_readiness_service_pb'
import { onwardCall } from '@assay/rpc'
import { principalOf } from '@assay/server'
import type { Client, ServiceImpl } from '@connectrpc/connect'

/**
 * Whether a session can be mined now: asks the mining service for the figures of the caller's snapshot. The call has the caller's identity,
 * deadline and cancellation.
 */
export function sessionReadinessService(
  mining: Client<typeof MiningService>,
  tokens: InternalTokens,
): ServiceImpl<typeof SessionReadinessService> {
  return {
    async getSessionReadiness(_, context) {
      const token = await tokens.sign(principalOf(context), 'mining')
      const { snapshot } = await mining.describeSnapshot({}, onwardCall(context, token))
      if (snapshot === undefined)
        return { ready: false, reason: 'There is no access data yet; commit an import, then create a session.' }
      const counts = {
        importId: snapshot.importId,
        identityCount: snapshot.identityCount,
        applicationCount: snapshot.applicationCount,
        entitlementCount: snapshot.entitlementCount,
        grantCount: snapshot.grantCount,
        ...(snapshot.commitTime && { commitTime: snapshot.commitTime }),
      }
      if (snapshot.enabledHumanCount === 0)
        return { ...counts, ready: false, reason: 'The latest import has no enabled person, so nothing can be mined.' }
      return { ...counts, ready: true }
    },
  }
}
