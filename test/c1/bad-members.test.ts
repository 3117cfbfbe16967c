import { http } from '@assay/contracts/google/api/annotations_pb'
import {
  type DescField,
  type DescMessage,
  getOption,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { observeTests } from '../compatibility/observe.ts'
import { fingerprint } from '../platform/fingerprint.ts'
import { importFiles } from '../platform/platform.ts'
import { badRequests } from './bad-members.ts'
import { calls, camel, restRequest } from './calls.ts'
import { attempt, type C1Platform, startC1Platform } from './furnished.ts'
import { type Answer, jsonType, send } from './http.ts'

// Every member of every request with another type, with U+0000, out of its range, or naming a missing object.

observeTests()
let platform: C1Platform
let before: Awaited<ReturnType<typeof fingerprint>>
beforeAll(async () => {
  platform = await startC1Platform()
  before = await fingerprint(platform.db, platform.tenants)
})
afterAll(() => platform?.stop())

const wrongOf: Readonly<Record<string, readonly JsonValue[]>> = {
  string: [7, true, {}, ['a']],
  number: ['x', 1.5, 3e9, -3e9, true, {}, [1]],
  double: ['x', true, {}, [1]],
  bool: ['yes', 1, {}, []],
  enum: ['NOT_A_NAME', {}, [], true],
  message: ['x', 7, true, [{}]],
  list: ['x', 7, {}],
}

function kindOf(field: DescField): string {
  if (field.fieldKind !== 'scalar') return field.fieldKind
  return (
    { [ScalarType.STRING]: 'string', [ScalarType.BOOL]: 'bool', [ScalarType.DOUBLE]: 'double' }[
      field.scalar as number
    ] ?? 'number'
  )
}

interface Misfit {
  readonly member: string
  readonly json: JsonObject
}

/** Messages with one wrong member: one for each member, also of nested messages. */
function* misfits(
  message: DescMessage,
  valuesOf: (field: DescField) => readonly JsonValue[],
  path = '',
): Generator<Misfit> {
  for (const field of message.fields) {
    const name = field.jsonName
    for (const value of valuesOf(field)) {
      const inList = field.fieldKind === 'list' && Array.isArray(value)
      yield { member: inList ? `${path}${name}[0]` : `${path}${name}`, json: { [name]: value } }
    }
    if (field.message === undefined) continue
    const within = field.fieldKind === 'list' ? `${path}${name}[0].` : `${path}${name}.`
    for (const { member, json } of misfits(field.message, valuesOf, within))
      yield { member, json: { [name]: field.fieldKind === 'list' ? [json] : json } }
  }
}

const wrongTypes = (field: DescField): readonly JsonValue[] => {
  if (field.fieldKind !== 'list') return wrongOf[kindOf(field)] ?? []
  const item = field.listKind === 'scalar' ? 'string' : field.listKind
  return [...(wrongOf.list ?? []), ...(wrongOf[item] ?? []).filter((one) => !Array.isArray(one)).map((one) => [one])]
}
const withNul = (field: DescField): readonly JsonValue[] =>
  field.scalar !== ScalarType.STRING ? [] : field.fieldKind === 'list' ? [['a\0b']] : ['a\0b']

/** The calls with a body, and the members that come from the path instead; these are always text. */
const bodies = calls.flatMap((call) => {
  const { verb } = restRequest(call, {})
  if (verb !== 'POST' || call.method.input.fields.length === 0) return []
  // The value in the path overrides the one in the body.
  return [
    {
      call,
      inPath: [
        ...(getOption(call.method, http)
          .pattern.value?.toString()
          .matchAll(/\{([\w.]+)\}/g) ?? []),
      ].map(([, name = '']) => camel(name)),
    },
  ]
})

async function refusedMember(answer: Answer): Promise<string> {
  expect([answer.status, answer.json.code], answer.text).toEqual([400, 3])
  const [detail] = answer.json.details as { fieldViolations: { field: string }[] }[]
  return detail?.fieldViolations[0]?.field ?? ''
}

test.each(bodies.map((body) => [body.call.name, body] as const))(
  '%s refuses each member with another type or with U+0000, names it, and changes nothing',
  async (_, { call, inPath }) => {
    const { path } = restRequest(call, call.request(platform.ids))
    const bad = [...misfits(call.method.input, wrongTypes), ...misfits(call.method.input, withNul)]
    expect(bad.length).toBeGreaterThan(4)
    for (const { member, json } of bad) {
      if (inPath.includes(member)) continue
      const sent = { verb: 'POST', path, body: JSON.stringify(json), headers: jsonType }
      const answer = await send(platform.baseUrl, platform.tokens.admin, sent)
      expect(await refusedMember(answer), JSON.stringify(json)).toBe(member)
    }
    expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
  },
)

const queries = calls.filter(({ method }) => restRequest({ method }, {}).verb === 'GET')
test('a query parameter with another type or with U+0000 is refused, and the error names it', async () => {
  for (const { method } of queries)
    for (const field of method.input.fields) {
      const { path } = restRequest({ method }, { id: platform.ids.suggestion, attribute: 'manager' })
      const [at] = path.split('?')
      if (['id', 'attribute'].includes(field.name)) continue
      const wrong = kindOf(field) === 'number' ? ['ten', '1.5', '3000000000'] : field.enum ? ['NONE'] : ['a%00b']
      for (const value of wrong) {
        const answer = await send(platform.baseUrl, platform.tokens.admin, {
          verb: 'GET',
          path: `${at}?${field.name}=${value}`,
        })
        expect(await refusedMember(answer), `${method.name} ${field.name}=${value}`).toMatch(
          new RegExp(`^${field.name}`),
        )
      }
    }
})

test('U+0000 in a path segment is refused, and the error names the parameter', async () => {
  for (const call of calls) {
    const filled = restRequest(call, {
      id: 'a\0b',
      suggestionId: 'a\0b',
      analysisId: 'a\0b',
      attribute: 'a\0b',
      selection: { analysisId: 'a\0b' },
    })
    if (!filled.path.split('?')[0]?.includes('%00')) continue
    const answer = await send(platform.baseUrl, platform.tokens.admin, {
      verb: filled.verb,
      path: filled.path.split('?')[0] ?? '',
    })
    expect(await refusedMember(answer), call.name).toMatch(
      /^(id|suggestion_id|analysis_id|attribute|selection\.analysis_id)$/,
    )
  }
})

test.each(badRequests.map((bad) => [bad.call, bad.wrong, bad] as const))('%s refuses %s', async (_, _wrong, bad) => {
  const answer = await attempt(platform, 'admin', bad.call, bad.request(platform.ids))
  if (bad.member === undefined) {
    expect([answer.status, answer.json.code]).toEqual([404, 5])
    expect(answer.json.message).toMatch(bad.words)
    return
  }
  expect(await refusedMember(answer)).toBe(bad.member)
  const [detail] = answer.json.details as { fieldViolations: { description: string }[] }[]
  expect(detail?.fieldViolations[0]?.description).toMatch(bad.words)
})

test('no refused request has changed anything', async () => {
  expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
})

// Values just within a limit are accepted. These requests change something, so they come after the refusals.
test('values at the limits are accepted: a name of 256 characters, a description of 4,096, 32 filters of 1,000 values', async () => {
  const values = Array.from({ length: 1000 }, (_, i) => `v${i}`)
  const profileFilters = Array.from({ length: 32 }, () => ({ attribute: 'department', values }))
  await platform.ask('CreateAccessProfileFromCohort', { displayName: 'n'.repeat(256), description: 'd'.repeat(4096) })
  await platform.ask('SearchCohortUsers', { suggestionId: platform.ids.suggestion, profileFilters })
  await platform.ask('TriggerCustomAnalysis', { profileFilters })
})

test('a page token is valid only for the same list with the same conditions, in the same tenant', async () => {
  const { nextPageToken } = await platform.ask<{ nextPageToken: string }>('ListSuggestions', { pageSize: 1 })
  expect(nextPageToken).not.toBe('')
  const again = (caller: 'admin' | 'stranger' | 'auditor', call: string, request: JsonObject = {}) =>
    attempt(platform, caller, call, { ...request, pageToken: nextPageToken })
  expect((await again('auditor', 'ListSuggestions')).status).toBe(200)
  expect(await refusedMember(await again('stranger', 'ListSuggestions'))).toBe('page_token')
  expect(await refusedMember(await again('admin', 'ListSuggestions', { states: ['SUGGESTION_STATE_NEW'] }))).toBe(
    'page_token',
  )
  for (const call of ['ListRuns', 'ListCustomAnalysisResults', 'ListCohortFilterAttributes', 'Search'])
    expect(await refusedMember(await again('admin', call)), call).toBe('page_token')
})

test('requests that name a deleted profile, or an application that is not in the last import, are refused', async () => {
  const { ids, files, baseUrl, tokens } = platform
  const { accessProfileId } = await platform.ask<{ accessProfileId: string }>('CreateAccessProfileFromCohort', {
    displayName: 'Deleted',
  })
  await send(baseUrl, tokens.admin, { verb: 'DELETE', path: `/api/v1/catalogs/${accessProfileId}` })
  const named = { id: ids.suggestion, state: 'SUGGESTION_STATE_ACCEPTED', createdCatalogId: accessProfileId }
  expect(await refusedMember(await attempt(platform, 'admin', 'UpdateSuggestionState', named))).toBe(
    'created_catalog_id',
  )

  const { entitlements: everything } = platform.organisation
  const gone = new Set(everything.filter((one) => one.applicationId === ids.application).map(({ id }) => id)).add(
    ids.application,
  )
  const isKept = (line: string) => !line.split(',').some((cell) => gone.has(cell))
  const remaining = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.split('\n').filter(isKept).join('\n')]),
  )
  await importFiles(baseUrl, tokens.admin, remaining)
  const scope = { accessScope: { appId: ids.application } }
  const entitlements = [{ appId: ids.application, entitlementId: ids.entitlement }]
  const filter = [{ attribute: 'department', values: [ids.department] }]
  const refused: [string, JsonObject, string][] = [
    ['TriggerCustomAnalysis', scope, 'access_scope'],
    [
      'TriggerCustomAnalysis',
      { profileFilters: filter, resourceScope: { appIds: [ids.application] } },
      'resource_scope.app_ids',
    ],
    ['CreateAccessProfileFromCohort', { displayName: 'x', ...scope }, 'access_scope'],
    ['CreateAccessProfileFromCohort', { displayName: 'x', entitlements }, 'entitlements[0]'],
  ]
  for (const [call, request, member] of refused)
    expect(await refusedMember(await attempt(platform, 'admin', call, request)), call).toBe(member)
})
