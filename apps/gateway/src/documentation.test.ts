import { gunzipSync } from 'node:zlib'
import { publicCalls } from '@assay/dialects'
import { createLogger } from '@assay/server'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findingsOf, operationsOf, schemaJudge } from '../../../libs/transcoding/src/conformance/testing-openapi.ts'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'
import { testEnvironment } from './testing-gateway.ts'

let db: TestDatabase
let gateway: Awaited<ReturnType<typeof startGateway>>
let document: JsonObject

// This gateway has no services behind it; the description needs none.
beforeAll(async () => {
  db = await createTestDatabase()
  gateway = await startGateway(parseConfig(testEnvironment(db)), createLogger('test', 'silent'))
  document = (await (await get('/openapi.json')).json()) as JsonObject
})
afterAll(async () => {
  await gateway?.stop()
  await db?.drop()
})

const get = (path: string, init?: RequestInit) => fetch(gateway.url + path, init)

test('the document is served without a token and an independent validator finds nothing wrong with it', async () => {
  expect(document.openapi).toBe('3.1.1')
  expect(await findingsOf(document)).toEqual([])
})

test('every public call stands in the document, under its full name and with a description, and no other', () => {
  const operations = operationsOf(document)
  const calls = publicCalls.map(({ method }) => `${method.parent.typeName}.${method.name}`)
  const described = operations.map(({ operation }) => operation.operationId.replace(/_\d+$/, ''))
  expect([...new Set(described)].toSorted()).toEqual(calls.toSorted())
  for (const { operation } of operations) {
    expect(operation.description, operation.operationId).toBeTruthy()
    for (const { name, description } of operation.parameters ?? []) {
      expect(description, `${name} of ${operation.operationId}`).toBeTruthy()
    }
  }
})

/** The JSON Schema of the request body of a call, or of a part of it. */
function bodyOf(path: string, ...members: readonly string[]): JsonObject {
  const { schemas } = document.components as unknown as { schemas: Record<string, JsonObject> }
  const resolved = (schema: JsonObject): JsonObject =>
    typeof schema.$ref === 'string'
      ? { ...schemas[schema.$ref.replace('#/components/schemas/', '')], ...schema }
      : schema
  const found = operationsOf(document).find((operation) => operation.path === path && operation.httpMethod === 'POST')
  let schema = resolved(found?.operation.requestBody?.content['application/json']?.schema ?? {})
  for (const member of members) {
    const inner = member === '[]' ? schema.items : (schema.properties as JsonObject | undefined)?.[member]
    schema = resolved(inner as JsonObject)
  }
  return schema
}

// A tester that generates requests from the document found each of these: the call was refused although the document allowed it.
test('the document says which header a call needs, and which not', () => {
  const withHeader = operationsOf(document).filter(({ operation }) =>
    operation.parameters?.some(({ name, in: place }) => place === 'header' && name === 'X-SailPoint-Experimental'),
  )
  const sailpoint = /^\/(?:v20\d\d\/)?(?:role-mining-|role-insights|common-access|recommendations)/
  expect(withHeader.length).toBeGreaterThan(25)
  expect(withHeader.filter(({ path }) => !sailpoint.test(path))).toEqual([])
  expect(operationsOf(document).filter(({ path }) => sailpoint.test(path))).toHaveLength(withHeader.length)
})

test('the document says that Assay refuses unknown members, and that the vendors do not', () => {
  expect(bodyOf('/directory/v1/imports')).toMatchObject({ additionalProperties: false })
  expect(bodyOf('/profiles/v1/accessProfiles', 'accessProfile')).toMatchObject({ additionalProperties: false })
  expect(bodyOf('/api/v1/search/users')).not.toHaveProperty('additionalProperties')
})

test('enums of requests are closed, since unknown names are refused, and those of answers stay open', () => {
  const known = ['SUGGESTION_STATE_NEW', 'SUGGESTION_STATE_DISMISSED', 'SUGGESTION_STATE_ACCEPTED']
  expect(bodyOf('/api/v1/role-mining/suggestions/{id}/state', 'state').enum).toEqual(known)
  expect(bodyOf('/api/v1/search/role-mining/suggestions', 'states', '[]').enum).toEqual(known)
  const { schemas } = document.components as unknown as { schemas: Record<string, JsonObject> }
  const answered = schemas['c1.api.role_mining_management.v1.RoleMiningManagementSuggestion']
  expect(JSON.stringify(answered)).toContain('SuggestionState"')
})

test('members without which a call is refused are required', () => {
  expect(bodyOf('/api/v1/role-mining/suggestions/{id}/state').required).toEqual(['state'])
  expect(bodyOf('/api/v1/role-mining/access-profiles').required).toEqual(['displayName'])
  expect(bodyOf('/api/v1/role-mining/access-profiles', 'profileFilters', '[]').required).toEqual(['attribute'])
  expect(bodyOf('/profiles/v1/accessProfiles/{accessProfileId}/members:add', 'identityIds')).toMatchObject({
    minItems: 1,
    maxItems: 10_000,
  })
})

test('whole numbers have the limits of their type', () => {
  expect(bodyOf('/rolemodels/v1/roleModels', 'seed')).toMatchObject({ minimum: 0, maximum: 2 ** 32 - 1 })
})

test('every member of every message is described', () => {
  const { schemas } = document.components as unknown as {
    schemas: Record<string, { properties?: Record<string, JsonObject> }>
  }
  const silent = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).flatMap(([member, { description }]) => (description ? [] : [`${name}.${member}`])),
  )
  expect(silent.filter((name) => !name.startsWith('google.rpc.'))).toEqual([])
})

test('every call wants a bearer token', () => {
  const { securitySchemes } = document.components as { securitySchemes: JsonObject }
  expect(document.security).toEqual([{ bearerAuth: [] }])
  expect(securitySchemes.bearerAuth).toMatchObject({ type: 'http', scheme: 'bearer' })
})

const operation = (id: string) =>
  operationsOf(document).find((each) => each.operation.operationId.endsWith(`.${id}`)) ?? expect.unreachable(id)

test.each([
  [
    'ListCohortFilterAttributeValues',
    'GET',
    '/api/v1/role-mining/filter-attributes/{attribute}/values',
    'attribute page_size page_token q',
  ],
  ['GetSuggestion', 'GET', '/api/v1/role-mining/suggestions/{id}', 'id'],
  ['SearchCohortUsers', 'POST', '/api/v1/role-mining/suggestions/{suggestion_id}/users', 'suggestion_id'],
  [
    'CountEntitlementSelectionFilterAttributeValues',
    'POST',
    '/api/v1/role-mining/custom-analysis/{selection_analysis_id}/filter-attributes/{attribute}/value-counts',
    'selection_analysis_id attribute',
  ],
  ['UploadImportFile', 'POST', '/directory/v1/imports/{importId}/files/{fileName}', 'importId fileName'],
  ['CommitImport', 'POST', '/directory/v1/imports/{importId}:commit', 'importId'],
])('%s is described as its clients know it', (id, method, path, parameters) => {
  const found = operation(id)
  expect([found.httpMethod, found.path]).toEqual([method, path])
  expect(found.operation.parameters?.map(({ name }) => name).join(' ')).toBe(parameters)
})

test('an upload is binary, with the content types that it may have', () => {
  const binary = { schema: { type: 'string', format: 'binary' } }
  const { requestBody } = operation('UploadImportFile').operation
  expect(requestBody?.content).toEqual({ 'text/csv': binary, 'application/gzip': binary, 'text/plain': binary })
})

const own = (name: string) => ({ $ref: `#/components/schemas/c1.api.role_mining_management.v1.${name}` })
const run = {
  id: 'r-1',
  status: 'RUN_STATUS_COMPLETED',
  triggerType: 'TRIGGER_TYPE_MANUAL',
  triggerDetail: '',
  totalUsers: 12,
  createdAt: '2026-08-21T10:00:00.123Z',
}
const suggestion = {
  id: 's-1',
  suggestionState: 'SUGGESTION_STATE_NEW',
  cohortFilters: [{ attribute: 'department', values: ['Engineering'] }],
  avgCoverage: 0.93,
  confidence: 1,
  entitlements: [{ appId: 'github', coverage: 1, grantedCount: 12 }],
}

/** Rules of C1's JSON on which its clients rely, as valid and invalid values. */
test.each<[string, string, JsonValue, boolean]>([
  ['a run as it is answered', 'GetLatestRunResponse', { run }, true],
  ['no run', 'GetLatestRunResponse', {}, true],
  ['null for a message', 'GetLatestRunResponse', { run: null }, false],
  ['null for a time', 'GetLatestRunResponse', { run: { ...run, completedAt: null } }, false],
  ['null for a string', 'ListRunsResponse', { list: [], nextPageToken: null }, false],
  ['an int32 as a number', 'RoleMiningManagementRun', { totalUsers: 12 }, true],
  ['an int32 as a string', 'RoleMiningManagementRun', { totalUsers: '12' }, false],
  ['an int32 with a fraction', 'RoleMiningManagementRun', { totalUsers: 1.5 }, false],
  ['an int64 as a string', 'SearchCohortUsersResponse', { totalCount: '12' }, true],
  ['an int64 as a number', 'SearchCohortUsersResponse', { totalCount: 12 }, false],
  ['a suggestion as it is answered', 'GetSuggestionResponse', { suggestion }, true],
  ['a double as a number', 'RoleMiningManagementSuggestion', { confidence: 0.5 }, true],
  ['a double that is no number', 'RoleMiningManagementSuggestion', { confidence: 'NaN' }, false],
  ['an enum by name', 'RoleMiningManagementRun', { status: 'RUN_STATUS_RUNNING' }, true],
  ['an enum by a name to come', 'RoleMiningManagementRun', { status: 'RUN_STATUS_PAUSED' }, true],
  ['an enum by number', 'RoleMiningManagementRun', { status: 2 }, false],
  ['a time with an offset', 'RoleMiningManagementRun', { createdAt: '2026-08-21T10:00:00+02:00' }, true],
  ['a time that is a number', 'RoleMiningManagementRun', { createdAt: 1 }, false],
  ['names in snake case', 'RoleMiningManagementRun', { total_users: 12 }, false],
])('C1 JSON: %s', (_, message, value, fits) => {
  expect(schemaJudge(document)(own(message), value).length === 0).toBe(fits)
})

test('every C1 answer is JSON with the status 200', () => {
  for (const { operation, path } of operationsOf(document).filter((each) => each.path.startsWith('/api/v1/'))) {
    expect(Object.keys(operation.responses), path).toEqual(['200', 'default'])
    expect(Object.keys(operation.responses['200']!.content ?? {}), path).toEqual(['application/json'])
  }
})

test('the page shows the document with files of this host alone, and its policy allows no others', async () => {
  const page = await get('/docs')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'self';")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  const html = await page.text()
  const linked = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]!)
  expect(linked).toHaveLength(6)
  for (const path of linked) {
    expect(path).toMatch(/^\/(docs\/|openapi\.json$)/)
    const file = await get(path)
    expect([file.status, file.headers.get('x-content-type-options')], path).toEqual([200, 'nosniff'])
    expect((await file.arrayBuffer()).byteLength, path).toBeGreaterThan(0)
  }
  // The page has no inline style or script, since the policy forbids both.
  expect(html).not.toMatch(/<script>|<style|style=|\son\w+=/)
  expect(await (await get('/docs/start.js')).text()).toContain("url: '/openapi.json'")
})

test('files are kept by browsers until they change, packed for who asks, and only read', async () => {
  const first = await get('/openapi.json', { headers: { 'accept-encoding': 'identity' } })
  const etag = first.headers.get('etag') ?? ''
  const again = await get('/openapi.json', { headers: { 'if-none-match': `"other", W/${etag}` } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const head = await get('/openapi.json', { method: 'HEAD', headers: { 'accept-encoding': 'identity' } })
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
    200,
    String((await first.arrayBuffer()).byteLength),
    '',
  ])
  const post = await get('/docs', { method: 'POST', body: 'x' })
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

test('files are sent in gzip to those who take it', async () => {
  const { request } = await import('node:http')
  const [headers, packed] = await new Promise<[Record<string, unknown>, Buffer]>((resolve, reject) => {
    request(`${gateway.url}/openapi.json`, { headers: { 'accept-encoding': 'br, gzip' } }, async (response) => {
      resolve([response.headers, Buffer.concat(await response.toArray())])
    })
      .on('error', reject)
      .end()
  })
  expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
  expect(JSON.parse(gunzipSync(packed).toString())).toEqual(document)
})

test.each(['/docs/../package.json', '/docs/index.html', '/docs/swagger-ui-bundle.js.map', '/openapi.yaml'])(
  '%s is not served',
  async (path) => {
    expect((await get(path.replace('..', '%2e%2e'))).status).toBe(404)
  },
)
