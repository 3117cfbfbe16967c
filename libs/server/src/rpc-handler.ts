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
 * From Node's requests to the router's handlers. `connectNodeAdapter` does the same, but throws out of the listener (which
 * ends the process) at a request whose Host header is no host, and writes failures to the console rather than to our log.
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
      // Both reasons are the caller's: no authority at all (HTTP/1.0), or one that makes no URL.
      return replyText(response, 400, 'The Host header is missing or is not a host name')
    }
    const read = { isSlow: false }
    handler({ ...universalRequest, body: bodyOf(request, () => (read.isSlow = true)) })
      .then(({ body: answer, ...head }) => {
        const isWeb = head.header?.get('content-type')?.startsWith('application/grpc-web')
        const body = whole(isWeb ? withNotedStatus(answer) : answer, () => discardRest(request))
        // Connect knows no other status for DEADLINE_EXCEEDED, but this one is no fault of ours.
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
    // Node's HTTP/2 clients end what they cancel: END_STREAM, and right behind it RST_STREAM. Half a body is no body.
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
 * An answer may be complete before its request is: nobody may call, or a message is above the limit. The rest is read and
 * dropped then, or the peer would wait for ever to send it and the connection could not be used again.
 */
function discardRest(request: NodeRequest): void {
  if (request.readableEnded || request.destroyed) return
  const discard = () => {
    while (request.read() !== null);
  }
  // Not `resume`, which does nothing while the reader of the first part still listens for more.
  request.on('readable', discard)
  discard()
}

/** Over gRPC-Web the status is in the body, in the envelope of its trailers. */
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

/** The path without the query, as sent but for the spellings that `withPlainTarget` evens out. */
export function pathOf(request: NodeRequest): string {
  const url = request.url ?? ''
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
