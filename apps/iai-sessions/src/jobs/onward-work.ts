import type { InternalTokens, Principal } from '@assay/auth'

/**
 * The headers of a call to the mining service outside a request. This service makes the call for the user who started the work, if that
 * user is known.
 */
export async function onwardHeaders(
  tokens: InternalTokens,
  tenantId: number,
  inNameOf: string = ourselves,
): Promise<Record<string, string>> {
  const principal: Principal = {
    tenantId,
    tenant: `tenant-${tenantId}`,
    clientId: ourselves,
    identityId: inNameOf,
    displayName: 'Assay',
    dialect: 'sailpoint',
    role: 'role-miner',
  }
  return { authorization: `Bearer ${await tokens.sign(principal, 'mining')}` }
}

const ourselves = 'iai-sessions'
