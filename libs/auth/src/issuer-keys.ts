import { DomainError, unavailable } from '@assay/errors'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { ExpiringCache } from './expiring-cache.ts'

/** How long public keys are trusted after they were read. An unknown key id reads them again, at most twice a minute. */
const cacheForMs = 10 * 60_000
const readAgainAfterMs = 30_000
const timeoutMs = 5_000
/** How long an issuer that did not answer is not called again, so that strangers cannot make us call it for every token. */
const leaveAloneForMs = 10_000
const knownIssuers = 1_000

/** The keys of other issuers, read from the URL where they publish them (RFC 7517) and cached for ten minutes. */
export class IssuerKeys {
  readonly #sets = new ExpiringCache<string, JWTVerifyGetKey>(knownIssuers)
  readonly #failures = new ExpiringCache<string, DomainError>(knownIssuers)

  /**
   * For jose: finds the key that a token names. Throws unavailable if the keys cannot be read, and jose's errors if there is no
   * such key.
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
