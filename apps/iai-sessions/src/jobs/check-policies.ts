import type { InternalTokens } from '@assay/auth'
import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { domainErrorOf } from '@assay/rpc'
import type { Client } from '@connectrpc/connect'
import { onwardHeaders } from './onward-work.ts'

/** A new access profile, by keys of the directory. */
interface PolicyQuestion {
  readonly displayName: string
  readonly entitlementKeys: number[]
  readonly identityKeys: number[]
}

/** Checks whether the policies in force allow an access profile. @throws failed_precondition naming the policy that does not */
export type CheckPolicies = (tenantId: number, asked: PolicyQuestion, signal: AbortSignal) => Promise<void>

/** Calls the mining service, which has the access data in memory. */
export function checkPoliciesBy(mining: Client<typeof MiningService>, tokens: InternalTokens): CheckPolicies {
  return async (tenantId, asked, signal) => {
    const headers = await onwardHeaders(tokens, tenantId)
    try {
      await mining.checkPolicies(asked, { signal, headers })
    } catch (error) {
      throw domainErrorOf(error, 'mining')
    }
  }
}
