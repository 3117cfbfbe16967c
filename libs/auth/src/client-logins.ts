import { clipped, DomainError, resourceExhausted } from '@assay/errors'
import type { AccessToken, AccessTokens } from './access-tokens.ts'
import { claimedSubject } from './assertions.ts'
import { FailedLogins, type LoginAttempt } from './failed-logins.ts'
import { Turns } from './turns.ts'

/** The three ways to log in, for callers of one address. */
export type ClientLogin = Pick<AccessTokens, 'issue' | 'issueForAssertion' | 'issueForSubjectToken'>

interface ClientLoginOptions {
  /**
   * The most failed logins of one client from one address in a minute; for all clients of an address, ten times as many. 0: no
   * limits. Each process counts separately.
   */
  readonly mostFailures: number
  /** Called once when a caller reaches a limit. */
  readonly onLimit?: (reached: { readonly limit: 'client' | 'address'; address: string; clientId: string }) => void
}

const windowSeconds = 60
const addressesShare = 10
/** A secret costs one query and a hash; an assertion also a signature. Two at a time leave database connections for calls. */
const proofsAtOnce = { running: 2, runningOfKey: 2, waitingOfKey: 1_000 }
/** The keys of an issuer may have to be fetched from its server. A slow issuer must not delay the clients of other issuers. */
const exchangesAtOnce = { running: 32, runningOfKey: 4, waitingOfKey: 200 }

/**
 * Logins with limits on failures (see `FailedLogins`) and on how many are verified at once; addresses take turns. Both limits
 * throw resource_exhausted with `metadata.retryAfterSeconds`, before anything is read.
 *
 * @returns the logins for callers of an address
 */
export function createClientLogins(
  tokens: ClientLogin,
  { mostFailures, onLimit }: ClientLoginOptions,
): (address: string) => ClientLogin {
  const failures = new FailedLogins({
    mostOfClient: mostFailures,
    mostOfAddress: mostFailures * addressesShare,
    windowSeconds,
  })
  const proofs = new Turns(proofsAtOnce)
  const exchanges = new Turns(exchangesAtOnce)

  function refuseBeyondLimit(attempt: LoginAttempt): void {
    const seconds = failures.secondsToWait(attempt, Date.now())
    if (seconds !== undefined) throw tooManyFailures(seconds)
  }

  async function verified(attempt: LoginAttempt, verify: () => Promise<AccessToken>): Promise<AccessToken> {
    // Other logins of the same caller may have failed while this one waited.
    refuseBeyondLimit(attempt)
    try {
      const token = await verify()
      failures.succeeded(attempt, Date.now())
      return token
    } catch (error) {
      if (isFailure(error)) {
        const limit = failures.failed(attempt, Date.now())
        const { address, clientId } = attempt
        if (limit !== undefined) onLimit?.({ limit, address, clientId: clipped(clientId) })
      }
      throw error
    }
  }

  async function inTurn(turns: Turns, key: string, attempt: LoginAttempt, verify: () => Promise<AccessToken>) {
    refuseBeyondLimit(attempt)
    return await (turns.take(key, () => verified(attempt, verify)) ?? tooMany())
  }

  return (address) => ({
    issue: (clientId, secret) =>
      inTurn(proofs, address, { address, clientId, secret }, () => tokens.issue(clientId, secret)),
    issueForAssertion: async (assertion) => {
      const clientId = assertion.clientId ?? claimedSubject(assertion.assertion)
      return await inTurn(proofs, address, { address, clientId }, () => tokens.issueForAssertion(assertion))
    },
    issueForSubjectToken: (subjectToken) => {
      const attempt = { address, clientId: subjectToken.clientId }
      return inTurn(exchanges, JSON.stringify(attempt), attempt, () => tokens.issueForSubjectToken(subjectToken))
    },
  })
}

/** Whether the proof was wrong. A fault of ours, of the issuer or of the tenant's state is not the caller's failure. */
function isFailure(error: unknown): boolean {
  return error instanceof DomainError && (error.kind === 'unauthenticated' || error.kind === 'invalid_argument')
}

function tooManyFailures(seconds: number): DomainError {
  return resourceExhausted(
    `Too many logins failed from this address; check client id and secret, and try again in ${seconds} s`,
    { reason: 'TOO_MANY_FAILED_LOGINS', metadata: { retryAfterSeconds: String(seconds) } },
  )
}

function tooMany(): never {
  throw resourceExhausted('Too many logins from this address wait already; try again shortly', {
    reason: 'TOO_MANY_LOGINS',
    metadata: { retryAfterSeconds: '1' },
  })
}
