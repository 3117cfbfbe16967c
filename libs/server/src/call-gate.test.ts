import type { CallerAccess, Principal } from '@assay/auth'
import { resourceExhausted, unauthenticated } from '@assay/errors'
import { Code, type ConnectError, createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterEach, expect, test } from 'vitest'
import { principalOf } from './authentication.ts'
import { type CallGateOptions, createCallGate } from './call-gate.ts'
import { createLogger } from './logger.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { Echo } from './testing.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const caller: Principal = {
  tenantId: 7,
  tenant: 'local',
  clientId: 'client',
  identityId: 'client',
  displayName: 'Client',
  dialect: 'any',
  role: 'auditor',
  scopes: ['some:scope'],
}
const table: Readonly<Record<string, CallerAccess | 'everyone'>> = {
  Unary: { right: 'mine', scopes: ['some:scope'] },
  Up: { right: 'read', scopes: ['all:scopes'] },
  Down: { right: 'read', scopes: ['some:scope'] },
  Both: 'everyone',
  Check: 'everyone',
  List: 'everyone',
  Watch: 'everyone',
  ServerReflectionInfo: 'everyone',
}

async function start(options: Partial<CallGateOptions> = {}) {
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('test', 'silent'),
    readiness: {},
    closeTimeoutMs: 1_000,
    gate: createCallGate({
      verify: async (token) => {
        if (token !== 'good') throw unauthenticated('The token is not one of ours')
        return caller
      },
      accessOf: ({ name }) => table[name],
      ...options,
    }),
    routes: (router) =>
      router.service(Echo, {
        unary: ({ value }) => ({ value }),
        up: async () => ({ value: 'up' }),
        async *down(_, context) {
          yield { value: principalOf(context).tenant }
        },
        async *both() {
          yield { value: 'open' }
        },
      }),
  })
  running.push(server)
  return server
}

const headers = { authorization: 'Bearer good' }
const ways = (baseUrl: string) =>
  Object.entries({
    'Connect over HTTP/1.1': createConnectTransport({ baseUrl, httpVersion: '1.1' }),
    'Connect over HTTP/2': createConnectTransport({ baseUrl, httpVersion: '2' }),
    gRPC: createGrpcTransport({ baseUrl }),
    'gRPC-Web': createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
  }).map(([name, transport]) => [name, createClient(Echo, transport)] as const)

async function* one() {
  yield { value: 'x' }
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => expect.unreachable('the call should fail'),
    (error: ConnectError) => error,
  )
}

test('every protocol is refused for the role and for the scope, lets in who may, and asks nothing for an open call', async () => {
  const { url } = await start()
  for (const [name, client] of ways(url)) {
    const byRole = await failure(client.unary({ value: 'x' }, { headers }))
    expect([byRole.code, byRole.rawMessage], name).toEqual([
      Code.PermissionDenied,
      expect.stringContaining('the right "mine", which the role "auditor" does not have'),
    ])
    const byScope = await failure(client.up(one(), { headers }))
    expect([byScope.code, byScope.rawMessage], name).toEqual([
      Code.PermissionDenied,
      expect.stringContaining('needs the scope all:scopes'),
    ])
    expect(await Array.fromAsync(client.down({}, { headers })), name).toMatchObject([{ value: 'local' }])
    expect((await failure(Array.fromAsync(client.down({})))).code, name).toBe(Code.Unauthenticated)
    if (!name.endsWith('1.1') && name !== 'gRPC-Web')
      expect(await Array.fromAsync(client.both(one())), name).toMatchObject([{ value: 'open' }])
  }
})

test('a call that is refused is refused before its body is read', async () => {
  const { url } = await start()
  const malformed = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{broken' }
  expect((await fetch(`${url}/assay.testing.Echo/Unary`, malformed)).status).toBe(403)
})

test('who is admitted is asked of callers who are known, and before what they may do', async () => {
  const asked: string[] = []
  const admit: CallGateOptions['admit'] = async ({ clientId }, { name }) => {
    asked.push(`${clientId} ${name}`)
    throw resourceExhausted('Too many calls')
  }
  const { url } = await start({ admit })
  for (const [name, client] of ways(url)) {
    expect((await failure(client.unary({}))).code, name).toBe(Code.Unauthenticated)
    expect((await failure(client.unary({}, { headers }))).code, name).toBe(Code.ResourceExhausted)
  }
  expect(asked).toEqual(Array(4).fill('client Unary'))
})

test.each(Object.keys(table))(
  'a server whose table of access lacks %s does not start, and says so',
  async (missing) => {
    const accessOf: CallGateOptions['accessOf'] = ({ name }) => (name === missing ? undefined : table[name])
    await expect(start({ accessOf })).rejects.toThrow(
      new RegExp(`^[\\w.]+\\.${missing} has no entry in the table of access, so it cannot be served`),
    )
  },
)
