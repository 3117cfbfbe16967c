import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { type Configuration, Provider } from 'oidc-provider'

/** The claims about a person, without the subject. */
type TestClaims = Readonly<Record<string, unknown>>

interface TestProviderOptions {
  /** The addresses to which browsers may return. */
  readonly redirectUris: (issuer: string) => readonly string[]
  readonly afterSignOut?: readonly string[]
  /** The address for logout tokens; without it, the provider ends no sessions. */
  readonly backchannelLogoutUri?: (issuer: string) => string
  /** False: the claims come only from the userinfo endpoint, as OpenID Connect specifies for the code flow. */
  readonly claimsInToken?: boolean
  readonly refreshTokens?: boolean
}

/** A real provider (`oidc-provider`) on a separate socket, which can also fail in the ways that providers do. */
export interface TestProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** By subject. A person who is removed here no longer exists: the refresh tokens end too. */
  readonly people: Map<string, TestClaims>
  /** The paths of the requests, in order. */
  readonly requests: string[]
  /** Answers instead of the provider, if it returns true. */
  misbehaves: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | undefined
  /** The token with which the provider ends the sessions of a person; `claims` replace correct ones. */
  logoutToken(subject: string, claims?: TestClaims): Promise<string>
  /** Signs with a new key from now on; the former key is no longer published. */
  rotateKeys(): void
  /** Follows the redirects as a browser in which a person signs in, and returns the address at which it comes back. */
  walk(authorization: string | URL, subject: string): Promise<URL>
  stop(): Promise<void>
}

const clientId = 'assay'
const clientSecret = 'a secret of 32 characters or more.'

export async function startProvider(options: TestProviderOptions): Promise<TestProvider> {
  const people = new Map<string, TestClaims>()
  const requests: string[] = []
  // On a busy machine a client may use a connection again much later.
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => void answer(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let key = makeKey()
  let provider = makeProvider(issuer, key, people, options)
  let callback = provider.callback()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', issuer).pathname
    requests.push(path)
    if (await self.misbehaves?.(request, response)) return
    if (path.startsWith('/interaction/')) await interact(provider, request, response)
    else await callback(request, response)
  }

  const self: TestProvider = {
    issuer,
    clientId,
    clientSecret,
    people,
    requests,
    misbehaves: undefined,
    async logoutToken(subject, claims = {}) {
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
      const iat = Math.floor(Date.now() / 1000)
      const right = {
        iss: issuer,
        aud: clientId,
        sub: subject,
        jti: randomBytes(8).toString('hex'),
        events,
        iat,
        exp: iat + 120,
      }
      return await new SignJWT({ ...right, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'logout+jwt' })
        .sign(key.privateKey)
    },
    rotateKeys() {
      key = makeKey()
      provider = makeProvider(issuer, key, people, options)
      callback = provider.callback()
    },
    walk: (authorization, subject) => walk(new URL(authorization), issuer, subject),
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
  return self
}

interface SigningKey {
  readonly privateKey: KeyObject
  readonly kid: string
}

function makeKey(): SigningKey {
  return {
    privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    kid: randomBytes(6).toString('hex'),
  }
}

function makeProvider(
  issuer: string,
  { privateKey, kid }: SigningKey,
  people: ReadonlyMap<string, TestClaims>,
  options: TestProviderOptions,
): Provider {
  const key = { ...privateKey.export({ format: 'jwk' }), kty: 'EC', alg: 'ES256', use: 'sig' as const, kid }
  const { redirectUris, afterSignOut = [], backchannelLogoutUri, claimsInToken = true, refreshTokens = true } = options
  const configuration: Configuration = {
    jwks: { keys: [key] },
    cookies: { keys: ['of the tests'] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [...redirectUris(issuer)],
        post_logout_redirect_uris: [...afterSignOut],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        ...(backchannelLogoutUri !== undefined && { backchannel_logout_uri: backchannelLogoutUri(issuer) }),
      },
    ],
    claims: {
      profile: ['name', 'preferred_username', 'groups', 'employee_id'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: !claimsInToken,
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: backchannelLogoutUri !== undefined },
      rpInitiatedLogout: {
        enabled: true,
        // The page that asks for a confirmation.
        logoutSource: (context, form) => {
          context.body = `<!doctype html><title>Sign out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`
        },
      },
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    rotateRefreshToken: true,
    ttl: { AccessToken: 600, Grant: 3600, IdToken: 3600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
    issueRefreshToken: async () => refreshTokens,
    findAccount: async (_, subject) => {
      const claims = people.get(subject)
      return claims && { accountId: subject, claims: async () => ({ sub: subject, ...claims }) }
    },
    // The consent is given without a question.
    loadExistingGrant: async (context) => {
      const { client, session, provider } = context.oidc
      const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' })
      grant.addOIDCScope('openid profile email offline_access')
      await grant.save()
      return grant
    },
  }
  return new Provider(issuer, configuration)
}

/** The provider's page: a form that asks for the account. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><html lang="en"><title>Test provider</title><h1>Who are you?</h1>
      <form method="post"><label>Account <input name="login"></label> <button>Continue</button></form></html>`)
    return
  }
  let body = ''
  for await (const piece of request) body += String(piece)
  const login = new URLSearchParams(body).get('login') ?? ''
  const result = login === '' ? { error: 'access_denied' } : { login: { accountId: login } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

/** Without a subject, the person refuses. */
async function walk(authorization: URL, issuer: string, subject: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let at = authorization
  let form: string | undefined
  for (let step = 0; step < 10; step++) {
    const response: Response = await fetch(at, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form !== undefined && { body: form }),
    })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = set.match(/^([^=]+)=([^;]*)/) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    form = undefined
    if (location !== null) {
      at = new URL(location, at)
      if (at.origin !== issuer) return at
    } else if (at.pathname.startsWith('/interaction/')) form = `login=${encodeURIComponent(subject)}`
    else throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
  }
  throw new Error('The provider goes round in circles')
}
