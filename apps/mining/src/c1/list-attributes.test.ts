import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { applyMembership } from '@assay/profiles'
import { inTenant } from '@assay/store'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { roleMiningService } from './role-mining-service.ts'

const projects = ['Apollo', 'Gemini', 'Mercury', 'Soyuz', 'Vostok', 'Zenit']
let state = 7
/** Numbers from 0 to 1: Park and Miller's generator. */
function chance(): number {
  state = (state * 48_271) % 2_147_483_647
  return state / 2_147_483_647
}

/** Everybody is in about two projects; every ninth name is written in capitals. */
const people = Array.from({ length: 240 }, (_, i) => ({
  id: `u${i}`,
  department: `D${i % 5}`,
  projects: projects.filter(() => chance() < 0.35).map((name) => (i % 9 === 0 ? name.toUpperCase() : name)),
}))
const grants = people.flatMap(({ id, projects: own }) =>
  own.flatMap((name) => [1, 2, 3].map((n) => `${id},${name.toLowerCase()}-${n}`)),
)
const files = (header = 'projects[]') => ({
  'identities.csv': [
    `id,department,${header}`,
    ...people.map((one) => `${one.id},${one.department},${one.projects.toReversed().join('; ')}`),
  ].join('\n'),
  'grants.csv': ['identity_id,entitlement_id', ...grants].join('\n'),
})
const inProject = (...names: string[]) =>
  people.filter((one) => one.projects.some((name) => names.includes(name))).map(({ id }) => id)

let running: TestService
let tenant: number
let client: Client<typeof RoleMiningManagementService>
beforeAll(async () => {
  running = await startTestService((router, service) =>
    router.service(RoleMiningManagementService, roleMiningService(service)),
  )
  tenant = await running.database.tenantId('tenant')
  await importFiles(running.database.database.sql, tenant, files())
  await analyse(running.database.database.sql, tenant)
  client = running.client(RoleMiningManagementService, tenant)
})
afterAll(() => running?.stop())

const membersOf = (profileId: string) =>
  inTenant(running.database.database.sql, tenant, async (sql) => {
    const rows = await sql<{ id: string }[]>`
      select i.id from access_profile_members m join identities i on i.key = m.identity_key
      where m.profile_id = ${profileId} order by i.key`
    return rows.map(({ id }) => id)
  })
const ruleOf = (profileId: string) =>
  inTenant(running.database.database.sql, tenant, async (sql) => {
    const [row] = await sql<{ rule: string; reason: string | null; error: string }[]>`
      select cel_expression as rule, pause_reason as reason, automation_error as error
      from access_profiles where id = ${profileId}`
    return row
  })

test('each project is a suggestion whose cohort and profile are the people who have it among others', async () => {
  const { list } = await client.listSuggestions({ pageSize: 100 })
  const byProject = list.filter(
    ({ cohortFilters: [filter, ...others] }) => filter.attribute === 'projects' && others.length === 0,
  )
  expect(byProject).toHaveLength(projects.length)
  for (const { id, cohortFilters, cohortSize, suggestedName } of byProject) {
    const [{ values }] = cohortFilters
    expect(values).toEqual([values[0], values[0].toUpperCase()])
    const expected = inProject(...values)
    expect(cohortSize).toBe(expected.length)
    const { list: users } = await client.searchCohortUsers({ suggestionId: id, pageSize: 100 })
    expect(users.every((user) => expected.includes(user.id))).toBe(true)
    const made = await client.createAccessProfileFromCohort({
      displayName: suggestedName,
      profileFilters: cohortFilters,
      enableAutomation: true,
      entitlements: [],
    })
    expect((await ruleOf(made.accessProfileId)).rule).toBe(
      `"projects" in subject.profile && subject.profile["projects"].exists(value, value in ["${values[0]}", "${values[1]}"])`,
    )
    expect(await membersOf(made.accessProfileId)).toEqual(expected)
  }
})

test('a user shows a list, sorted', async () => {
  const [{ id }] = (await client.listSuggestions({ pageSize: 1 })).list
  for (const user of (await client.searchCohortUsers({ suggestionId: id, pageSize: 100 })).list) {
    const own = people.find((one) => one.id === user.id)?.projects.toSorted()
    expect(user.profile).toEqual(own?.length === 0 ? {} : { projects: own })
  }
})

test('the values of a list are counted by people who have each, more than people in all', async () => {
  const { values } = await client.listCohortFilterAttributeValues({ attribute: 'projects', pageSize: 100 })
  const all = [...new Set(people.flatMap((one) => one.projects))]
  expect(values.map(({ value, userCount }) => [value, userCount])).toEqual(
    expect.arrayContaining(all.map((name) => [name, inProject(name).length])),
  )
  expect(values).toHaveLength(all.length)
  expect(values.reduce((sum, { userCount }) => sum + userCount, 0)).toBeGreaterThan(people.length)
})

test('a rule that takes a list for one text is refused, and paused when the attribute becomes a list', async () => {
  const { sql } = running.database.database
  const made = await client.createAccessProfileFromCohort({
    displayName: 'Gemini',
    celExpression: '"Gemini" in subject.profile.projects',
    enableAutomation: true,
    entitlements: [],
  })
  expect(await membersOf(made.accessProfileId)).toEqual(inProject('Gemini'))
  const refused = failureOf(
    client.createAccessProfileFromCohort({
      displayName: 'Wrong',
      celExpression: 'subject.profile.projects == "Gemini"',
      enableAutomation: true,
      entitlements: [],
    }),
  )
  expect(await refused).toMatch(/^InvalidArgument.*is a list, so ask "Gemini" in subject\.profile\["projects"\]/)
  await importFiles(sql, tenant, files('projects'))
  const asText = await client.createAccessProfileFromCohort({
    displayName: 'As text',
    celExpression: 'subject.profile.projects == "Gemini"',
    enableAutomation: true,
    entitlements: [],
  })
  await importFiles(sql, tenant, files())
  await applyMembership(sql, tenant)
  expect(await ruleOf(asText.accessProfileId)).toMatchObject({ reason: 'rule_unreadable' })
})
