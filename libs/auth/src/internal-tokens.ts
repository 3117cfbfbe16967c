import { unauthenticated } from '@assay/errors'
import { errors, jwtVerify, SignJWT } from 'jose'
import { ExpiringCache } from './expiring-cache.ts'
import type { Person, Principal } from './principal.ts'
import { roles } from './roles.ts'

const algorithm = 'HS256'
const issuer = 'assay'
const lifetimeMs = 45_000
/** How much the clocks of two machines may differ. With the lifetime of a token this makes a minute. */
const clockToleranceSeconds = 15
/** A token is reused as long as at least this much of its lifetime is left: enough for a call to arrive and be verified. */
const reuseMarginMs = 20_000
const leastSecretBytes = 32

/** Passes the principal from one of our services to the next. */
export interface InternalTokens {
  /** @param audience the name of the service that is called */
  sign(principal: Principal, audience: string): Promise<string>
  /**
   * Throws unauthenticated for a token that was not signed with this secret, for this audience, within the last minute. It is
   * checked at the beginning of a call; the streams of the call may take longer.
   */
  verify(token: string, audience: string): Promise<Principal>
}

/**
 * Services trust each other by a shared secret. A token names the one service that it is for, and expires after a minute. So a
 * stolen token is useful for a minute at one service, and identity headers that a client makes are useless. The same principal
 * gets the same token for 25 seconds, so that most calls sign and verify nothing.
 */
export function createInternalTokens(secret: Uint8Array): InternalTokens {
  if (secret.length < leastSecretBytes) {
    throw new RangeError(`The internal secret has ${secret.length} bytes; it needs at least ${leastSecretBytes}`)
  }
  // The verification of access tokens returns one object for each token, so this object can be the key of a WeakMap.
  const signed = new WeakMap<Principal, Map<string, { readonly token: Promise<string>; readonly until: number }>>()
  const verified = new ExpiringCache<string, { readonly principal: Principal; readonly audience: string }>(10_000)

  async function makeToken(whole: Principal, audience: string, now: number): Promise<string> {
    // `callerFor` has chosen the scope already, by the right that the call needs.
    const { readerScopes: _, ...principal } = whole
    return await new SignJWT({ principal })
      .setProtectedHeader({ alg: algorithm })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor((now + lifetimeMs) / 1000))
      .sign(secret)
  }

  return {
    sign(principal, audience) {
      const now = Date.now()
      const ofPrincipal = signed.get(principal) ?? new Map()
      const known = ofPrincipal.get(audience)
      if (known !== undefined && known.until > now) return known.token
      const token = makeToken(principal, audience, now)
      ofPrincipal.set(audience, { token, until: now + lifetimeMs - reuseMarginMs })
      signed.set(principal, ofPrincipal)
      return token
    },

    async verify(token, audience) {
      const known = verified.get(token, Date.now())
      if (known?.audience === audience) return known.principal
      const { payload } = await jwtVerify<{ principal: unknown }>(token, secret, {
        issuer,
        audience,
        algorithms: [algorithm],
        requiredClaims: ['exp'],
        clockTolerance: clockToleranceSeconds,
        maxTokenAge: lifetimeMs / 1000,
      }).catch((cause: unknown) => {
        throw unauthenticated(refusalOf(cause, audience), { reason: 'INTERNAL_TOKEN_INVALID', cause })
      })
      // Exactly one service; a list could name others.
      if (payload.aud !== audience) {
        throw unauthenticated(`The internal token is not for "${audience}" alone`, { reason: 'INTERNAL_TOKEN_INVALID' })
      }
      const principal = readPrincipal(payload.principal)
      if (payload.exp !== undefined) verified.set(token, { principal, audience }, payload.exp * 1000)
      return principal
    },
  }
}

function refusalOf(cause: unknown, audience: string): string {
  if (
    cause instanceof errors.JWTExpired ||
    (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'iat')
  ) {
    return 'The internal token is not from the last minute: a call waited for too long, or the clocks of two machines differ'
  }
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'aud') {
    return `The internal token is for another service than "${audience}"`
  }
  return 'The internal token is not valid; call this service through the gateway'
}

/** The token was signed by us, but perhaps by another version, so its content is checked. */
function readPrincipal(claim: unknown): Principal {
  const { tenantId, tenant, clientId, identityId, displayName, dialect, role, scopes, readerScope, person, byTool } =
    (claim ?? {}) as Record<string, unknown>
  const knownRole = roles.find((one) => one === role)
  if (
    typeof tenantId !== 'number' ||
    typeof tenant !== 'string' ||
    typeof clientId !== 'string' ||
    typeof identityId !== 'string' ||
    typeof displayName !== 'string' ||
    typeof dialect !== 'string' ||
    knownRole === undefined ||
    !(scopes === undefined || (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string'))) ||
    !(readerScope === undefined || typeof readerScope === 'string') ||
    !(person === undefined || isPerson(person)) ||
    !(byTool === undefined || byTool === true)
  ) {
    throw unauthenticated('The internal token carries no principal', { reason: 'INTERNAL_TOKEN_INVALID' })
  }
  const principal = { tenantId, tenant, clientId, identityId, displayName, dialect, role: knownRole }
  return {
    ...principal,
    ...(scopes !== undefined && { scopes }),
    ...(readerScope !== undefined && { readerScope }),
    ...(person !== undefined && { person }),
    ...(byTool !== undefined && { byTool }),
  }
}

function isPerson(claim: unknown): claim is Person {
  const { issuer, subject, name } = (claim ?? {}) as Record<string, unknown>
  return [issuer, subject, name].every((text) => typeof text === 'string')
}
