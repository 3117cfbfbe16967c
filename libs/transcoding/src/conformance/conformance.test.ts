import { gunzipSync } from 'node:zlib'
import type { JsonValue } from '@bufbuild/protobuf'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConformanceCase } from './case.ts'
import { cases } from './cases.ts'
import { type Answer, type HttpVersion, startTestServer, type TestServer } from './test-server.ts'

test('every case has an id of its own', () => {
  const ids = cases.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

describe.each<HttpVersion>(['HTTP/1.1', 'h2c'])('over %s', (version) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(version)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    server.seen.calls = []
    server.told.length = 0
  })

  test.each(cases.map((each) => [each.id, each.promise, each] as const))('%s: %s', async (_id, _promise, each) => {
    const answer = await server.send(each.request)
    check(each, answer, server)
  })
})

function check({ expect: expected }: ConformanceCase, answer: Answer, server: TestServer): void {
  const text = readText(answer)
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

function readText(answer: Answer): string {
  return (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(answer.body) : answer.body).toString()
}

function parse(text: string): JsonValue {
  return JSON.parse(text)
}

function checkHeader(answer: Answer, name: string, value: string | RegExp | null): void {
  const field = answer.headers[name]
  const given = Array.isArray(field) ? field.join(', ') : field
  if (value === null) expect(given).toBeUndefined()
  else if (typeof value === 'string') expect(given).toBe(value)
  else expect(given).toMatch(value)
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
