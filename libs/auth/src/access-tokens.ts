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

/** A token that was found good is not looked at again for so long; a revoked client may call on until then. */
const trustVerifiedForMs = 60_000
const cachedTokens = 10_000
/** Ours are about 1 KB, with the longest names and ids about 5 KB. Some proxies cut headers at 8 KB: longer ones are not worth a look. */
const longestToken = 8_192

export interface AccessToken {
  readonly accessToken: string
  /** The token's own name, which it carries as well. */
  readonly tokenId: string
  readonly expiresInSeconds: number
  /** Whom it stands for. */
  readonly principal: Principal
}

export interface AccessTokens {
  /**
   * A token for a client that proves itself by its secret. Throws unauthenticated (INVALID_CLIENT) for any other. This and the
   * next three throw permission_denied (TENANT_SUSPENDED) for a client that proved itself, of a tenant that is not served.
   */
  issue(clientId: string, clientSecret: string): Promise<AccessToken>
  /** A token for a client that signed an assertion with its secret. Throws unauthenticated, also for a second use of one. */
  issueForAssertion(assertion: Assertion): Promise<AccessToken>
  /**
   * A token for a client that shows a token of an issuer that it trusts (RFC 8693). Throws invalid_argument on `subject_token`
   * for any other, unavailable when the issuer's keys cannot be read.
   */
  issueForSubjectToken(subjectToken: SubjectToken): Promise<AccessToken>
  /**
   * Whom the token stands for, as the database says it: a changed role or a revoked client counts within a minute. Throws
   * unauthenticated for a token that is not ours, expired or broken.
   */
  verify(token: string): Promise<Principal>
  /** Signs with a new key from now on; tokens that are out stay valid until they expire. */
  rotate(): Promise<void>
  /**
   * Makes sure of the key to sign with. Throws unavailable (KEY_ENCRYPTION_KEY_WRONG) with words for the operator where it cannot
   * be opened.
   */
  prepare(): Promise<void>
  /** Encrypts the key to sign with by the encryption key. False: it was already. Errors as of `prepare`. */
  reencrypt(): Promise<boolean>
}

interface AccessTokensOptions extends EncryptionKeys {
  /** Those whose clients get tokens. A client of any other is refused like an unknown one. */
  readonly dialects: readonly ClientDialect[]
  /** Age at which the signing key is replaced by itself. Default 30 days. */
  readonly rotateAfterDays?: number
}

/**
 * Bearer tokens of the public API: JWTs signed with Ed25519 by keys in the database, so that any number of processes
 * issue and verify the same ones. `sql` may be a service's: it needs no more than the functions of the access migration.
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

  /** `actsFor`: the identity that only this token acts for, in place of the client's. */
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
      // An unknown client takes as long as a wrong secret, and is told the same: ids cannot be probed.
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

/** Of a secret that nobody has, so that nothing presented is ever equal to it. */
const nobodysHash = hashSecret(randomUUID())

/** A secret that was cut off or wrapped on its way: the hint depends on the presented text alone. */
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
