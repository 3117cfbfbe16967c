import type { InternalTokens, Principal } from '@assay/auth'
import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { DomainError, type DomainErrorKind, unavailable } from '@assay/errors'
import type { MineRoles } from '@assay/role-sessions'
import { type Client, Code, ConnectError } from '@connectrpc/connect'
import { toMiningEvents, toMiningRequest } from './convert-mining.ts'

/** Asks the mining service, in the name of this service. */
export function mineRolesBy(mining: Client<typeof MiningService>, tokens: InternalTokens): MineRoles {
  return async function* (tenantId, wanted, signal) {
    const authorization = `Bearer ${await tokens.sign(ourselves(tenantId))}`
    const request = toMiningRequest(wanted)
    try {
      for await (const event of mining.minePotentialRoles(request, { signal, headers: { authorization } })) {
        yield* toMiningEvents(event)
      }
    } catch (error) {
      throw domainError(error)
    }
  }
}

/** Work that goes on when nobody waits for it any more is done by this service itself. */
function ourselves(tenantId: number): Principal {
  return {
    tenantId,
    tenant: `tenant-${tenantId}`,
    clientId: 'iai-sessions',
    identityId: 'iai-sessions',
    displayName: 'Assay',
    dialect: 'sailpoint',
    role: 'role-miner',
  }
}

/** What the service says about what was asked of it; all of it would be said again. */
const refusals: Partial<Record<Code, DomainErrorKind>> = {
  [Code.InvalidArgument]: 'invalid_argument',
  [Code.FailedPrecondition]: 'failed_precondition',
  [Code.NotFound]: 'not_found',
  [Code.PermissionDenied]: 'permission_denied',
  [Code.ResourceExhausted]: 'resource_exhausted',
}

function domainError(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error
  const kind = refusals[error.code]
  if (kind !== undefined) return new DomainError(kind, error.rawMessage, { cause: error })
  // A fault of the service itself is no reason to ask again for ever: the queue counts it.
  if (error.code === Code.Internal && error.isWireError) return error
  if (error.code === Code.Unauthenticated) {
    return new Error('the mining service refused the internal token: is ASSAY_INTERNAL_SECRET the same everywhere?', {
      cause: error,
    })
  }
  return unavailable('The mining service does not answer at the moment', { cause: error })
}
