import type { InternalTokens } from '@assay/auth'
import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import type { EndMining, MineRoles } from '@assay/role-sessions'
import { domainErrorOf } from '@assay/rpc'
import type { Client } from '@connectrpc/connect'
import { toMiningEvents, toMiningRequest } from './convert-mining.ts'
import { onwardHeaders } from './onward-work.ts'

/** Calls the mining service as this service. */
export function mineRolesBy(mining: Client<typeof MiningService>, tokens: InternalTokens): MineRoles {
  return async function* (tenantId, wanted, signal) {
    const headers = await onwardHeaders(tokens, tenantId)
    const request = toMiningRequest(wanted)
    try {
      for await (const event of mining.minePotentialRoles(request, { signal, headers })) {
        yield* toMiningEvents(event)
      }
    } catch (error) {
      throw domainErrorOf(error, 'mining')
    }
  }
}

export function endMiningBy(mining: Client<typeof MiningService>, tokens: InternalTokens): EndMining {
  return async (tenantId, requestId) => {
    await mining.endPotentialRoleMining({ requestId }, { headers: await onwardHeaders(tokens, tenantId) })
  }
}
