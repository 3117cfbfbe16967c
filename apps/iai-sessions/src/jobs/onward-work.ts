import type { InternalTokens, Principal } from '@assay/auth'

/**
 * The headers of a call to the mining service that nobody waits for any more: this service makes it itself, in the name of whoever asked for
 * the work, where that is known.
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
