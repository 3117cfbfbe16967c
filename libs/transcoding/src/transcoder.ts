import type { OutgoingHttpHeaders } from 'node:http'
import type { DescMethod, JsonValue } from '@bufbuild/protobuf'
import type { ContextValues, HandlerContext } from '@connectrpc/connect'
import { Code, ConnectError } from '@connectrpc/connect'
import { boundedError } from './bounded-error.ts'
import { CallsInFlight } from './calls-in-flight.ts'
import { readTimeout } from './deadline.ts'
import { HttpFailure, methodNotAllowed, noSuchPath, notOffered, toFailure } from './failure.ts'
import { type HttpRequest, type HttpResponse, responseFields, splitTarget } from './http-messages.ts'
import { completed, LazyContext } from './lazy-context.ts'
import {
  compileMount,
  type Mount,
  type MountOptions,
  type PublishedCall,
  type RenderedError,
  type Route,
} from './mount.ts'
import { parsePathTemplate } from './path-template.ts'
import { breakOff, sendRefusal } from './response-writing.ts'
import { RouteTree } from './route-tree.ts'
import { type RuleProblem, rpcName, TranscodingRuleError } from './rule-problem.ts'
import { serve } from './serving.ts'
import { statusDocument } from './status-document.ts'
import { type JsonCacheCounts, WrittenMessages } from './wire/written-messages.ts'

export interface TranscoderOptions {
  readonly mounts: readonly MountOptions[]
  /**
   * The most memory for the cached JSON of items of unread responses (`wireOf`), which is copied when the same items come
   * again. Default 32 MiB; 0 means no cache.
   */
  readonly jsonCacheBytes?: number
  /**
   * Makes the values for interceptors and handlers, for every request before its body is read. An error that it throws is the
   * response, in the form of the mount.
   * @param template the form of the path that matched
   */
  readonly contextValues?: (request: HttpRequest, method: DescMethod, template: string) => ContextValues
  /** May refuse a call or delay it before its body is read. An error that it throws is the response, in the form of the mount. */
  readonly admit?: (context: HandlerContext) => void | Promise<void>
  /**
   * Runs before a published call that is not offered is refused. An error that it throws is the response instead, in the form
   * of the mount.
   */
  readonly beforeNotOffered?: (request: HttpRequest) => void
  /** The deadline of unary calls whose clients set none, or a longer one. Default: none. */
  readonly longestUnaryMs?: number
  /** Aborts the calls in flight when the server stops. */
  readonly shutdownSignal?: AbortSignal
  /**
   * Called for every response of 500 and above with the error that was thrown, of which the client gets nothing, and for error
   * details that could not be written. Without it nothing is logged.
   */
  readonly onError?: (
    error: unknown,
    about: { readonly rpc: string | undefined; readonly request: HttpRequest },
  ) => void
}

/** One HTTP form of one rpc. */
export interface RouteInfo {
  readonly method: DescMethod
  /** Upper case, or `*` for every method. */
  readonly httpMethod: string
  readonly template: string
  /** Empty for none, `*`, or the name of a field. */
  readonly body: string
  /** Empty for the whole message, or the name of a field. */
  readonly responseBody: string
  readonly successStatus: number
  /** Index of the mount in the options. */
  readonly mount: number
}

export interface Transcoder {
  /**
   * Answers a request if a route has its path, also if only for other methods (405), or if it is a published call (501).
   * Returns false, with nothing written, if not: the caller decides, and may answer with `notFound`. It never rejects: every
   * error is answered in the form of the mount.
   */
  handle(request: HttpRequest, response: HttpResponse): Promise<boolean>
  /** Answers 404 in the form of the mount whose prefix fits and is longest; if none fits, of the first mount. */
  notFound(request: HttpRequest, response: HttpResponse): void
  /** Every route, in the order of mounts, services and rules. */
  routes(): readonly RouteInfo[]
  /** The statistics of the JSON cache. */
  jsonCache(): JsonCacheCounts
}

/**
 * Makes a handler of HTTP requests from Connect services and their google.api.http rules.
 * @throws {TranscodingRuleError} with every rule that cannot be served
 */
export function createTranscoder(options: TranscoderOptions): Transcoder {
  const problems: RuleProblem[] = []
  const { jsonCacheBytes = 32 * 1024 * 1024 } = options
  const cache = jsonCacheBytes > 0 ? new WrittenMessages(jsonCacheBytes) : undefined
  const mounts = options.mounts.map((mount) => compileMount(mount, problems, cache))
  const tree = new RouteTree<Route>()
  for (const route of mounts.flatMap((mount) => mount.routes)) addRoute(tree, route, problems)
  const notServed = publishedCalls(options.mounts, mounts)
  if (problems.length > 0) throw new TranscodingRuleError(problems)
  const infos = mounts.flatMap((mount, index) => mount.routes.map((route) => describeRoute(route, index)))

  const calls = new CallsInFlight(options.shutdownSignal)

  /**
   * An overloaded server refuses many calls with the same error. So the document of an error is stored, and its response if it
   * does not depend on the request.
   */
  const documents = new WeakMap<ConnectError, JsonValue>()
  const refusals = new WeakMap<ConnectError, Refusal>()

  function tell(error: unknown, request: HttpRequest, route: Route | undefined): void {
    options.onError?.(error, { rpc: route === undefined ? undefined : rpcName(route.binding.method), request })
  }

  function refuse(whole: HttpFailure, mount: Mount, request: HttpRequest, response: HttpResponse, route?: Route): void {
    const error = boundedError(whole.error)
    // The same error is used if possible: making an error takes longer than sending it.
    const failure = error === whole.error ? whole : new HttpFailure(whole.httpStatus, error, whole.headers, whole.cause)
    const { httpStatus = failure.httpStatus, document, headers = {} } = render(failure, mount, request, route)
    const fields = { ...responseFields(failure.error.metadata), ...failure.headers, ...headers }
    fields['content-type'] ??= 'application/json'
    const body = Buffer.from(JSON.stringify(document))
    const isForLater = httpStatus === 429 || httpStatus === 503
    if (isForLater && mount.hasPlainErrors && failure.isOfError)
      refusals.set(whole.error, { status: httpStatus, fields: { ...fields }, body })
    sendRefusal(request, response, httpStatus, fields, body)
  }

  /**
   * Sends the stored response for the same error.
   * @returns whether there is such a response
   */
  function refuseAgain(error: unknown, route: Route, request: HttpRequest, response: HttpResponse): boolean {
    const known = route.mount.hasPlainErrors && !response.headersSent ? refusals.get(error as ConnectError) : undefined
    if (known === undefined) return false
    const { status, fields, body } = known
    if (status >= 500) tell(error, request, route)
    sendRefusal(request, response, status, { ...fields }, body)
    return true
  }

  function render(failure: HttpFailure, mount: Mount, request: HttpRequest, route?: Route): RenderedError {
    const { error, httpStatus } = failure
    const onDropped = (type: string): void => {
      tell(new Error(`an error detail of type ${type} is not known here and was left out`), request, route)
    }
    const status = () => {
      const known = documents.get(error)
      if (known !== undefined) return known
      const document = statusDocument(error, mount.registry, onDropped)
      documents.set(error, document)
      return document
    }
    try {
      return mount.renderError({ error, httpStatus, method: request.method ?? 'GET', url: request.url ?? '/', status })
    } catch (rendering) {
      tell(rendering, request, route)
      return { document: status() }
    }
  }

  return {
    routes: () => infos,
    jsonCache: () => cache?.counts ?? { copied: 0, written: 0, bytes: 0 },

    notFound(request, response) {
      const { path } = splitTarget(request.url ?? '/')
      refuse(noSuchPath(), mountOf(mounts, path), request, response)
    },

    async handle(request, response) {
      const { path, query } = splitTarget(request.url ?? '/')
      const method = request.method ?? 'GET'
      const match = tree.find(method, path)
      if (match.kind !== 'found') {
        const published = notServed.find(method, path)
        if (published.kind === 'found') {
          refusePublished(published.entry, request, response)
          return true
        }
      }
      if (match.kind === 'none') return false
      if (match.kind === 'wrong method') {
        refuse(methodNotAllowed(method, match.allowed), match.entry.mount, request, response)
        return true
      }
      const { entry: route, captures } = match
      const { binding } = route
      let context: LazyContext | undefined
      let isClientGone = false
      response.on('close', () => {
        if (response.writableEnded) return
        isClientGone = true
        context?.abort(new ConnectError('The client is gone', Code.Canceled))
      })
      try {
        context = new LazyContext(
          binding.method,
          request,
          timeoutOf(request, route),
          options.contextValues?.(request, binding.method, binding.template.source),
        )
        calls.begin(context)
        const admitted = options.admit?.(context)
        if (admitted !== undefined) await context.within(admitted)
        await serve({ route, request, response, path, captures, query }, context)
      } catch (error) {
        // If the client has disconnected, no answer is sent, and the server has no fault.
        if (!isClientGone && !refuseAgain(error, route, request, response))
          answerFailure(toFailure(error, undefined), route, request, response)
      }
      if (context !== undefined) {
        context.abort(completed)
        calls.end(context)
      }
      return true
    },
  }

  function refusePublished({ call, mount }: NotServed, request: HttpRequest, response: HttpResponse): void {
    let failure = notOffered(call.httpMethod, call.template)
    try {
      options.beforeNotOffered?.(request)
    } catch (error) {
      failure = toFailure(error, undefined)
    }
    refuse(failure, mount, request, response)
  }

  function timeoutOf({ headers }: HttpRequest, { binding }: Route): number | undefined {
    const given = readTimeout(headers)
    const { longestUnaryMs } = options
    if (longestUnaryMs === undefined || binding.method.methodKind !== 'unary') return given
    return Math.min(given ?? longestUnaryMs, longestUnaryMs)
  }

  function answerFailure(failure: HttpFailure, route: Route, request: HttpRequest, response: HttpResponse): void {
    if (failure.httpStatus >= 500) tell(failure.cause ?? failure.error, request, route)
    if (!response.headersSent) {
      refuse(failure, route.mount, request, response, route)
    } else if (route.binding.hasRawResponse) {
      breakOff(response)
    } else {
      response.end(`${JSON.stringify({ error: render(failure, route.mount, request, route).document })}\n`)
    }
  }
}

/** A response to a call that is refused. */
interface Refusal {
  readonly status: number
  readonly fields: Readonly<OutgoingHttpHeaders>
  readonly body: Buffer
}

interface NotServed {
  readonly call: PublishedCall
  readonly mount: Mount
}

/** Searched only for requests without a route, so that it costs served calls nothing. */
function publishedCalls(options: readonly MountOptions[], mounts: readonly Mount[]): RouteTree<NotServed> {
  const tree = new RouteTree<NotServed>()
  for (const [index, mount] of mounts.entries()) {
    for (const call of options[index]?.published ?? []) {
      const template = parsePathTemplate(`${mount.prefix}${call.template}`)
      tree.add(call.httpMethod, template, { call, mount })
    }
  }
  return tree
}

function addRoute(tree: RouteTree<Route>, route: Route, problems: RuleProblem[]): void {
  const { httpMethod, template, method } = route.binding
  const present = tree.add(httpMethod, template, route)
  if (present === undefined) return
  const other = `${rpcName(present.binding.method)} "${present.binding.template.source}"`
  const reason = `answers the same ${httpMethod === '*' ? 'requests' : `${httpMethod} requests`} as ${other}`
  problems.push({ rpc: rpcName(method), template: template.source, column: undefined, reason })
}

function mountOf(mounts: readonly Mount[], path: string): Mount {
  const fitting = mounts.filter(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
  const [first = mounts[0], ...others] = fitting
  if (first === undefined) throw new Error('a transcoder has at least one mount')
  return others.reduce((best, mount) => (mount.prefix.length > best.prefix.length ? mount : best), first)
}

function describeRoute({ binding }: Route, mount: number): RouteInfo {
  const { method, httpMethod, template, body, responseField, successStatus } = binding
  return {
    method,
    httpMethod,
    template: template.source,
    body: body.kind === 'none' ? '' : body.kind === 'whole' ? '*' : body.field.name,
    responseBody: responseField?.name ?? '',
    successStatus,
    mount,
  }
}
