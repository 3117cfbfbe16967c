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

/** The way to another service of ours. */
export interface ServiceConnection {
  /** As operators know it: in messages, in `/readyz`. */
  readonly name: string
  readonly transport: Transport
  /** The same, but answers of unary calls may be `UnreadMessage`s, for callers that only pass them on. */
  readonly unreadTransport: Transport
  /** Rejects unless the service says that it is ready. `signal` ends the wait for its answer. */
  check(signal?: AbortSignal): Promise<void>
  close(): void
}

interface ConnectionOptions {
  /** Every call by Connect's own transport, binary over HTTP/2. Default false. */
  readonly plainConnect?: boolean
}

/** As on our servers: an upload must not wait for an answer after each 64 KB. */
const streamWindowBytes = 1024 * 1024
/** A machine under load answers a ping late; a lost host is noticed within half a minute or so all the same. */
const pings = { pingIntervalMs: 20_000, pingTimeoutMs: 15_000 }
/** For whether a process that does not answer a call is still there. */
const stillThereMs = 1_500
/** After it the next process is asked for a stream, where there is one. */
const connectTimeoutMs = 2_000

/**
 * Opens connections to the processes of a service as calls need them, and asks them in turn. Unary calls have HTTP/1.1 connections of
 * their own. One HTTP/2 connection to each process carries all streams: it opens with the first, is probed while streams are open, and
 * is replaced when the service says goodbye or breaks.
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
      // The service is there as long as one of its processes is.
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

/** A host that is gone answers nothing, for minutes, and the stream waits: one that is late is taken for one that is gone. */
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
