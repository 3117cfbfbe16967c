import { RoleMiningManagementSearchService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_search_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { SuggestionState } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { AccessProfileMatchType } from '@assay/contracts/c1/mcp/role_mining/v1/entitlement_pb'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { roleMiningSearchService } from './role-mining-search-service.ts'
import { roleMiningService } from './role-mining-service.ts'

const organisation = generateOrganisation({ seed: 4, identityCount: 300 })
let running: TestService
let tenant: number
let client: Client<typeof RoleMiningManagementSearchService>
let management: Client<typeof RoleMiningManagementService>

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(RoleMiningManagementSearchService, roleMiningSearchService(service))
    router.service(RoleMiningManagementService, roleMiningService(service))
  })
  tenant = await running.database.tenantId('tenant')
  const { sql } = running.database.database
  const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  await importFiles(sql, tenant, files)
  await analyse(sql, tenant)
  client = running.client(RoleMiningManagementSearchService, tenant, 'auditor')
  management = running.client(RoleMiningManagementService, tenant)
})
afterAll(() => running?.stop())

const all = async () => (await client.search({ pageSize: 100 })).list

test('a search without conditions gives what the list gives, in its order', async () => {
  const { list } = await management.listSuggestions({ pageSize: 100 })
  expect(list.length).toBeGreaterThan(5)
  expect(await all()).toEqual(list)
})

test('words are found in name, description and filter values, whatever their case, and all of them must be there', async () => {
  const suggestions = await all()
  const { cohortFilters, suggestedName } = suggestions[0]!
  const value = cohortFilters[0]!.values[0]!
  const part = value.slice(1).toUpperCase()
  const { list } = await client.search({ query: part, pageSize: 100 })
  const expected = suggestions.filter((one) =>
    [one.suggestedName, one.description, ...one.cohortFilters.flatMap(({ values }) => values)]
      .join('\n')
      .toUpperCase()
      .includes(part),
  )
  expect(list).toEqual(expected)
  const found = await client.search({ query: `${suggestedName} ${value}`, pageSize: 100 })
  expect(found.list.map(({ id }) => id)).toContain(suggestions[0]!.id)
  expect((await client.search({ query: `${value} no-such-word` })).list).toEqual([])
})

test('conditions on cohort and match keep exactly the suggestions that meet them', async () => {
  const suggestions = await all()
  const { list } = await client.search({ cohortTypes: ['job_title', 'no-such'], pageSize: 100 })
  const titled = suggestions.filter((one) => one.cohortFilters.some(({ attribute }) => attribute === 'job_title'))
  expect(titled.length).toBeGreaterThan(0)
  expect(list).toEqual(titled)
  expect((await client.search({ cohortTypes: ['no-such'] })).list).toEqual([])

  const [first] = suggestions
  const { entitlements, suggestedName: displayName } = first!
  await management.createAccessProfileFromCohort({ displayName, entitlements })
  await analyse(running.database.database.sql, tenant)
  const exact = await client.search({ matchTypes: [AccessProfileMatchType.EXACT], pageSize: 100 })
  expect(exact.list.map(({ id }) => id)).toContain(first!.id)
  const matches = exact.list.flatMap((one) => one.existingProfileMatches.map(({ matchType }) => matchType))
  expect(new Set(matches)).toContain(AccessProfileMatchType.EXACT)
})

test('a condition on states finds what was decided', async () => {
  const [first] = await all()
  await management.updateSuggestionState({ id: first!.id, state: SuggestionState.DISMISSED })
  const { list } = await client.search({ states: [SuggestionState.DISMISSED] })
  expect(list.map(({ id }) => id)).toEqual([first!.id])
  const undecided = await client.search({ states: [SuggestionState.NEW, SuggestionState.ACCEPTED], pageSize: 100 })
  expect(undecided.list.map(({ id }) => id)).not.toContain(first!.id)
})

test('pages put together are the whole, and a page token of another search is refused', async () => {
  const ids: string[] = []
  let pageToken = ''
  do {
    const page = await client.search({ pageSize: 3, pageToken })
    expect(page.list.length).toBeLessThanOrEqual(3)
    ids.push(...page.list.map(({ id }) => id))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(ids).toEqual((await all()).map(({ id }) => id))
  const { nextPageToken } = await client.search({ pageSize: 3 })
  for (const other of [{ query: 'a' }, { states: [SuggestionState.NEW] }, { cohortTypes: ['department'] }])
    expect(await failureOf(client.search({ ...other, pageToken: nextPageToken }))).toMatch(
      /^InvalidArgument: page_token/,
    )
})

test.each([
  [{ states: [SuggestionState.UNSPECIFIED] }, /states\[0\]/],
  [{ states: [SuggestionState.NEW, 99] }, /states\[1\]/],
  [{ matchTypes: [AccessProfileMatchType.UNSPECIFIED] }, /match_types\[0\]/],
  [{ query: 'x'.repeat(1_001) }, /query.*at most 1000 characters/],
  [{ cohortTypes: Array(1_001).fill('department') }, /cohort_types.*at most 1000/],
  [{ pageSize: -1 }, /page_size/],
  [{ pageToken: 'forged' }, /page_token/],
])('%j is refused by name', async (request, words) => {
  const refusal = await failureOf(client.search(request))
  expect(refusal).toMatch(/^InvalidArgument/)
  expect(refusal).toMatch(words)
})

test('every role may search, nobody else, and each only in the own tenant', async () => {
  for (const role of ['admin', 'role-miner', 'reviewer', 'auditor'] as const)
    expect((await running.client(RoleMiningManagementSearchService, tenant, role).search({})).list).not.toEqual([])
  const nobody = running.client(RoleMiningManagementSearchService, tenant, 'nobody')
  expect(await failureOf(nobody.search({}))).toMatch(/^Unauthenticated/)
  const stranger = running.client(RoleMiningManagementSearchService, await running.database.tenantId('stranger'))
  expect((await stranger.search({})).list).toEqual([])
  const { nextPageToken } = await client.search({ pageSize: 1 })
  expect(await failureOf(stranger.search({ pageToken: nextPageToken }))).toMatch(/^InvalidArgument/)
})
