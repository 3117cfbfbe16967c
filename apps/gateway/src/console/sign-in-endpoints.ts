import {
  type ConsoleSessions,
  findIssuer,
  type IssuerAnswer,
  type IssuerOfSignIn,
  type PendingSignIns,
  pendingSeconds,
  type SealedTexts,
  type SignInChoices,
} from '@assay/auth'
import { DomainError, resourceExhausted } from '@assay/errors'
import { type IssuerSettings, OidcFault, type OidcIssuers, type PendingSignIn } from '@assay/oidc'
import {
  type Logger,
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  pathOf,
  piecesOf,
  reply,
} from '@assay/server'
import type { Sql } from '@assay/store'
import { headersOf } from '../request-headers.ts'
import { answerOf, settingsOf } from './people-of-issuers.ts'
import { returnPath } from './return-to.ts'
import { cookieOf, isOfOurPage, type PublicAddress, sessionCookie, signInCookie } from './session-cookie.ts'
import { type Outcome, outcomeOf } from './sign-in-outcome.ts'

interface SignInOptions {
  readonly sql: Sql
  readonly oidc: OidcIssuers
  readonly sessions: ConsoleSessions
  readonly sealed: SealedTexts
  readonly pending: PendingSignIns
  readonly choices: (organisation: string | undefined) => Promise<SignInChoices>
  /** Ends the sessions of a person whom the issuer signed out. */
  readonly endSessions: (issuer: IssuerOfSignIn, subject: string) => Promise<unknown>
  readonly address: () => PublicAddress
  /**
   * `ASSAY_PUBLIC_URL` without a slash at the end: the address under which issuers know the gateway; it never comes from a request.
   * Undefined: no sign-in by issuers.
   */
  readonly publicUrl: string | undefined
  /** Runs work for an issuer; work of one issuer waits for its other work. Undefined when too much waits. */
  readonly inTurn: <T>(issuerId: string, work: () => Promise<T>) => Promise<T> | undefined
  /**
   * Runs a look-up in the database for a request without a sign-in; look-ups of one address wait for each other. Undefined when too many
   * wait.
   */
  readonly lookUp: <T>(request: NodeRequest, work: () => Promise<T>) => Promise<T> | undefined
  readonly logger: Logger
}

/** The cookie of the browser while the person is at the issuer. */
interface Pending extends PendingSignIn {
  readonly issuerId: string
  readonly returnTo: string
  /** The former session of the browser, which ends when the new one begins; the issuer's redirect does not send its cookie. */
  readonly former: string | undefined
}

const mostBodyBytes = 16_384
const longestAnswer = 8_192

/**
 * The sign-in through the issuers of an organisation. `/console/sign-in` returns the choices and the outcome of the last try to the
 * console's page; `/console/sign-in/ISSUER` redirects to the issuer; the issuer redirects back to `/console/signed-in/ISSUER`, a separate
 * address for each issuer, so that answers cannot be mixed up (RFC 9700, 4.4); `/console/signed-out/ISSUER` is for issuers that end
 * sessions themselves.
 */
export function signInEndpoints(options: SignInOptions): Readonly<Record<string, NodeHandler>> {
  return {
    '/console/sign-in': handler(options, 'GET', tellChoices),
    '/console/sign-in/*': handler(options, 'GET', leadToIssuer),
    '/console/signed-in/*': handler(options, 'GET', comeBack),
    '/console/signed-out/*': handler(options, 'POST', endByIssuer),
  }
}

type Work = (options: SignInOptions, request: NodeRequest, response: NodeResponse) => Promise<void>

function handler(options: SignInOptions, method: 'GET' | 'POST', work: Work): NodeHandler {
  return (request, response) => {
    if (request.method !== method) {
      request.resume()
      return reply(response, 405, { allow: method })
    }
    work(options, request, response).catch((err: unknown) => {
      request.resume()
      const isPassing = err instanceof DomainError && (err.kind === 'unavailable' || err.kind === 'resource_exhausted')
      if (!isPassing) options.logger.error({ err }, 'a sign-in failed')
      if (response.headersSent) return
      replyJson(response, isPassing ? 503 : 500, { message: 'The sign-in does not work at the moment; try again' })
    })
  }
}

async function tellChoices(options: SignInOptions, request: NodeRequest, response: NodeResponse): Promise<void> {
  const { choices, pending, address, publicUrl } = options
  const headers = headersOf(request)
  if (!isOfOurPage(headers, address()))
    return replyJson(response, 403, { message: 'Only the page of the console may ask this' })
  const named = queryOf(request).get('organisation')?.trim().slice(0, 100).replaceAll('\0', '') || undefined
  const text = cookieOf(headers, address(), 'outcome')
  const outcome = text === undefined ? undefined : await pending.read<Outcome>('outcome', text)
  const { organisation, issuers, isNameNeeded } = await lookedUp(options, request, () => choices(named))
  replyJson(response, 200, {
    organisation,
    issuers: publicUrl === undefined ? [] : issuers,
    isNameNeeded,
    isAddressUnknown: publicUrl === undefined && (issuers.length > 0 || isNameNeeded),
    outcome,
  })
}

async function leadToIssuer(options: SignInOptions, request: NodeRequest, response: NodeResponse): Promise<void> {
  const { oidc, sealed, pending, address, publicUrl, logger } = options
  const { headers } = request
  const [site, mode] = [headers['sec-fetch-site'], headers['sec-fetch-mode']]
  const returnTo = returnPath(queryOf(request).get('return_to'))
  // Another site must not start a sign-in, even for the right person: the page asks for a click first.
  if ((site !== undefined && site !== 'same-origin' && site !== 'none') || (mode !== undefined && mode !== 'navigate'))
    return goTo(options, response, '/sign-in')
  const issuer = await issuerOf(options, request)
  if (issuer === undefined || publicUrl === undefined)
    return await tell(options, response, { code: 'NO_ISSUER', returnTo })
  try {
    const settings = await settingsOf(sealed, issuer)
    const begun = await inTurn(options, issuer, () => oidc.begin(settings, redirectUri(publicUrl, issuer)))
    const kept: Pending = {
      ...begun.pending,
      issuerId: issuer.id,
      returnTo,
      former: cookieOf(headersOf(request), address()),
    }
    const cookie = signInCookie(address(), 'pending', await pending.write('pending', kept), pendingSeconds)
    reply(response, 303, { ...redirecting, location: begun.url.href, 'set-cookie': cookie })
  } catch (error) {
    noteFault(logger, error, issuer)
    await tell(options, response, outcomeOf(error, issuer, returnTo))
  }
}

async function comeBack(options: SignInOptions, request: NodeRequest, response: NodeResponse): Promise<void> {
  const { sessions, pending, address, logger, publicUrl } = options
  const text = cookieOf(headersOf(request), address(), 'pending')
  const kept = text === undefined ? undefined : await pending.read<Pending>('pending', text)
  const query = queryOf(request)
  const returnTo = kept?.returnTo ?? '/'
  const isOurs = kept !== undefined && kept.issuerId === lastPartOf(request) && query.get('state') === kept.state
  const issuer = isOurs ? await issuerOf(options, request) : undefined
  if (!isOurs || issuer === undefined || publicUrl === undefined || query.toString().length > longestAnswer)
    return await tell(options, response, { code: 'NOT_BEGUN_HERE', returnTo })
  let answer: IssuerAnswer | undefined
  try {
    if (!(await lookedUp(options, request, () => pending.useUp(issuer.tenantId, kept.state))))
      return await tell(options, response, { code: 'NOT_BEGUN_HERE', returnTo })
    const settings = await settingsOf(options.sealed, issuer)
    answer = await finished(options, issuer, settings, new URL(`${redirectUri(publicUrl, issuer)}?${query}`), kept)
    const sessionId = await sessions.beginForPerson(issuer, answer)
    if (kept.former !== undefined) await sessions.end(kept.former)
    reply(response, 303, {
      ...redirecting,
      location: publicUrl + returnTo,
      'set-cookie': [
        sessionCookie(address(), sessionId, sessions.lastsSeconds),
        signInCookie(address(), 'pending', '', 0),
        signInCookie(address(), 'outcome', '', 0),
      ],
    })
  } catch (error) {
    noteFault(logger, error, issuer)
    await tell(options, response, outcomeOf(error, issuer, returnTo, answer?.person))
  }
}

async function finished(
  options: SignInOptions,
  issuer: IssuerOfSignIn,
  settings: IssuerSettings,
  address: URL,
  kept: PendingSignIn,
): Promise<IssuerAnswer & { readonly person: { readonly leavesGroupsOut?: boolean } }> {
  const signedIn = await inTurn(options, issuer, () => options.oidc.finish(settings, address, kept))
  return answerOf(signedIn, settings)
}

async function endByIssuer(options: SignInOptions, request: NodeRequest, response: NodeResponse): Promise<void> {
  const issuer = await issuerOf(options, request)
  const token = issuer && (await logoutTokenOf(request))
  if (issuer === undefined || token === undefined) return replyJson(response, 400, { error: 'invalid_request' })
  try {
    const settings = await settingsOf(options.sealed, issuer)
    const { subject } = await inTurn(options, issuer, () => options.oidc.subjectOfLogout(settings, token))
    await options.endSessions(issuer, subject)
    reply(response, 200, { 'cache-control': 'no-store' })
  } catch (error) {
    noteFault(options.logger, error, issuer)
    replyJson(response, error instanceof OidcFault && error.reason === 'FORGED' ? 400 : 503, {
      error: 'invalid_request',
    })
  }
}

/** The issuer in the path of a request. */
function issuerOf(options: SignInOptions, request: NodeRequest): Promise<IssuerOfSignIn | undefined> {
  return lookedUp(options, request, () => findIssuer(options.sql, lastPartOf(request)))
}

async function lookedUp<T>({ lookUp }: SignInOptions, request: NodeRequest, work: () => Promise<T>): Promise<T> {
  const turn = lookUp(request, work)
  if (turn === undefined)
    throw resourceExhausted('Too much is looked up for sign-ins of this address; try again shortly')
  return await turn
}

async function inTurn<T>(options: SignInOptions, issuer: IssuerOfSignIn, work: () => Promise<T>): Promise<T> {
  const turn = options.inTurn(issuer.id, work)
  if (turn === undefined) throw new OidcFault('AWAY', 'Too many sign in at this provider at the moment')
  return await turn
}

/** Redirects to the sign-in page with the outcome in a cookie, since an address with it would stay in histories. */
async function tell(options: SignInOptions, response: NodeResponse, outcome: Outcome): Promise<void> {
  const { pending, address } = options
  const text = await pending.write('outcome', outcome)
  goTo(options, response, '/sign-in', [
    signInCookie(address(), 'outcome', text, pendingSeconds),
    signInCookie(address(), 'pending', '', 0),
  ])
}

const redirecting = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } as const

function goTo(
  { publicUrl }: SignInOptions,
  response: NodeResponse,
  path: string,
  cookies: readonly string[] = [],
): void {
  const headers = { ...redirecting, location: (publicUrl ?? '') + path }
  reply(response, 303, cookies.length === 0 ? headers : { ...headers, 'set-cookie': [...cookies] })
}

function redirectUri(publicUrl: string, { id }: { readonly id: string }): string {
  return `${publicUrl}/console/signed-in/${id}`
}

function queryOf({ url = '' }: NodeRequest): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at === -1 ? '' : url.slice(at + 1))
}

function lastPartOf(request: NodeRequest): string {
  return pathOf(request).split('/').at(-1) ?? ''
}

async function logoutTokenOf(request: NodeRequest): Promise<string | undefined> {
  let text = ''
  for await (const piece of piecesOf(request)) {
    text += Buffer.from(piece).toString('latin1')
    if (text.length > mostBodyBytes) return undefined
  }
  return new URLSearchParams(text).get('logout_token') ?? undefined
}

/** Logs a failed sign-in, unless the person caused it: the operator must be able to correct the rest. */
function noteFault(logger: Logger, error: unknown, { issuer, tenantId }: IssuerOfSignIn): void {
  if (error instanceof OidcFault && error.reason === 'DENIED') return
  if (error instanceof DomainError && error.kind === 'permission_denied') return
  logger.warn({ err: error, issuer, tenantId }, 'a sign-in failed')
}

function replyJson(response: NodeResponse, status: number, body: unknown): void {
  reply(
    response,
    status,
    { 'content-type': 'application/json', 'cache-control': 'no-store' },
    `${JSON.stringify(body)}\n`,
  )
}
