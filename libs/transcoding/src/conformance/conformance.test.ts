import { connectService, createForwardingTransport, forwardService, UnreadMessage } from '@assay/rpc'
import { createLogger, errorInterceptor, startServer } from '@assay/server'
import { openGate } from '@assay/server/testing'
import type { JsonValue } from '@bufbuild/protobuf'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MountOptions } from '../mount.ts'
import type { ConformanceCase } from './case.ts'
import { cases } from './cases.ts'
import { titleOf } from './socket-cases.ts'
import { type Answer, type HttpVersion, startTestServer, type TestServer, textOf } from './test-server.ts'
import { noteCalls, type Seen, seeNothing, testedServices, testServices } from './test-services.ts'

test('every case has an id of its own', () => {
  const ids = cases.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

describe.each<HttpVersion>(['HTTP/1.1', 'h2c'])('over %s', (version) => {
  suite(() => startTestServer(version))
})

describe.each([
  ['over HTTP/1.1, from a service in another process', false],
  ['over HTTP/1.1, from a service in another process, by plain Connect', true],
])('%s', (_, plainConnect) => {
  const differs = new Set([
    'TE01.16', // A service that refuses our token is our own fault, so the status differs.
    'TE06.1', // The service has another text for its faults.
    'TR06.1', // The gateway does not pass on header fields of a client.
  ])
  let service: RemoteServices
  afterAll(() => service.close())
  suite(
    async () => {
      const seen = seeNothing()
      service = await startRemoteServices(seen, plainConnect)
      return { ...(await startTestServer('HTTP/1.1', () => [service.mount])), seen }
    },
    cases.filter(({ id }) => !differs.has(id)),
  )
  test(titleOf('TE03.4'), async () => {
    const { mount, close } = connectRemoteServices('http://127.0.0.1:1', plainConnect)
    const server = await startTestServer('HTTP/1.1', () => [mount])
    const { status, body } = await server.send({ path: '/v1/shelves/1/books/2' })
    expect(status).toBe(503)
    expect(body.toString()).toContain('The library service does not answer at the moment; try again shortly')
    await server.close()
    close()
  })
})

function suite(start: () => Promise<TestServer>, chosen: readonly ConformanceCase[] = cases): void {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.close())
  beforeEach(() => {
    server.seen.calls = []
  })

  test.each(chosen.map((each) => [each.id, each.promise, each] as const))('%s: %s', async (_id, _promise, each) => {
    check(each, await server.send(each.request), server)
  })
}

function check({ expect: expected }: ConformanceCase, answer: Answer, server: TestServer): void {
  const text = textOf(answer)
  const what = `${answer.status} ${text.slice(0, 500)}`
  expect(answer.status, what).toBe(expected.status ?? 200)
  if (expected.rpc !== undefined) {
    expect([...new Set(server.seen.calls.map(({ rpc }) => rpc))], what).toEqual(
      expected.rpc === null ? [] : [expected.rpc],
    )
  }
  if (expected.message !== undefined) expect(server.seen.calls[0]?.message).toEqual(expected.message)
  for (const [name, value] of Object.entries(expected.headers ?? {})) checkHeader(answer, name, value)
  if (expected.json !== undefined) expect(parse(text)).toEqual(expected.json)
  if (typeof expected.text === 'string') expect(text).toBe(expected.text)
  else if (expected.text !== undefined) expect(text).toMatch(expected.text)
  if (expected.bytes !== undefined) expect(Buffer.compare(answer.body, expected.bytes), 'the bytes differ').toBe(0)
  if (expected.violations !== undefined) checkViolations(parse(text), expected.violations)
}

function parse(text: string): JsonValue {
  return JSON.parse(text)
}

function checkHeader(answer: Answer, name: string, value: string | RegExp | null): void {
  const field = answer.headers[name]
  const given = Array.isArray(field) ? field.join(', ') : field
  if (value === null) expect(given).toBeUndefined()
  else if (typeof value === 'string') expect(given).toBe(value)
  else expect(given ?? '').toMatch(value)
}

function checkViolations(json: JsonValue, expected: Readonly<Record<string, string | RegExp>>): void {
  const { code, details } = json as unknown as BadRequestStatus
  expect(code).toBe(3)
  expect(details.map((detail) => detail['@type'])).toEqual(['type.googleapis.com/google.rpc.BadRequest'])
  const { fieldViolations } = details[0]!
  expect(fieldViolations.map(({ field }) => field).sort(), JSON.stringify(json)).toEqual(Object.keys(expected).sort())
  for (const { field, description } of fieldViolations) expect(description).toMatch(expected[field]!)
}

interface BadRequestStatus {
  readonly code: number
  readonly details: readonly {
    readonly '@type': string
    readonly fieldViolations: readonly { readonly field: string; readonly description: string }[]
  }[]
}

/** The test services in another process, called as the gateway calls services. */
interface RemoteServices {
  readonly mount: MountOptions
  close(): unknown
}

async function startRemoteServices(seen: Seen, plainConnect: boolean): Promise<RemoteServices> {
  const server = await startServer({
    name: 'library',
    host: '127.0.0.1',
    port: 0,
    routes: testServices(seen),
    interceptors: [noteCalls(seen)],
    readiness: {},
    logger: createLogger('library', 'silent'),
    closeTimeoutMs: 100,
    gate: openGate,
    plainConnect,
  })
  const { mount, close } = connectRemoteServices(server.url, plainConnect)
  return {
    mount,
    close: async () => {
      close()
      await server.close()
    },
  }
}

function connectRemoteServices(url: string, plainConnect: boolean): RemoteServices {
  const connection = connectService('library', url, { plainConnect })
  const transport = createForwardingTransport({
    connectionOf: () => connection,
    ownHeaders: async () => ({ authorization: 'Bearer none' }),
    onUnavailable: () => {},
    answers: 'unread',
  })
  const mount: MountOptions = {
    handlers: (router) => {
      for (const service of testedServices) forwardService(router, service, transport)
    },
    interceptors: [errorInterceptor()],
    maxBodyBytes: 100_000,
    wireOf: (answer) => (answer instanceof UnreadMessage ? answer.wire : undefined),
  }
  return { mount, close: () => connection.close() }
}
