import { once } from 'node:events'
import {
  type ClientHttp2Session,
  constants,
  createServer,
  type Http2ServerRequest,
  type ServerHttp2Session,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { StreamSessions } from './stream-sessions.ts'

test('a request that is broken off is reset, and never ended as if it were whole', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sessions = new StreamSessions(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)

  const arrives = once(server, 'request') as Promise<[Http2ServerRequest]>
  const stream = await sessions.request('POST', '/', {}, {})
  stream.on('error', () => {})
  stream.write('half')
  const [request] = await arrives
  let looksWhole = false
  // Node also emits 'end' for a reset request; the stream knows the reason by then.
  request.on('end', () => (looksWhole = !request.aborted)).on('error', () => {})
  request.resume()
  await once(request, 'resume')
  stream.close(constants.NGHTTP2_CANCEL)
  await once(request.stream, 'close')
  expect([looksWhole, request.aborted, request.stream.rstCode]).toEqual([false, true, constants.NGHTTP2_CANCEL])

  const whole = await sessions.request('POST', '/', {}, {})
  const [next] = (await once(server, 'request')) as [Http2ServerRequest]
  whole.end('whole')
  expect((await next.setEncoding('utf8').toArray()).join('')).toBe('whole')
  next.stream.respond({ ':status': 200 }, { endStream: true })
  await once(whole.resume(), 'close')
  sessions.abort()
  server.close()
})

test('a service that says goodbye just as the next call begins does not end this process', async () => {
  const server = createServer((_, response) => response.end())
  const connections: ServerHttp2Session[] = []
  server.on('session', (session) => connections.push(session))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sessions = new StreamSessions(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const call = async () => {
    const stream = await sessions.request('POST', '/', {}, {})
    stream.end()
    await once(stream.resume(), 'close')
    return stream.session
  }
  for (let round = 0; round < 20; round++) {
    const stream = await sessions.request('POST', '/', {}, {})
    const { session } = stream
    stream.end()
    await once(stream.resume(), 'close')
    const goodbye = once(session as ClientHttp2Session, 'goaway')
    connections.at(-1)?.goaway()
    await goodbye
    await call()
  }
  sessions.abort()
  server.close()
})
