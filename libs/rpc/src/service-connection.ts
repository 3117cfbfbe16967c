import { Health, HealthCheckResponse_ServingStatus } from '@assay/contracts/grpc/health/v1/health_pb'
import { createClient, type Transport } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node'
import { BalancedTransports, type ProcessTransports } from './balanced-transports.ts'
import { HttpConnections } from './http-connections.ts'
import { ServiceAddresses } from './service-addresses.ts'
import { StreamSessions } from './stream-sessions.ts'
import { tracedTransport } from './traced-transport.ts'
import { unaryCalls } from './unary-calls.ts'
import { UnreadMessage } from './unread-message.ts'

/** The connection to another one of our services. */
export interface ServiceConnection {
  /** The name that operators know, for messages and `/readyz`. */
  readonly name: string
  readonly transport: Transport
  /** The same, but responses of unary calls may be `UnreadMessage`s, for callers that only pass them on. */
  readonly unreadTransport: Transport
  /** Rejects unless the service says that it is ready. `signal` ends the wait for its answer. */
  check(signal?: AbortSignal): Promise<void>
  close(): void
}

interface ConnectionOptions {
  /** Whether every call uses Connect's own transport, binary over HTTP/2. Default false. */
  readonly plainConnect?: boolean
}

/** As on our servers, so that an upload does not wait for an acknowledgement after each 64 KB. */
const streamWindowBytes = 1024 * 1024
/** A busy machine answers a ping late; a lost host is still noticed within about half a minute. */
const pings = { pingIntervalMs: 20_000, pingTimeoutMs: 15_000 }
/** The timeout of the check whether a process that does not answer a call still runs. */
const stillThereMs = 1_500
/** After this time the next process is tried for a stream, if there is one. */
const connectTimeoutMs = 2_000

/**
 * Opens connections to the processes of a service when calls need them, and uses the processes in turn. Unary calls have
 * separate HTTP/1.1 connections. One HTTP/2 connection to each process carries all its streams: it is opened for the first one,
 * checked by pings while streams are open, and replaced when the service closes it or it breaks.
 * @param baseUrls one, or one for each process
 */
export function connectService(
  name: string,
  baseUrls: string | readonly string[],
  { plainConnect = false }: ConnectionOptions = {},
): ServiceConnection {
  const addresses = new ServiceAddresses([baseUrls].flat())
  const balanced = new BalancedTransports(addresses, (url) =>
    traced(url, (plainConnect ? plainTransports : fastTransports)(url)),
  )
  const { transport, unreadTransport } = balanced
  return {
    name,
    transport,
    unreadTransport,
    async check(signal) {
      // The service is available if one of its processes is.
      await Promise.any(balanced.each().map(({ transport }) => requireServing(name, transport, signal))).catch(
        (error: unknown) => {
          throw error instanceof AggregateError ? error.errors[0] : error
        },
      )
    },
    close() {
      balanced.close()
    },
  }
}

async function requireServing(name: string, transport: Transport, signal: AbortSignal | undefined): Promise<void> {
  const { status } = await createClient(Health, transport).check({}, { ...(signal && { signal }) })
  if (status !== HealthCheckResponse_ServingStatus.SERVING) {
    throw new Error(`${name} is ${HealthCheckResponse_ServingStatus[status]}`)
  }
}

function traced(url: string, { transport, unreadTransport, ...others }: ProcessTransports): ProcessTransports {
  return {
    ...others,
    transport: tracedTransport(transport, url),
    unreadTransport: tracedTransport(unreadTransport, url),
  }
}

function sessionsTo(baseUrl: string) {
  const sessionManager = new StreamSessions(baseUrl, pings, { settings: { initialWindowSize: streamWindowBytes } })
  // Between our own processes, compressing costs more than the bytes that it saves.
  return { baseUrl, sessionManager, acceptCompression: [] }
}

function plainTransports(baseUrl: string): ProcessTransports {
  const options = sessionsTo(baseUrl)
  const transport = createConnectTransport({ ...options, httpVersion: '2', useBinaryFormat: true })
  const { sessionManager } = options
  return {
    transport,
    unreadTransport: transport,
    canConnect: () => canConnect(sessionManager),
    close: () => sessionManager.abort(),
  }
}

/** A lost host does not answer for minutes, and a stream would wait. So a host that is late counts as lost. */
async function canConnect(sessions: StreamSessions): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<'error'>()
  const timer = setTimeout(resolve, connectTimeoutMs, 'error')
  try {
    return (await Promise.race([sessions.connect(), late])) !== 'error'
  } finally {
    clearTimeout(timer)
  }
}

/** Unary calls by `unaryCalls`, streams by gRPC. */
function fastTransports(baseUrl: string): ProcessTransports {
  const options = sessionsTo(baseUrl)
  const streams = createGrpcTransport(options)
  const probe = createClient(Health, streams)
  const connections = new HttpConnections(baseUrl)
  const stillThere = async () => void (await probe.check({}, { timeoutMs: stillThereMs }))
  const service = { baseUrl, connections, stillThere }
  return {
    transport: { ...streams, unary: unaryCalls(service) },
    unreadTransport: {
      ...streams,
      unary: unaryCalls(service, (output, wire) => new UnreadMessage(output, wire)),
    },
    canConnect: () => canConnect(options.sessionManager),
    close() {
      connections.close()
      options.sessionManager.abort()
    },
  }
}
