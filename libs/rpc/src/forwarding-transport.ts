import { DomainError } from '@assay/errors'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt'
import { ConnectError, type ContextValues, createContextValues, type Transport } from '@connectrpc/connect'
import { headersToPass } from './passed-headers.ts'
import { relayedError } from './relayed-error.ts'
import type { ServiceConnection } from './service-connection.ts'

export interface ForwardingOptions {
  readonly connectionOf: (service: DescService) => ServiceConnection
  /**
   * Headers that only we can send: they name the caller in the context values to the service with this name. Undefined values
   * are left out.
   */
  readonly ownHeaders: (
    values: ContextValues,
    serviceName: string,
  ) => Promise<Readonly<Record<string, string | undefined>>>
  /** Receives the reason why a service does not answer; the caller gets only the fact. */
  readonly onUnavailable: (error: unknown, serviceName: string) => void
  /**
   * Called for every unary response with its header fields, also for errors. The fields are undefined if the service did not
   * answer.
   */
  readonly onAnswer?: (service: DescService, header: Headers | undefined, begunAt: number) => void
  /** `unread`: responses of unary calls may be `UnreadMessage`s. Default `read`. */
  readonly answers?: 'read' | 'unread'
}

/**
 * Forwards calls to the service that answers them, in the name of the caller in the context values. The deadline, cancellation
 * and back-pressure are passed on.
 */
export function createForwardingTransport(options: ForwardingOptions): Transport {
  const { connectionOf, ownHeaders, onUnavailable, onAnswer, answers = 'read' } = options
  const unaryTransport = ({ transport, unreadTransport }: ServiceConnection) =>
    answers === 'read' ? transport : unreadTransport
  const headers = async (
    sent: ConstructorParameters<typeof Headers>[0],
    values: ContextValues | undefined,
    { name: serviceName }: ServiceConnection,
  ) => {
    const passed = headersToPass(sent instanceof Headers ? sent : new Headers(sent))
    for (const [name, value] of Object.entries(await ownHeaders(values ?? createContextValues(), serviceName))) {
      if (value !== undefined) passed[name] = value
    }
    return passed
  }
  const failed = (error: unknown, { idempotency }: DescMethod, name: string, signal: AbortSignal | undefined) => {
    const isRead = idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS
    const relayed = relayedError(error, name, signal, { isRead })
    if (relayed !== error && relayed instanceof DomainError) onUnavailable(error, name)
    return relayed
  }

  return {
    async unary(method, signal, timeoutMs, header, message, values) {
      const service = connectionOf(method.parent)
      const passed = await headers(header, values, service)
      const begunAt = performance.now()
      try {
        const answer = await unaryTransport(service).unary(method, signal, atLeastOne(timeoutMs), passed, message)
        onAnswer?.(method.parent, answer.header, begunAt)
        return answer
      } catch (error) {
        onAnswer?.(method.parent, error instanceof ConnectError ? error.metadata : undefined, begunAt)
        throw failed(error, method, service.name, signal)
      }
    },
    async stream(method, signal, timeoutMs, header, messages, values) {
      const service = connectionOf(method.parent)
      const passed = await headers(header, values, service)
      const incoming = watched(messages)
      const reason = (error: unknown) =>
        incoming.failure === undefined ? failed(error, method, service.name, signal) : incoming.failure
      try {
        const response = await service.transport.stream(method, signal, atLeastOne(timeoutMs), passed, incoming)
        return { ...response, message: translated(response.message, reason) }
      } catch (error) {
        throw reason(error)
      }
    },
  }
}

/** For a transport 0 means "no deadline", but here it means that the time is over. */
function atLeastOne(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined ? undefined : Math.max(1, timeoutMs)
}

/** Records why the messages of the caller ended: a message that cannot be read must not look like a fault of the service. */
function watched<T>(messages: AsyncIterable<T>): AsyncIterable<T> & { failure: unknown } {
  const iterable = {
    failure: undefined as unknown,
    async *[Symbol.asyncIterator]() {
      try {
        yield* messages
      } catch (error) {
        iterable.failure = error
        throw error
      }
    },
  }
  return iterable
}

async function* translated<T>(messages: AsyncIterable<T>, reason: (error: unknown) => unknown): AsyncIterable<T> {
  try {
    yield* messages
  } catch (error) {
    throw reason(error)
  }
}
