import { unauthenticated } from '@assay/errors'
import { jwtVerify, SignJWT } from 'jose'
import { ExpiringCache } from './expiring-cache.ts'
import { type Principal, roles } from './principal.ts'

const algorithm = 'HS256'
const issuer = 'assay-gateway'
const audience = 'internal'
const lifetimeMs = 60_000
/** A token is reused while at least this much of its life is left: enough for a call to arrive and be verified. */
const reuseMarginMs = 20_000
const leastSecretBytes = 32

/** Carries the principal from one service of ours to the next. */
export interface InternalTokens {
  sign(principal: Principal): Promise<string>
  /** Throws unauthenticated for anything that was not signed with this secret within the last minute. */
  verify(token: string): Promise<Principal>
}

/**
 * Services trust each other by a shared secret, and a token lives 60 seconds: whoever catches one has a minute, and a
 * client that sends identity headers of its own making has nothing. The same principal gets the same token for 40
 * seconds, so most calls sign and verify nothing.
 */
export function createInternalTokens(secret: Uint8Array): InternalTokens {
  if (secret.length < leastSecretBytes) {
    throw new RangeError(`The internal secret has ${secret.length} bytes; it needs at least ${leastSecretBytes}`)
  }
  // The public API's verification hands out one object for each token, so the object is the key and dies with it.
  const signed = new WeakMap<Principal, { readonly token: Promise<string>; readonly until: number }>()
  const verified = new ExpiringCache<string, Principal>(10_000)

  async function makeToken(principal: Principal, now: number): Promise<string> {
    return await new SignJWT({ principal })
      .setProtectedHeader({ alg: algorithm })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor((now + lifetimeMs) / 1000))
      .sign(secret)
  }

  return {
    sign(principal) {
      const now = Date.now()
      const known = signed.get(principal)
      if (known !== undefined && known.until > now) return known.token
      const token = makeToken(principal, now)
      signed.set(principal, { token, until: now + lifetimeMs - reuseMarginMs })
      return token
    },

    async verify(token) {
      const known = verified.get(token, Date.now())
      if (known !== undefined) return known
      const { payload } = await jwtVerify<{ principal: unknown }>(token, secret, {
        issuer,
        audience,
        algorithms: [algorithm],
        requiredClaims: ['exp'],
        clockTolerance: 5,
      }).catch((cause: unknown) => {
        throw unauthenticated('The internal token is not valid; calls to this service come by the gateway', {
          reason: 'INTERNAL_TOKEN_INVALID',
          cause,
        })
      })
      const principal = readPrincipal(payload.principal)
      if (payload.exp !== undefined) verified.set(token, principal, payload.exp * 1000)
      return principal
    },
  }
}

/** Signed by us, but perhaps by another version of us: checked, not believed. */
function readPrincipal(claim: unknown): Principal {
  const { tenantId, tenant, clientId, identityId, displayName, dialect, role, scopes } = (claim ?? {}) as Record<
    string,
    unknown
  >
  const knownRole = roles.find((one) => one === role)
  if (
    typeof tenantId !== 'number' ||
    typeof tenant !== 'string' ||
    typeof clientId !== 'string' ||
    typeof identityId !== 'string' ||
    typeof displayName !== 'string' ||
    typeof dialect !== 'string' ||
    knownRole === undefined ||
    !(scopes === undefined || (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')))
  ) {
    throw unauthenticated('The internal token carries no principal', { reason: 'INTERNAL_TOKEN_INVALID' })
  }
  const principal = { tenantId, tenant, clientId, identityId, displayName, dialect, role: knownRole }
  return scopes === undefined ? principal : { ...principal, scopes }
}
