import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { Code, ConnectError, type ContextValues, createContextValues, type HandlerContext } from '@connectrpc/connect'
import { LateHeaders } from './late-headers.ts'

export type NodeRequest = IncomingMessage | Http2ServerRequest
export type NodeResponse = ServerResponse | Http2ServerResponse

/**
 * The context of one unary call. Connect's context links three abort controllers, with a listener on the signal of the server
 * for each call. This one has one controller, and `CallsInFlight` aborts it when the server stops.
 */
export class CallContext implements HandlerContext {
  readonly service: DescService
  readonly method: DescMethod
  readonly protocolName: string
  readonly requestMethod = 'POST'
  readonly url: string
  readonly requestHeader: LateHeaders
  readonly responseHeader = new LateHeaders()
  readonly responseTrailer = new LateHeaders()
  readonly values: ContextValues = createContextValues()
  readonly timeoutMs: () => number | undefined
  readonly signal: AbortSignal

  readonly #controller = new AbortController()
  #giveUp: ((reason: unknown) => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(method: DescMethod, request: NodeRequest, timeoutMs: number | undefined, protocolName: string) {
    this.service = method.parent
    this.method = method
    this.protocolName = protocolName
    this.url = urlOf(request)
    this.requestHeader = new LateHeaders(request.headers)
    this.signal = this.#controller.signal
    this.timeoutMs = timeoutMs === undefined ? () => undefined : this.#startTimer(timeoutMs)
  }

  /**
   * Ends an answered call. The signal is not aborted, because nothing is left to stop and the event takes longer than a small
   * message.
   */
  complete(): void {
    clearTimeout(this.#timer)
  }

  /** Aborts the signal, and rejects the promise of `within`. Only the first reason counts. */
  abort(reason: unknown): void {
    if (this.signal.aborted) return
    clearTimeout(this.#timer)
    this.#controller.abort(reason)
    this.#giveUp?.(reason)
  }

  /**
   * Waits for a promise until the call is aborted, so that a handler that ignores its signal cannot delay a client. Only one
   * promise at a time.
   */
  within<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject
      promise.then(resolve, reject)
      if (this.signal.aborted) reject(this.signal.reason)
    })
  }

  #startTimer(timeoutMs: number): () => number {
    const until = Date.now() + timeoutMs
    this.#timer = setTimeout(() => {
      this.abort(new ConnectError('the operation timed out', Code.DeadlineExceeded))
    }, timeoutMs)
    return () => until - Date.now()
  }
}

/** The host is what the client claims. */
function urlOf({ headers, socket, url }: NodeRequest): string {
  // A session of HTTP/2 that has just ended has no socket, although the type says that it has.
  const isEncrypted = Boolean(socket) && 'encrypted' in socket
  return `${isEncrypted ? 'https' : 'http'}://${headers[':authority'] ?? headers.host ?? 'localhost'}${url}`
}
