import { Health, HealthCheckResponse_ServingStatus } from '@assay/contracts/grpc/health/v1/health_pb'
import { UnreadMessage } from '@assay/transcoding'
import { createClient, type Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { BackendSessions } from './backend-sessions.ts'
import { unaryAgent, unaryCalls } from './unary-calls.ts'

/** A service of ours behind the gateway. */
export interface Backend {
  /** As operators know it: in messages, in `/readyz`. */
  readonly name: string
  readonly transport: Transport
  /** The same, but answers of unary calls come as they were sent, for whoever only passes them on. */
  readonly unreadTransport: Transport
  /** Rejects unless the service says that it is ready. */
  check(): Promise<void>
  close(): void
}

/** As on our servers: an upload must not wait for an answer after each 64 KB. */
const streamWindowBytes = 1024 * 1024
/** Shorter than the readiness check's own limit, so that the reason in the log is this one. */
const checkTimeoutMs = 1_500

/**
 * Unary calls have connections of their own, which are kept. One HTTP/2 connection carries all streams to a backend: it
 * opens with the first, is probed while streams are open, and is replaced when the backend says goodbye or breaks.
 */
export function connectBackend(name: string, baseUrl: string): Backend {
  const sessionManager = new BackendSessions(
    baseUrl,
    { pingIntervalMs: 20_000, pingTimeoutMs: 5_000 },
    { settings: { initialWindowSize: streamWindowBytes } },
  )
  // Between our own processes, compressing costs more than the bytes that it saves.
  const streams = createGrpcTransport({ baseUrl, sessionManager, acceptCompression: [] })
  const probe = createClient(Health, streams)
  const agent = unaryAgent(baseUrl)
  const stillThere = async () => void (await probe.check({}, { timeoutMs: checkTimeoutMs }))
  const connections = { baseUrl, agent, stillThere }
  const transport: Transport = { ...streams, unary: unaryCalls(connections) }
  const unreadTransport: Transport = {
    ...streams,
    unary: unaryCalls(connections, (output, wire) => new UnreadMessage(output, wire)),
  }
  const health = createClient(Health, transport)
  return {
    name,
    transport,
    unreadTransport,
    async check() {
      const { status } = await health.check({}, { timeoutMs: checkTimeoutMs })
      if (status !== HealthCheckResponse_ServingStatus.SERVING) {
        throw new Error(`${name} is ${HealthCheckResponse_ServingStatus[status]}`)
      }
    },
    close() {
      agent.destroy()
      sessionManager.abort()
    },
  }
}
