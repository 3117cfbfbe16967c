import { type ConsoleSessions, type EndedAtIssuer, hasRight, rights } from '@assay/auth'
import { invalidArgument, permissionDenied, unauthenticated } from '@assay/errors'
import {
  type Logger,
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  piecesOf,
  reply,
  toConnectError,
} from '@assay/server'
import { Code } from '@connectrpc/connect'
import { headersOf } from '../request-headers.ts'
import { isOfOurPage, type PublicAddress, sessionCookie, sessionIdOf } from './session-cookie.ts'

const statuses: ReadonlyMap<Code, number> = new Map([
  [Code.InvalidArgument, 400],
  [Code.Unauthenticated, 401],
  [Code.PermissionDenied, 403],
  [Code.ResourceExhausted, 429],
  [Code.Unavailable, 503],
])

/** The secret of a link has 43 characters. */
const mostBodyBytes = 1_024

interface SessionEndpointOptions {
  readonly callerOf: (request: NodeRequest) => string
  /** The issuer's page for signing out there too; undefined when the issuer has no such page or does not answer. */
  readonly signOutUrl: (ended: EndedAtIssuer) => Promise<string | undefined>
  readonly logger: Logger
}

/**
 * The session of the console's page. POST `{"link"}` starts one with the secret of a link; GET returns its user; DELETE ends it and returns
 * the issuer's page for signing out. Tokens are not accepted, and requests that are not from the console's page are refused.
 */
export function sessionEndpoint(
  sessions: ConsoleSessions,
  address: () => PublicAddress,
  { callerOf, signOutUrl, logger }: SessionEndpointOptions,
): NodeHandler {
  async function begin(request: NodeRequest, response: NodeResponse): Promise<void> {
    const sessionId = await sessions.begin(await linkOf(request), callerOf(request))
    // The former session ends: the browser forgets its cookie, so no user could end it later.
    const former = sessionIdOf(headersOf(request), address())
    if (former !== undefined) await sessions.end(former)
    response.setHeader('set-cookie', sessionCookie(address(), sessionId, sessions.lastsSeconds))
    reply(response, 204, {})
  }

  async function show(request: NodeRequest, response: NodeResponse): Promise<void> {
    const id = sessionIdOf(headersOf(request), address())
    if (id === undefined) throw unauthenticated('Nobody is signed in', { reason: 'SIGNED_OUT' })
    const { principal, endsAt } = await sessions.find(id)
    const { displayName, role, tenant, clientId, identityId: userId, person } = principal
    const may = rights.filter((right) => hasRight(role, right))
    replyJson(response, 200, {
      userId,
      displayName,
      role,
      tenant,
      rights: may,
      isBounded: principal.readerScope !== undefined,
      endsAt: endsAt.toISOString(),
      ...(person !== undefined && { person: { id: clientId, issuer: person.issuer } }),
    })
  }

  async function end(request: NodeRequest, response: NodeResponse): Promise<void> {
    const id = sessionIdOf(headersOf(request), address())
    const ended = id === undefined ? undefined : await sessions.end(id)
    response.setHeader('set-cookie', sessionCookie(address(), '', 0))
    const url = ended && (await signOutUrl(ended))
    if (url === undefined) reply(response, 204, {})
    else replyJson(response, 200, { signOutUrl: url })
  }

  const methods = new Map([
    ['POST', begin],
    ['GET', show],
    ['DELETE', end],
  ])

  return (request, response) => {
    const work = methods.get(request.method ?? '')
    if (work === undefined) {
      request.resume()
      return reply(response, 405, { allow: [...methods.keys()].join(', ') })
    }
    const answer = async () => {
      if (!isOfOurPage(headersOf(request), address()))
        throw permissionDenied('Only the page of the console may ask this', { reason: 'NOT_OF_THE_CONSOLE' })
      await work(request, response)
    }
    answer().catch((error: unknown) => {
      request.resume()
      const refusal = toConnectError(error)
      const status = statuses.get(refusal.code) ?? 500
      if (status >= 500) logger.error({ err: error }, 'a session could not be looked up')
      replyJson(response, status, { code: refusal.code, message: refusal.rawMessage })
    })
  }
}

async function linkOf(request: NodeRequest): Promise<string> {
  let text = ''
  for await (const piece of piecesOf(request)) {
    text += Buffer.from(piece).toString('latin1')
    if (text.length > mostBodyBytes) throw invalidArgument('body', `may have ${mostBodyBytes} bytes at most`)
  }
  try {
    const { link } = JSON.parse(text) as { link?: unknown }
    if (typeof link === 'string') return link
  } catch {
    // The error below says what is expected.
  }
  throw invalidArgument('body', 'must be a JSON object with the member "link", a text')
}

function replyJson(response: NodeResponse, status: number, body: unknown): void {
  reply(response, status, { 'content-type': 'application/json' }, `${JSON.stringify(body)}\n`)
}
