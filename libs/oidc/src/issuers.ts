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

/** An issuer as an installation knows it. */
export interface IssuerSettings {
  /** Of all issuers of an installation. */
  readonly id: string
  /** As its tokens name it, to the letter. */
  readonly issuer: string
  readonly clientId: string
  /** Undefined: a client that has none, and proves itself by PKCE alone. */
  readonly clientSecret: string | undefined
  /** Asked for besides `openid`, `profile` and `email`. */
  readonly scopes: readonly string[]
  readonly claims: ClaimNames
}

/** What is kept of a sign-in between its beginning and its end, by the browser that began it alone. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface SignedIn {
  readonly claims: Claims
  /** Undefined: the issuer gives none, so nobody can ask again whether the person is still there. */
  readonly refreshToken: string | undefined
  /** Tells the issuer at the sign-out who signs out. */
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
/** What an issuer says of itself is read again after so long: endpoints move, and a client secret may be another. */
const knownForMs = 10 * 60_000
const mostKnown = 1_000
/** A token whose key is not known has the keys read again, but no more often than this. */
const keysAgainMs = 1_000
const longestKeysMs = 60_000
/** Never those with a shared secret: the client secret would sign for the issuer. */
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')
const clockToleranceSeconds = 30
/** One that leaked ends no session later. */
const oldestLogoutSeconds = 10 * 60
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

interface Known {
  readonly configuration: Configuration
  readonly keys: JWTVerifyGetKey
  readonly until: number
}

/**
 * The sign-in of people at OpenID Connect issuers that tenants have named: authorization code with PKCE, refresh, userinfo, logout.
 * Nothing of a sign-in is kept here. Every call throws an `OidcFault`.
 */
export class OidcIssuers {
  readonly #client: OutboundClient
  readonly #fetch: ReturnType<typeof outboundFetch>
  /** By id and everything that the configuration is made of. */
  readonly #known = new Map<string, Promise<Known>>()

  /** @param trust certificates of authorities to trust instead of those of the system, as PEM */
  constructor(guard: AddressGuard, limits: Partial<OidcLimits> = {}, trust?: readonly string[]) {
    const { connectMs, answerMs } = { ...defaultLimits, ...limits }
    this.#client = new OutboundClient(guard, { connectMs, idleMs: answerMs, answerMs, answerBytes, connections }, trust)
    this.#fetch = outboundFetch(this.#client)
  }

  close(): void {
    this.#client.close()
  }

  /** Where the browser goes, and what its answer will be held against. */
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

  /** @param answer the address at which the browser came back, with the redirect URI of `begin` before its query */
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
   * What the issuer says of the person now.
   * @param subject whom the tokens before were of; an answer about somebody else is `FORGED`
   */
  async reread(settings: IssuerSettings, refreshToken: string, subject: string): Promise<SignedIn> {
    return await this.#asking(settings, async ({ configuration, keys }) => {
      const tokens = await refreshTokenGrant(configuration, refreshToken)
      if (tokens.id_token !== undefined) await this.#verified(settings, keys, tokens.id_token)
      const claims = (tokens.claims() ?? { sub: subject }) as Claims
      if (claims.sub !== subject) throw new OidcFault('FORGED', 'The refreshed token is of somebody else')
      if (tokens.id_token === undefined && configuration.serverMetadata().userinfo_endpoint === undefined)
        throw new OidcFault('MISCONFIGURED', `${hostOf(settings)} says nothing of people when a token is refreshed`)
      return {
        claims: await this.#completed(settings, configuration, claims, tokens.access_token),
        // Issuers that do not rotate refresh tokens send none.
        refreshToken: tokens.refresh_token ?? refreshToken,
        idToken: tokens.id_token,
      }
    })
  }

  /** Where the browser goes to sign out at the issuer as well; undefined where the issuer has no such page. */
  async signOutUrl(settings: IssuerSettings, idToken: string | undefined, returnTo: string): Promise<URL | undefined> {
    return await this.#asking(settings, async ({ configuration }) => {
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined
      return buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: returnTo,
        ...(idToken !== undefined && { id_token_hint: idToken }),
      })
    })
  }

  /** Whose sessions an issuer ends by a logout token (OpenID Connect Back-Channel Logout 1.0). */
  async subjectOfLogout(settings: IssuerSettings, logoutToken: string): Promise<{ subject: string; tokenId: string }> {
    return await this.#asking(settings, async ({ keys }) => {
      const payload = await this.#verified(settings, keys, logoutToken)
      const { events, nonce, sub, jti, iat = 0 } = payload
      const isLogout = typeof events === 'object' && events !== null && logoutEvent in events
      const isOld = Date.now() / 1000 - iat > oldestLogoutSeconds
      if (!isLogout || isOld || nonce !== undefined || sub === undefined || jti === undefined)
        throw new OidcFault('FORGED', 'This is no logout token')
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

  /** The signature by the issuer's keys, even where TLS would vouch for it: keys that were rotated are read again. */
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
      // Keys that cannot be read say nothing of a token: whoever is signed in stays so until they can be.
      if (fault.reason === 'AWAY' || areKeysUnread(error)) throw fault
      throw new OidcFault(
        'FORGED',
        `A token of ${hostOf(settings)} is not signed by its keys, or not for this client`,
        error,
      )
    }
  }

  /** Claims that the token lacks are asked of the userinfo endpoint; those of the token, which is signed, come first. */
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
    // Several sign-ins wait for one discovery; one that failed is not kept.
    const finding = this.#known.get(key) ?? this.#discover(settings)
    this.#known.set(key, finding)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest)
    finding.catch(() => this.#known.delete(key))
    return await finding
  }

  async #discover(settings: IssuerSettings): Promise<Known> {
    const issuer = new URL(settings.issuer)
    // The guard lets plain HTTP into allowed networks alone, so the library need not judge it again.
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
        // Never before our own limits, which say of an issuer that is slow that it is away.
        timeoutDuration: longestKeysMs,
        [joseFetch]: (url, options) => this.#fetch(url, { ...options, headers: Object.fromEntries(options.headers) }),
      })
      return { configuration, keys, until: Date.now() + knownForMs }
    } catch (error) {
      const fault = faultOf(error, issuer.host)
      // Nobody has signed in yet: what the issuer says of itself is wrong, and nothing is forged.
      throw fault.reason === 'FORGED' ? new OidcFault('MISCONFIGURED', wrongDocument(issuer.host), error) : fault
    }
  }
}

/** A refresh token is asked for where the issuer knows how; one that does not list its scopes may give one anyway. */
function scopesOf({ scopes }: IssuerSettings, configuration: Configuration): string[] {
  const { scopes_supported: supported } = configuration.serverMetadata()
  const lasting = supported?.includes('offline_access') ? ['offline_access'] : []
  return [...new Set(['openid', 'profile', 'email', ...lasting, ...scopes])]
}

/** RFC 6749 has every issuer take the secret as HTTP Basic; one that lists its ways without it takes the form. */
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
