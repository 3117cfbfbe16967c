import type { Principal } from '@assay/auth'
import { unauthenticated } from '@assay/errors'
import { Code, type ContextKey, createContextKey, type HandlerContext } from '@connectrpc/connect'
import { refused } from './metrics/refusals.ts'
import { refusal } from './refusal.ts'
import { requestInProgress } from './request-scope.ts'

/** Whom a bearer token stands for. Throws unauthenticated for one that is not ours, expired or broken. */
export type VerifyToken = (token: string) => Promise<Principal>

/**
 * Who makes the call, in the context values of a handler. Where nothing authenticated the call, every property throws
 * unauthenticated: a service that was wired up without authentication cannot read a tenant by accident.
 */
export const principalKey: ContextKey<Principal> = createContextKey<Principal>(nobody(), { description: 'principal' })

/** The caller of the handler's call. */
export function principalOf(context: Pick<HandlerContext, 'values'>): Principal {
  return context.values.get(principalKey)
}

/**
 * Whom the Authorization header of a request stands for. Throws UNAUTHENTICATED, saying what is missing, with the
 * WWW-Authenticate header that belongs to a 401 (RFC 6750, section 3).
 */
export async function authenticateHeader(
  authorization: string | null | undefined,
  verify: VerifyToken,
): Promise<Principal> {
  try {
    const principal = await verify(bearerToken(authorization))
    const scope = requestInProgress()
    if (scope !== undefined) {
      scope.tenantId = principal.tenantId
      scope.clientId = principal.clientId
    }
    return principal
  } catch (error) {
    const wire = refusal(error)
    if (wire.code === Code.Unauthenticated) {
      refused('token')
      wire.metadata.set('WWW-Authenticate', 'Bearer realm="assay"')
    }
    throw wire
  }
}

function bearerToken(authorization: string | null | undefined): string {
  const token = authorization?.match(/^Bearer +([^\s]+)$/i)?.[1]
  if (token !== undefined) return token
  const problem = authorization ? 'The Authorization header is not of the form "Bearer <token>"' : 'There is no token'
  throw unauthenticated(`${problem}; send "Authorization: Bearer <access token>"`, { reason: 'TOKEN_MISSING' })
}

function nobody(): Principal {
  return new Proxy({} as Principal, {
    get(_, property) {
      throw unauthenticated(`The call is not authenticated: nobody's ${String(property)} was asked for`)
    },
  })
}
