import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { Code, ConnectError, type ContextValues, createContextValues, type HandlerContext } from '@connectrpc/connect'
import { type HttpRequest, requestUrl } from './http-messages.ts'
import { LazyHeaders } from './lazy-headers.ts'

/** The reason with which the context of an answered call ends. */
export const completed = new ConnectError('The call is complete', Code.Canceled)

/**
 * The context of a call for its handler. Connect's context links three abort controllers and copies three `Headers` for each
 * call, which takes longer than the rest of a small call. Here they are made only when they are used.
 */
export class LazyContext implements HandlerContext {
  readonly service: DescService
  readonly method: DescMethod
  readonly protocolName = 'rest'
  readonly requestMethod: string
  readonly url: string
  readonly requestHeader: LazyHeaders
  readonly responseHeader = new LazyHeaders()
  readonly responseTrailer = new LazyHeaders()
  readonly values: ContextValues
  readonly timeoutMs: () => number | undefined
  /** An own property of the object, so that copies of the context have it too. */
  declare readonly signal: AbortSignal
  /** The index of the context in `CallsInFlight`. */
  place = 0

  #controller: AbortController | undefined
  #end: { readonly reason: unknown } | undefined
  #giveUp: ((reason: unknown) => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(
    method: DescMethod,
    request: HttpRequest,
    timeoutMs: number | undefined,
    values: ContextValues | undefined,
  ) {
    this.service = method.parent
    this.method = method
    this.requestMethod = request.method ?? 'GET'
    this.url = requestUrl(request)
    this.requestHeader = new LazyHeaders(request.headers)
    this.values = values ?? createContextValues()
    this.timeoutMs = timeoutMs === undefined ? noTimeout : this.#startTimer(timeoutMs)
    Object.defineProperty(this, 'signal', lazySignal)
  }

  /**
   * Ends a unary call that was answered. The signal is not aborted, because nothing is left to stop and the event takes longer
   * than a small message.
   */
  complete(): void {
    this.#end ??= { reason: completed }
    clearTimeout(this.#timer)
  }

  /** Aborts the signal, and rejects the promise of `within`. Only the first reason counts. */
  abort(reason: unknown): void {
    if (this.#end !== undefined) return
    this.#end = { reason }
    clearTimeout(this.#timer)
    this.#controller?.abort(reason)
    this.#giveUp?.(reason)
  }

  /** Why the call was aborted; undefined while it runs. */
  get abortReason(): unknown {
    return this.#end?.reason
  }

  /**
   * Waits for a promise until the call is aborted, so that a handler that ignores its signal cannot delay a client. Only one
   * promise at a time.
   */
  within<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject
      promise.then(resolve, reject)
      if (this.#end !== undefined) reject(this.#end.reason)
    })
  }

  static signalOf(context: LazyContext): AbortSignal {
    if (context.#controller === undefined) {
      context.#controller = new AbortController()
      if (context.#end !== undefined) context.#controller.abort(context.#end.reason)
    }
    return context.#controller.signal
  }

  #startTimer(timeoutMs: number): () => number {
    const until = Date.now() + timeoutMs
    this.#timer = setTimeout(() => {
      this.abort(new ConnectError('the operation timed out', Code.DeadlineExceeded))
    }, timeoutMs)
    return () => until - Date.now()
  }
}

// One property descriptor for all contexts: a getter in the class body of each object would create a function for each.
const lazySignal: PropertyDescriptor & ThisType<LazyContext> = {
  enumerable: true,
  configurable: true,
  get() {
    return LazyContext.signalOf(this)
  },
}

function noTimeout(): undefined {}
