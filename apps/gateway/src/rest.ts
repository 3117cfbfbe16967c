import type { Principal } from '@assay/auth'
import { publicServices } from '@assay/contracts'
import {
  authenticateHeader,
  callLogInterceptor,
  errorInterceptor,
  type Logger,
  type NodeHandler,
  type NodeRequest,
  principalKey,
  toConnectError,
  type VerifyToken,
} from '@assay/server'
import { createTranscoder, type MountOptions, type RouteInfo } from '@assay/transcoding'
import type { DescService } from '@bufbuild/protobuf'
import { type ConnectError, createContextValues, type Transport } from '@connectrpc/connect'
import { forwardService } from './forward-services.ts'
import { ignoresUnknownFields } from './unknown-fields.ts'

type Outcome = { readonly principal: Principal } | { readonly refusal: ConnectError }

/**
 * The public services as REST, by the rules in their protos. Fails at start if a rule cannot be served. The caller is
 * authenticated before the body is read, like everywhere; a path that nothing answers is 404 with or without a token.
 */
export function restHandler(
  transport: Transport,
  verify: VerifyToken,
  options: { readonly logger: Logger; readonly maxBodyBytes: number },
): { readonly handle: NodeHandler; readonly routes: readonly RouteInfo[] } {
  const { logger, maxBodyBytes } = options
  const outcomes = new WeakMap<object, Outcome>()
  const mount = (services: readonly DescService[], unknownFields: 'refuse' | 'ignore'): MountOptions => ({
    services,
    handlers: (router) => {
      for (const service of services) forwardService(router, service, transport)
    },
    interceptors: [callLogInterceptor, errorInterceptor()],
    unknownFields,
    maxBodyBytes,
  })
  const transcoder = createTranscoder({
    mounts: [
      mount(publicServices.filter(ignoresUnknownFields), 'ignore'),
      mount(
        publicServices.filter((service) => !ignoresUnknownFields(service)),
        'refuse',
      ),
    ],
    contextValues(request) {
      const outcome = outcomes.get(request)
      // Thrown from here, a refusal is answered in the form of the mount that the path belongs to.
      if (outcome === undefined || 'refusal' in outcome) throw outcome?.refusal
      return createContextValues().set(principalKey, outcome.principal)
    },
    onError: (err, { rpc }) => logger.error({ err, rpc }, 'a REST call failed'),
  })

  async function answer(request: NodeRequest, response: Parameters<NodeHandler>[1]): Promise<void> {
    outcomes.set(request, await authenticated(request))
    if (!(await transcoder.handle(request, response))) transcoder.notFound(request, response)
  }

  async function authenticated(request: NodeRequest): Promise<Outcome> {
    try {
      return { principal: await authenticateHeader(request.headers.authorization, verify) }
    } catch (error) {
      return { refusal: toConnectError(error) }
    }
  }

  return { handle: (request, response) => void answer(request, response), routes: transcoder.routes() }
}
