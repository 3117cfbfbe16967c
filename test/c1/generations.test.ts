import { fromJsonString, type JsonObject, toJson } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { observeTests } from '../compatibility/observe.ts'
import { faultsOf, type Generation } from './answers.ts'
import { callNamed } from './calls.ts'
import { type C1Platform, startC1Platform } from './furnished.ts'
import { observe, send } from './http.ts'
import { recordedRequests } from './recorded.ts'

observeTests()
let platform: C1Platform
beforeAll(async () => {
  platform = await startC1Platform()
})
afterAll(() => platform?.stop())

/** Placeholders: the rows of the table do not depend on ids, only the sent requests do. */
const nothing = { suggestion: '', dismissed: '', accepted: '', profile: '', analysis: '' }
const rows = recordedRequests({ ...nothing, application: 'a', entitlement: 'e', department: 'd' }).map(
  ({ client, call, body, headers }, index) => {
    const sent = body ?? (headers?.['content-type'] === undefined ? 'no body and no type' : 'no body')
    return [index + 1, client, call, sent.length > 60 ? `${sent.slice(0, 59)}…` : sent] as const
  },
)

test.each(rows)(
  'recorded request %i of %s: %s accepts it (%s), and the client can decode the response',
  async (number) => {
    const recorded = recordedRequests(platform.ids)[number - 1]!
    const answer = await send(platform.baseUrl, platform.tokens.admin, recorded)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json(;|$)/)
    expect(faultsOf(recorded.generation, recorded.answer, answer.json)).toEqual([])
    const { method } = callNamed(recorded.call)
    const request = fromJsonString(method.input, recorded.body ?? '{}', { ignoreUnknownFields: true })
    observe({ method }, toJson(method.input, request) as JsonObject, answer.json)
  },
)

const generations: readonly Generation[] = [1, 2, 3, 4, 5]
test.each(generations)('clients of generation %i decode every response that they know', async (generation) => {
  for (const { answer, ...sent } of recordedRequests(platform.ids)) {
    if (sent.generation > generation) continue
    const { json } = await send(platform.baseUrl, platform.tokens.admin, sent)
    expect(faultsOf(generation, answer, json), sent.call).toEqual([])
  }
})

// All of these tests depend on the schema, so it has to reject the values that the TypeScript SDK rejected.
const rejected: [string, string, JsonObject][] = [
  ['a null message', 'GetLatestRunResponse', { run: null }],
  ['a null time', 'GetLatestRunResponse', { run: { completedAt: null } }],
  ['a null scalar', 'ListRunsResponse', { nextPageToken: null }],
  ['a quoted int32', 'GetLatestRunResponse', { run: { totalUsers: '7' } }],
  ['a fraction for an int32', 'GetLatestRunResponse', { run: { totalUsers: 7.5 } }],
  ['the number of an enum', 'GetLatestRunResponse', { run: { status: 2 } }],
  ['a double that is no number', 'GetSuggestionResponse', { suggestion: { confidence: 'NaN' } }],
  ['a time that is no time', 'GetLatestRunResponse', { run: { createdAt: '2026-01-01' } }],
  ['a null for the origin of a user', 'SearchCohortUsersResponse', { list: [{ origin: null }] }],
]
test.each(rejected)('the schema of responses rejects %s', (_, message, json) => {
  expect(faultsOf(1, message, json)).toHaveLength(1)
})

test('the schema of responses rejects an unquoted int64 and a name of another generation, where a client would', () => {
  expect(faultsOf(5, 'SearchCohortUsersResponse', { totalCount: 7 })).toHaveLength(1)
  expect(faultsOf(1, 'SearchCohortUsersResponse', { totalCount: 7 })).toEqual([])
  expect(faultsOf(5, 'GetLatestRunResponse', { roleMiningManagementRun: {} })).toHaveLength(1)
})

test('the schema of responses accepts null lists, times with nine digits and unknown names of enums', () => {
  const run = { createdAt: '2026-01-01T00:00:00.123456789+02:00', status: 'RUN_STATUS_QUEUED' }
  expect(faultsOf(1, 'ListRunsResponse', { list: null })).toEqual([])
  expect(faultsOf(1, 'ListRunsResponse', { list: [run] })).toEqual([])
})

test('the members that wrap a response are named run, config and suggestion', async () => {
  const { accepted } = platform.ids
  expect(Object.keys(await platform.ask('GetLatestRun'))).toEqual(['run'])
  expect(Object.keys(await platform.ask('GetRoleMiningConfig'))).toEqual(['config'])
  expect(Object.keys(await platform.ask('UpdateRoleMiningConfig'))).toEqual(['config'])
  expect(Object.keys(await platform.ask('GetSuggestion', { id: accepted }))).toEqual(['suggestion'])
  const kept = { id: accepted, state: 'SUGGESTION_STATE_ACCEPTED' }
  expect(Object.keys(await platform.ask('UpdateSuggestionState', kept))).toEqual(['suggestion'])
})
