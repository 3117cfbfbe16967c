import { ChangeService, Fate, HealthMeasure } from '@assay/contracts/assay/change/v1/change_service_pb'
import { MiningSettingsService } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { SuggestionState } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { attemptOnce } from '@assay/jobs/testing'
import { CohortQuestions } from '@assay/mining'
import { changeWork, SnapshotCache } from '@assay/role-mining'
import { savedRoles } from '@assay/role-sessions'
import { countOrphanRows } from '@assay/source-loads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { roleMiningService } from '../c1/role-mining-service.ts'
import { miningSettingsService } from '../insight/mining-settings-service.ts'
import { profileService } from '../profiles/profile-service.ts'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { changeService } from './change-service.ts'

let running: TestService
const questions = new CohortQuestions()

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(ChangeService, changeService(service))
    router.service(ProfileService, profileService(service))
    router.service(MiningSettingsService, miningSettingsService(service))
    router.service(RoleMiningManagementService, roleMiningService(service))
  })
})
afterAll(async () => {
  await running?.stop()
  await questions.close()
})

/** People of departments, who all hold the entitlements of their department. */
function organisation(departments: Readonly<Record<string, { people: readonly string[]; holds: readonly string[] }>>) {
  const identities = ['id,display_name,department,location']
  const grants = ['identity_id,application_id,entitlement_id']
  for (const [department, { people, holds }] of Object.entries(departments)) {
    for (const [place, id] of people.entries()) {
      identities.push(`${id},${id},${department},${place % 2 === 0 ? 'Oslo' : 'Rome'}`)
      for (const entitlement of holds) grants.push(`${id},app,${entitlement}`)
    }
  }
  return { 'identities.csv': `${identities.join('\n')}\n`, 'grants.csv': `${grants.join('\n')}\n` }
}

const people = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${prefix}${from + i}`)

/** Loads the files, compares them with the load before as the worker does, and analyses them. */
async function load(tenantId: number, files: Record<string, string>): Promise<string> {
  const { sql } = running.database.database
  const importId = await importFiles(sql, tenantId, files)
  const work = changeWork({
    sql,
    snapshots: new SnapshotCache(sql),
    questions,
    savedRoles,
    orphanRows: countOrphanRows,
  })
  await attemptOnce(work, { tenantId })
  await analyse(sql, tenantId)
  return importId
}

const sales = { people: people('s', 0, 12), holds: ['crm', 'quotes', 'forecast'] }
const it = { people: people('t', 0, 14), holds: ['root', 'wiki', 'backup'] }
const law = { people: people('l', 0, 10), holds: ['cases', 'archive', 'court'] }

test('each candidate of two runs has its fate, and the reason in the data', async () => {
  const tenant = await running.database.tenantId('months')
  const first = await load(
    tenant,
    organisation({
      Sales: sales,
      IT: it,
      Law: law,
      HR: { people: people('h', 0, 9), holds: ['pay', 'leave', 'staff'] },
    }),
  )
  // Law is renamed to Legal, Sales grows, IT loses an entitlement, HR goes, Lab is new.
  const second = await load(
    tenant,
    organisation({
      Sales: { ...sales, people: people('s', 0, 17) },
      IT: { ...it, holds: ['root', 'wiki'] },
      Legal: law,
      Lab: { people: people('b', 0, 8), holds: ['scope', 'laser', 'fridge'] },
    }),
  )
  const client = running.client(ChangeService, tenant, 'auditor')
  const comparison = await client.compareRuns({ runId: 'latest' })
  expect([comparison.previousRun?.importId, comparison.run?.importId]).toEqual([first, second])
  const found = comparison.changes.map(({ fate, before, after }) => [
    Fate[fate],
    before?.displayName ?? '',
    after?.displayName ?? '',
  ])
  const named = (name: string) =>
    comparison.changes.find((one) => (one.after ?? one.before)?.conditions[0]?.values[0] === name)
  expect(named('Sales')).toMatchObject({ fate: Fate.GROWN, before: { people: 12n }, after: { people: 17n } })
  expect(named('Sales')?.reasons[0]).toBe('Of department "Sales", 5 joined.')
  expect(named('Sales')?.reasons).toContain('crm: 5 grants came (5 of new people).')
  expect(named('IT')).toMatchObject({ fate: Fate.SHRUNK, entitlementsRemoved: [{ entitlementId: 'backup' }] })
  expect(named('IT')?.reasons).toEqual(['It no longer has backup.', 'backup: 14 went.'])
  expect(named('Legal'), JSON.stringify(found)).toMatchObject({ fate: Fate.RENAMED, similarity: 1 })
  expect(named('Legal')?.reasons.slice(0, 2)).toEqual([
    'It was described by department "Law" and is now described by department "Legal".',
    'Of department "Law", 10 moved out.',
  ])
  expect([named('Lab')?.fate, named('Lab')?.before]).toEqual([Fate.NEW, undefined])
  expect([named('HR')?.fate, named('HR')?.after]).toEqual([Fate.GONE, undefined])
  expect(named('HR')?.reasons[0]).toBe('Of department "HR", 9 left.')
  const counts = Object.fromEntries(comparison.counts.map(({ fate, count }) => [Fate[fate], count]))
  expect(counts).toEqual({ NEW: 1, GONE: 1, GROWN: 1, SHRUNK: 1, CHANGED: 0, RENAMED: 1, SAME: 0 })

  const { loads } = await client.listLoadChanges({})
  expect(loads).toHaveLength(1)
  expect(loads[0]).toMatchObject({ importId: second, previousImportId: first, joined: 13n, left: 9n })
  expect(loads[0]!.sentences[0]).toBe('13 people joined and 9 left; now: 49.')
  const pages = []
  for (let pageToken = ''; ; ) {
    const page = await client.compareRuns({ runId: 'latest', pageSize: 2, pageToken })
    pages.push(...page.changes)
    if (page.nextPageToken === '') break
    pageToken = page.nextPageToken
  }
  expect(pages).toEqual(comparison.changes)
})

test('a run with other settings on the same load says so', async () => {
  const tenant = await running.database.tenantId('settings')
  await load(tenant, organisation({ Sales: sales, IT: it, Law: law }))
  await running.client(MiningSettingsService, tenant).updateMiningSettings({ settings: { minCohortSize: 11 } })
  await analyse(running.database.database.sql, tenant)
  const comparison = await running.client(ChangeService, tenant).compareRuns({ runId: 'latest' })
  expect(comparison.settingDifferences).toEqual(['"Fewest people of a group" (minCohortSize) 5, then 11'])
  const law10 = comparison.changes.find(({ before }) => before?.conditions[0]?.values[0] === 'Law')
  expect(law10).toMatchObject({
    fate: Fate.GONE,
    reasons: ['The settings differ: "Fewest people of a group" (minCohortSize) 5, then 11.'],
  })
})

test('what belonged to a former organisation is stale and leaves the default list; the load of its figures stays known', async () => {
  const tenant = await running.database.tenantId('former')
  const first = await load(tenant, organisation({ Sales: sales, IT: it, Law: law }))
  const c1 = running.client(RoleMiningManagementService, tenant)
  const { list } = await c1.listSuggestions({})
  const id = list[0]!.id
  await c1.updateSuggestionState({ id, state: SuggestionState.DISMISSED })
  const other = organisation({
    Mill: { people: people('m', 0, 12), holds: ['saw', 'belt', 'press'] },
    Yard: { people: people('y', 0, 12), holds: ['crane', 'truck', 'gate'] },
  })
  await load(tenant, other)
  expect((await c1.listSuggestions({})).list.map((one) => one.id)).not.toContain(id)
  expect((await c1.getSuggestion({ id })).suggestion?.id).toBe(id)
  const { stale, importId } = (
    await running.database.owner.sql<{ stale: boolean; importId: number }[]>`
    select s.stale, r.import_id as "importId" from role_mining_suggestions s
    join role_mining_runs r on r.tenant_id = s.tenant_id and r.id = s.run_id where s.tenant_id = ${tenant} and s.id = ${id}`
  )[0]!
  expect([stale, String(importId)]).toEqual([true, first])
  await load(tenant, organisation({ Sales: sales, IT: it, Law: law }))
  expect((await c1.listSuggestions({})).list.map((one) => one.id)).toContain(id)
})

test('candidates of twelve runs are kept, of older ones the figures', async () => {
  const tenant = await running.database.tenantId('runs')
  await load(tenant, organisation({ Sales: sales, IT: it, Law: law }))
  const client = running.client(ChangeService, tenant)
  const [oldest] = (await client.listComparableRuns({})).runs
  for (let i = 0; i < 12; i++) await analyse(running.database.database.sql, tenant)
  const { runs } = await client.listComparableRuns({})
  expect(runs).toHaveLength(12)
  expect(runs.map(({ runId }) => runId)).not.toContain(oldest!.runId)
  expect(await failureOf(client.compareRuns({ runId: oldest!.runId }))).toMatch(
    /^FailedPrecondition: the candidates of run ".*" are not stored/,
  )
  expect(await failureOf(client.compareRuns({ runId: runs[11]!.runId }))).toMatch(/^FailedPrecondition: no run before/)
  expect((await client.compareRuns({ runId: 'latest', fates: [Fate.SAME] })).changes).toHaveLength(
    oldest!.suggestionCount,
  )
})

test('the health is measured at each load, and goals say whether the newest point reaches them', async () => {
  const tenant = await running.database.tenantId('health')
  await load(tenant, organisation({ Sales: sales, IT: it, Law: law }))
  const client = running.client(ChangeService, tenant, 'role-miner')
  await client.setHealthGoal({ measure: HealthMeasure.THROUGH_ROLES, goal: 0.5 })
  const profiles = running.client(ProfileService, tenant)
  for (const { people: members, holds } of [sales, it, law]) {
    const entitlements = holds.map((entitlementId) => ({ applicationId: 'app', entitlementId }))
    const { id } = await profiles.createAccessProfile({ accessProfile: { displayName: holds[0]! }, entitlements })
    await profiles.addAccessProfileMembers({ accessProfileId: id, identityIds: [...members] })
  }
  const more = organisation({ Sales: { ...sales, people: people('s', 0, 13) }, IT: it, Law: law })
  const second = await load(tenant, more)
  const { points, goals } = await client.listRoleHealth({})
  expect(points).toHaveLength(2)
  const [newest, first] = points
  expect(first).toMatchObject({ roles: 0n, throughRoles: 0, underGrant: 1, grants: 108n })
  // 12 + 14 + 10 members with three entitlements each; the thirteenth person of Sales is not a member yet.
  expect(newest).toMatchObject({
    importId: second,
    roles: 3n,
    membersPerRole: 12,
    entitlementsPerRole: 3,
    grants: 111n,
  })
  expect(newest!.throughRoles).toBeCloseTo(108 / 111)
  expect(newest).toMatchObject({ overGrant: 0, overlap: 0, descriptionLength: BigInt(3 * 10 + 36 + 9 + 3 * 2) })
  expect(goals).toMatchObject([{ measure: HealthMeasure.THROUGH_ROLES, goal: 0.5, isReached: true }])
  expect((await client.setHealthGoal({ measure: HealthMeasure.THROUGH_ROLES })).goals).toEqual([])
  expect(await failureOf(client.setHealthGoal({ measure: 99 as HealthMeasure, goal: 1 }))).toMatch(
    /^InvalidArgument: measure: must be one of HEALTH_MEASURE_THROUGH_ROLES, .*, not 99/,
  )
  expect(await failureOf(client.setHealthGoal({ measure: HealthMeasure.ROLES, goal: -1 }))).toMatch(
    /^InvalidArgument: goal: /,
  )
})
