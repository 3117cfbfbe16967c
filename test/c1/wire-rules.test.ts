import { type DescField, type DescMessage, type JsonObject, type JsonValue, ScalarType } from '@bufbuild/protobuf'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { observeTests } from '../compatibility/observe.ts'
import { settled } from '../platform/furnished.ts'
import { faultsOf } from './answers.ts'
import { type Call, calls, restRequest, snake } from './calls.ts'
import { attempt, type C1Platform, completed, oddAttribute, type Suggestion, startC1Platform } from './furnished.ts'
import { type Answer, jsonType, send, tryCall } from './http.ts'

// The rules W1 to W20 of the wire. A rule about all calls is tested for all calls.

observeTests()
let platform: C1Platform
/** A response of every call, for a tenant with all data and for one without data. */
let answers: { readonly call: Call; readonly answer: Answer }[]
let emptyAnswers: typeof answers
beforeAll(async () => {
  platform = await startC1Platform()
  const everyAnswer = async (token: string) => {
    const made: typeof answers = []
    for (const call of calls)
      made.push({ call, answer: await tryCall(platform.baseUrl, token, call, call.request(platform.ids)) })
    return made
  }
  answers = await everyAnswer(platform.tokens.admin)
  emptyAnswers = (await everyAnswer(platform.tokens.stranger)).filter(({ answer }) => answer.status === 200)
})
// Calls of these tests change the configuration and trigger runs, and lists change when a run ends.
beforeEach(() => settled(platform))
afterAll(() => platform?.stop())

const asAdmin = (sent: Parameters<typeof send>[2]) => send(platform.baseUrl, platform.tokens.admin, sent)
const posts = calls.filter(({ method }) => restRequest({ method }, {}).verb === 'POST')
const named = posts.map((call) => [call.name, call] as const)

/** Every value of a response with its field. */
function* valuesOf(message: DescMessage, json: JsonObject): Generator<[field: DescField, value: JsonValue]> {
  for (const field of message.fields) {
    const value = json[field.jsonName]
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) {
      yield [field, one]
      if (field.message && !field.message.typeName.startsWith('google.'))
        yield* valuesOf(field.message, one as JsonObject)
    }
  }
}
const everyValue = () => answers.flatMap(({ call, answer }) => [...valuesOf(call.method.output, answer.json)])
const scalarsOf = (...types: ScalarType[]) =>
  everyValue().flatMap(([field, value]) => (field.scalar && types.includes(field.scalar) ? [value] : []))

test('W1 every successful call answers 200', () => {
  expect(answers).toHaveLength(19)
  for (const { call, answer } of answers)
    expect([call.name, answer.status, answer.text]).toEqual([call.name, 200, expect.stringMatching(/^\{/)])
})

test('W2 every response is application/json, errors too', async () => {
  const refused = await attempt(platform, 'admin', 'GetSuggestion', { id: 'none' })
  const unknown = await attempt(platform, undefined, 'GetLatestRun')
  for (const { headers } of [...answers.map(({ answer }) => answer), refused, unknown])
    expect(headers.get('content-type')).toMatch(/^application\/json(; ?charset=utf-8)?$/i)
})

test('W3 members have names in camel case, and query parameters in snake case', async () => {
  const names = (json: JsonValue): string[] =>
    Array.isArray(json)
      ? json.flatMap(names)
      : typeof json === 'object' && json !== null
        ? Object.entries(json).flatMap(([name, value]) => (name === 'profile' ? [name] : [name, ...names(value)]))
        : []
  for (const { answer } of answers) for (const name of names(answer.json)) expect(name).toMatch(/^[a-z][a-zA-Z0-9]*$/)
  const first = await asAdmin({ verb: 'GET', path: '/api/v1/role-mining/filter-attributes?page_size=1' })
  expect(first.json.attributes).toHaveLength(1)
  const token = String(first.json.nextPageToken)
  const second = await asAdmin({ verb: 'GET', path: `/api/v1/role-mining/filter-attributes?page_token=${token}` })
  expect(second.json.attributes).not.toContainEqual((first.json.attributes as JsonValue[])[0])
})

test('W4 no response contains a null, with data and without', () => {
  expect(emptyAnswers.length).toBeGreaterThan(8)
  for (const { call, answer } of [...answers, ...emptyAnswers])
    expect(answer.text, call.name).not.toMatch(/[:[,]\s*null\b/)
})

test('W5 a user has no null member and has an origin', async () => {
  const { list } = await platform.ask<{ list: JsonObject[] }>('SearchCohortUsers', {
    suggestionId: platform.ids.suggestion,
  })
  expect(list.length).toBeGreaterThan(0)
  for (const user of list) {
    expect(Object.values(user)).not.toContain(null)
    expect(user.origin).toBe('USER_ORIGIN_DIRECTORY')
  }
})

test('a search with selected entitlements says how many of them each user holds', async () => {
  const { suggestion: suggestionId } = platform.ids
  const { suggestion } = await platform.ask<{ suggestion: Suggestion }>('GetSuggestion', { id: suggestionId })
  const selectedEntitlements = suggestion.entitlements.map(({ appId, entitlementId }) => ({ appId, entitlementId }))
  const { list, usersWithCoverage } = await platform.ask<{
    list: { id: string }[]
    usersWithCoverage: { user: { id: string }; coveredCount: number }[]
  }>('SearchCohortUsers', { suggestionId, selectedEntitlements, pageSize: 100 })
  expect(usersWithCoverage.map(({ user }) => user)).toEqual(list)
  const named = selectedEntitlements.map(({ entitlementId }) => entitlementId)
  const held = Map.groupBy(platform.organisation.grants, ({ identityId }) => identityId)
  for (const { user, coveredCount } of usersWithCoverage) {
    const grants = new Set((held.get(user.id) ?? []).map(({ entitlementId }) => entitlementId))
    expect([user.id, coveredCount]).toEqual([user.id, named.filter((one) => grants.has(one)).length])
  }
  expect(Math.max(...usersWithCoverage.map(({ coveredCount }) => coveredCount))).toBeGreaterThan(0)
})

test('W6 numbers of 32 bits are JSON numbers', () => {
  const numbers = scalarsOf(ScalarType.INT32, ScalarType.UINT32)
  expect(numbers.length).toBeGreaterThan(100)
  for (const value of numbers) expect(Number.isInteger(value), JSON.stringify(value)).toBe(true)
})

test('W7 the count of users, which has 64 bits, is a JSON string', async () => {
  const counts = scalarsOf(ScalarType.INT64)
  expect(counts).toHaveLength(1)
  for (const value of counts) expect(value).toMatch(/^\d+$/)
})

test('W8 doubles are JSON numbers, also when there is nothing to divide by', async () => {
  const doubles = scalarsOf(ScalarType.DOUBLE)
  expect(doubles.length).toBeGreaterThan(20)
  for (const value of doubles) expect(Number.isFinite(value), JSON.stringify(value)).toBe(true)
  const nobody = [{ attribute: 'department', values: ['Nobody works here'] }]
  const { id } = await platform.ask<{ id: string }>('TriggerCustomAnalysis', { profileFilters: nobody })
  await completed(platform.ask, id)
  const { text } = await attempt(platform, 'admin', 'GetCustomAnalysisResult', { id })
  expect(text).not.toMatch(/NaN|Infinity/)
})

test('W9 times are RFC 3339 with a zone', () => {
  const times = everyValue().filter(([field]) => field.message?.typeName === 'google.protobuf.Timestamp')
  expect(times.length).toBeGreaterThan(10)
  for (const [field, value] of times)
    expect(value, field.name).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/)
})

test('W10 enums are names, in responses and in requests', async () => {
  const enums = everyValue().filter(([field]) => field.enum !== undefined)
  expect(enums.length).toBeGreaterThan(20)
  for (const [field, value] of enums) expect(field.enum?.values.map(({ name }) => name)).toContain(value)
  const { list } = await platform.ask<{ list: JsonObject[] }>('Search', { states: ['SUGGESTION_STATE_DISMISSED'] })
  expect(list.map(({ suggestionState }) => suggestionState)).toEqual(['SUGGESTION_STATE_DISMISSED'])
})

test('W11 clients of the first generation ignore later members', () => {
  const { answer } = answers.find(({ call }) => call.name === 'GetCustomAnalysisResult')!
  expect(answer.json).toHaveProperty('cutoffImpactPoints')
  expect(answer.json).toHaveProperty('createdByUserId')
  expect(faultsOf(1, 'GetCustomAnalysisResultResponse', answer.json)).toEqual([])
})

test.each(named)(
  'W12 %s reads a body of no bytes as an empty message, with and without a content type',
  async (_, call) => {
    const { path } = restRequest(call, call.request(platform.ids))
    const meant = await asAdmin({ verb: 'POST', path, body: '{}', headers: jsonType })
    for (const headers of [jsonType, {}]) {
      const answer = await asAdmin({ verb: 'POST', path, headers })
      expect([answer.status, masked(call, answer)]).toEqual([meant.status, masked(call, meant)])
    }
  },
)

test.each(named)('W13 %s reads a null member as an absent one', async (_, call) => {
  const { path } = restRequest(call, call.request(platform.ids))
  const meant = await asAdmin({ verb: 'POST', path, body: '{}', headers: jsonType })
  const nulls = call.method.input.fields.map(({ jsonName }) => [jsonName, null])
  const body = JSON.stringify(Object.fromEntries(nulls))
  const answer = await asAdmin({ verb: 'POST', path, body, headers: jsonType })
  expect([answer.status, masked(call, answer)]).toEqual([meant.status, masked(call, meant)])
})

test.each(named)(
  'W14 %s accepts names in camel case and in snake case, and ignores unknown members',
  async (_, call) => {
    const { path, body } = restRequest(call, call.request(platform.ids))
    const meant = await asAdmin({ verb: 'POST', path, body, headers: jsonType })
    expect(meant.status).toBe(200)
    const snaked = body?.replaceAll(/"(\w+)":/g, (_, name: string) => `"${snake(name)}":`).replace(/\}$/, '')
    const more = `${snaked}${snaked === '{' ? '' : ','}"unheard_of": {"of": [1]}}`
    const answer = await asAdmin({ verb: 'POST', path, body: more, headers: jsonType })
    expect([answer.status, masked(call, answer)]).toEqual([200, masked(call, meant)])
  },
)

test('W15 an escaped path segment is one name, whatever it contains', async () => {
  const odd = encodeURIComponent(oddAttribute)
  expect(odd).toContain('%2F')
  const valuesOfAttribute = (name: string) =>
    asAdmin({ verb: 'GET', path: `/api/v1/role-mining/filter-attributes/${name}/values?page_size=2` })
  const values = await valuesOfAttribute(odd)
  expect([values.status, (values.json.values as JsonObject[]).length]).toEqual([200, 2])
  expect((await valuesOfAttribute(encodeURI(oddAttribute))).json).toEqual(values.json)
  const [{ value }] = values.json.values as [JsonObject]
  const counted = await asAdmin({
    verb: 'POST',
    path: `/api/v1/role-mining/custom-analysis/${platform.ids.analysis}/filter-attributes/${odd}/value-counts`,
    body: JSON.stringify({ values: [value] }),
    headers: jsonType,
  })
  expect([counted.status, counted.json.values]).toEqual([200, [expect.objectContaining({ value })]])
  const unknown = await asAdmin({ verb: 'GET', path: '/api/v1/role-mining/suggestions/a%2Fb%20c' })
  expect([unknown.status, unknown.json.message]).toEqual([404, 'suggestion "a/b c" does not exist'])
})

test('W16 a literal route has priority over a wildcard', async () => {
  const latest = await asAdmin({ verb: 'GET', path: '/api/v1/role-mining/custom-analysis/latest' })
  expect(Object.keys(latest.json)).toEqual(['result'])
  const other = await asAdmin({ verb: 'GET', path: '/api/v1/role-mining/custom-analysis/trigger' })
  expect([other.status, other.json.message]).toEqual([404, 'custom analysis "trigger" does not exist'])
})

test('W17 a path with a slash at its end is not found', async () => {
  const answer = await asAdmin({ verb: 'GET', path: `/api/v1/role-mining/suggestions/${platform.ids.suggestion}/` })
  expect(answer.status).toBe(404)
})

test('W18 default values are written, and unset messages are left out', async () => {
  const { config } = await platform.ask<{ config: JsonObject }>('UpdateRoleMiningConfig')
  expect(config).toEqual({ cohortHints: [], maxSuggestions: 100, minCohortSize: 5 })
  const { suggestion } = await platform.ask<{ suggestion: JsonObject }>('GetSuggestion', {
    id: platform.ids.suggestion,
  })
  expect(suggestion).toMatchObject({ createdCatalogId: '', suggestionState: 'SUGGESTION_STATE_NEW' })
  const last = await platform.ask('ListRuns', { pageSize: 100 })
  expect(last.nextPageToken).toBe('')
  const result = await platform.ask('GetCustomAnalysisResult', { id: platform.ids.analysis })
  expect(result).toMatchObject({ errorMessage: '', terminalReason: 'CUSTOM_ANALYSIS_TERMINAL_REASON_UNSPECIFIED' })
  for (const unset of ['accessScope', 'resourceScope']) expect(result).not.toHaveProperty(unset)
})

test('W19 all paths begin with /api/v1', async () => {
  for (const { call } of answers) expect(restRequest(call, {}).path).toMatch(/^\/api\/v1\//)
  for (const path of ['/role-mining/runs', '/api/role-mining/runs', '/v1/role-mining/runs'])
    expect((await asAdmin({ verb: 'GET', path })).status, path).toBe(404)
})

test('W20 only an Authorization header with a bearer token is accepted', async () => {
  const path = '/api/v1/role-mining/runs/latest'
  const token = platform.tokens.admin
  const enter = (authorization: string) =>
    send(platform.baseUrl, undefined, { verb: 'GET', path, headers: { authorization } })
  expect((await enter(`Bearer ${token}`)).status).toBe(200)
  expect((await enter(`bearer ${token}`)).status).toBe(200)
  for (const wrong of ['Bearer ', `Basic ${btoa(`me:${token}`)}`, token, `Bearer ${token}x`, 'Bearer a.b.c']) {
    const answer = await enter(wrong)
    expect([wrong, answer.status, answer.json.code]).toEqual([wrong, 401, 16])
  }
  const asked = await send(platform.baseUrl, undefined, { verb: 'GET', path: `${path}?access_token=${token}` })
  expect(asked.status).toBe(401)
})

/**
 * A response without the values that differ in each response of a call: new ids, times, sealed tokens. A run that an earlier
 * test triggered may end between two calls, so the run that last found a suggestion is left out too.
 */
function masked({ fresh }: Pick<Call, 'fresh'>, { json }: Answer): JsonValue {
  const unlike = ['nextPageToken', 'updatedAt', 'createdAt', 'completedAt', 'lastGeneratedAt', 'runId', ...fresh]
  const mask = (value: JsonValue, name = ''): JsonValue => {
    if (unlike.includes(name)) return value === '' ? '' : 'present'
    if (Array.isArray(value)) return value.map((one) => mask(one))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mask(one, key)]))
  }
  return mask(json)
}
