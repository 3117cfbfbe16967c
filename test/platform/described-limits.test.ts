import { serverFacts } from '@assay/store'
import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectionBudget, processOf } from '../../apps/assay/src/connections/connection-budget.ts'
import { operationsOf, type PlacedOperation } from '../../libs/transcoding/src/conformance/testing-openapi.ts'
import { type FurnishedPlatform, startFurnishedPlatform } from './furnished.ts'
import { joinTestPlatform } from './platform.ts'

// Sends every value at the ends of the range that the document allows, one at a time, like tools that know only the document.

let platform: FurnishedPlatform
let document: JsonObject

beforeAll(async () => {
  platform = await startFurnishedPlatform(joinTestPlatform)
  document = (await (await fetch(new URL('/openapi.json', platform.baseUrl))).json()) as JsonObject
})
afterAll(() => platform?.stop())

/** Texts with a grammar, names of objects that must exist, and filters that a scope may replace: a schema cannot express these rules. */
const meaningful = new Set([
  ...['pageToken', 'filters', 'sorters', 'celExpression', 'etag', 'updateMask', 'fieldMask', 'content', 'address'],
  ...[
    'attribute',
    'criteria',
    'ownerId',
    'emailRecipientId',
    'identityIds',
    'appIds',
    'catalogId',
    'id',
    'requestId',
    'profileFilters',
    'readyMap',
    'fromRiskLevel',
    'levels',
    'applicationIds',
    'completeUsageApplicationIds',
    'namePattern',
    'dialect',
    'targetId',
    'accessProfileIds',
    'contentHash',
    'identityUserIds',
    'olderThanDuration',
    'durationGrant',
    'issuer',
    // No more than there are people.
    'fewestMembers',
    'riskLevel',
    'identityId',
    'tenantId',
    'host',
    'url',
    'eventTypes',
  ],
])
const longText = 3000
const longList = 300

// Several tests, so that each has the time limit of one test: on a busy machine a thousand calls take long.
const parts = 8

test.each([...Array(parts).keys()])('no call refuses a value that the document allows, part %i', async (part) => {
  const refusals = new Set<string>()
  const attempt = async (operation: PlacedOperation, { name, value, query, body }: Sample) => {
    const answer = await send(operation, query, body)
    const isServerFault = answer.status >= 500
    if (!isServerFault && !answer.faults.some(({ field }) => lastName(field) === camelCase(name))) return
    const call = operation.operation.operationId.replace(/_\d+$/, '')
    const fault = answer.faults.find(({ field }) => lastName(field) === camelCase(name))
    refusals.add(`${call} ${name}=${JSON.stringify(value).slice(0, 20)}: ${answer.status} ${fault?.text}`)
  }
  // Reading calls are made several at a time, because a call mostly waits for the next process.
  for (const [place, operation] of operationsOf(document).entries()) {
    if (place % parts !== part) continue
    const atOnce = operation.httpMethod === 'GET' ? 3 : 1
    const samples = [...requestsOf(operation)]
    for (let i = 0; i < samples.length; i += atOnce)
      await Promise.all(samples.slice(i, i + atOnce).map((sample) => attempt(operation, sample)))
  }
  expect([...refusals]).toEqual([])
})

test('this test sends more than 500 values that the document allows', () => {
  const samples = operationsOf(document).flatMap((operation) => [...requestsOf(operation)])
  expect(samples.length).toBeGreaterThan(500)
})

interface Sample {
  readonly name: string
  readonly value: JsonValue
  readonly query: string
  readonly body: JsonValue | undefined
}

function* requestsOf({ httpMethod, operation }: PlacedOperation): Iterable<Sample> {
  const schema = operation.requestBody?.content['application/json']?.schema
  const emptyBody = schema === undefined ? undefined : {}
  for (const { name, in: place, schema: own } of operation.parameters ?? []) {
    if (place !== 'query' || meaningful.has(camelCase(name))) continue
    for (const value of ends(own)) {
      const values = Array.isArray(value) ? value : [value]
      const query = new URLSearchParams(values.map((one): [string, string] => [name, String(one)]))
      yield { name, value, query: `?${query}`, body: httpMethod === 'GET' ? undefined : emptyBody }
    }
  }
  if (schema !== undefined) yield* bodiesOf(schema, [])
}

function* bodiesOf(schema: JsonObject, above: readonly string[]): Iterable<Sample> {
  const { properties = {} } = resolved(schema) as { properties?: Record<string, JsonObject> }
  for (const [name, property] of Object.entries(properties)) {
    const { readOnly, type } = resolved(property)
    if (readOnly === true || meaningful.has(name)) continue
    const path = [...above, name]
    for (const value of ends(property)) {
      const body = path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value)
      yield { name, value, query: '', body }
    }
    if (type === 'object' && path.length < 3) yield* bodiesOf(property, path)
  }
}

/** Values at the ends of what a schema allows. */
function ends(schema: JsonObject): JsonValue[] {
  const {
    type,
    enum: names,
    anyOf,
    not,
    items,
    format,
    contentEncoding,
    ...limits
  } = resolved(schema) as unknown as {
    type?: string
    format?: string
    contentEncoding?: string
    enum?: JsonValue[]
    anyOf?: JsonObject[]
    not?: { enum?: JsonValue[] }
    items?: JsonObject
  } & Record<string, number | undefined>
  const { exclusiveMinimum, maximum, minLength = 0, maxLength = longText, minItems = 0, maxItems = longList } = limits
  const minimum = exclusiveMinimum === undefined ? limits.minimum : exclusiveMinimum + 0.001
  const fixed = names ?? (anyOf?.[0]?.enum as JsonValue[] | undefined)
  if (fixed !== undefined) return fixed.filter((name) => !not?.enum?.includes(name))
  if ((type === 'integer' || type === 'number') && anyOf !== undefined) return [0, ...ends({ type, ...anyOf[1] })]
  switch (type) {
    case 'integer':
      return [minimum ?? -(2 ** 31), maximum ?? 2 ** 31 - 1]
    case 'number':
      return [minimum ?? -1e9, maximum ?? 1e9]
    case 'string':
      if (format === 'date-time') return ['9999-12-31T23:59:59Z']
      if (format === 'int64') return ['0', String(2n ** 63n - 1n)]
      return ['x'.repeat(minLength), (contentEncoding === 'base64' ? 'x' : '😀').repeat(maxLength)]
    case 'array': {
      const elements = ends(items ?? {}).filter((one) => one !== '' && String(one).length < 100)
      if (elements.length === 0) return minItems === 0 ? [[]] : []
      return [minItems, Math.max(elements.length, maxItems)].map((count) =>
        Array.from({ length: Math.min(count, maxItems) }, (_, index) => elements[index % elements.length]!),
      )
    }
    default:
      return []
  }
}

function resolved(schema: JsonObject): JsonObject {
  if (typeof schema.$ref !== 'string') return schema
  const { schemas } = document.components as unknown as { schemas: Record<string, JsonObject> }
  const { $ref, ...own } = schema
  return { ...schemas[$ref.slice('#/components/schemas/'.length)], ...own }
}

async function send({ path, httpMethod }: PlacedOperation, query: string, body: JsonValue | undefined) {
  const answer = await fetch(new URL(path.replaceAll(/\{[^}]+\}/g, 'x') + query, platform.baseUrl), {
    method: httpMethod,
    headers: {
      authorization: `Bearer ${platform.admin}`,
      'x-sailpoint-experimental': 'true',
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, faults: answer.status < 400 ? [] : faultsIn(text) }
}

/** The field violations of an error, in either form. */
function faultsIn(text: string): { field: string; text: string }[] {
  const { details = [], causes = [] } = JSON.parse(text) as {
    details?: { fieldViolations?: { field: string; description: string }[] }[]
    causes?: { text: string }[]
  }
  return [
    ...details.flatMap(({ fieldViolations = [] }) =>
      fieldViolations.map(({ field, description }) => ({ field, text: description })),
    ),
    ...causes.map(({ text: cause }) => ({ field: cause.split(':', 1)[0]!, text: cause })),
  ]
}

function lastName(field: string): string {
  return camelCase(
    field
      .replace(/(?:\[[^\]]*\])+$/, '')
      .split('.')
      .at(-1) ?? '',
  )
}

function camelCase(name: string): string {
  return name.replaceAll(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

test('processes open only connections to the database that are in their budget', async () => {
  const { sessions } = await serverFacts(platform.db.owner.sql)
  const ofServices = sessions.filter(({ application }) => /^assay-(gateway|mining|iai-sessions)/.test(application))
  expect(new Set(ofServices.map(({ application }) => processOf(application)))).toEqual(
    new Set(Object.keys(connectionBudget)),
  )
  const uses = Object.values(connectionBudget).flat()
  const beyond = ofServices.filter(
    ({ application, connections }) =>
      connections > (uses.find((use) => use.application === application)?.connections ?? 0),
  )
  expect(beyond).toEqual([])
})
