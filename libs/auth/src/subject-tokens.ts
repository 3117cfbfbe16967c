import { type DomainError, invalidArgument } from '@assay/errors'
import type { Sql } from '@assay/store'
import { errors, type JWTPayload, type JWTVerifyResult, jwtVerify } from 'jose'
import { findLoginClient } from './api-clients.ts'
import { type ClientTrust, findClientTrust } from './client-trusts.ts'
import { hostOf, hostOfClientId } from './hosts.ts'
import { IssuerKeys } from './issuer-keys.ts'
import type { Principal } from './principal.ts'

/** Algorithms with a public key. A secret shared with an issuer is never accepted as a key. */
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')
/** C1 documents ten minutes. The issuer's `exp` may be later; the limit makes tokens that leaked into old logs useless. */
const longestAgeSeconds = 600
const toleranceSeconds = 5
const longestIdentity = 200

/** A token of another issuer that a client presents instead of a secret (RFC 8693). */
export interface SubjectToken {
  readonly clientId: string
  /** The JWT of the issuer that the client trusts. */
  readonly subjectToken: string
  /** Our addresses for which it may be made, without regard to ports. The host in the client id is always accepted. */
  readonly publicHosts: readonly string[]
}

interface FederatedCaller {
  readonly principal: Principal
  /** Undefined: the client's own identity. */
  readonly actsFor: string | undefined
}

/** Verifies tokens of issuers that a federated client trusts. A token may be used several times while it is valid. */
export class SubjectTokens {
  readonly #sql: Sql
  readonly #issuerKeys = new IssuerKeys()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /**
   * The client, and the identity that the token names if the client's trust has a claim for it. Throws invalid_argument on
   * `subject_token` (RFC 8693, section 2.2.2): with one message for an unknown client, another issuer and a wrong key; with the
   * fault if the signature is right. Throws unavailable if the issuer's keys cannot be read.
   */
  async verify({ clientId, subjectToken, publicHosts }: SubjectToken): Promise<FederatedCaller> {
    const client = await findLoginClient(this.#sql, clientId)
    const trust = client && (await findClientTrust(this.#sql, client.principal.tenantId, clientId))
    if (client === undefined || trust === undefined) throw refused()
    const { payload } = await verifySignature(subjectToken, trust, this.#issuerKeys)
    requireAudience(payload, clientId, publicHosts)
    for (const [name, accepted] of Object.entries(trust.claims)) {
      if (!valuesOf(payload[name]).some((value) => accepted.some((pattern) => matches(value, pattern)))) {
        throw flawed(`${JSON.stringify(name)} has no value that the client accepts`)
      }
    }
    return { principal: client.principal, actsFor: identityOf(payload, trust) }
  }
}

async function verifySignature(token: string, trust: ClientTrust, keys: IssuerKeys): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keys.of(trust.jwksUrl), {
      algorithms,
      issuer: trust.issuer,
      requiredClaims: ['exp', 'iat', 'aud'],
      maxTokenAge: longestAgeSeconds,
      clockTolerance: toleranceSeconds,
    })
  } catch (error) {
    if (error instanceof errors.JWTExpired && error.claim === 'iat') {
      throw flawed(`"iat" must lie within the last ${longestAgeSeconds / 60} minutes`)
    }
    if (error instanceof errors.JWTExpired) throw flawed('"exp" has passed')
    // A token that names another issuer gets the same answer as any foreign token, even if this issuer's key signed it.
    if (error instanceof errors.JWTClaimValidationFailed && error.claim !== 'iss') {
      throw flawed(`"${error.claim}" is missing or not valid`)
    }
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError) {
      throw refused(error)
    }
    throw error
  }
}

function requireAudience({ aud }: JWTPayload, clientId: string, publicHosts: readonly string[]): void {
  const accepted = new Set([hostOfClientId(clientId), ...publicHosts.map(hostOf)])
  if (!valuesOf(aud).some((audience) => accepted.has(audience.toLowerCase()))) {
    throw flawed('"aud" must name the host that the token is exchanged at, without a port')
  }
}

/** The values of a claim as texts: one, or each of a list. Objects are left out, because they cannot be compared. */
function valuesOf(claim: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  return values.filter((value) => ['string', 'number', 'boolean'].includes(typeof value)).map(String)
}

function matches(value: string, pattern: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern
}

function identityOf(payload: JWTPayload, { identityClaim }: ClientTrust): string | undefined {
  if (identityClaim === undefined) return undefined
  const identityId = payload[identityClaim]
  if (typeof identityId !== 'string' || !/^[^\0]+$/.test(identityId) || identityId.length > longestIdentity) {
    throw flawed(`${JSON.stringify(identityClaim)} must be the id of an identity`)
  }
  return identityId
}

function refused(cause?: unknown): DomainError {
  return invalidArgument('subject_token', 'is not one that this client id accepts', {
    reason: 'SUBJECT_TOKEN_REFUSED',
    cause,
  })
}

function flawed(fault: string): DomainError {
  return invalidArgument('subject_token', fault, { reason: 'SUBJECT_TOKEN_INVALID' })
}
