import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaseRequest } from './conformance/case.ts'
import { startTestServer, type TestServer, textOf } from './conformance/test-server.ts'
import { testServices } from './conformance/test-services.ts'

const range = 'must be a whole number from 0 to 9'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer('HTTP/1.1', (seen) => [
    { handlers: testServices(seen), describeField: ({ name }) => (name === 'int32_value' ? range : undefined) },
  ])
})
afterAll(() => server?.close())

const post = (json: NonNullable<CaseRequest['body']>): CaseRequest => ({ method: 'POST', path: '/t/types', body: json })

test.each<[string, CaseRequest, { field: string; description: string }[]]>([
  ['a fraction in a body', post({ json: { int32Value: 5.5 } }), [{ field: 'int32Value', description: range }]],
  ['a word in a body', post({ json: { int32Value: 'five' } }), [{ field: 'int32Value', description: range }]],
  ['a fraction in a query', { path: '/t/types?int32_value=5.5' }, [{ field: 'int32_value', description: range }]],
  [
    'a number beyond its type in a query',
    { path: '/t/types?int32_value=2147483648' },
    [{ field: 'int32_value', description: range }],
  ],
  [
    'a field that is as wide as its type',
    post({ json: { int32Value: 5.5, uint32Value: 5.5 } }),
    [
      { field: 'int32Value', description: range },
      { field: 'uint32Value', description: 'must be a whole number from 0 to 4294967295' },
    ],
  ],
])('%s is refused in the words of the mount', async (_, request, fieldViolations) => {
  const answer = await server.send(request)
  expect(answer.status).toBe(400)
  expect(JSON.parse(textOf(answer)).details[0].fieldViolations).toEqual(fieldViolations)
})

test('what the type takes is left to the handler', async () => {
  expect((await server.send(post({ json: { int32Value: 50 } }))).status).toBe(200)
})
