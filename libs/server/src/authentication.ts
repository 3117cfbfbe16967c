import type { Principal } from '@assay/auth'
import { unauthenticated } from '@assay/errors'
import { type ContextKey, createContextKey, type HandlerContext, type Interceptor } from '@connectrpc/connect'
import { toConnectError } from './errors.ts'
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

/** Whom the Authorization header of a request stands for. Throws unauthenticated, saying what is missing. */
export async function authenticateHeader(
  authorization: string | null | undefined,
  verify: VerifyToken,
): Promise<Principal> {
  const token = authorization?.match(/^Bearer +([^\s]+)$/i)?.[1]
  if (token === undefined) {
    const problem = authorization ? 'The Authorization header is not of the form "Bearer <token>"' : 'There is no token'
    throw unauthenticated(`${problem}; send "Authorization: Bearer <access token>"`, { reason: 'TOKEN_MISSING' })
  }
  const principal = await verify(token)
  const scope = requestInProgress()
  if (scope !== undefined) {
    scope.tenantId = principal.tenantId
    scope.clientId = principal.clientId
  }
  return principal
}

/**
 * Authenticates as soon as the headers are there, before a byte of the body is read or parsed: what strangers send costs
 * nothing. Give it to `startServer({ gate })`; it holds for Connect, gRPC and gRPC-Web.
 */
export function authenticationGate(verify: VerifyToken): (context: HandlerContext) => Promise<void> {
  return async (context) => {
    try {
      context.values.set(principalKey, await authenticateHeader(context.requestHeader.get('authorization'), verify))
    } catch (error) {
      throw withChallenge(error)
    }
  }
}

/** The same as an interceptor, for callers of handlers that have no gate (REST transcoding, router transports). */
export function authenticate(verify: VerifyToken): Interceptor {
  return (next) => async (request) => {
    try {
      request.contextValues.set(principalKey, await authenticateHeader(request.header.get('authorization'), verify))
    } catch (error) {
      throw withChallenge(error)
    }
    return await next(request)
  }
}

/** RFC 6750 section 3: a 401 says how to authenticate. */
function withChallenge(error: unknown) {
  const wire = toConnectError(error)
  wire.metadata.set('WWW-Authenticate', 'Bearer realm="assay"')
  return wire
}

function nobody(): Principal {
  return new Proxy({} as Principal, {
    get(_, property) {
      throw unauthenticated(`The call is not authenticated: nobody's ${String(property)} was asked for`)
    },
  })
}
