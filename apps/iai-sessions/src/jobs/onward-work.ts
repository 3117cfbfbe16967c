import type { InternalTokens, Principal } from '@assay/auth'
import { DomainError, type DomainErrorKind, unavailable } from '@assay/errors'
import { Code, ConnectError } from '@connectrpc/connect'

/**
 * The headers of a call that nobody waits for any more: this service makes it itself, in the name of whoever asked for
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
  return { authorization: `Bearer ${await tokens.sign(principal)}` }
}

const ourselves = 'iai-sessions'

/** What the service says about what was asked of it; all of it would be said again. */
const refusals: Partial<Record<Code, DomainErrorKind>> = {
  [Code.InvalidArgument]: 'invalid_argument',
  [Code.FailedPrecondition]: 'failed_precondition',
  [Code.NotFound]: 'not_found',
  [Code.PermissionDenied]: 'permission_denied',
  [Code.ResourceExhausted]: 'resource_exhausted',
}

/** A failed call to the mining service in the words of this one. */
export function domainErrorOf(error: unknown): unknown {
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
