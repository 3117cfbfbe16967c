import { unauthenticated } from '@assay/errors'
import { errors, jwtVerify, SignJWT } from 'jose'
import { ExpiringCache } from './expiring-cache.ts'
import type { Person, Principal } from './principal.ts'
import { roles } from './roles.ts'

const algorithm = 'HS256'
const issuer = 'assay'
const lifetimeMs = 45_000
/** How far the clocks of two machines may be apart. With the life of a token it makes a minute. */
const clockToleranceSeconds = 15
/** A token is reused while at least this much of its life is left: enough for a call to arrive and be verified. */
const reuseMarginMs = 20_000
const leastSecretBytes = 32

/** Carries the principal from one service of ours to the next. */
export interface InternalTokens {
  /** @param audience the name of the service that is called */
  sign(principal: Principal, audience: string): Promise<string>
  /**
   * Throws unauthenticated for anything that was not signed with this secret, for this audience, within the last minute. Asked at
   * the beginning of a call: what a call streams afterwards may take longer.
   */
  verify(token: string, audience: string): Promise<Principal>
}

/**
 * Services trust each other by a shared secret. A token names the one service that it is for and is worth nothing after a
 * minute: whoever catches one has a minute at one service, and a client that sends identity headers of its own making has nothing.
 * The same principal gets the same token for 25 seconds, so most calls sign and verify nothing.
 */
export function createInternalTokens(secret: Uint8Array): InternalTokens {
  if (secret.length < leastSecretBytes) {
    throw new RangeError(`The internal secret has ${secret.length} bytes; it needs at least ${leastSecretBytes}`)
  }
  // The public API's verification hands out one object for each token, so the object is the key and dies with it.
  const signed = new WeakMap<Principal, Map<string, { readonly token: Promise<string>; readonly until: number }>>()
  const verified = new ExpiringCache<string, { readonly principal: Principal; readonly audience: string }>(10_000)

  async function makeToken(whole: Principal, audience: string, now: number): Promise<string> {
    // The scope was chosen by the right that the call needs.
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
      // One service: a list would name further ones.
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
    return 'The internal token is not of this minute: a call waited for too long, or the clocks of two machines differ'
  }
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'aud') {
    return `The internal token is for another service than "${audience}"`
  }
  return 'The internal token is not valid; calls to this service come by the gateway'
}

/** Signed by us, but perhaps by another version of us: checked, not believed. */
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
