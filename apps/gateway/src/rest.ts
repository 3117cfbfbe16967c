import type { Principal } from '@assay/auth'
import { publicServices } from '@assay/contracts'
import {
  apiVersionKey,
  authenticateHeader,
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
import { createTranscoder, type MountOptions, type RouteInfo } from '@assay/transcoding'
import { type ConnectError, createContextValues, type Transport } from '@connectrpc/connect'
import { forwardService } from './forward-services.ts'
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
  readonly maxBodyBytes: number
  /** For SailPoint's API alone. */
  readonly callLimit: CallLimit
}

/** In the order of the mounts, which the API's description follows. */
const families = ['c1.', 'assay.', 'sailpoint.'] as const

/**
 * The public services as REST, by the rules in their protos. Fails at start if a rule cannot be served. The caller is
 * authenticated before the body is read, like everywhere; a path that nothing answers is 404 with or without a token.
 *
 * @param transport its answers may be unread: nothing here looks into them
 */
export function restHandler(
  transport: Transport,
  verify: VerifyToken,
  { logger, maxBodyBytes, callLimit }: RestOptions,
): { readonly handle: NodeHandler; readonly routes: readonly RouteInfo[] } {
  const outcomes = new WeakMap<object, Outcome>()
  const renderSailpointError = sailpointErrors(logger)
  const mount = (family: (typeof families)[number]): MountOptions => {
    const services = publicServices.filter(({ typeName }) => typeName.startsWith(family))
    return {
      services,
      handlers: (router) => {
        for (const service of services) forwardService(router, service, transport)
      },
      interceptors: [callLogInterceptor, errorInterceptor()],
      unknownFields: services.every(ignoresUnknownFields) ? 'ignore' : 'refuse',
      // SailPoint's clients may be newer than what we know of their parameters.
      ...(family === 'sailpoint.' && {
        renderError: renderSailpointError,
        unknownQuery: 'ignore',
        describeField: rangeOf,
      }),
      maxBodyBytes,
    }
  }
  const transcoder = createTranscoder({
    mounts: families.map(mount),
    contextValues(request) {
      const outcome = outcomes.get(request)
      // Thrown from here, a refusal is answered in the form of the mount that the path belongs to.
      if (outcome === undefined || 'refusal' in outcome) throw outcome?.refusal
      return createContextValues().set(principalKey, outcome.principal).set(apiVersionKey, outcome.version)
    },
    onError: (err, { rpc }) => logger.error({ err, rpc }, 'a REST call failed'),
  })

  async function answer(request: NodeRequest, response: Parameters<NodeHandler>[1]): Promise<void> {
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

  return { handle: (request, response) => void answer(request, response), routes: transcoder.routes() }
}
