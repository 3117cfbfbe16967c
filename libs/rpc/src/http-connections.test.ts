import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { HttpAnswer } from './answer-reader.ts'
import { HttpConnections } from './http-connections.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

/** A server, the connections to it, and the number of connections that it accepted. */
async function served(listener: http.RequestListener, options: http.ServerOptions = {}) {
  const taken = new Set<net.Socket>()
  const server = http.createServer(options, listener)
  server.on('connection', (socket) => taken.add(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connections = new HttpConnections(baseUrl)
  opened.push(connections, { close: () => void server.close().closeAllConnections() })
  return { connections, taken }
}

const request = (body: string) =>
  Buffer.from(`POST /call HTTP/1.1\r\nhost: test\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)

function ask(connections: HttpConnections, body: string): Promise<HttpAnswer> {
  return new Promise((answered, failed) => connections.send(request(body), { answered, failed }))
}

const echo: http.RequestListener = async (incoming, response) => {
  const body = (await incoming.toArray()).join('')
  response.end(`${body}!`)
}

test('requests one after another take one connection, those at once one each', async () => {
  const { connections, taken } = await served(echo)
  for (const body of ['a', '', 'c'.repeat(300_000)]) {
    expect((await ask(connections, body)).body.toString()).toBe(`${body}!`)
  }
  expect(taken.size).toBe(1)
  const answers = await Promise.all(['d', 'e', 'f'].map((body) => ask(connections, body)))
  expect(answers.map(({ status, body }) => [status, body.toString()])).toEqual([
    [200, 'd!'],
    [200, 'e!'],
    [200, 'f!'],
  ])
  expect(taken.size).toBe(3)
})

test('an answer in pieces is read whole', async () => {
  const { connections } = await served((_, response) => {
    response.write('one, ')
    setImmediate(() => response.end('two'))
  })
  expect((await ask(connections, '')).body.toString()).toBe('one, two')
})

test('a connection that its server closes is not used again', async () => {
  const { connections, taken } = await served((_, response) => response.setHeader('connection', 'close').end('last'))
  expect((await ask(connections, '')).body.toString()).toBe('last')
  expect((await ask(connections, '')).body.toString()).toBe('last')
  expect(taken.size).toBe(2)
})

test('a connection that its server has left takes no request any more, also before it is closed at this end', async () => {
  const { connections, taken } = await served(echo)
  const made: net.Socket[] = []
  const note = (message: unknown) => void made.push((message as { socket: net.Socket }).socket)
  subscribe('net.client.socket', note)
  await ask(connections, 'a')
  unsubscribe('net.client.socket', note)
  const next = new Promise<HttpAnswer>((answered, failed) => {
    made[0]?.once('end', () => connections.send(request('b'), { answered, failed }))
  })
  for (const socket of taken) socket.end()
  expect((await next).body.toString()).toBe('b!')
  expect(taken.size).toBe(2)
})

test('a connection that was idle for nearly as long as its server allows is not used again', async () => {
  // The announced time minus a second is zero here.
  const { connections, taken } = await served(echo, { keepAliveTimeout: 1000 })
  await ask(connections, 'a')
  await ask(connections, 'b')
  expect(taken.size).toBe(2)
})

test('a request that is broken off ends its connection, and the asker hears nothing more', async () => {
  const closed = Promise.withResolvers<void>()
  const { connections, taken } = await served((incoming, response) => {
    if (taken.size === 1) incoming.socket.once('close', () => closed.resolve())
    else response.end('next')
  })
  const heard: unknown[] = []
  const asker = { answered: (answer: unknown) => heard.push(answer), failed: (error: unknown) => heard.push(error) }
  connections.send(request(''), asker)
  await expect.poll(() => taken.size).toBe(1)
  connections.breakOff(asker)
  await closed.promise
  expect((await ask(connections, '')).body.toString()).toBe('next')
  expect(heard).toEqual([])
})

test('a server that is not there, hangs up, or answers something else makes the request fail', async () => {
  const away = net.createServer().listen(0, '127.0.0.1')
  await once(away, 'listening')
  const { port } = away.address() as AddressInfo
  away.close()
  await expect(ask(new HttpConnections(`http://127.0.0.1:${port}`), '')).rejects.toMatchObject({
    code: 'ECONNREFUSED',
    syscall: 'connect',
  })
  const { connections } = await served((incoming) => incoming.socket.destroy())
  await expect(ask(connections, '')).rejects.toMatchObject({ code: 'ECONNRESET' })
  const odd = await served((incoming) => incoming.socket.end('SSH-2.0-OpenSSH\r\n\r\n'))
  await expect(ask(odd.connections, '')).rejects.toThrow('not HTTP/1.1')
  await expect(ask(odd.connections, '')).rejects.toThrow('not HTTP/1.1')
})

test('what is under way, and what waits for a connection, fails when the connections are closed', async () => {
  const { connections, taken } = await served(() => {})
  const answers = Promise.allSettled(Array.from({ length: 520 }, () => ask(connections, '')))
  await expect.poll(() => taken.size).toBe(512)
  connections.close()
  const reasons = (await answers).map((answer) => answer.status === 'rejected' && answer.reason.code)
  expect(reasons).toEqual(Array(520).fill('ECONNRESET'))
  expect(taken.size).toBe(512)
})
