import { setImmediate as nextTurn } from 'node:timers/promises'
import type { UnaryGrpc } from '@assay/rpc'
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect'
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node'
import { boundDeadline } from './call-deadline.ts'
import { codeName } from './code-name.ts'
import { isBrokenStream } from './errors.ts'
import type { Logger } from './logger.ts'
import type { NodeRequest } from './node-messages.ts'
import type { NodeHandler } from './one-port.ts'
import { piecesOf } from './pieces.ts'
import { replyText } from './reply.ts'
import { requestInProgress } from './request-scope.ts'
import { SlowBody } from './slow-bodies.ts'

/**
 * Passes Node's requests to the router's handlers. `connectNodeAdapter` does the same, but throws out of the listener (which ends the
 * process) for a request with an invalid Host header, and writes errors to the console and not to the log.
 */
export function rpcHandler(
  router: ConnectRouter,
  unaryGrpc: UnaryGrpc | undefined,
  fallback: NodeHandler,
  logger: Logger,
): NodeHandler {
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]))
  return (request, response) => {
    const path = pathOf(request)
    const handler = handlers.get(path)
    if (handler?.method.methodKind === 'unary') boundDeadline(request)
    if (unaryGrpc?.serves(path, request, response)) return
    if (handler === undefined) return fallback(request, response)
    let universalRequest: ReturnType<typeof universalRequestFromNodeRequest>
    try {
      universalRequest = universalRequestFromNodeRequest(request, response, undefined, undefined)
    } catch {
      // The caller's fault: no authority at all (HTTP/1.0), or one that does not give a URL.
      return replyText(response, 400, 'The Host header is missing or is not a host name')
    }
    const read = { isSlow: false }
    handler({ ...universalRequest, body: bodyOf(request, () => (read.isSlow = true)) })
      .then(({ body: answer, ...head }) => {
        const isWeb = head.header?.get('content-type')?.startsWith('application/grpc-web')
        const body = whole(isWeb ? withNotedStatus(answer) : answer, () => discardRest(request))
        // Connect maps DEADLINE_EXCEEDED to 504, but a slow body is the client's fault.
        const status = head.status === 504 && read.isSlow ? 408 : head.status
        return universalResponseToNodeResponse({ ...head, status, body }, response)
      })
      .catch((reason: unknown) => {
        // The caller disconnected during the response: no client is left to answer.
        if (response.destroyed || request.destroyed || isBrokenStream(reason)) return
        if (ConnectError.from(reason).code === Code.Aborted) return
        logger.error({ err: reason }, 'an answer could not be written')
        response.destroy()
      })
  }
}

async function* bodyOf(request: NodeRequest, onSlow: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* piecesOf(request)
    // When Node's HTTP/2 clients cancel a request, they send END_STREAM and directly after it RST_STREAM. The body must not count as
    // complete.
    if ('stream' in request) await nextTurn()
  } catch (error) {
    if (error instanceof SlowBody) onSlow()
    else if (request.aborted) throw brokenOff(error)
    throw error
  }
  if (request.aborted) throw brokenOff()
}

function brokenOff(cause?: unknown): ConnectError {
  return new ConnectError('The caller broke off the request', Code.Canceled, undefined, undefined, cause)
}

/**
 * Reads and drops the rest of a request whose answer is already complete (the caller is not authenticated, or a message is too large).
 * Otherwise, the peer would wait to send the rest, and the connection could not be used again.
 */
function discardRest(request: NodeRequest): void {
  if (request.readableEnded || request.destroyed) return
  const discard = () => {
    while (request.read() !== null);
  }
  // Not `resume`, which has no effect while the reader of the first part still listens.
  request.on('readable', discard)
  discard()
}

/** Records the status of a gRPC-Web answer, which is in the body, in the envelope of its trailers. */
async function* withNotedStatus(body: AsyncIterable<Uint8Array> | undefined): AsyncIterable<Uint8Array> {
  for await (const chunk of body ?? []) {
    const code = chunk[0] === 0x80 ? /grpc-status: ?(\d+)/.exec(Buffer.from(chunk).toString('latin1'))?.[1] : undefined
    const scope = requestInProgress()
    if (code !== undefined && code !== '0' && scope !== undefined) scope.wireCode = codeName(Number(code))
    yield chunk
  }
}

async function* whole<T>(body: AsyncIterable<T> | undefined, then: () => void): AsyncIterable<T> {
  try {
    if (body !== undefined) yield* body
  } finally {
    then()
  }
}

/** The path without the query, as normalised by `withPlainTarget`. */
export function pathOf(request: NodeRequest): string {
  const url = request.url ?? ''
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
