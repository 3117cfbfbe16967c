import { createServer, request as request1 } from 'node:http'
import { connect, createServer as createServer2 } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { HttpRequest, HttpResponse } from '../http-messages.ts'
import type { MountOptions } from '../mount.ts'
import { createTranscoder, type Transcoder, type TranscoderOptions } from '../transcoder.ts'
import type { CaseRequest } from './case.ts'
import { noteCalls, type Seen, seeNothing, testServices } from './test-services.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** Whether the response ended before it was complete. */
  readonly isBroken: boolean
}

/** The body as text, decompressed. */
export function textOf(answer: Answer): string {
  return (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(answer.body) : answer.body).toString()
}

/** A server of the test services on a real socket. */
export interface TestServer {
  readonly transcoder: Transcoder
  readonly seen: Seen
  /** The errors that `onError` received. */
  readonly told: unknown[]
  readonly port: number
  send(request: CaseRequest): Promise<Answer>
  close(): Promise<void>
}

export type HttpVersion = 'HTTP/1.1' | 'h2c'

/** @param mounts replace the default, one mount of all test services in the same process */
export async function startTestServer(
  version: HttpVersion,
  mounts?: (seen: Seen) => MountOptions[],
  options: Omit<TranscoderOptions, 'mounts' | 'onError'> = {},
): Promise<TestServer> {
  const seen = seeNothing()
  const told: unknown[] = []
  const transcoder = createTranscoder({
    mounts: mounts?.(seen) ?? [
      { handlers: testServices(seen), interceptors: [noteCalls(seen)], maxBodyBytes: 100_000 },
    ],
    onError: (error) => told.push(error),
    ...options,
  })
  const answer = (request: HttpRequest, response: HttpResponse): void => {
    transcoder.handle(request, response).then((isHandled) => {
      if (!isHandled) transcoder.notFound(request, response)
    })
  }
  // The longest path of the suite has 64,000 slashes.
  const server =
    version === 'h2c'
      ? createServer2({ settings: { maxHeaderListSize: 128 * 1024 } }, answer)
      : createServer({ maxHeaderSize: 128 * 1024 }, answer)
  const port = await listen(server)
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  return {
    transcoder,
    seen,
    told,
    port,
    send: (request) => (version === 'h2c' ? sendByHttp2(port, request) : sendByHttp1(port, request)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

interface Payload {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: Uint8Array | undefined
}

function payload(request: CaseRequest): Payload {
  const { body } = request
  const isJson = typeof body === 'object' && !(body instanceof Uint8Array)
  const headers: Record<string, string> = {
    ...(isJson ? { 'content-type': 'application/json' } : {}),
    ...request.headers,
  }
  const method = request.method ?? 'GET'
  if (body === undefined) return { method, headers, body }
  if (body instanceof Uint8Array) return { method, headers, body }
  return { method, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body.json)) }
}

function sendByHttp1(port: number, request: CaseRequest): Promise<Answer> {
  const { method, headers, body } = payload(request)
  return new Promise((resolve, reject) => {
    const isChunked = 'transfer-encoding' in headers
    const length: Record<string, string> =
      body === undefined || isChunked ? {} : { 'content-length': String(body.length) }
    const sent = request1(
      { host: '127.0.0.1', port, method, path: request.path, headers: { ...length, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        const finish = (isBroken: boolean) => (): void =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
            isBroken,
          })
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', finish(false)).on('error', finish(true))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function sendByHttp2(port: number, request: CaseRequest): Promise<Answer> {
  const { method, headers, body } = payload(request)
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`)
    session.on('error', reject)
    const stream = session.request(
      { ':method': method, ':path': request.path, ...headers },
      { endStream: body === undefined },
    )
    const chunks: Buffer[] = []
    let status = 0
    let fields: Answer['headers'] = {}
    let isBroken = false
    stream.on('response', (received) => {
      status = Number(received[':status'])
      fields = received as Answer['headers']
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', () => {
      isBroken = true
    })
    stream.on('close', () => {
      session.close()
      resolve({ status, headers: fields, body: Buffer.concat(chunks), isBroken: isBroken || stream.rstCode !== 0 })
    })
    if (body !== undefined) stream.end(body)
  })
}
