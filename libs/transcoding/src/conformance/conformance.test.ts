import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { JsonValue } from '@bufbuild/protobuf'
import type { Transport } from '@connectrpc/connect'
import { connectNodeAdapter, createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConformanceCase } from './case.ts'
import { cases } from './cases.ts'
import { type Answer, type HttpVersion, startTestServer, type TestServer, textOf } from './test-server.ts'
import { noteCalls, type Seen, seeNothing, testedServices, testServices } from './test-services.ts'

test('every case has an id of its own', () => {
  const ids = cases.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

describe.each<HttpVersion>(['HTTP/1.1', 'h2c'])('over %s', (version) => {
  suite(() => startTestServer(version))
})

describe('over HTTP/1.1, from a service behind gRPC', () => {
  // That service answers what its handler did not mean for clients in words of its own.
  const differs = new Set(['TE06.1'])
  let service: GrpcService
  afterAll(() => service.close())
  suite(
    async () => {
      const seen = seeNothing()
      service = await startGrpcService(seen)
      const mount = { transport: service.transport, services: testedServices, maxBodyBytes: 100_000 }
      return { ...(await startTestServer('HTTP/1.1', () => [mount])), seen }
    },
    cases.filter(({ id }) => !differs.has(id)),
  )
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
  const [{ fieldViolations }] = details
  expect(fieldViolations.map(({ field }) => field).sort(), JSON.stringify(json)).toEqual(Object.keys(expected).sort())
  for (const { field, description } of fieldViolations) expect(description).toMatch(expected[field])
}

interface BadRequestStatus {
  readonly code: number
  readonly details: readonly {
    readonly '@type': string
    readonly fieldViolations: readonly { readonly field: string; readonly description: string }[]
  }[]
}

/** The test services in a server of their own, and the way to it. */
interface GrpcService {
  readonly transport: Transport
  close(): Promise<void>
}

async function startGrpcService(seen: Seen): Promise<GrpcService> {
  const server = createServer(connectNodeAdapter({ routes: testServices(seen), interceptors: [noteCalls(seen)] }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const sessions = new Http2SessionManager(baseUrl)
  return {
    transport: createGrpcTransport({ baseUrl, sessionManager: sessions }),
    close: () =>
      new Promise((resolve) => {
        sessions.abort()
        server.close(() => resolve())
      }),
  }
}
