import { DomainError, unavailable } from '@assay/errors'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { ExpiringCache } from './expiring-cache.ts'

/** Public keys stay trusted for so long after they were read; an unknown key id reads again, twice a minute at most. */
const cacheForMs = 10 * 60_000
const readAgainAfterMs = 30_000
const timeoutMs = 5_000
/** An issuer that does not answer is left alone for so long: strangers cannot make us call it for every token of theirs. */
const leaveAloneForMs = 10_000
const knownIssuers = 1_000

/** The keys of foreign issuers, read from where they publish them (RFC 7517) and kept for ten minutes. */
export class IssuerKeys {
  readonly #sets = new ExpiringCache<string, JWTVerifyGetKey>(knownIssuers)
  readonly #failures = new ExpiringCache<string, DomainError>(knownIssuers)

  /**
   * For jose: finds the key that a token names. Throws unavailable when the keys cannot be read, and jose's own errors when
   * there is no such key.
   */
  of(jwksUrl: string): JWTVerifyGetKey {
    const known = this.#sets.get(jwksUrl, Date.now())
    if (known !== undefined) return known
    const remote = createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: timeoutMs,
      cooldownDuration: readAgainAfterMs,
      cacheMaxAge: cacheForMs,
    })
    const keys: JWTVerifyGetKey = async (header, token) => {
      const failure = this.#failures.get(jwksUrl, Date.now())
      if (failure !== undefined) throw failure
      try {
        return await remote(header, token)
      } catch (error) {
        if (isAboutTheToken(error)) throw error
        const unread = unavailable("The keys of the token's issuer cannot be read at the moment; try again shortly", {
          reason: 'ISSUER_UNAVAILABLE',
          cause: error,
        })
        this.#failures.set(jwksUrl, unread, Date.now() + leaveAloneForMs)
        throw unread
      }
    }
    this.#sets.set(jwksUrl, keys, Number.POSITIVE_INFINITY)
    return keys
  }
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof DomainError ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}
