import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { ListSuggestionsResponseSchema } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { generateOrganisation } from '@assay/sample-org'
import { fromJson, type JsonValue, toJson } from '@bufbuild/protobuf'
import { createClient, type Transport } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bearer, grpc, importFiles, joinTestPlatform, rest, type TestPlatform } from './platform.ts'
import { filesOf } from './sample.ts'

const root = join(import.meta.dirname, '../..')
const procedure = 'c1.api.role_mining_management.v1.RoleMiningManagementService/ListSuggestions'
let platform: TestPlatform
let token: string
/** The response of a gRPC client, as JSON; all other protocols must give the same. */
let expected: JsonValue

const listed = async (transport: Transport) => {
  const answer = await createClient(RoleMiningManagementService, transport).listSuggestions({ pageSize: 3 })
  return toJson(ListSuggestionsResponseSchema, answer)
}
/** Responses may differ only in written zero values and in the (opaque, sealed) page token. */
const settled = (json: unknown) => {
  const { nextPageToken, ...rest } = toJson(
    ListSuggestionsResponseSchema,
    fromJson(ListSuggestionsResponseSchema, json as JsonValue),
  ) as Record<string, JsonValue>
  return { ...rest, hasNextPage: Boolean(nextPageToken) }
}

beforeAll(async () => {
  platform = await joinTestPlatform()
  token = await platform.token('admin')
  await importFiles(platform.baseUrl, token, filesOf(generateOrganisation({ seed: 2, identityCount: 300 })))
  const transport = grpc(platform.baseUrl, token)
  await vi.waitFor(async () => expect(await listed(transport)).toHaveProperty('list.length', 3), { timeout: 300_000 })
  expected = await listed(transport)
})
afterAll(() => platform?.stop())

const transports: [string, (baseUrl: string, token: string) => Transport][] = [
  ['Connect, JSON, HTTP/1.1', (baseUrl, token) => connect(baseUrl, token, '1.1', false)],
  ['Connect, binary, HTTP/1.1', (baseUrl, token) => connect(baseUrl, token, '1.1', true)],
  ['Connect, binary, HTTP/2', (baseUrl, token) => connect(baseUrl, token, '2', true)],
  ['Connect, by GET', (baseUrl, token) => connect(baseUrl, token, '1.1', false, true)],
  ['gRPC', (baseUrl, token) => createGrpcTransport({ baseUrl, interceptors: [bearer(token)] })],
  ['gRPC-Web, HTTP/1.1', (baseUrl, token) => grpcWeb(baseUrl, token, '1.1')],
  ['gRPC-Web, HTTP/2', (baseUrl, token) => grpcWeb(baseUrl, token, '2')],
]
function connect(baseUrl: string, token: string, httpVersion: '1.1' | '2', binary: boolean, useHttpGet = false) {
  return createConnectTransport({
    baseUrl,
    httpVersion,
    useBinaryFormat: binary,
    useHttpGet,
    interceptors: [bearer(token)],
  })
}
function grpcWeb(baseUrl: string, token: string, httpVersion: '1.1' | '2') {
  return createGrpcWebTransport({ baseUrl, httpVersion, interceptors: [bearer(token)] })
}

test.each(transports)('%s gives the same suggestions', async (_, transport) => {
  expect(settled(await listed(transport(platform.baseUrl, token)))).toEqual(settled(expected))
})

test('JSON over HTTP gives the same suggestions, with all zero values and without nulls', async () => {
  const { status, json } = await rest(platform.baseUrl, token, 'GET /api/v1/role-mining/suggestions?page_size=3')
  expect(status).toBe(200)
  expect(settled(json)).toEqual(settled(expected))
  expect(JSON.stringify(json)).not.toContain('null')
  expect((json.list as Record<string, unknown>[])[0]).toMatchObject({
    createdCatalogId: '',
    existingProfileMatches: [],
  })
})

test('@grpc/grpc-js, which knows nothing of Connect, gives the same suggestions', async () => {
  const client = new Client(new URL(platform.baseUrl).host, credentials.createInsecure())
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${token}`)
  const { listSuggestions } = RoleMiningManagementService.method
  const { create, fromBinary, toBinary } = await import('@bufbuild/protobuf')
  const answer = await new Promise<Uint8Array>((resolve, reject) =>
    client.makeUnaryRequest(
      `/${procedure}`,
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      Buffer.from(toBinary(listSuggestions.input, create(listSuggestions.input, { pageSize: 3 }))),
      metadata,
      (error, value) => (value === undefined ? reject(error) : resolve(value)),
    ),
  )
  client.close()
  expect(settled(toJson(listSuggestions.output, fromBinary(listSuggestions.output, answer)))).toEqual(settled(expected))
})

const bufCurls: [string, string[]][] = [
  ['connect', ['--protocol', 'connect', '--schema', root]],
  ['gRPC', ['--protocol', 'grpc', '--http2-prior-knowledge', '--schema', root]],
  ['gRPC-Web', ['--protocol', 'grpcweb', '--schema', root]],
  ['gRPC with reflection', ['--protocol', 'grpc', '--http2-prior-knowledge']],
]
test.each(bufCurls)('buf curl by %s gives the same suggestions', async (_, options) => {
  const { stdout } = await promisify(execFile)(
    join(root, 'node_modules/.bin/buf'),
    [
      'curl',
      ...options,
      '-H',
      `Authorization: Bearer ${token}`,
      '-d',
      '{"pageSize":3}',
      `${platform.baseUrl}/${procedure}`,
    ],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  )
  expect(settled(JSON.parse(stdout))).toEqual(settled(expected))
})

test('the TypeScript example of the README prints the same suggestions', async () => {
  const example = /```ts\n(.*?)```/s.exec(await readFile(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
  expect(example).toContain('http://127.0.0.1:8080')
  const code = example.replace('http://127.0.0.1:8080', platform.baseUrl)
  // Runs in the folder of this package, because its node_modules have the imports of the example.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', code], {
    cwd: import.meta.dirname,
    env: { ...process.env, TOKEN: token },
  })
  const [first] = (expected as { list: { suggestedName: string; confidence: number }[] }).list
  expect(stdout.split('\n')[0]).toBe(`${first!.suggestedName} ${first!.confidence}`)
})

test('one call goes from the gateway over the session service to the mining service, for the same caller', async () => {
  const { status, json } = await rest(platform.baseUrl, token, 'GET /sessions/v1/readiness')
  expect(status).toBe(200)
  expect(json).toMatchObject({ ready: true, identityCount: 300 })
  const stranger = await platform.token('admin', 'elsewhere')
  const other = await rest(platform.baseUrl, stranger, 'GET /sessions/v1/readiness')
  expect(other.json).toMatchObject({ ready: false, identityCount: 0 })
})

test('a path that is not served is refused in the form of the API', async () => {
  const { status, json } = await rest(platform.baseUrl, token, 'GET /api/v1/role-mining/horoscopes')
  expect(status).toBe(404)
  expect(json).toMatchObject({ code: 5, details: [] })
})
