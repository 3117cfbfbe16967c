import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** A span that a collector received. */
export interface ReceivedSpan {
  readonly service: string
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly traceId: string
  readonly spanId: string
  /** Empty at the top of a trace. */
  readonly parentId: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** The steps to which it links. */
  readonly links: readonly string[]
  readonly isError: boolean
  readonly statusMessage: string
  readonly durationMs: number
}

/** A collector: it receives spans by OTLP over HTTP, in protobuf, and stores all of them until it is closed. */
export interface TestCollector {
  /** The value of `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** The headers of the newest request. */
  readonly headers: IncomingMessage['headers']
  /** All received bytes, after decompression. */
  readonly bytes: Buffer
  close(): Promise<void>
}

/**
 * It also answers `GET /spans/TRACE` with the spans of a trace as JSON, for tests in other processes.
 * @param port 0 for a free one
 */
export async function startTestCollector(port = 0): Promise<TestCollector> {
  const spans: ReceivedSpan[] = []
  const pieces: Buffer[] = []
  const seen: { headers: IncomingMessage['headers'] } = { headers: {} }
  const server = createServer(async (request, response) => {
    const [, trace] = /^\/spans\/(\w+)$/.exec(request.url ?? '') ?? []
    if (trace !== undefined) {
      response.end(JSON.stringify(spans.filter(({ traceId }) => traceId === trace)))
      return
    }
    const sent = await buffer(request)
    if (request.method !== 'POST' || request.url !== '/v1/traces') {
      response.writeHead(404).end()
      return
    }
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    seen.headers = request.headers
    pieces.push(body)
    spans.push(...readTraces(body))
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    get headers() {
      return seen.headers
    },
    get bytes() {
      return Buffer.concat(pieces)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const

/**
 * Decodes `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest` by the published field numbers
 * (https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/trace/v1/trace.proto).
 */
function readTraces(bytes: Uint8Array): ReceivedSpan[] {
  return messages(bytes, 1).flatMap((resourceSpans) => {
    const resource = messages(resourceSpans, 1).flatMap((one) => messages(one, 1))
    const service = String(attributesOf(resource)['service.name'] ?? '')
    return messages(resourceSpans, 2).flatMap((scope) => messages(scope, 2).map((span) => readSpan(service, span)))
  })
}

function readSpan(service: string, bytes: Uint8Array): ReceivedSpan {
  const fields = fieldsOf(bytes)
  const first = (number: number) => fields.find(([field]) => field === number)?.[1]
  const hex = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '')
  const text = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '')
  const status = first(15)
  const statusFields = status instanceof Uint8Array ? fieldsOf(status) : []
  const nanoseconds = (number: number) => BigInt((first(number) as bigint | undefined) ?? 0n)
  return {
    service,
    traceId: hex(first(1)),
    spanId: hex(first(2)),
    parentId: hex(first(4)),
    name: text(first(5)),
    kind: kinds[Number(first(6) ?? 0)] ?? 'internal',
    durationMs: Number(nanoseconds(8) - nanoseconds(7)) / 1e6,
    attributes: attributesOf(messages(bytes, 9)),
    links: messages(bytes, 13).map((link) => hex(fieldsOf(link).find(([field]) => field === 2)?.[1])),
    statusMessage: text(statusFields.find(([field]) => field === 2)?.[1]),
    isError: statusFields.some(([field, value]) => field === 3 && Number(value) === 2),
  }
}

function attributesOf(pairs: readonly Uint8Array[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key] = messages(pair, 1)
      const [value] = messages(pair, 2)
      return [Buffer.from(key ?? []).toString('utf8'), anyValue(value ?? new Uint8Array())]
    }),
  )
}

function anyValue(bytes: Uint8Array): string | number | boolean {
  const [[number, value] = [1, new Uint8Array()] as const] = fieldsOf(bytes)
  if (number === 1) return Buffer.from(value as Uint8Array).toString('utf8')
  if (number === 2) return Number(value) === 1
  if (number === 3) return Number(value)
  return new Float64Array(BigUint64Array.of(BigInt(value as bigint)).buffer)[0] ?? 0
}

function messages(bytes: Uint8Array, number: number): Uint8Array[] {
  return fieldsOf(bytes).flatMap(([field, value]) => (field === number && value instanceof Uint8Array ? [value] : []))
}

function fieldsOf(bytes: Uint8Array): (readonly [number: number, value: Uint8Array | bigint | string | number])[] {
  const reader = new BinaryReader(bytes)
  const fields: (readonly [number, Uint8Array | bigint | string | number])[] = []
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag()
    if (type === WireType.LengthDelimited) fields.push([number, reader.bytes()])
    else if (type === WireType.Bit64) fields.push([number, reader.fixed64()])
    else if (type === WireType.Bit32) fields.push([number, reader.fixed32()])
    else fields.push([number, reader.uint64()])
  }
  return fields
}
