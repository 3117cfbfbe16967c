import { randomUUID } from 'node:crypto'
import { type DomainError, unauthenticated } from '@assay/errors'
import { requireActiveTenant, type Sql } from '@assay/store'
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose'
import { findLoginClient } from './api-clients.ts'
import { type Assertion, Assertions } from './assertions.ts'
import { type ClientDialect, dialectsByName } from './client-dialect.ts'
import { hashSecret, isSecret } from './client-secrets.ts'
import { ExpiringCache } from './expiring-cache.ts'
import type { EncryptionKeys } from './key-encryption.ts'
import type { Principal } from './principal.ts'
import { SigningKeys, signingAlgorithm } from './signing-keys.ts'
import { type SubjectToken, SubjectTokens } from './subject-tokens.ts'

const issuer = 'assay'
const audience = 'assay-api'
const daySeconds = 24 * 60 * 60

/** How long a verified token is accepted without another check; a revoked client can make calls until then. */
const trustVerifiedForMs = 60_000
const cachedTokens = 10_000
/**
 * The longest token that is verified. Our tokens have about 1 KB, with the longest names and ids about 5 KB, and some proxies
 * cut headers at 8 KB.
 */
const longestToken = 8_192

export interface AccessToken {
  readonly accessToken: string
  /** The id of the token, which the token also contains. */
  readonly tokenId: string
  readonly expiresInSeconds: number
  /** The caller of the token. */
  readonly principal: Principal
}

export interface AccessTokens {
  /**
   * A token for a client that presents its secret. Throws unauthenticated (INVALID_CLIENT) for a wrong one. This and the next
   * three throw permission_denied (TENANT_SUSPENDED) for a client with the right proof whose tenant is not served.
   */
  issue(clientId: string, clientSecret: string): Promise<AccessToken>
  /**
   * A token for a client that signed an assertion with its secret. Throws unauthenticated for an invalid assertion, also for a
   * second use.
   */
  issueForAssertion(assertion: Assertion): Promise<AccessToken>
  /**
   * A token for a client that presents a token of an issuer that it trusts (RFC 8693). Throws invalid_argument on
   * `subject_token` for an invalid one, unavailable if the issuer's keys cannot be read.
   */
  issueForSubjectToken(subjectToken: SubjectToken): Promise<AccessToken>
  /**
   * The caller of the token, read from the database: a changed role or a revoked client takes effect within a minute. Throws
   * unauthenticated for a token that is not ours, has expired or is malformed.
   */
  verify(token: string): Promise<Principal>
  /** Signs with a new key from now on. Tokens that were issued before stay valid until they expire. */
  rotate(): Promise<void>
  /**
   * Makes sure that there is a key to sign with. Throws unavailable (KEY_ENCRYPTION_KEY_WRONG), with a text for the operator,
   * if it cannot be decrypted.
   */
  prepare(): Promise<void>
  /**
   * Encrypts the signing key with the encryption key. Returns false if it is encrypted with it already. Errors as of `prepare`.
   */
  reencrypt(): Promise<boolean>
}

interface AccessTokensOptions extends EncryptionKeys {
  /** The dialects whose clients get tokens. A client of another dialect is refused like an unknown one. */
  readonly dialects: readonly ClientDialect[]
  /** The age at which the signing key is replaced automatically. Default 30 days. */
  readonly rotateAfterDays?: number
}

/**
 * Bearer tokens of the public API: JWTs signed with Ed25519 by keys in the database, so that all processes issue and verify the
 * same tokens. `sql` may be of a service: it needs only the functions of the access migration.
 */
export function createAccessTokens(sql: Sql, options: AccessTokensOptions): AccessTokens {
  const dialects = dialectsByName(options.dialects)
  const longestLifetimeSeconds = Math.max(0, ...options.dialects.map((each) => each.tokenLifetimeSeconds))
  const keys = new SigningKeys(sql, {
    rotateAfterSeconds: (options.rotateAfterDays ?? 30) * daySeconds,
    keepRetiredSeconds: longestLifetimeSeconds + 3_600,
    encryptionKey: options.encryptionKey,
    decryptionKey: options.decryptionKey,
  })
  const verified = new ExpiringCache<string, Principal>(cachedTokens)
  const verifying = new Map<string, Promise<Principal>>()
  const assertions = new Assertions(sql)
  const subjectTokens = new SubjectTokens(sql)

  /** `actsFor`: the identity that this token acts for, instead of the client's identity. */
  async function grant(principal: Principal, actsFor?: string): Promise<AccessToken> {
    await requireActiveTenant(sql, { tenantId: principal.tenantId, name: principal.tenant })
    const { keyId, key } = await keys.inUse()
    const form = dialects.get(principal.dialect)
    if (form === undefined) throw refused('The client was made for an API that is not served here', 'INVALID_CLIENT')
    const expiresInSeconds = form.tokenLifetimeSeconds
    const { tenantId, tenant, role, dialect } = principal
    const theirs = form.claims?.(principal, actsFor ?? principal.identityId)
    const claims = { ...theirs, tid: tenantId, tenant, role, dialect, ...(actsFor && { idn: actsFor }) }
    const tokenId = randomUUID()
    const accessToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: signingAlgorithm, kid: keyId, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(principal.clientId)
      .setJti(tokenId)
      .setIssuedAt()
      .setExpirationTime(`${expiresInSeconds}s`)
      .sign(key)
    return { accessToken, tokenId, expiresInSeconds, principal }
  }

  async function examine(token: string): Promise<Principal> {
    const { clientId, tenantId, identityId, expiresAtMs } = await readToken(token, keys)
    const client = await findLoginClient(sql, clientId)
    if (client === undefined || client.principal.tenantId !== tenantId || !dialects.has(client.principal.dialect)) {
      throw refused('The API client of this token no longer exists', 'CLIENT_REVOKED')
    }
    await requireActiveTenant(sql, { tenantId, name: client.principal.tenant })
    const principal = identityId === undefined ? client.principal : { ...client.principal, identityId }
    verified.set(token, principal, Math.min(expiresAtMs, Date.now() + trustVerifiedForMs))
    return principal
  }

  return {
    async issue(clientId, clientSecret) {
      const client = await findLoginClient(sql, clientId)
      // An unknown client takes as long as a wrong secret and gets the same message, so that ids cannot be probed.
      const proven = isSecret(clientSecret, client?.secretHash ?? nobodysHash)
      if (client === undefined || !proven) {
        throw refused(
          `The client id or the client secret is wrong${hintFor(clientSecret, options.dialects)}`,
          'INVALID_CLIENT',
        )
      }
      return await grant(client.principal)
    },

    issueForAssertion: async (assertion) => await grant(await assertions.verify(assertion)),

    async issueForSubjectToken(subjectToken) {
      const { principal, actsFor } = await subjectTokens.verify(subjectToken)
      return await grant(principal, actsFor)
    },

    verify(token) {
      const known = verified.get(token, Date.now())
      if (known !== undefined) return Promise.resolve(known)
      let work = verifying.get(token)
      if (work === undefined) {
        work = examine(token).finally(() => verifying.delete(token))
        verifying.set(token, work)
      }
      return work
    },

    rotate: () => keys.rotate(),
    prepare: async () => void (await keys.inUse()),
    reencrypt: () => keys.reencrypt(),
  }
}

/** The hash of a random secret, which no presented secret equals. */
const nobodysHash = hashSecret(randomUUID())

/** A hint for a secret that was cut off or wrapped when it was copied. It depends only on the presented text. */
function hintFor(clientSecret: string, dialects: readonly ClientDialect[]): string {
  const fault = dialects.map((dialect) => dialect.faultOfSecret?.(clientSecret)).find((each) => each !== undefined)
  return fault === undefined ? '' : `; the secret is not whole: ${fault}`
}

async function readToken(
  token: string,
  keys: SigningKeys,
): Promise<{ clientId: string; tenantId: number; identityId: string | undefined; expiresAtMs: number }> {
  try {
    if (token.length > longestToken) throw new errors.JWTInvalid('too long')
    const { kid } = decodeProtectedHeader(token)
    const key = typeof kid === 'string' ? await keys.trusted(kid) : undefined
    if (key === undefined) throw refused('The token was not issued here', 'TOKEN_FOREIGN')
    const { payload } = await jwtVerify<{ tid: unknown; idn: unknown }>(token, key, {
      issuer,
      audience,
      algorithms: [signingAlgorithm],
      typ: 'at+jwt',
      requiredClaims: ['sub', 'exp', 'tid'],
      clockTolerance: 5,
    })
    const { sub, exp, tid, idn } = payload
    if (sub === undefined || exp === undefined || typeof tid !== 'number') throw new errors.JWTInvalid('claims')
    return {
      clientId: sub,
      tenantId: tid,
      identityId: typeof idn === 'string' ? idn : undefined,
      expiresAtMs: exp * 1000,
    }
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refused('The token has expired; get a new one', 'TOKEN_EXPIRED')
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError) {
      throw refused('The token is not valid', 'TOKEN_INVALID', error)
    }
    throw error
  }
}

function refused(message: string, reason: string, cause?: unknown): DomainError {
  return unauthenticated(message, { reason, cause })
}
