import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { RunStatus, TriggerType } from '@assay/contracts/c1/api/role_mining_management/v1/run_pb'
import {
  type RoleMiningManagementSuggestion,
  SuggestionState,
} from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { generateOrganisation } from '@assay/sample-org'
import { type Client, Code, createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mine } from '../../apps/assay/src/commands/mine.ts'
import { grpc, importFiles, joinTestPlatform, rest, type TestPlatform } from './platform.ts'
import { filesOf } from './sample.ts'

const organisation = generateOrganisation({ seed: 1, identityCount: 400 })
let platform: TestPlatform
let token: string
let mining: Client<typeof RoleMiningManagementService>
let profiles: Client<typeof ProfileService>

beforeAll(async () => {
  platform = await joinTestPlatform()
  token = await platform.token('admin')
  const transport = grpc(platform.baseUrl, token)
  mining = createClient(RoleMiningManagementService, transport)
  profiles = createClient(ProfileService, transport)
})
afterAll(() => platform?.stop())

const analyse = () => mine({ baseUrl: platform.baseUrl, token, transport: grpc(platform.baseUrl, token) })
const all = async () => (await mining.listSuggestions({ pageSize: 100 })).list
const isNew = ({ suggestionState }: RoleMiningManagementSuggestion) => suggestionState === SuggestionState.NEW
const cohortOf = ({ cohortFilters }: RoleMiningManagementSuggestion) => {
  const keys = { department: 'department', job_title: 'jobTitle', employment_type: 'employmentType' } as const
  return organisation.identities.filter(
    (identity) =>
      identity.status === 'enabled' &&
      identity.type === 'human' &&
      cohortFilters.every(({ attribute, values }) =>
        values.includes(
          attribute in keys
            ? identity[keys[attribute as keyof typeof keys]]
            : attribute === 'manager'
              ? identity.managerId
              : (identity.attributes as Record<string, string>)[attribute]!,
        ),
      ),
  )
}

test('before the first import an analysis fails and says what to do; before the first analysis there is no latest run', async () => {
  expect((await mining.getLatestRun({})).run).toBeUndefined()
  await expect(analyse()).rejects.toThrow(/no access data to analyse yet.*[Cc]ommit an import/)
  expect((await mining.getLatestRun({})).run?.status).toBe(RunStatus.FAILED)
})

test('an import starts an analysis by itself, whose suggestions are those of the organisation', async () => {
  const imported = await importFiles(platform.baseUrl, token, filesOf(organisation))
  expect(imported.counts?.identities).toBe(organisation.identities.length)
  await expect.poll(async () => (await mining.getLatestRun({})).run?.status).toBe(RunStatus.COMPLETED)
  const { run } = await mining.getLatestRun({})
  expect(run).toMatchObject({ triggerType: TriggerType.UPLIFT_COMPLETION, errorMessage: '' })
  const suggestions = await all()
  expect(suggestions.length).toBe(run?.suggestionsGenerated)
  expect(suggestions.length).toBeGreaterThan(5)
  for (const suggestion of suggestions) {
    expect(cohortOf(suggestion).length).toBe(suggestion.cohortSize)
    for (const one of suggestion.entitlements)
      expect(one.coverage).toBeCloseTo(one.grantedCount / suggestion.cohortSize)
  }
})

test('the same data analysed again gives the same suggestions under the same ids', async () => {
  const facts = (list: RoleMiningManagementSuggestion[]) =>
    list.map(({ id, suggestedName, confidence, entitlements }) => ({ id, suggestedName, confidence, entitlements }))
  const before = await all()
  const run = await analyse()
  expect(run.triggerType).toBe(TriggerType.MANUAL)
  const after = await all()
  expect(facts(after)).toEqual(facts(before))
  expect(after[0]!.runId).toBe(run.id)
})

test('all pages together are the whole list with each suggestion once, and a token of another list is refused', async () => {
  const ids: string[] = []
  let pageToken = ''
  do {
    const page = await mining.listSuggestions({ pageSize: 3, pageToken })
    ids.push(...page.list.map(({ id }) => id))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(ids).toEqual((await all()).map(({ id }) => id))
  const { nextPageToken } = await mining.listSuggestions({ pageSize: 3 })
  await expect(mining.listRuns({ pageToken: nextPageToken })).rejects.toMatchObject({ code: Code.InvalidArgument })
})

test('accepting a suggestion makes an access profile whose members its rule chooses', async () => {
  const suggestion = (await all()).find(isNew) as RoleMiningManagementSuggestion
  const created = await mining.createAccessProfileFromCohort({
    displayName: suggestion.suggestedName,
    profileFilters: suggestion.cohortFilters,
    entitlements: suggestion.entitlements,
    enableAutomation: true,
    suggestionId: suggestion.id,
  })
  expect(created.celExpression).toMatch(/^("[^"]+" in )?subject\./)
  const profile = await profiles.getAccessProfile({ accessProfileId: created.accessProfileId })
  expect(profile).toMatchObject({
    celExpression: created.celExpression,
    memberCount: suggestion.cohortSize,
    entitlementCount: suggestion.entitlements.length,
  })
  const { members } = await profiles.listAccessProfileMembers({ accessProfileId: profile.id, pageSize: 100 })
  const cohort = cohortOf(suggestion).map(({ id }) => id)
  expect(members.every(({ identityId }) => cohort.includes(identityId))).toBe(true)
  const { suggestion: accepted } = await mining.getSuggestion({ id: suggestion.id })
  expect(accepted).toMatchObject({ suggestionState: SuggestionState.ACCEPTED, createdCatalogId: profile.id })

  await expect(
    mining.createAccessProfileFromCohort({ displayName: 'Again', suggestionId: suggestion.id }),
  ).rejects.toMatchObject({ code: Code.FailedPrecondition })
  await analyse()
  expect((await mining.getSuggestion({ id: suggestion.id })).suggestion?.suggestionState).toBe(SuggestionState.ACCEPTED)
})

test('an accepted suggestion becomes new again only after its profile is deleted', async () => {
  const accepted = (await all()).find(
    ({ createdCatalogId }) => createdCatalogId !== '',
  ) as RoleMiningManagementSuggestion
  const reopen = () => mining.updateSuggestionState({ id: accepted.id, state: SuggestionState.NEW })
  await expect(reopen()).rejects.toMatchObject({ code: Code.FailedPrecondition })
  await profiles.deleteAccessProfile({ accessProfileId: accepted.createdCatalogId })
  expect((await reopen()).suggestion).toMatchObject({ suggestionState: SuggestionState.NEW, createdCatalogId: '' })
})

test('a dismissed suggestion is listed after the new ones, survives a run, and can be restored', async () => {
  const first = (await all())[0]!
  await mining.updateSuggestionState({ id: first.id, state: SuggestionState.DISMISSED })
  await analyse()
  expect((await all()).at(-1)?.id).toBe(first.id)
  const { list } = await mining.listSuggestions({ states: [SuggestionState.DISMISSED] })
  expect(list.map(({ id }) => id)).toEqual([first.id])
  const { suggestion } = await mining.updateSuggestionState({ id: first.id, state: SuggestionState.NEW })
  expect(suggestion?.suggestionState).toBe(SuggestionState.NEW)
})

test('without automation a profile has no members; with tasks every change waits for a person', async () => {
  const [suggestion] = await all()
  const make = (options: { enableAutomation: boolean; createTasks: boolean }) =>
    mining.createAccessProfileFromCohort({
      displayName: 'Tried out',
      profileFilters: suggestion!.cohortFilters,
      entitlements: suggestion!.entitlements.slice(0, 1),
      ...options,
    })
  const idle = await make({ enableAutomation: false, createTasks: false })
  expect((await profiles.getAccessProfile({ accessProfileId: idle.accessProfileId })).memberCount).toBe(0)
  const waiting = await make({ enableAutomation: true, createTasks: true })
  const profile = await profiles.getAccessProfile({ accessProfileId: waiting.accessProfileId })
  expect(profile).toMatchObject({ memberCount: 0, pendingTaskCount: suggestion!.cohortSize })
})

test('a rule of the caller is used unchanged, and membership follows the next import', async () => {
  const celExpression = 'subject.department == "Night Watch"'
  const created = await mining.createAccessProfileFromCohort({
    displayName: 'Watch',
    celExpression,
    enableAutomation: true,
  })
  expect(created.celExpression).toBe(celExpression)
  const memberCount = async () =>
    (await profiles.getAccessProfile({ accessProfileId: created.accessProfileId })).memberCount
  expect(await memberCount()).toBe(0)
  const files = filesOf(organisation)
  const moved = organisation.identities.find(({ status, type }) => status === 'enabled' && type === 'human')
  const rows = files['identities.csv']!.split(/\r?\n/)
  const header = rows[0]!.split(',')
  const changed = rows.map((row) => {
    if (!row.startsWith(`${moved?.id},`)) return row
    const cells = row.split(',')
    cells[header.indexOf('department')] = 'Night Watch'
    return cells.join(',')
  })
  await importFiles(platform.baseUrl, token, { ...files, 'identities.csv': changed.join('\n') })
  await expect.poll(memberCount).toBe(1)
})

test('settings are replaced as a whole, and zero restores a default', async () => {
  const hint = { attribute: 'department', priority: 50, values: [] }
  const changed = await mining.updateRoleMiningConfig({ cohortHints: [hint], maxSuggestions: 3, minCohortSize: 10 })
  expect(changed.config).toMatchObject({ maxSuggestions: 3, minCohortSize: 10 })
  expect((await mining.getRoleMiningConfig({})).config).toEqual(changed.config)
  const run = await analyse()
  expect(run.suggestionsGenerated).toBeLessThanOrEqual(3)
  expect((await mining.updateRoleMiningConfig({})).config).toMatchObject({
    cohortHints: [],
    maxSuggestions: 100,
    minCohortSize: 5,
  })
})

test('a run without a suggestion reports the reason, and the setting that would have given one', async () => {
  await mining.updateRoleMiningConfig({ minCohortSize: 100_000 })
  const run = await analyse()
  expect(run.suggestionsGenerated).toBe(0)
  expect(run.triggerDetail).toMatch(/With "Fewest people of a group" \d+ there would be \d+ suggestions\./)
  const { status, json } = await rest(platform.baseUrl, token, 'GET /insights/v1/runs/latest')
  expect(status).toBe(200)
  const insight = json as {
    runId: string
    rejected: object[]
    nearestSetting: { value: number; suggestionCount: number }
  }
  expect(insight.runId).toBe(run.id)
  await mining.updateRoleMiningConfig({ minCohortSize: insight.nearestSetting.value })
  expect((await analyse()).suggestionsGenerated).toBe(insight.nearestSetting.suggestionCount)
  await mining.updateRoleMiningConfig({})
  await analyse()
  const whole = await rest(platform.baseUrl, token, 'GET /insights/v1/runs/latest')
  expect(whole.json.rejected).toContainEqual({
    rule: 'MINING_RULE_COHORT_TOO_SMALL',
    count: expect.stringMatching(/^[1-9]/),
    nearestSetting: {
      setting: 'MINING_SETTING_MIN_COHORT_SIZE',
      value: 4,
      candidateCount: expect.stringMatching(/^[1-9]/),
    },
  })
})
