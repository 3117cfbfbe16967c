import type { InternalTokens } from '@assay/auth'
import { apiVersionHeader, apiVersionKey, type Logger, principalKey, requestInProgress } from '@assay/server'
import type { DescService } from '@bufbuild/protobuf'
import { createContextValues, type Transport } from '@connectrpc/connect'
import type { Backend } from './backend.ts'
import { headersToPass } from './passed-headers.ts'
import { relayedError } from './relayed-error.ts'

/**
 * Carries calls to the backend of their service, in the name of the principal in the context values: as an internal token,
 * never as something that a client could have sent. Deadline, cancellation and back-pressure go along.
 *
 * @param answers of unary calls `unread`: as `UnreadMessage`, for the transcoder
 */
export function createForwardingTransport(
  backendOf: (service: DescService) => Backend,
  tokens: InternalTokens,
  logger: Logger,
  answers: 'read' | 'unread' = 'read',
): Transport {
  const transportOf = (backend: Backend) => (answers === 'read' ? backend.transport : backend.unreadTransport)
  const headers = async (given: ConstructorParameters<typeof Headers>[0], values = createContextValues()) => {
    const passed = headersToPass(given instanceof Headers ? given : new Headers(given))
    passed.set('authorization', `Bearer ${await tokens.sign(values.get(principalKey))}`)
    const version = values.get(apiVersionKey)
    if (version !== undefined) passed.set(apiVersionHeader, version)
    const request = requestInProgress()
    if (request !== undefined) passed.set('x-request-id', request.id)
    return passed
  }
  const failed = (error: unknown, backend: Backend, signal: AbortSignal | undefined) => {
    const relayed = relayedError(error, backend.name, signal)
    if (relayed !== error && relayed instanceof Error && relayed.name === 'DomainError') {
      logger.warn({ err: error, backend: backend.name }, 'a backend does not answer')
    }
    return relayed
  }

  return {
    async unary(method, signal, timeoutMs, header, message, values) {
      const backend = backendOf(method.parent)
      const passed = await headers(header, values)
      try {
        return await transportOf(backend).unary(method, signal, atLeastOne(timeoutMs), passed, message)
      } catch (error) {
        throw failed(error, backend, signal)
      }
    },
    async stream(method, signal, timeoutMs, header, messages, values) {
      const backend = backendOf(method.parent)
      const passed = await headers(header, values)
      const incoming = watched(messages)
      const reason = (error: unknown) =>
        incoming.failure === undefined ? failed(error, backend, signal) : incoming.failure
      try {
        const response = await backend.transport.stream(method, signal, atLeastOne(timeoutMs), passed, incoming)
        return { ...response, message: translated(response.message, reason) }
      } catch (error) {
        throw reason(error)
      }
    },
  }
}

/** A transport takes 0 for "no deadline", while for us it means that the time is up. */
function atLeastOne(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined ? undefined : Math.max(1, timeoutMs)
}

/** Remembers why the caller's messages ended: a message of his that cannot be read must not look like a broken backend. */
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
