import type { Principal } from '@assay/auth'
import type { ApiDialect } from '@assay/dialects'
import { forwardService, isRelayed, UnreadMessage } from '@assay/rpc'
import {
  apiVersionKey,
  authenticateRequest,
  type Callers,
  type CallGate,
  callLogInterceptor,
  callPlaceInterceptor,
  errorInterceptor,
  type Logger,
  longestUnaryMs,
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  noteMethod,
  pathOf,
  principalKey,
  principalOf,
  reply,
  streamIdleInterceptor,
  toConnectError,
} from '@assay/server'
import {
  createTranscoder,
  type ErrorRenderer,
  type JsonCacheCounts,
  type MountOptions,
  type RouteInfo,
} from '@assay/transcoding'
import { createRegistry, type DescService, type Registry } from '@bufbuild/protobuf'
import { Code, ConnectError, createContextValues, type Transport } from '@connectrpc/connect'
import type { CallLimit } from './call-limit.ts'
import { pathsWithSlashes } from './paths-with-slashes.ts'
import { headersOf } from './request-headers.ts'

type Outcome =
  | { readonly principal: Principal; readonly version: string | undefined }
  | { readonly refusal: ConnectError }

interface RestOptions {
  /** The order of the mounts, which the API's description follows. */
  readonly dialects: readonly ApiDialect[]
  readonly logger: Logger
  readonly gate: CallGate
  readonly maxBodyBytes: number
  /** See `jsonCacheBytes` of the transcoder. */
  readonly answerCacheBytes: number
  /** The limits of the dialects that have one. */
  readonly callLimits: ReadonlyMap<ApiDialect, CallLimit>
}

interface Rest {
  /** @param unknown answers instead of the JSON of status 404, when the path begins like no path of the API */
  readonly handle: (request: NodeRequest, response: NodeResponse, unknown?: NodeHandler) => void
  readonly routes: readonly RouteInfo[]
  cacheCounts(): JsonCacheCounts
}

/** The rules for paths with one first segment. */
interface Branch {
  readonly dialect: ApiDialect
  readonly version: string
  readonly limit: CallLimit | undefined
  readonly renderError: ErrorRenderer | undefined
}

/**
 * The public services as REST, by the HTTP rules in their protos. The start fails if a rule cannot be served, or if the gate has no entry
 * for a call. The caller is authenticated and authorized before the body is read, as for all protocols; an unknown path is 404 with or
 * without a token.
 *
 * @param transport may return answers that are not decoded; REST does not read them
 */
export function restHandler(
  transport: Transport,
  callers: Callers,
  { dialects, logger, gate, maxBodyBytes, answerCacheBytes, callLimits }: RestOptions,
): Rest {
  const outcomes = new WeakMap<object, Outcome>()
  const mounts: MountOptions[] = []
  const branches = new Map<string, Branch>()
  for (const dialect of dialects) {
    const { unknownMembers, refusesUnknownOf, describeField, fieldSpellings, published, versions = {} } = dialect.rest
    const renderError = dialect.rest.renderError?.(logger)
    const services = dialect.services.map(({ service }) => service)
    for (const method of services.flatMap(({ methods }) => methods)) gate.expect(method)
    mounts.push({
      services,
      handlers: (router) => {
        for (const service of services) forwardService(router, service, transport)
      },
      interceptors: [callPlaceInterceptor, callLogInterceptor, errorInterceptor(), streamIdleInterceptor()],
      unknownFields: unknownMembers,
      unknownQuery: unknownMembers,
      ...(refusesUnknownOf && { refusesUnknownOf }),
      ...(renderError && { renderError }),
      ...(describeField && { describeField }),
      ...(fieldSpellings && { fieldSpellings }),
      ...(published && { published }),
      registry: messagesOf(services),
      maxBodyBytes,
      wireOf: (answer) => (answer instanceof UnreadMessage ? answer.wire : undefined),
    })
    for (const [segment, version] of Object.entries(versions)) {
      if (branches.has(segment)) throw new Error(`Two dialects have the paths under /${segment}`)
      branches.set(segment, { dialect, version, renderError, limit: callLimits.get(dialect) })
    }
  }
  const transcoder = createTranscoder({
    mounts,
    jsonCacheBytes: answerCacheBytes,
    contextValues(request, method, template) {
      noteMethod(method, template)
      const outcome = outcomes.get(request)
      // This function throws refusals, so that they get the error form of the path's mount.
      if (outcome === undefined || 'refusal' in outcome) throw outcome?.refusal
      const caller = gate.authorize(outcome.principal, method)
      return createContextValues().set(principalKey, caller).set(apiVersionKey, outcome.version)
    },
    beforeNotOffered(request) {
      const outcome = outcomes.get(request)
      if (outcome === undefined || 'refusal' in outcome) throw outcome?.refusal
    },
    admit: (context) => gate.admit(principalOf(context), context),
    longestUnaryMs,
    onError: (err, { rpc }) => {
      // Only faults of this process are logged here: refusals are in the line of the request, and a service logs its own errors.
      if (!isRelayed(err) && isOurFault(err)) logger.error({ err, rpc }, 'a REST call failed')
    },
  })

  const routes = transcoder.routes()
  const isOfAnother = pathsOfOthers(routes, dialects, branches)
  const withOneSegment = pathsWithSlashes(routes, (mount) => dialects[mount]?.rest.variablesWithSlashes ?? [])

  async function answer(request: NodeRequest, response: NodeResponse, unknown?: NodeHandler): Promise<void> {
    const sent = pathOf(request)
    const path = withOneSegment(sent)
    if (path !== sent) request.url = path + (request.url ?? '').slice(sent.length)
    const branch = isOfAnother(path) ? undefined : branches.get(firstSegmentOf(path))
    outcomes.set(request, await admitted(request, branch, path))
    if (await transcoder.handle(request, response)) return
    if (unknown !== undefined && branch === undefined && !hasVersion(path)) unknown(request, response)
    else if (branch?.renderError === undefined) transcoder.notFound(request, response)
    else replyNotFound(request, response, branch.renderError)
  }

  async function admitted(request: NodeRequest, branch: Branch | undefined, path: string): Promise<Outcome> {
    try {
      const principal = await authenticateRequest(headersOf(request), callers)
      if (branch !== undefined) {
        branch.dialect.rest.admit?.(request, branch.version, path)
        await branch.limit?.count(principal, branch.version)
      }
      return { principal, version: branch?.version }
    } catch (error) {
      return { refusal: toConnectError(error) }
    }
  }

  return {
    handle: (...asked) => void answer(...asked),
    routes,
    cacheCounts: () => transcoder.jsonCache(),
  }
}

const faults: ReadonlySet<Code> = new Set([Code.Internal, Code.Unknown, Code.DataLoss])

function isOurFault(error: unknown): boolean {
  return !(error instanceof ConnectError) || faults.has(error.code)
}

/**
 * Whether a path belongs to another dialect although its first segment is one of this dialect: decided by the first three segments, if all
 * are fixed, such as `/sources/v1/loads`.
 */
function pathsOfOthers(
  routes: readonly RouteInfo[],
  dialects: readonly ApiDialect[],
  branches: ReadonlyMap<string, Branch>,
): (path: string) => boolean {
  const others = new Set<string>()
  const shared = new Set<string>()
  for (const { template, mount } of routes) {
    const first = firstSegmentOf(template)
    const branch = branches.get(first)
    if (branch === undefined || branch.dialect === dialects[mount]) continue
    const beginning = beginningOf(template)
    if (beginning.includes('{')) throw new Error(`${template} begins like paths of ${branch.dialect.title}`)
    others.add(beginning)
    shared.add(first)
  }
  return (path) => shared.has(firstSegmentOf(path)) && others.has(beginningOf(path))
}

/** The first three segments of a path, without a custom verb. */
function beginningOf(path: string): string {
  return path
    .split('/', 4)
    .join('/')
    .replace(/:[^/]*$/, '')
}

/** The messages that an answer may have as `google.protobuf.Any`: those in the files of the services and in the files that these import. */
export function messagesOf(services: readonly DescService[]): Registry {
  return createRegistry(...services.flatMap(({ file }) => [file, ...file.dependencies]))
}

/** Whether the second segment of a path is a version, as in all paths of our own services. */
function hasVersion(path: string): boolean {
  return /^\/[^/]+\/v\d/.test(path)
}

function firstSegmentOf(path: string): string {
  const end = path.indexOf('/', 1)
  return path.slice(1, end === -1 ? path.length : end)
}

/** Answers 404, in the error form of the dialect to which the path belongs. */
function replyNotFound(request: NodeRequest, response: NodeResponse, render: ErrorRenderer): void {
  const error = new ConnectError('There is nothing at this path', Code.NotFound)
  const { method = 'GET', url = '/' } = request
  const { document } = render({ error, httpStatus: 404, method, url, status: () => ({ details: [] }) })
  reply(response, 404, { 'content-type': 'application/json' }, `${JSON.stringify(document)}\n`)
}
