import { beginStep, type Span, type SpanStart, spanInProgress, within, writeTraceParent } from '@assay/tracing'
import type { DescMethod } from '@bufbuild/protobuf'
import { Code, ConnectError, type Transport } from '@connectrpc/connect'

/**
 * A transport whose calls are spans of the present trace, which it passes to the service. Without a trace it costs only one
 * comparison.
 */
export function tracedTransport(transport: Transport, url: string): Transport {
  const { hostname, port, protocol } = new URL(url)
  const server = {
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
  }
  const stepOf = (method: DescMethod) =>
    beginStep((): SpanStart => {
      const name = `${method.parent.typeName}/${method.name}`
      return { name, kind: 'client', attributes: { 'rpc.system.name': 'grpc', 'rpc.method': name, ...server } }
    })
  return {
    unary(method, signal, timeoutMs, header, input, values) {
      if (spanInProgress() === undefined) return transport.unary(method, signal, timeoutMs, header, input, values)
      const span = stepOf(method)
      const sent = within(span, () =>
        transport.unary(method, signal, timeoutMs, withTrace(header, span), input, values),
      )
      return answered(span, sent, () => ended(span))
    },
    stream(method, signal, timeoutMs, header, input, values) {
      if (spanInProgress() === undefined) return transport.stream(method, signal, timeoutMs, header, input, values)
      const span = stepOf(method)
      const sent = within(span, () =>
        transport.stream(method, signal, timeoutMs, withTrace(header, span), input, values),
      )
      if (span === undefined) return sent
      return answered(span, sent, () => {}).then((answer) => ({ ...answer, message: toTheEnd(answer.message, span) }))
    },
  }
}

async function answered<T>(span: Span | undefined, sent: Promise<T>, then: () => void): Promise<T> {
  try {
    const answer = await sent
    then()
    return answer
  } catch (error) {
    failed(span, error)
    throw error
  }
}

/** A trace that is not recorded is passed on too, so that the service does not begin another one. */
function withTrace(header: ConstructorParameters<typeof Headers>[0], span: Span | undefined): Headers {
  const headers = new Headers(header)
  const trace = span ?? spanInProgress()
  if (trace !== undefined) headers.set('traceparent', writeTraceParent(trace.parent))
  return headers
}

async function* toTheEnd<T>(messages: AsyncIterable<T>, span: Span): AsyncIterable<T> {
  let isWhole = false
  try {
    yield* messages
    isWhole = true
    ended(span)
  } catch (error) {
    isWhole = true
    failed(span, error)
    throw error
  } finally {
    // The reader stopped before the end.
    if (!isWhole) failed(span, new ConnectError('', Code.Canceled))
  }
}

function ended(span: Span | undefined): void {
  span?.set({ 'rpc.response.status_code': 'OK' })
  span?.end()
}

function failed(span: Span | undefined, error: unknown): void {
  if (span === undefined) return
  const status = statusName(ConnectError.from(error).code)
  span.set({ 'rpc.response.status_code': status })
  span.fail(status)
  span.end()
}

/** `InvalidArgument` as `INVALID_ARGUMENT`; gRPC writes CANCELLED with two L. */
function statusName(code: Code): string {
  return code === Code.Canceled ? 'CANCELLED' : Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
}
