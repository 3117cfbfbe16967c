import { createServer } from 'node:http'
import { createServer as createServer2 } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import type { DescMethod, Message } from '@bufbuild/protobuf'
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt'
import type { ConnectRouter, Interceptor, MethodImpl } from '@connectrpc/connect'
import {
  connectNodeAdapter,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node'
import { Client, credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTimeout } from '../deadline.ts'
import { splitTarget } from '../http-messages.ts'
import { collectHandlers } from '../implementations.ts'
import { parsePathTemplate } from '../path-template.ts'
import { RouteTree } from '../route-tree.ts'
import type { RouteInfo } from '../transcoder.ts'
import type { ConformanceCase } from './case.ts'
import { cases } from './cases.ts'
import { answersInOwnWords, callsHandler, protocols, replayedBy } from './replayed.ts'
import { asRest, restOutcome } from './rest-outcome.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { seeNothing, testServices } from './test-services.ts'
import { type Outcome, type Replay, replayBy, replayByGrpcJs, withoutOwnWords } from './testing-replay.ts'

/** The call that REST made for a case, and its response. */
interface Heard {
  readonly route: RouteInfo
  readonly inputs: readonly Message[]
  readonly outcome: Outcome
}

const heard = new Map<string, Heard>()
let calls: { method: DescMethod; message: Message }[] = []
let rest: TestServer
let servers: Server[] = []
const replays = new Map<string, Replay>()

const noteMessages: Interceptor = (next) => async (request) => {
  if (!request.stream) {
    calls.push({ method: request.method, message: request.message })
    return await next(request)
  }
  const { method, message } = request
  const noted = (async function* () {
    for await (const each of message) {
      calls.push({ method, message: each })
      yield each
    }
  })()
  return await next({ ...request, message: noted })
}

beforeAll(async () => {
  const routes = testServices(seeNothing())
  const mount = { handlers: routes, interceptors: [noteMessages], maxBodyBytes: 100_000 }
  rest = await startTestServer('HTTP/1.1', () => [mount])
  // All rpcs are marked as free of side effects, so that every call can also be made by GET.
  const pure = (router: ConnectRouter): void => {
    for (const [method, { spec }] of collectHandlers(routes, []).byMethod)
      router.rpc(asPure(method), spec.impl as MethodImpl<DescMethod>)
  }
  const options = { routes: pure, jsonOptions: { alwaysEmitImplicit: true }, readMaxBytes: 1 << 20 }
  // If the server closed a connection while its client still reads the long response before, the next call would fail.
  const patient = { maxHeaderSize: 1 << 20, keepAliveTimeout: 600_000 }
  const one = await listen(createServer(patient, connectNodeAdapter(options)))
  const two = await listen(createServer2(connectNodeAdapter(options)))
  const http1 = { baseUrl: `http://127.0.0.1:${one}`, httpVersion: '1.1' as const }
  const client = new Client(`127.0.0.1:${two}`, credentials.createInsecure())
  replays.set('Connect JSON', replayBy(createConnectTransport({ ...http1, useBinaryFormat: false })))
  replays.set('Connect proto', replayBy(createConnectTransport({ ...http1, useBinaryFormat: true })))
  replays.set('Connect GET', replayBy(createConnectTransport({ ...http1, useBinaryFormat: false, useHttpGet: true })))
  replays.set('gRPC', replayBy(createGrpcTransport({ baseUrl: `http://127.0.0.1:${two}` })))
  replays.set('grpc-js', replayByGrpcJs(client))
  replays.set('gRPC-Web', replayBy(createGrpcWebTransport(http1)))
})
afterAll(async () => {
  await rest.close()
  for (const server of servers) server.close()
  servers = []
})

describe('TX by REST', () => {
  test.each(cases.map((each) => [each.id, each] as const))(
    '%s calls a handler or does not, as the list says',
    async (_, each) => {
      calls = []
      const answer = await rest.send(each.request)
      expect(calls.length > 0, `${answer.status} ${answer.body}`).toBe(callsHandler(each))
      if (calls.length === 0) return
      const route = routeOf(each)
      heard.set(each.id, { route, inputs: calls.map(({ message }) => message), outcome: restOutcome(answer, route) })
    },
  )
})

describe.each(protocols)('TX by %s', (protocol) => {
  const chosen = cases.filter((each) => replayedBy(each).includes(protocol))
  test.each(chosen.map((each) => [each.id, each.promise, each] as const))('%s: %s', async (id, _, each) => {
    const { route, inputs, outcome } = heard.get(id)!
    const other = await replays.get(protocol)!(asPure(route.method), inputs, timeoutOf(each))
    if (answersInOwnWords(each)) {
      expect(other.error).toBeDefined()
      expect(JSON.stringify(other)).not.toContain('secret')
      return
    }
    const expected = withoutOwnWords(outcome)
    const given = withoutOwnWords(asRest(other, route))
    if (showsBody(each)) expect(given).toEqual(expected)
    else expect(given.error === undefined).toBe(each.expect.status === undefined || each.expect.status < 400)
  })
})

function routeOf({ request }: ConformanceCase): RouteInfo {
  const tree = new RouteTree<RouteInfo>()
  for (const route of rest.transcoder.routes()) tree.add(route.httpMethod, parsePathTemplate(route.template), route)
  const match = tree.find(request.method ?? 'GET', splitTarget(request.path).path)
  if (match.kind !== 'found') throw new Error(`${request.path} has no route`)
  return match.entry
}

/** The timeout in milliseconds of the request of a case. */
function timeoutOf({ request }: ConformanceCase): number | undefined {
  return readTimeout(request.headers ?? {})
}

/** Whether the response has a body: HEAD has none, and some successes have only a status. */
function showsBody({ request, expect: expected }: ConformanceCase): boolean {
  return request.method !== 'HEAD' && expected.status !== 204
}

function asPure<M extends DescMethod>(method: M): M {
  return { ...method, idempotency: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS }
}

function listen(server: Server): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
