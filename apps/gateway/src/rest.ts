import type { Principal } from '@assay/auth'
import { publicServices } from '@assay/contracts'
import { forwardService, UnreadMessage } from '@assay/rpc'
import {
  apiVersionKey,
  authenticateHeader,
  type CallGate,
  callLogInterceptor,
  errorInterceptor,
  type Logger,
  type NodeHandler,
  type NodeRequest,
  pathOf,
  principalKey,
  toConnectError,
  type VerifyToken,
} from '@assay/server'
import { createTranscoder, type JsonCacheCounts, type MountOptions, type RouteInfo } from '@assay/transcoding'
import { type ConnectError, createContextValues, type Transport } from '@connectrpc/connect'
import { attributePaths } from './attribute-paths.ts'
import type { CallLimit } from './sailpoint/call-limit.ts'
import { replyNotFound, sailpointErrors } from './sailpoint/error-document.ts'
import { rangeOf } from './sailpoint/field-ranges.ts'
import { requireExperimentalHeader, versionOf } from './sailpoint/paths.ts'
import { ignoresUnknownFields } from './unknown-fields.ts'

type Outcome =
  | { readonly principal: Principal; readonly version: string | undefined }
  | { readonly refusal: ConnectError }

export interface RestOptions {
  readonly logger: Logger
  readonly gate: CallGate
  readonly maxBodyBytes: number
  /** See `jsonCacheBytes` of the transcoder. */
  readonly answerCacheBytes: number
  /** For SailPoint's API alone. */
  readonly callLimit: CallLimit
}

/** In the order of the mounts, which the API's description follows. */
const families = ['c1.', 'assay.', 'sailpoint.'] as const

/**
 * The public services as REST, by the rules in their protos. Fails at start if a rule cannot be served, or if the gate does not
 * know a call. The caller is authenticated and the call decided about before the body is read, like everywhere; a path that
 * nothing answers is 404 with or without a token.
 *
 * @param transport its answers may be unread: nothing here looks into them
 */
export function restHandler(
  transport: Transport,
  verify: VerifyToken,
  { logger, gate, maxBodyBytes, answerCacheBytes, callLimit }: RestOptions,
): { readonly handle: NodeHandler; readonly routes: readonly RouteInfo[]; cacheCounts(): JsonCacheCounts } {
  for (const method of publicServices.flatMap(({ methods }) => methods)) gate.expect(method)
  const outcomes = new WeakMap<object, Outcome>()
  const renderSailpointError = sailpointErrors(logger)
  const mount = (family: (typeof families)[number]): MountOptions => {
    const services = publicServices.filter(({ typeName }) => typeName.startsWith(family))
    const unknown = services.every(ignoresUnknownFields) ? 'ignore' : 'refuse'
    return {
      services,
      handlers: (router) => {
        for (const service of services) forwardService(router, service, transport)
      },
      interceptors: [callLogInterceptor, errorInterceptor()],
      unknownFields: unknown,
      unknownQuery: unknown,
      ...(family === 'sailpoint.' && { renderError: renderSailpointError, describeField: rangeOf }),
      maxBodyBytes,
      wireOf: (answer) => (answer instanceof UnreadMessage ? answer.wire : undefined),
    }
  }
  const transcoder = createTranscoder({
    mounts: families.map(mount),
    jsonCacheBytes: answerCacheBytes,
    contextValues(request, method) {
      const outcome = outcomes.get(request)
      // Thrown from here, a refusal is answered in the form of the mount that the path belongs to.
      if (outcome === undefined || 'refusal' in outcome) throw outcome?.refusal
      gate.authorize(outcome.principal, method)
      return createContextValues().set(principalKey, outcome.principal).set(apiVersionKey, outcome.version)
    },
    onError: (err, { rpc }) => logger.error({ err, rpc }, 'a REST call failed'),
  })

  const routes = transcoder.routes()
  const withOneSegment = attributePaths(routes)

  async function answer(request: NodeRequest, response: Parameters<NodeHandler>[1]): Promise<void> {
    const sent = pathOf(request)
    const path = withOneSegment(sent)
    if (path !== sent) request.url = path + (request.url ?? '').slice(sent.length)
    outcomes.set(request, await admitted(request))
    if (await transcoder.handle(request, response)) return
    const isSailpoint = versionOf(pathOf(request)) !== undefined
    if (isSailpoint) replyNotFound(request, response, renderSailpointError)
    else transcoder.notFound(request, response)
  }

  async function admitted(request: NodeRequest): Promise<Outcome> {
    try {
      const principal = await authenticateHeader(request.headers.authorization, verify)
      const version = versionOf(pathOf(request))
      if (version !== undefined) {
        requireExperimentalHeader(request, version)
        await callLimit.count(principal, version)
      }
      return { principal, version }
    } catch (error) {
      return { refusal: toConnectError(error) }
    }
  }

  return {
    handle: (request, response) => void answer(request, response),
    routes,
    cacheCounts: () => transcoder.jsonCache(),
  }
}
