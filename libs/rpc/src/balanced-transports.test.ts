import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { createLogger, type RunningServer, startServer } from '@assay/server'
import { Echo, gateOfTokens, testPrincipal } from '@assay/server/testing'
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { BalancedTransports } from './balanced-transports.ts'
import { HttpConnections } from './http-connections.ts'
import { ServiceAddresses } from './service-addresses.ts'
import { connectService } from './service-connection.ts'
import { unaryCalls } from './unary-calls.ts'

let servers: RunningServer[]
const asked = new Map<number, number>()
beforeAll(async () => {
  servers = await Promise.all(
    [0, 1].map((place) =>
      startServer({
        name: `test-${place}`,
        host: '127.0.0.1',
        port: 0,
        routes: (router) =>
          router.service(Echo, {
            unary({ value }) {
              asked.set(place, (asked.get(place) ?? 0) + 1)
              return { value }
            },
            async *down() {
              yield { value: `${place}` }
            },
          }),
        readiness: {},
        logger: createLogger('test', 'silent'),
        gate: gateOfTokens(async () => testPrincipal),
      }),
    ),
  )
})
afterAll(() => Promise.all(servers.map((server) => server.close())))

const headers = { authorization: 'Bearer any' }

test('calls go round the processes of a service, also those that are many at once', async () => {
  asked.clear()
  const connection = connectService(
    'test',
    servers.map(({ url }) => url),
  )
  const { unary } = createClient(Echo, connection.transport)
  await Promise.all(Array.from({ length: 40 }, (_, n) => unary({ value: `${n}` }, { headers })))
  for (let n = 0; n < 10; n++) await unary({ value: `${n}` }, { headers })
  expect([...asked.values()]).toEqual([25, 25])
  await connection.check()
  connection.close()
})

test('a process that nobody reaches is left out, and calls are answered by the others; without any the caller hears it', async () => {
  asked.clear()
  const nobody = 'http://127.0.0.1:1'
  const connection = connectService('test', [nobody, servers[1]?.url ?? ''])
  const { unary } = createClient(Echo, connection.transport)
  for (let n = 0; n < 10; n++) expect(await unary({ value: `${n}` }, { headers })).toMatchObject({ value: `${n}` })
  expect([...asked]).toEqual([[1, 10]])
  await connection.check()
  connection.close()
  const alone = connectService('test', [nobody, nobody])
  await expect(createClient(Echo, alone.transport).unary({ value: '' })).rejects.toMatchObject({
    code: Code.Unavailable,
  })
  await expect(alone.check()).rejects.toThrow()
  alone.close()
})

test('a stream of a connection goes past a process that nobody reaches', async () => {
  const connection = connectService('test', ['http://127.0.0.1:1', servers[1]?.url ?? ''])
  const { down } = createClient(Echo, connection.transport)
  for (let n = 0; n < 2; n++) {
    expect(await Array.fromAsync(down({}, { headers }))).toMatchObject([{ value: '1' }])
  }
  connection.close()
})

test('a stream waits for a connection for a moment, and goes past a process that does not answer', async () => {
  const sockets: net.Socket[] = []
  // It never answers the handshake, so a client waits for it as for a host that does not exist.
  const silent = net.createServer((socket) => void sockets.push(socket.on('error', () => {})))
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  const gone = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const connection = connectService('test', [gone, servers[1]?.url ?? ''])
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const answer = Array.fromAsync(createClient(Echo, connection.transport).down({}, { headers }))
    await once(silent, 'connection')
    vi.advanceTimersByTime(2_000)
    expect(await answer).toMatchObject([{ value: '1' }])
  } finally {
    vi.useRealTimers()
    connection.close()
    for (const socket of sockets) socket.destroy()
    silent.close()
  }
})

const broken = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall })
const unavailable = (cause: Error) => new ConnectError('away', Code.Unavailable, undefined, undefined, cause)
const addresses = () => new ServiceAddresses(['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3'])

test('a stream goes to a process that can be connected to, before anything of its input is read', async () => {
  const asked: string[] = []
  const reachable = new Set(['http://127.0.0.1:3'])
  const balanced = new BalancedTransports(addresses(), (url) => {
    const answer = async () => {
      asked.push(url)
      return {}
    }
    const transport = { unary: answer, stream: answer } as unknown as Transport
    return { transport, unreadTransport: transport, canConnect: async () => reachable.has(url), close() {} }
  })
  const stream = balanced.transport.stream as unknown as () => Promise<unknown>
  await stream()
  await stream()
  expect(asked).toEqual(['http://127.0.0.1:3', 'http://127.0.0.1:3'])
  // If no process is reachable, the last one is called nevertheless, and its error says why.
  reachable.clear()
  await stream()
  expect(asked.length).toBe(3)
})

test('a call is asked of another process only if none of it was sent; a stream is asked of none, and the next one elsewhere', async () => {
  const asked: string[] = []
  const timesAsked = async (cause: Error, kind: 'unary' | 'stream') => {
    asked.length = 0
    const fail = async () => Promise.reject(unavailable(cause))
    const balanced = new BalancedTransports(addresses(), (url) => {
      const counted = () => {
        asked.push(url)
        return fail()
      }
      const transport: Transport = { unary: counted, stream: counted }
      return { transport, unreadTransport: transport, close() {} }
    })
    const call = balanced.transport[kind] as unknown as () => Promise<unknown>
    await expect(call()).rejects.toMatchObject({ code: Code.Unavailable })
    return asked.length
  }
  const refused = broken('ECONNREFUSED', 'connect')
  expect(await timesAsked(refused, 'unary')).toBe(3)
  expect(await timesAsked(new AggregateError([refused, broken('ENETUNREACH', 'connect')]), 'unary')).toBe(3)
  expect(await timesAsked(broken('ENOTFOUND', 'getaddrinfo'), 'unary')).toBe(3)
  expect(await timesAsked(refused, 'stream')).toBe(1)
  // The host went away while it worked.
  expect(await timesAsked(broken('EHOSTUNREACH', 'read'), 'unary')).toBe(1)
  expect(await timesAsked(broken('ECONNRESET', 'read'), 'unary')).toBe(1)
})

test('a long call to a process that stops taking connections is not made again', async () => {
  let begun = 0
  const server = http.createServer(() => {
    begun++
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connections = new HttpConnections(baseUrl)
  const stillThere = () => Promise.reject(unavailable(broken('ECONNREFUSED', 'connect')))
  const balanced = new BalancedTransports(addresses(), () => {
    const transport = { unary: unaryCalls({ baseUrl, connections, stillThere }) } as Transport
    return { transport, unreadTransport: transport, close() {} }
  })
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const answer = createClient(Echo, balanced.transport).unary({ value: 'long' })
    answer.catch(() => {})
    await once(server, 'request')
    vi.advanceTimersByTime(20_000)
    await expect(answer).rejects.toMatchObject({ code: Code.Unavailable })
    expect(begun).toBe(1)
  } finally {
    vi.useRealTimers()
    connections.close()
    server.closeAllConnections()
    server.close()
  }
})

test('a name that stands for several addresses is each of them; one that cannot be looked up stays a name', async () => {
  let found: readonly string[] = ['10.0.0.2', '10.0.0.1', 'fd00::1']
  const addresses = new ServiceAddresses(['http://mining:8081', 'https://safe:443', 'http://127.0.0.1:9'], async () => [
    ...found,
  ])
  await addresses.lookUp()
  expect(addresses.all).toEqual([
    ...['http://10.0.0.1:8081', 'http://10.0.0.2:8081', 'http://[fd00::1]:8081'],
    ...['https://safe:443', 'http://127.0.0.1:9'],
  ])
  found = ['10.0.0.7']
  await addresses.lookUp()
  expect(addresses.all[0]).toBe('http://mining:8081')
  addresses.close()
  let isDown = false
  const held = new ServiceAddresses(['http://mining:8081'], async () => {
    if (isDown) throw new Error('EAI_AGAIN')
    return ['10.0.0.1', '10.0.0.2']
  })
  await held.lookUp()
  isDown = true
  await held.lookUp()
  expect(held.all).toEqual(['http://10.0.0.1:8081', 'http://10.0.0.2:8081'])
  held.close()
  const lost = new ServiceAddresses(['http://mining:8081'], () => Promise.reject(new Error('ENOTFOUND')))
  await lost.lookUp()
  expect(lost.next()).toBe('http://mining:8081')
  lost.rest('http://mining:8081')
  expect(lost.next()).toBe('http://mining:8081')
  lost.close()
})
