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

/** The headers of a request, whichever protocol brought it. */
export interface RequestHeaders {
  get(name: string): string | null
}

/** How callers of a port prove who they are. */
export interface Callers {
  readonly verify: VerifyToken
  /**
   * Whom a session of the console stands for, by the headers of a request that may count on it; undefined for every other
   * request. Without it there are no sessions.
   */
  readonly sessionOf?: (headers: RequestHeaders) => Promise<Principal> | undefined
}

/**
 * Whom a request stands for: by its Authorization header, or without one by its session. The one place that says so, for calls
 * by every protocol. Throws UNAUTHENTICATED, saying what is missing, with the WWW-Authenticate header that belongs to a 401
 * (RFC 6750, section 3).
 */
export async function authenticateRequest(headers: RequestHeaders, { verify, sessionOf }: Callers): Promise<Principal> {
  try {
    const authorization = headers.get('authorization')
    const principal =
      (await (authorization === null ? sessionOf?.(headers) : undefined)) ?? (await verify(bearerToken(authorization)))
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

function bearerToken(authorization: string | null): string {
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
