import type { Principal } from '@assay/auth'
import { unauthenticated } from '@assay/errors'
import { Code, type ContextKey, createContextKey, type HandlerContext } from '@connectrpc/connect'
import { refused } from './metrics/refusals.ts'
import { refusal } from './refusal.ts'
import { requestInProgress } from './request-scope.ts'

/** The principal of a bearer token. @throws unauthenticated for a token of another issuer, an expired or an invalid one */
export type VerifyToken = (token: string) => Promise<Principal>

/**
 * The caller, in the context values of a handler. For a call that was not authenticated, every property throws unauthenticated: a service
 * without authentication cannot read a tenant by accident.
 */
export const principalKey: ContextKey<Principal> = createContextKey<Principal>(nobody(), { description: 'principal' })

/** The caller of the handler's call. */
export function principalOf(context: Pick<HandlerContext, 'values'>): Principal {
  return context.values.get(principalKey)
}

/** The headers of a request of any protocol. */
export interface RequestHeaders {
  get(name: string): string | null
}

/** The ways in which callers of a port authenticate. */
export interface Callers {
  readonly verify: VerifyToken
  /**
   * The principal of a console session, by the headers of a request that may use one; undefined for every other request. Without it there
   * are no sessions.
   */
  readonly sessionOf?: (headers: RequestHeaders) => Promise<Principal> | undefined
}

/**
 * Authenticates a request: by its Authorization header or, without one, by its session. This is the only place that does so, for calls of
 * every protocol.
 * @throws UNAUTHENTICATED with what is missing and the WWW-Authenticate header of a 401 (RFC 6750, section 3)
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
