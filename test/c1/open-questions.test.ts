import { agedMining } from '@assay/role-mining'
import { removeAgedRows } from '@assay/store'
import type { JsonObject } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { observeTests } from '../compatibility/observe.ts'
import { settled } from '../platform/furnished.ts'
import { callNamed } from './calls.ts'
import {
  type Analysis,
  analyse,
  attempt,
  type C1Platform,
  completed,
  type Suggestion,
  startC1Platform,
} from './furnished.ts'
import { ask as askOf } from './http.ts'

// The open questions of the contract (section 13), by their numbers, and other decisions. Each test checks the
// behaviour that a client can see.

observeTests()
let platform: C1Platform
beforeAll(async () => {
  platform = await startC1Platform()
})
afterAll(() => platform?.stop())

const nowhere = '00000000-0000-4000-8000-000000000000'
const ask: C1Platform['ask'] = (call, request) => platform.ask(call, request)
const inDepartment = () => [{ attribute: 'department', values: [platform.ids.department] }]
const custom = async (request: JsonObject) =>
  completed(ask, (await ask<{ id: string }>('TriggerCustomAnalysis', request)).id)
const refused = async (call: string, request: JsonObject) => {
  const { status, json } = await attempt(platform, 'admin', call, request)
  return [status, json.code]
}
const suggestions = async () => (await ask<{ list: Suggestion[] }>('ListSuggestions', { pageSize: 100 })).list
const people = () =>
  platform.organisation.identities.filter(({ status, type }) => status === 'enabled' && type === 'human')

test('Q1 an error is a google.rpc.Status: a code, a message, and details with their type', async () => {
  const { status, json } = await attempt(platform, 'admin', 'UpdateRoleMiningConfig', { maxSuggestions: 5000 })
  expect([status, Object.keys(json)]).toEqual([400, ['code', 'message', 'details']])
  expect(json).toMatchObject({
    code: 3,
    details: [
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'max_suggestions' }] },
    ],
  })
  expect((await attempt(platform, 'auditor', 'TriggerAnalysis')).json).toMatchObject({
    code: 7,
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'MISSING_RIGHT' }],
  })
})

test('Q2 attributes are the six built-in keys, then the columns of the tenant under their names', async () => {
  const { attributes } = await ask<{ attributes: { attribute: string; kind: string }[] }>('ListCohortFilterAttributes')
  const keys = (kind: string) => attributes.filter((one) => one.kind.endsWith(kind)).map(({ attribute }) => attribute)
  expect(keys('BUILTIN')).toEqual([
    'department',
    'job_title',
    'manager',
    'employment_type',
    'employment_status',
    'directory_status',
  ])
  expect(keys('CUSTOM')).toEqual(['Cost Center/Region 100%', 'location', 'project'])
})

test('Q3 values of the attribute manager are ids, with display names', async () => {
  const { values } = await ask<{ values: { value: string; displayName: string; userCount: number }[] }>(
    'ListCohortFilterAttributeValues',
    { attribute: 'manager', pageSize: 100 },
  )
  expect(values.length).toBeGreaterThan(3)
  for (const { value, displayName, userCount } of values) {
    expect(platform.organisation.identities.find(({ id }) => id === value)?.displayName).toBe(displayName)
    expect(people().filter(({ managerId }) => managerId === value)).toHaveLength(userCount)
  }
})

test('Q4 coverage is the share of holders in the cohort; each distinct value, rounded half up to basis points, is a cutoff, the highest first', async () => {
  const { entitlements, cutoffImpactPoints, cohortSize } = await ask<Analysis>('GetCustomAnalysisResult', {
    id: platform.ids.analysis,
  })
  for (const { coverage, grantedCount } of entitlements) expect(coverage).toBe(grantedCount / cohortSize)
  const points = [...new Set(entitlements.map(({ coverage }) => Math.round(coverage * 10_000)))].sort((a, b) => b - a)
  expect(cutoffImpactPoints.map((point) => point.minimumCoverageBasisPoints)).toEqual(points)
  for (const { confidence } of await suggestions()) {
    expect(confidence).toBeGreaterThan(0)
    expect(confidence).toBeLessThanOrEqual(1)
  }
})

test('Q4 a profile matches exactly, as a superset, or in part, and a partial match lists the missing entitlements', async () => {
  const open = (await suggestions()).filter(
    ({ suggestionState, entitlements }) => suggestionState === 'SUGGESTION_STATE_NEW' && entitlements.length > 3,
  )
  const [whole, more, half] = open as [Suggestion, Suggestion, Suggestion]
  const key = ({ appId, entitlementId }: JsonObject) => `${appId}/${entitlementId}`
  const other = open
    .flatMap(({ entitlements }) => entitlements)
    .find((one) => !more.entitlements.some((own) => key(own) === key(one)))!
  const make = async (displayName: string, entitlements: JsonObject[]) =>
    (await ask<{ accessProfileId: string }>('CreateAccessProfileFromCohort', { displayName, entitlements }))
      .accessProfileId
  const exact = await make('Exact', whole.entitlements)
  const superset = await make('Superset', [...more.entitlements, other])
  const partial = await make('Partial', half.entitlements.slice(0, Math.ceil(half.entitlements.length / 2)))
  await analyse(platform)
  const list = await suggestions()
  const match = (id: string, catalog: string) =>
    (list.find((one) => one.id === id)?.existingProfileMatches as JsonObject[] | undefined)?.find(
      ({ catalogId }) => catalogId === catalog,
    )
  expect(match(more.id, superset)).toMatchObject({
    catalogDisplayName: 'Superset',
    matchType: 'ACCESS_PROFILE_MATCH_TYPE_SUPERSET',
    overlapRatio: 1,
    missingEntitlements: [],
  })
  const { overlapRatio, missingEntitlements, matchType } = match(half.id, partial) as {
    overlapRatio: number
    missingEntitlements: JsonObject[]
    matchType: string
  }
  expect(matchType).toBe('ACCESS_PROFILE_MATCH_TYPE_PARTIAL')
  expect(missingEntitlements).toHaveLength(Math.floor(half.entitlements.length / 2))
  expect(overlapRatio).toBe(Math.ceil(half.entitlements.length / 2) / half.entitlements.length)
  expect(match(whole.id, exact)).toMatchObject({ matchType: 'ACCESS_PROFILE_MATCH_TYPE_EXACT', overlapRatio: 1 })
  const found = await ask<{ list: Suggestion[] }>('Search', {
    matchTypes: ['ACCESS_PROFILE_MATCH_TYPE_EXACT'],
    pageSize: 100,
  })
  expect(found.list.map(({ id }) => id)).toContain(whole.id)
})

test('Q5 an entitlement that is included and excluded, or outside the analysis, is refused', async () => {
  const { analysis: analysisId, application: appId, entitlement: entitlementId } = platform.ids
  const ref = { appId, entitlementId }
  const select = (request: JsonObject) => refused('EvaluateEntitlementSelection', { analysisId, ...request })
  expect(await select({ explicitlyIncluded: [ref], explicitlyExcluded: [ref] })).toEqual([400, 3])
  expect(await select({ explicitlyIncluded: [{ appId, entitlementId: 'none' }] })).toEqual([400, 3])
  const kept = await ask<JsonObject>('EvaluateEntitlementSelection', {
    analysisId,
    minimumCoverageBasisPoints: 10_000,
    explicitlyIncluded: [ref],
  })
  const dropped = await ask<JsonObject>('EvaluateEntitlementSelection', {
    analysisId,
    minimumCoverageBasisPoints: 10_000,
    explicitlyExcluded: [],
  })
  expect(Number(kept.selectedEntitlementCount)).toBe(Number(dropped.selectedEntitlementCount) + 1)
})

test('Q6 the people of a custom analysis are listed by its id', async () => {
  const { list, totalCount } = await ask<{ list: { id: string }[]; totalCount: string }>('SearchCohortUsers', {
    suggestionId: platform.ids.analysis,
    pageSize: 100,
  })
  const expected = people()
    .filter(({ department }) => department === platform.ids.department)
    .map(({ id }) => id)
  expect(list.map(({ id }) => id).sort()).toEqual(expected.sort())
  expect(totalCount).toBe(String(expected.length))
})

test('Q7 new and dismissed change into each other, dismissed changes into accepted, and accepted does not change while its profile exists', async () => {
  const { accepted, dismissed } = platform.ids
  const move = (id: string, state: string, more: JsonObject = {}) =>
    ['UpdateSuggestionState', { id, state: `SUGGESTION_STATE_${state}`, ...more }] as const
  for (const state of ['NEW', 'NEW', 'DISMISSED', 'NEW', 'DISMISSED'])
    expect(await ask(...move(dismissed, state))).toMatchObject({
      suggestion: { suggestionState: `SUGGESTION_STATE_${state}` },
    })
  for (const state of ['NEW', 'DISMISSED']) expect(await refused(...move(accepted, state))).toEqual([400, 9])
  const { accessProfileId } = await ask<{ accessProfileId: string }>('CreateAccessProfileFromCohort', {
    displayName: 'Made before',
  })
  const taken = await ask<{ suggestion: JsonObject }>(
    ...move(dismissed, 'ACCEPTED', { createdCatalogId: accessProfileId }),
  )
  expect(taken.suggestion.createdCatalogId).toBe(accessProfileId)
})

test('Q7 a later run keeps the id and the state of a suggestion', async () => {
  const before = await suggestions()
  await analyse(platform)
  const after = await suggestions()
  const states = (list: Suggestion[]) => list.map(({ id, suggestionState }) => `${id} ${suggestionState}`)
  expect(states(after)).toEqual(states(before))
})

test('Q8 zero sets a setting to its default, and a page has 25 items unless the request has a page size', async () => {
  const { config } = await ask<{ config: JsonObject }>('UpdateRoleMiningConfig', {
    maxSuggestions: 0,
    minCohortSize: 0,
  })
  expect(config).toMatchObject({ maxSuggestions: 100, minCohortSize: 5 })
  const sizes = async (pageSize?: number) =>
    (
      await ask<{ list: [] }>('SearchCohortUsers', {
        suggestionId: platform.ids.analysis,
        ...(pageSize && { pageSize }),
      })
    ).list.length
  expect([await sizes(), await sizes(1), await sizes(7)]).toEqual([25, 1, 7])
})

test('Q9 one analysis runs at a time: while another one waits, a trigger returns the id of the waiting run', async () => {
  await settled(platform)
  const triggered = await platform.db.owner.sql.begin(async (sql) => {
    // The running analysis cannot end during these calls, because it waits for its suggestions to be written.
    await sql`lock table role_mining_suggestions in exclusive mode`
    return Promise.all(Array.from({ length: 6 }, () => ask<{ runId: string }>('TriggerAnalysis')))
  })
  expect(new Set(triggered.map(({ runId }) => runId)).size).toBeLessThanOrEqual(2)
  await settled(platform)
})

test('Q9 a newer custom analysis of the same caller ends a running one as superseded', async () => {
  const { sql } = platform.db.owner
  const { id } = (
    await sql<{ id: string }[]>`
    insert into custom_analyses (tenant_id, id, created_by, cohort_filters, resource_scope)
    select tenant_id, gen_random_uuid(), created_by, cohort_filters, resource_scope from custom_analyses
    where id = ${platform.ids.analysis} returning id`
  )[0]!
  const { id: newer } = await ask<{ id: string }>('TriggerCustomAnalysis', { profileFilters: inDepartment() })
  const superseded = {
    status: 'RUN_STATUS_FAILED',
    terminalReason: 'CUSTOM_ANALYSIS_TERMINAL_REASON_SUPERSEDED',
    supersededByResultId: newer,
    errorMessage: 'A newer analysis by the same caller replaced this one.',
  }
  expect(await ask('GetCustomAnalysisResult', { id })).toMatchObject(superseded)
  const { list } = await ask<{ list: JsonObject[] }>('ListCustomAnalysisResults')
  expect(list.find((view) => view.id === id)).toMatchObject(superseded)
  expect(await ask('GetLatestCustomAnalysisResult')).toMatchObject({ result: { id: newer } })
})

test('Q9 results of custom analyses are stored for 90 days', async () => {
  const { sql } = platform.db.owner
  const old = await custom({ profileFilters: inDepartment() })
  const kept = await custom({ profileFilters: inDepartment() })
  await sql`update custom_analyses set created_at = now() - interval '91 days' where id = ${old.id}`
  await sql`update custom_analyses set created_at = now() - interval '89 days' where id = ${kept.id}`
  await sql`update custom_analyses set status = 'completed' where id = any(${[old.id, kept.id]}::uuid[])`
  await removeAgedRows(platform.db.database.sql, agedMining({ runs: 365, dismissals: 0, analyses: 90 }))
  expect(await refused('GetCustomAnalysisResult', { id: old.id })).toEqual([404, 5])
  expect(await ask('GetCustomAnalysisResult', { id: kept.id })).toMatchObject({ id: kept.id })
})

test('Q11 no feature has to be switched on, and a read-only client can read but not change', async () => {
  expect(
    (await attempt(platform, 'role-miner', 'TriggerCustomAnalysis', { profileFilters: inDepartment() })).status,
  ).toBe(200)
  expect((await attempt(platform, 'auditor', 'GetCustomAnalysisResult', { id: platform.ids.analysis })).status).toBe(
    200,
  )
  expect((await attempt(platform, 'auditor', 'UpdateRoleMiningConfig')).json.code).toBe(7)
})

test('Q12 the latest run and the latest custom analysis are absent when there is none', async () => {
  for (const call of ['GetLatestRun', 'GetLatestCustomAnalysisResult']) {
    const { status, json } = await attempt(platform, 'stranger', call)
    expect([status, json]).toEqual([200, {}])
  }
  expect(await refused('GetCustomAnalysisResult', { id: nowhere })).toEqual([404, 5])
})

test('D1 one value of each filter must match, all filters must match, and values are trimmed', async () => {
  const [a, b] = [...new Set(people().map(({ department }) => department))] as [string, string]
  const title = people().find(({ department }) => department === a)!.jobTitle
  const size = async (...profileFilters: JsonObject[]) => (await custom({ profileFilters })).cohortSize
  const of = (test: (person: ReturnType<typeof people>[number]) => boolean) => people().filter(test).length
  expect(await size({ attribute: 'department', values: [a, ` ${b} `] })).toBe(
    of(({ department }) => [a, b].includes(department)),
  )
  expect(await size({ attribute: 'department', values: [a] }, { attribute: 'job_title', values: [title] })).toBe(
    of(({ department, jobTitle }) => department === a && jobTitle === title),
  )
})

test('D2 an application as access scope selects everybody who holds an entitlement of it', async () => {
  const { application: appId } = platform.ids
  const inside = new Set(
    platform.organisation.entitlements.filter(({ applicationId }) => applicationId === appId).map(({ id }) => id),
  )
  const holders = new Set(
    [...platform.organisation.grants]
      .filter(({ entitlementId }) => inside.has(entitlementId))
      .map(({ identityId }) => identityId),
  )
  const result = await custom({ accessScope: { appId }, resourceScope: { appIds: [appId] } })
  expect(result).toMatchObject({ accessScope: { appId }, resourceScope: { appIds: [appId] } })
  expect(result.cohortSize).toBe(people().filter(({ id }) => holders.has(id)).length)
  const { list } = await ask<{ list: JsonObject[] }>('ListCustomAnalysisResults')
  expect(list[0]).toMatchObject({ accessScope: { appId }, resourceScope: { appIds: [appId] } })
})

test('D3 an import triggers a run, and a call triggers a manual run', async () => {
  const { list } = await ask<{ list: JsonObject[] }>('ListRuns', { pageSize: 100 })
  expect(list.at(-1)).toMatchObject({ triggerType: 'TRIGGER_TYPE_UPLIFT_COMPLETION' })
  expect(list[0]).toMatchObject({ triggerType: 'TRIGGER_TYPE_MANUAL', status: 'RUN_STATUS_COMPLETED' })
})

test('D4 the analysis of an empty cohort completes without results, and says why', async () => {
  const result = await custom({ profileFilters: [{ attribute: 'department', values: ['Nobody'] }] })
  expect(result).toMatchObject({
    status: 'RUN_STATUS_COMPLETED',
    cohortSize: 0,
    entitlements: [],
    cutoffImpactPoints: [],
    facets: [],
  })
  expect(result.errorMessage).toMatch(/Nobody/)
})

test('D5 a profile with automation and tasks gets a rule from its filters and its access scope', async () => {
  const { celExpression } = await ask<{ celExpression: string }>('CreateAccessProfileFromCohort', {
    displayName: 'With tasks',
    profileFilters: inDepartment(),
    accessScope: { appId: platform.ids.application },
    enableAutomation: true,
    createTasks: true,
  })
  expect(celExpression).toBe(
    `subject.department == "${platform.ids.department}" && c1.user.v1.HasApp(subject, "${platform.ids.application}")`,
  )
})

test('D6 a failed run says why; a run without an import fails', async () => {
  await attempt(platform, 'stranger', 'TriggerAnalysis')
  await settled(platform)
  const json = await askOf(platform.baseUrl, platform.tokens.stranger, callNamed('GetLatestRun'))
  expect(json.run).toMatchObject({ status: 'RUN_STATUS_FAILED', errorMessage: expect.stringMatching(/import/) })
})

test('D7 making a profile from a suggestion accepts the suggestion, and works only once', async () => {
  const suggestion = (await suggestions()).find(({ suggestionState }) => suggestionState === 'SUGGESTION_STATE_NEW')!
  const request = { displayName: 'From a suggestion', suggestionId: suggestion.id }
  const { accessProfileId } = await ask('CreateAccessProfileFromCohort', request)
  expect(await ask('GetSuggestion', { id: suggestion.id })).toMatchObject({
    suggestion: { suggestionState: 'SUGGESTION_STATE_ACCEPTED', createdCatalogId: accessProfileId },
  })
  expect(await refused('CreateAccessProfileFromCohort', request)).toEqual([400, 9])
  const { list } = await ask<{ list: Suggestion[] }>('ListSuggestions', { states: ['SUGGESTION_STATE_ACCEPTED'] })
  expect(list.map(({ id }) => id)).toContain(suggestion.id)
})

test('D8 values are counted in the cohort and among the holders of the whole selection, without excluded entitlements', async () => {
  const { analysis: analysisId, department } = platform.ids
  const { entitlements } = await ask<Analysis>('GetCustomAnalysisResult', { id: analysisId })
  const [{ appId, entitlementId, coverage }] = entitlements as [Analysis['entitlements'][number]]
  const minimumCoverageBasisPoints = Math.floor(coverage * 10_000)
  const selection = { analysisId, minimumCoverageBasisPoints, explicitlyExcluded: [{ appId, entitlementId }] }
  const outcome = await ask('EvaluateEntitlementSelection', selection)
  const counts = await ask('CountEntitlementSelectionFilterAttributeValues', {
    selection,
    attribute: 'department',
    values: [department],
  })
  const { cohortUserCount, coreUserCount } = counts
  expect(coreUserCount).toBe(outcome.usersWithAllEntitlements)
  expect(counts.values).toEqual([{ value: department, cohortUserCount, coreUserCount }])
})

test('D9 pages of attributes and of values are complete, and a part of a value finds it', async () => {
  const all = async (call: string, member: string, request: JsonObject) => {
    const found: JsonObject[] = []
    let pageToken = ''
    do {
      const page = await ask<{ nextPageToken: string }>(call, { ...request, pageSize: 4, pageToken })
      found.push(...(page[member as 'nextPageToken'] as unknown as JsonObject[]))
      pageToken = page.nextPageToken
    } while (pageToken !== '')
    return found
  }
  const attributes = await all('ListCohortFilterAttributes', 'attributes', {})
  expect(new Set(attributes.map(({ attribute }) => attribute)).size).toBe(9)
  const titles = await all('ListCohortFilterAttributeValues', 'values', { attribute: 'job_title' })
  const known = new Set(people().map(({ jobTitle }) => jobTitle))
  expect(new Set(titles.map(({ value }) => value))).toEqual(known)
  const [title = ''] = known
  const part = title.slice(1, -1).toUpperCase()
  const found = await all('ListCohortFilterAttributeValues', 'values', { attribute: 'job_title', q: part })
  expect(found.map(({ value }) => value)).toContain(title)
})
