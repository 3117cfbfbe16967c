import { createHash, generateKeyPairSync } from 'node:crypto'
import { type DomainError, unauthenticated } from '@assay/errors'
import type { Sql } from '@assay/store'
import { decodeJwt, errors, importJWK, type JWTVerifyResult, jwtVerify } from 'jose'
import { findLoginClient, type LoginClient } from './api-clients.ts'
import { hostOf, hostOfClientId } from './hosts.ts'
import type { Principal } from './principal.ts'
import { UsedAssertions } from './used-assertions.ts'

const algorithm = 'EdDSA'
/** C1 documents five minutes; its clients ask for two. */
const longestLifeSeconds = 300
/** C1's clients set `nbf` this far back, so that their clock may be this much ahead of ours. */
const clockSkewSeconds = 120
/** For rounding to whole seconds. */
const toleranceSeconds = 5
const longestAssertion = 8_192
const longestNonce = 256

/** An assertion that a client signed (RFC 7523, section 2.2). */
export interface Assertion {
  /** Optional (RFC 7521, section 4.2), because the assertion names its client. */
  readonly clientId?: string | undefined
  /** The JWT. */
  readonly assertion: string
  /** Our addresses for which it may be made, without regard to ports. The host in the client id is always accepted. */
  readonly publicHosts: readonly string[]
}

/**
 * Verifies signed assertions as C1's SDKs make them: a JWT signed by the Ed25519 key that is the client's secret, with the
 * client id as `iss` and `sub` and our host as `aud`, valid for at most five minutes, and used once. The `nonce` in the header
 * identifies a use; an assertion without it (C1's DPoP client) is identified by its signed text.
 */
export class Assertions {
  readonly #sql: Sql
  readonly #used: UsedAssertions

  constructor(sql: Sql) {
    this.#sql = sql
    this.#used = new UsedAssertions(sql)
  }

  /**
   * The client of a valid assertion. Throws unauthenticated: with one message for an unknown client and a wrong key, so that
   * ids cannot be probed; with the fault if the signature is right, or if the text alone shows the fault.
   */
  async verify({ clientId, assertion, publicHosts }: Assertion): Promise<Principal> {
    if (assertion.length > longestAssertion) throw malformed()
    const claimedId = clientId ?? claimedSubject(assertion)
    const client = await findLoginClient(this.#sql, claimedId)
    const { payload, protectedHeader } = await verifySignature(assertion, claimedId, client)
    if (client === undefined) throw refused()

    const { exp, iat, aud } = payload
    const now = Math.floor(Date.now() / 1000)
    if (exp === undefined) throw flawed('exp', 'is missing', 'ASSERTION_INVALID')
    if (exp > now + longestLifeSeconds + toleranceSeconds) {
      throw flawed('exp', `must lie within ${longestLifeSeconds} seconds from now`, 'ASSERTION_TOO_LONG')
    }
    if (iat !== undefined && iat > now + clockSkewSeconds + toleranceSeconds) {
      throw flawed('iat', 'lies in the future; check the clock', 'ASSERTION_EARLY')
    }
    requireAudience(aud, claimedId, publicHosts)

    const fingerprint = fingerprintOf(assertion, protectedHeader.nonce)
    const expiresAtMs = (exp + toleranceSeconds) * 1000
    if (!(await this.#used.use(client.principal.tenantId, claimedId, fingerprint, expiresAtMs))) {
      throw unauthenticated('The client assertion was used before; sign a fresh one for every token', {
        reason: 'ASSERTION_REPLAYED',
      })
    }
    return client.principal
  }
}

async function verifySignature(
  assertion: string,
  clientId: string,
  client: LoginClient | undefined,
): Promise<JWTVerifyResult> {
  try {
    // The private half of the decoy is discarded. So an unknown client fails at the same place after the same work.
    const key = await importJWK({ ...(client?.publicKey ?? decoyKey) }, algorithm)
    return await jwtVerify(assertion, key, {
      algorithms: [algorithm],
      issuer: clientId,
      subject: clientId,
      requiredClaims: ['exp', 'aud'],
      clockTolerance: toleranceSeconds,
    })
  } catch (error) {
    throw refusalOf(error)
  }
}

/**
 * The client id that an assertion claims, unverified.
 * @throws unauthenticated if it is not a JWT
 */
export function claimedSubject(assertion: string): string {
  try {
    const { sub } = decodeJwt(assertion)
    if (typeof sub === 'string') return sub
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
  }
  throw malformed()
}

/** jose checks the algorithm and the form before it uses the key, and the claims after it verified the signature. */
function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused()
  if (error instanceof errors.JWTExpired) return flawed('exp', 'has passed; check the clock', 'ASSERTION_EXPIRED')
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' && error.reason === 'check_failed') {
      return flawed('nbf', 'lies in the future; check the clock', 'ASSERTION_EARLY')
    }
    const must = error.claim === 'iss' || error.claim === 'sub' ? 'must be the client id' : 'is missing or not valid'
    return flawed(error.claim, must, 'ASSERTION_INVALID')
  }
  if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError) {
    return malformed(error)
  }
  return error
}

function requireAudience(aud: string | string[] | undefined, clientId: string, publicHosts: readonly string[]): void {
  const [audience, ...more] = typeof aud === 'string' ? [aud] : (aud ?? [])
  const accepted = new Set([hostOfClientId(clientId), ...publicHosts.map(hostOf)])
  // The URL of an IPv6 address writes its host in brackets. A port is not accepted.
  const host = audience?.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (host === undefined || more.length > 0 || !accepted.has(host)) {
    throw flawed('aud', 'must be the host that the token is asked of, without a port', 'ASSERTION_AUDIENCE')
  }
}

/** The hash of the signed part only, because one signature can be written in several ways. */
function fingerprintOf(assertion: string, nonce: unknown): Uint8Array {
  if (nonce !== undefined && (typeof nonce !== 'string' || nonce === '' || nonce.length > longestNonce)) {
    throw flawed('nonce', `must be a text of 1 to ${longestNonce} characters`, 'ASSERTION_INVALID')
  }
  const signed = assertion.slice(0, assertion.lastIndexOf('.'))
  return createHash('sha256')
    .update(nonce === undefined ? `signed ${signed}` : `nonce ${nonce}`)
    .digest()
}

const decoyKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })

function refused(): DomainError {
  return unauthenticated('The client id or the client assertion is wrong', { reason: 'INVALID_CLIENT' })
}

function malformed(cause?: unknown): DomainError {
  return unauthenticated(
    `The client assertion must be a JWT signed with ${algorithm} by the key of the client secret`,
    {
      reason: 'ASSERTION_MALFORMED',
      cause,
    },
  )
}

function flawed(claim: string, fault: string, reason: string): DomainError {
  return unauthenticated(`The client assertion's ${claim} ${fault}`, { reason })
}
