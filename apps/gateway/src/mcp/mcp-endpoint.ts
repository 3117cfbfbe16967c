import { type Access, hasRight, type Principal, refusalOf } from '@assay/auth'
import { createToolServer, previewsOf } from '@assay/mcp'
import {
  authenticateRequest,
  type Callers,
  type CallGate,
  type Logger,
  longestUnaryMs,
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  noteEndpoint,
  requestInProgress,
  toConnectError,
} from '@assay/server'
import type { DescMethod } from '@bufbuild/protobuf'
import { Code, type ConnectError, type Transport } from '@connectrpc/connect'
import { createMcpHandler } from '@modelcontextprotocol/server'
import gateway from '../../package.json' with { type: 'json' }
import { headersOf } from '../request-headers.ts'
import { innerCalls } from './inner-calls.ts'
import { mcpPath, resourceMetadataUrl } from './protected-resource.ts'
import { readMessage, UnfitBody } from './request-body.ts'
import { sendAnswer, sendRefusal } from './send-answer.ts'

interface McpOptions {
  readonly verify: Callers['verify']
  readonly gate: CallGate
  /** The access that a call needs; undefined for a call that is not served. */
  readonly accessOf: (method: DescMethod) => Access | undefined
  /** Sends calls to the services; their answers must be decoded. */
  readonly transport: Transport
  /** The key of the hashes of previews; the same in every gateway. */
  readonly previewKey: Uint8Array
  readonly baseUrlOf: (request: NodeRequest) => string
  readonly isAllowedOrigin: (origin: string | undefined) => boolean
  readonly logger: Logger
}

/** The caller of a request, and the end of its time. */
interface Served {
  readonly caller: Principal
  readonly until: number
}

/**
 * The tools of the Model Context Protocol over streamable HTTP: a POST for each message, answered by itself, so that any process can answer
 * the next one. The caller is authenticated before the body is read. Clients of the revisions of 2025 are served in the same way, without
 * sessions. Nothing is stored between two requests: the tools of a client change only with its role, so a client that subscribes to changes
 * gets the answer that there are none.
 */
export function mcpEndpoint(options: McpOptions): NodeHandler {
  const { verify, gate, accessOf, transport, previewKey, baseUrlOf, isAllowedOrigin, logger } = options
  const serving = new WeakMap<Request, Served>()
  const handler = createMcpHandler(
    ({ requestInfo }) => {
      const served = requestInfo && serving.get(requestInfo)
      if (requestInfo === undefined || served === undefined) throw new Error('A message came without its caller')
      const { caller, until } = served
      return createToolServer(
        {
          may: (method) => isOpenTo(caller, accessOf(method)),
          decides: hasRight(caller.role, 'decide-by-tool'),
          asking: {
            calls: innerCalls(caller, { gate, transport, signal: requestInfo.signal, until }),
            previews: previewsOf(previewKey, caller),
          },
          onFault: (err, tool) => logger.error({ err, tool }, 'a tool failed by an internal error'),
        },
        gateway.version,
      )
    },
    { onerror: (err) => logger.debug({ err }, 'a message of MCP was refused') },
  )

  async function answer(request: NodeRequest, response: NodeResponse): Promise<void> {
    const until = performance.now() + longestUnaryMs
    if (!isAllowedOrigin(headersOf(request).get('origin') ?? undefined)) {
      request.resume()
      return sendRefusal(response, 403, { code: -32600, message: 'This origin may not ask' })
    }
    const caller = await authenticateRequest(headersOf(request), { verify })
    if (request.method !== 'POST') {
      request.resume()
      return sendRefusal(response, 405, { code: -32600, message: 'Send a POST request' }, { allow: 'POST' })
    }
    const message = await readMessage(request)
    noteTool(message)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const asked = webRequest(request, gone.signal)
    serving.set(asked, { caller, until })
    const made = await handler.fetch(asked, { parsedBody: message })
    if (made.status >= 500) logger.error({ status: made.status }, 'a message of MCP could not be answered')
    await sendAnswer(made, response)
  }

  return (request, response) => {
    noteEndpoint(mcpPath)
    answer(request, response).catch((error: unknown) => {
      if (response.destroyed) return
      if (response.headersSent) response.destroy()
      else refuse(request, response, error)
    })
  }

  function refuse(request: NodeRequest, response: NodeResponse, error: unknown): void {
    request.resume()
    if (error instanceof UnfitBody) {
      sendRefusal(response, error.status, { code: error.code, message: error.message })
      return
    }
    const wire = toConnectError(error)
    const status = statuses.get(wire.code) ?? 500
    if (status === 500) logger.error({ err: error }, 'a message of MCP could not be answered')
    const headers = { ...retryAfter(wire), ...(status === 401 && challenge(request, baseUrlOf(request))) }
    sendRefusal(response, status, { code: -32600, message: wire.rawMessage }, headers)
  }
}

const statuses: ReadonlyMap<Code, number> = new Map([
  [Code.Unauthenticated, 401],
  [Code.PermissionDenied, 403],
  // The body arrives too slowly; the caller waits for nothing else.
  [Code.DeadlineExceeded, 408],
  [Code.ResourceExhausted, 429],
  [Code.Unavailable, 503],
])

/** The challenge of RFC 6750, section 3, with the address of the resource metadata (RFC 9728, section 5.1). */
function challenge(request: NodeRequest, baseUrl: string): { readonly 'www-authenticate': string } {
  const fault = request.headers.authorization === undefined ? '' : ', error="invalid_token"'
  return { 'www-authenticate': `Bearer realm="assay", resource_metadata="${resourceMetadataUrl(baseUrl)}"${fault}` }
}

function retryAfter({ metadata }: ConnectError): Record<string, string> {
  const value = metadata.get('retry-after')
  return value === null ? {} : { 'retry-after': value }
}

function isOpenTo(caller: Principal, access: Access | undefined): boolean {
  if (access === undefined || access === 'everyone') return access === 'everyone'
  return refusalOf({ ...caller, byTool: true }, access) === undefined
}

/** Adds the method and the tool to the request's log line, if their characters are safe. */
function noteTool(message: unknown): void {
  const { method, params } = message as { method?: unknown; params?: { name?: unknown } }
  const words = [method, params?.name].filter((word) => typeof word === 'string' && /^[\w/]{1,64}$/.test(word))
  const scope = requestInProgress()
  if (scope !== undefined && words.length > 0) scope.rpc = words.join(' ')
}

/** The request with the headers that the protocol defines. */
function webRequest({ headers }: NodeRequest, signal: AbortSignal): Request {
  const passed = new Headers()
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string' && (/^mcp-/.test(name) || name === 'content-type' || name === 'accept'))
      passed.set(name, value)
  return new Request(`http://localhost${mcpPath}`, { method: 'POST', headers: passed, signal })
}
