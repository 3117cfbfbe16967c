import { Health } from '@assay/contracts/grpc/health/v1/health_pb'
import { ServerReflection } from '@assay/contracts/grpc/reflection/v1/reflection_pb'
import { ServerReflection as OlderServerReflection } from '@assay/contracts/grpc/reflection/v1alpha/reflection_pb'
import { UnaryGrpc } from '@assay/rpc'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ConnectRouterOptions,
  createConnectRouter,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect'
import { type PublicAnswers, withAnswerHeaders } from './answer-headers.ts'
import { withBoundedFields } from './bounded-fields.ts'
import type { Gate } from './call-gate.ts'
import { errorInterceptor, type FieldName } from './errors.ts'
import { healthService } from './health-service.ts'
import { callPlaceInterceptor } from './load-limits.ts'
import type { Logger } from './logger.ts'
import { type DialectOf, noteMethod, withCallMetrics } from './metrics/calls.ts'
import { withOneHost } from './one-host.ts'
import { createOnePort, type NodeHandler, type TlsFiles } from './one-port.ts'
import type { PeerLimits } from './peer-limits.ts'
import { withPlainTarget } from './plain-target.ts'
import { withProbes } from './probes.ts'
import { type Dependencies, Readiness } from './readiness.ts'
import { reflectionService } from './reflection-service.ts'
import { replyText } from './reply.ts'
import { requestCompressions } from './request-compression.ts'
import { callLogInterceptor, noteFailure, withRequestLog } from './request-log.ts'
import { rpcHandler } from './rpc-handler.ts'
import { streamIdleInterceptor } from './stream-idle.ts'
import { endWatchesInterceptor } from './watches.ts'

/** gRPC's customary limit of one message is 4 MiB; larger data are streamed. */
const defaultMaxMessageBytes = 4 * 1024 * 1024

export interface ServerOptions {
  /** The name of the process in log lines. */
  readonly name: string
  readonly host: string
  /** 0 for a free port. */
  readonly port: number
  readonly tls?: TlsFiles | undefined
  /** Registers the services. Health and reflection are added automatically. */
  readonly routes: (router: ConnectRouter) => void
  /**
   * Interceptors of every call of `routes`, inside the error interceptor, so that they may throw DomainErrors. The last one is the
   * innermost, as usual in Connect.
   */
  readonly interceptors?: readonly Interceptor[]
  /** Replaces field names in domain errors by those of a service's API. By default the domain's names stay. */
  readonly fieldNamesOf?: (service: DescService) => FieldName | undefined
  /** Called for every call, also of health and reflection, before its body is read; see `createCallGate`. */
  readonly gate: Gate
  /** The API under which the metrics count the calls of a service. */
  readonly dialectOf?: DialectOf
  /** Handles requests that are neither calls nor probes. Default: 404. */
  readonly fallback?: NodeHandler
  /** The dependencies of calls, by their names in `/readyz`. */
  readonly readiness: Dependencies
  readonly logger: Logger
  /** The share of successful calls that have a log line, 0 to 100. Default 100. */
  readonly logCallsPercent?: number
  /** The limit of one received message after decompression; a larger one is RESOURCE_EXHAUSTED. Default 4 MiB. */
  readonly maxMessageBytes?: number
  /**
   * The time for which `close` still accepts connections and answers calls while the server is not ready, so that balancers notice before
   * calls fail. Default 0.
   */
  readonly drainPauseMs?: number
  /** The time that `close` gives running calls after the pause, before it aborts them. Default 10 s. */
  readonly closeTimeoutMs?: number
  /** The limits for peers; by default those of `peer-limits.ts`. */
  readonly peerLimits?: Partial<PeerLimits>
  /** Zero values are always emitted; unknown JSON fields are refused unless this or a service in `routes` says otherwise. */
  readonly jsonOptions?: ConnectRouterOptions['jsonOptions']
  /** A stream is ended when its handler has sent no message for this time. Default 5 minutes. */
  readonly longestSilenceMs?: number
  /** Whether the stream of a method is a watch, which ends when the server drains. Default: none is. */
  readonly isWatch?: (method: DescMethod) => boolean
  /** For the public port: headers of every answer that protect it from caches and other sites. Default: none. */
  readonly publicAnswers?: PublicAnswers
  /** Uses Connect's own handlers for every call, also for unary calls between the platform's processes. Default false. */
  readonly plainConnect?: boolean
}

export interface RunningServer {
  /** `http://host:port`; https when the server has a certificate. */
  readonly url: string
  readonly port: number
  /** Serves new TLS connections with another certificate. @throws when certificate and key do not match */
  setCertificate(files: Pick<TlsFiles, 'cert' | 'key'>): void
  /**
   * Stops gracefully, without a reset: the server is not ready any more and sends GOAWAY to HTTP/2 peers and "Connection: close" to others;
   * after the pause, it accepts no new connections. Resolves when the running calls have ended. After the close timeout, their signals are
   * aborted (UNAVAILABLE) and the remaining connections are closed. It may be called twice.
   */
  close(): Promise<void>
}

/** The time that handlers have to answer an abort. */
const abortGraceMs = 500

/**
 * Serves the routes by Connect, gRPC and gRPC-Web, with health, reflection and probes, on one port for HTTP/1.1, HTTP/2 and TLS. Rejects
 * when it cannot listen on the port, and when the gate has no entry for a served call.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger } = options
  const readiness = new Readiness(options.readiness, logger)
  const abort = new AbortController()
  const { maxMessageBytes = defaultMaxMessageBytes } = options
  const gate = (context: HandlerContext) => {
    noteMethod(context.method)
    return options.gate.enter(context)
  }
  const interceptors = [
    callPlaceInterceptor,
    callLogInterceptor,
    errorInterceptor(logger, options.fieldNamesOf),
    streamIdleInterceptor(options.longestSilenceMs),
    endWatchesInterceptor(options.isWatch ?? (() => false), readiness.draining),
    ...(options.interceptors ?? []),
  ]
  const router = createConnectRouter({
    acceptCompression: requestCompressions,
    readMaxBytes: maxMessageBytes,
    shutdownSignal: abort.signal,
    jsonOptions: { alwaysEmitImplicit: true, ignoreUnknownFields: false, ...options.jsonOptions },
    interceptors,
    requestGate: gate,
  })
  const unaryGrpc =
    options.plainConnect === true
      ? undefined
      : new UnaryGrpc({ interceptors, gate, maxMessageBytes, shutdownSignal: abort.signal, onFailure: noteFailure })
  options.routes(unaryGrpc?.noting(router) ?? router)
  readiness.expect([...new Set(router.handlers.map(({ service }) => service.typeName))])
  registerStandardServices(router, readiness, logger)
  for (const { method } of router.handlers) options.gate.expect(method)

  const fallback: NodeHandler = options.fallback ?? ((_, response) => replyText(response, 404, 'There is nothing here'))
  const answered = withProbes(readiness, rpcHandler(router, unaryGrpc, fallback, logger))
  const counted = withCallMetrics(options.dialectOf ?? (() => undefined), () => abort.signal.aborted, answered)
  const handler = withOneHost(
    withPlainTarget(withBoundedFields(withRequestLog(logger, counted, options.logCallsPercent))),
  )
  const { publicAnswers } = options
  const served = publicAnswers ? withAnswerHeaders(publicAnswers, handler) : handler
  const onePort = createOnePort(served, options.tls, options.peerLimits)
  const { port } = await onePort.listen(options.host, options.port)
  const url = `${options.tls ? 'https' : 'http'}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`
  logger.info({ url }, `${options.name} listens`)

  let closed: Promise<void> | undefined
  const stop = async () => {
    readiness.drain()
    const pauseMs = options.drainPauseMs ?? 0
    const timeoutMs = options.closeTimeoutMs ?? 10_000
    const late = setTimeout(() => {
      logger.warn({ timeoutMs }, 'calls are still running: aborting them')
      abort.abort(new ConnectError('The server is shutting down; try again', Code.Unavailable))
      setTimeout(() => onePort.destroy(), abortGraceMs)
    }, pauseMs + timeoutMs)
    await onePort.drain(pauseMs)
    clearTimeout(late)
    logger.info(`${options.name} has stopped`)
  }
  return {
    url,
    port,
    setCertificate: (files) => onePort.setCertificate(files),
    close() {
      closed ??= stop()
      return closed
    },
  }
}

/** Registers health and reflection, without the interceptors that need a caller. */
function registerStandardServices(router: ConnectRouter, readiness: Readiness, logger: Logger): void {
  const plain = { interceptors: [callLogInterceptor, errorInterceptor(logger)] }
  const served = new Set(router.handlers.map(({ service }) => service))
    .add(Health)
    .add(ServerReflection)
    .add(OlderServerReflection)
  router.service(Health, healthService(readiness, new Set([...served].map(({ typeName }) => typeName))), plain)
  const reflection = reflectionService([...served])
  router.service(ServerReflection, reflection.v1, plain)
  router.service(OlderServerReflection, reflection.v1alpha, plain)
}
