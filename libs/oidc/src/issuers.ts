import { type AddressGuard, OutboundClient } from '@assay/outbound'
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, customFetch as joseFetch, jwtVerify } from 'jose'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
} from 'openid-client'
import { areComplete, type ClaimNames, type Claims } from './claims.ts'
import { areKeysUnread, faultOf, OidcFault } from './oidc-fault.ts'
import { outboundFetch } from './outbound-fetch.ts'

/** The settings of an issuer in an installation. */
export interface IssuerSettings {
  /** Unique among all issuers of the installation. */
  readonly id: string
  /** Exactly as the issuer's tokens name it. */
  readonly issuer: string
  readonly clientId: string
  /** Undefined for a client without a secret, which authenticates by PKCE only. */
  readonly clientSecret: string | undefined
  /** Requested in addition to `openid`, `profile` and `email`. */
  readonly scopes: readonly string[]
  readonly claims: ClaimNames
}

/** The state of a sign-in between its beginning and its end; only the browser that began it stores it. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface SignedIn {
  readonly claims: Claims
  /** Undefined when the issuer gives none, so that the person's claims cannot be read again later. */
  readonly refreshToken: string | undefined
  /** At a sign-out, tells the issuer which person signs out. */
  readonly idToken: string | undefined
}

interface OidcLimits {
  readonly connectMs: number
  readonly answerMs: number
}

const defaultLimits: OidcLimits = { connectMs: 5_000, answerMs: 10_000 }
/** Discovery documents, keys and tokens have some kilobytes. */
const answerBytes = 512 * 1024
const connections = 8
/** The discovery document is read again after this time: endpoints change, and a client secret may have changed. */
const knownForMs = 10 * 60_000
const mostKnown = 1_000
/** A token with an unknown key makes the client read the keys again, but not more often than this. */
const keysAgainMs = 1_000
const longestKeysMs = 60_000
/** Algorithms with a shared secret are excluded: with the client secret, anybody who knows it could sign as the issuer. */
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')
const clockToleranceSeconds = 30
/** An older logout token is refused, so that a leaked one cannot end later sessions. */
const oldestLogoutSeconds = 10 * 60
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

interface Known {
  readonly configuration: Configuration
  readonly keys: JWTVerifyGetKey
  readonly until: number
}

/**
 * Signs people in at the OpenID Connect issuers that tenants have set: authorization code with PKCE, refresh, userinfo, logout. It stores
 * nothing about a sign-in. Every call throws an `OidcFault`.
 */
export class OidcIssuers {
  readonly #client: OutboundClient
  readonly #fetch: ReturnType<typeof outboundFetch>
  /** By the id and all settings from which the configuration is made. */
  readonly #known = new Map<string, Promise<Known>>()

  /** @param trust certificates of the authorities to trust instead of those of the system, as PEM */
  constructor(guard: AddressGuard, limits: Partial<OidcLimits> = {}, trust?: readonly string[]) {
    const { connectMs, answerMs } = { ...defaultLimits, ...limits }
    this.#client = new OutboundClient(guard, { connectMs, idleMs: answerMs, answerMs, answerBytes, connections }, trust)
    this.#fetch = outboundFetch(this.#client)
  }

  close(): void {
    this.#client.close()
  }

  /** The address to which the browser goes, and the values with which its answer is compared. */
  async begin(
    settings: IssuerSettings,
    redirectUri: string,
  ): Promise<{ readonly url: URL; readonly pending: PendingSignIn }> {
    return await this.#asking(settings, async ({ configuration }) => {
      const pending = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: scopesOf(settings, configuration).join(' '),
        code_challenge: await calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        state: pending.state,
        nonce: pending.nonce,
      })
      return { url, pending }
    })
  }

  /** @param answer the address at which the browser returned; without its query it is the redirect URI of `begin` */
  async finish(settings: IssuerSettings, answer: URL, pending: PendingSignIn): Promise<SignedIn> {
    return await this.#asking(settings, async ({ configuration, keys }) => {
      const tokens = await authorizationCodeGrant(configuration, answer, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      })
      const idToken = tokens.id_token ?? ''
      const { nonce } = await this.#verified(settings, keys, idToken)
      if (nonce !== pending.nonce) throw new OidcFault('FORGED', 'The token belongs to another sign-in')
      const claims = tokens.claims() ?? {}
      return {
        claims: await this.#completed(settings, configuration, claims as Claims, tokens.access_token),
        refreshToken: tokens.refresh_token,
        idToken,
      }
    })
  }

  /**
   * Reads the person's claims again.
   * @param subject the subject of the earlier tokens; an answer about another person is `FORGED`
   */
  async reread(settings: IssuerSettings, refreshToken: string, subject: string): Promise<SignedIn> {
    return await this.#asking(settings, async ({ configuration, keys }) => {
      const tokens = await refreshTokenGrant(configuration, refreshToken)
      if (tokens.id_token !== undefined) await this.#verified(settings, keys, tokens.id_token)
      const claims = (tokens.claims() ?? { sub: subject }) as Claims
      if (claims.sub !== subject) throw new OidcFault('FORGED', 'The refreshed token is of another person')
      if (tokens.id_token === undefined && configuration.serverMetadata().userinfo_endpoint === undefined)
        throw new OidcFault(
          'MISCONFIGURED',
          `${hostOf(settings)} sends no claims about the person when a token is refreshed`,
        )
      return {
        claims: await this.#completed(settings, configuration, claims, tokens.access_token),
        // An issuer that does not rotate refresh tokens sends none.
        refreshToken: tokens.refresh_token ?? refreshToken,
        idToken: tokens.id_token,
      }
    })
  }

  /** The address at which the browser signs out at the issuer too; undefined when the issuer has no such page. */
  async signOutUrl(settings: IssuerSettings, idToken: string | undefined, returnTo: string): Promise<URL | undefined> {
    return await this.#asking(settings, async ({ configuration }) => {
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined
      return buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: returnTo,
        ...(idToken !== undefined && { id_token_hint: idToken }),
      })
    })
  }

  /** The subject whose sessions a logout token ends (OpenID Connect Back-Channel Logout 1.0). */
  async subjectOfLogout(settings: IssuerSettings, logoutToken: string): Promise<{ subject: string; tokenId: string }> {
    return await this.#asking(settings, async ({ keys }) => {
      const payload = await this.#verified(settings, keys, logoutToken)
      const { events, nonce, sub, jti, iat = 0 } = payload
      const isLogout = typeof events === 'object' && events !== null && logoutEvent in events
      const isOld = Date.now() / 1000 - iat > oldestLogoutSeconds
      if (!isLogout || isOld || nonce !== undefined || sub === undefined || jti === undefined)
        throw new OidcFault('FORGED', 'This is not a logout token')
      return { subject: sub, tokenId: jti }
    })
  }

  async #asking<T>(settings: IssuerSettings, work: (known: Known) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#of(settings))
    } catch (error) {
      throw faultOf(error, hostOf(settings))
    }
  }

  /**
   * The verified claims of a token. The signature is always verified with the issuer's keys, also when TLS would be enough; rotated keys
   * are read again.
   */
  async #verified(settings: IssuerSettings, keys: JWTVerifyGetKey, token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: settings.issuer,
        audience: settings.clientId,
        algorithms,
        requiredClaims: ['iat'],
        clockTolerance: clockToleranceSeconds,
      })
      return payload
    } catch (error) {
      const fault = faultOf(error, hostOf(settings))
      // When the keys cannot be read, the token may still be valid, so sessions go on until they can be read.
      if (fault.reason === 'AWAY' || areKeysUnread(error)) throw fault
      throw new OidcFault(
        'FORGED',
        `A token of ${hostOf(settings)} is not signed by its keys, or not for this client`,
        error,
      )
    }
  }

  /**
   * The claims, completed from the userinfo endpoint if the token lacks some. The token's claims take precedence, since they are signed.
   */
  async #completed(
    settings: IssuerSettings,
    configuration: Configuration,
    claims: Claims,
    accessToken: string,
  ): Promise<Claims> {
    const endpoint = configuration.serverMetadata().userinfo_endpoint
    if (endpoint === undefined || areComplete(claims, settings.claims)) return claims
    return { ...(await fetchUserInfo(configuration, accessToken, String(claims.sub))), ...claims }
  }

  async #of(settings: IssuerSettings): Promise<Known> {
    const key = JSON.stringify([settings.id, settings.issuer, settings.clientId, settings.clientSecret])
    const known = this.#known.get(key)
    if (known !== undefined && (await known).until > Date.now()) return await known
    if (this.#known.get(key) === known) this.#known.delete(key)
    // Several sign-ins share one discovery; a failed one is not cached.
    const finding = this.#known.get(key) ?? this.#discover(settings)
    this.#known.set(key, finding)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest)
    finding.catch(() => this.#known.delete(key))
    return await finding
  }

  async #discover(settings: IssuerSettings): Promise<Known> {
    const issuer = new URL(settings.issuer)
    // The guard allows plain HTTP only to allowed networks, so the library need not check it again.
    const execute = issuer.protocol === 'http:' ? [allowInsecureRequests] : []
    try {
      const configuration = await discovery(issuer, settings.clientId, undefined, authenticationOf(settings), {
        execute,
        [customFetch]: this.#fetch,
      })
      const { issuer: named, jwks_uri: keysAt } = configuration.serverMetadata()
      if (named !== settings.issuer)
        throw new OidcFault('MISCONFIGURED', `${issuer.host} calls itself another issuer than ${settings.issuer}`)
      if (keysAt === undefined) throw new OidcFault('MISCONFIGURED', `${issuer.host} does not say where its keys are`)
      const keys = createRemoteJWKSet(new URL(keysAt), {
        cooldownDuration: keysAgainMs,
        cacheMaxAge: knownForMs,
        // Longer than the limits of the outbound client, whose error says that the issuer is slow.
        timeoutDuration: longestKeysMs,
        [joseFetch]: (url, options) => this.#fetch(url, { ...options, headers: Object.fromEntries(options.headers) }),
      })
      return { configuration, keys, until: Date.now() + knownForMs }
    } catch (error) {
      const fault = faultOf(error, issuer.host)
      // No person is involved yet, so an invalid discovery document is a wrong setting, not a forgery.
      throw fault.reason === 'FORGED' ? new OidcFault('MISCONFIGURED', wrongDocument(issuer.host), error) : fault
    }
  }
}

/**
 * The scopes to request. `offline_access`, which gives a refresh token, is requested if the issuer lists it; an issuer that lists no scopes
 * may give a refresh token anyway.
 */
function scopesOf({ scopes }: IssuerSettings, configuration: Configuration): string[] {
  const { scopes_supported: supported } = configuration.serverMetadata()
  const lasting = supported?.includes('offline_access') ? ['offline_access'] : []
  return [...new Set(['openid', 'profile', 'email', ...lasting, ...scopes])]
}

/**
 * By RFC 6749 every issuer accepts the secret by HTTP Basic; for an issuer that lists its methods without it, the secret is in the form.
 */
function authenticationOf({ clientSecret }: IssuerSettings): ClientAuth {
  if (clientSecret === undefined) return None()
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)]
  return (server, client, body, headers) => {
    const { token_endpoint_auth_methods_supported: ways } = server
    const way = ways === undefined || ways.includes('client_secret_basic') ? basic : post
    way(server, client, body, headers)
  }
}

function wrongDocument(host: string): string {
  return `${host} says of itself what cannot be read, or calls itself another issuer`
}

function hostOf({ issuer }: IssuerSettings): string {
  return new URL(issuer).host
}
