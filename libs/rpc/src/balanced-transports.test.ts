import { createLogger, type RunningServer, startServer } from '@assay/server'
import { Echo, gateOfTokens } from '@assay/server/testing'
import { Code, createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServiceAddresses } from './service-addresses.ts'
import { connectService } from './service-connection.ts'

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
          }),
        readiness: {},
        logger: createLogger('test', 'silent'),
        gate: gateOfTokens(async () => ({ tenantId: 1, clientId: 'test', dialect: 'c1', rights: [] }) as never),
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
  const lost = new ServiceAddresses(['http://mining:8081'], () => Promise.reject(new Error('ENOTFOUND')))
  await lost.lookUp()
  expect(lost.next()).toBe('http://mining:8081')
  lost.rest('http://mining:8081')
  expect(lost.next()).toBe('http://mining:8081')
  lost.close()
})
