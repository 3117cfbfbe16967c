import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { applyMembership } from '@assay/profiles'
import { inTenant } from '@assay/store'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inboxService } from '../inbox/inbox-service.ts'
import { profileService } from '../profiles/profile-service.ts'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { roleMiningService } from './role-mining-service.ts'

const projects = ['Apollo', 'Gemini', 'Mercury', 'Soyuz', 'Vostok', 'Zenit']
let state = 7
/** Random numbers from 0 to 1, by Park and Miller's generator. */
function chance(): number {
  state = (state * 48_271) % 2_147_483_647
  return state / 2_147_483_647
}

/** Every person is in about two projects; every ninth person has the names in capitals. */
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
  running = await startTestService((router, service) => {
    router.service(RoleMiningManagementService, roleMiningService(service))
    router.service(InboxService, inboxService(service))
    router.service(ProfileService, profileService(service))
  })
  tenant = await running.database.tenantId('tenant')
  await importFiles(running.database.database.sql, tenant, files())
  await analyse(running.database.database.sql, tenant)
  client = running.client(RoleMiningManagementService, tenant)
})
afterAll(() => running?.stop())

const membersOf = (profileId: string, of = tenant) =>
  inTenant(running.database.database.sql, of, async (sql) => {
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
    return row!
  })

test('each project is a suggestion whose cohort and profile are the people who have it among others', async () => {
  const { list } = await client.listSuggestions({ pageSize: 100 })
  const byProject = list.filter(
    ({ cohortFilters: [filter, ...others] }) => filter!.attribute === 'projects' && others.length === 0,
  )
  expect(byProject).toHaveLength(projects.length)
  for (const { id, cohortFilters, cohortSize, suggestedName } of byProject) {
    const { values } = cohortFilters[0]!
    expect(values).toEqual([values[0], values[0]!.toUpperCase()])
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
  const { id } = (await client.listSuggestions({ pageSize: 1 })).list[0]!
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

/**
 * Eight branches, each with two team leads and ten people below each of them. The entitlements of a branch are held by all people below its
 * head, the leads included; the first two branches have the same entitlements. Levels L4 and L5 have entitlements that no other level has,
 * and so have C1 and C2 of the crews, which are lists of one value each. Names and ids are awkward on purpose.
 */
function branches(): {
  files: Record<string, string>
  people: { id: string; level: string; crew: string; chain: string[] }[]
} {
  const everyone: { id: string; manager: string; level: string; crew: string; chain: string[] }[] = []
  const add = (id: string, manager: string, level: string) => {
    const above = everyone.find((one) => one.id === manager)
    everyone.push({
      id,
      manager,
      level,
      crew: `C${1 + (everyone.length % 7)}`,
      chain: manager === '' ? [] : [manager, ...(above?.chain ?? [])],
    })
  }
  add('top', '', 'L9')
  for (let branch = 0; branch < 8; branch++) {
    const head = `Head "${branch}"`
    add(head, 'top', 'L8')
    for (let team = 0; team < 2; team++) {
      const lead = `lead\\${branch}-${team}`
      add(lead, head, 'L7')
      for (let i = 0; i < 10; i++)
        add(`p${branch}-${team}-${i}`, lead, ['L1', 'L2', 'L3', 'L4', ' l5', 'L5'][i % 6] ?? '')
    }
  }
  const branchOf = (chain: readonly string[]) =>
    everyone.filter(({ level }) => level === 'L8').findIndex(({ id }) => chain.includes(id))
  const held = everyone.flatMap(({ id, chain, level, crew }) => {
    const branch = branchOf(chain)
    return [
      // The first two branches have the same entitlements.
      ...(branch < 0 ? [] : [1, 2, 3].map((n) => `branch-${Math.max(branch, 1)}-${n}`)),
      ...(/[45]/.test(level) ? [1, 2, 3].map((n) => `level-${n}`) : []),
      ...(/[12]/.test(crew) ? [1, 2, 3].map((n) => `crew-${n}`) : []),
    ].map((entitlement) => `${cell(id)},${entitlement}`)
  })
  const rows = everyone.map(({ id, manager, level, crew }) => [id, manager, level, crew].map(cell).join())
  return {
    files: {
      'identities.csv': ['id,manager_id[..],level,crew[]', ...rows].join('\n'),
      'grants.csv': ['identity_id,entitlement_id', ...held].join('\n'),
    },
    people: everyone,
  }
}
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`

test('a suggestion of several values or of a chain of managers is accepted by both APIs with the people that it counted', async () => {
  const organisation = branches()
  const { sql } = running.database.database
  const chained = await running.database.tenantId('chained')
  await importFiles(sql, chained, organisation.files)
  await analyse(sql, chained)
  const c1 = running.client(RoleMiningManagementService, chained)
  const inbox = running.client(InboxService, chained)
  const { list } = await c1.listSuggestions({ pageSize: 100 })
  const said = (attribute: string) =>
    list.filter(({ cohortFilters }) => cohortFilters.some((filter) => filter.attribute === attribute))
  const peopleOf = ({ cohortFilters }: (typeof list)[number]) =>
    organisation.people.filter((one) =>
      cohortFilters.every(({ attribute, values }) => {
        const own = attribute === 'managers' ? one.chain : [attribute === 'level' ? one.level.trim() : one.crew]
        return values.some((value) => own.includes(value))
      }),
    )
  // All kinds of filters occur: several spellings and values of one attribute, several values of a list, and a derived list.
  expect(said('level').map(({ cohortFilters }) => cohortFilters[0]!.values.toSorted())).toEqual([['L4', 'L5', 'l5']])
  expect(said('crew').map(({ cohortFilters }) => cohortFilters[0]?.values.toSorted())).toEqual([['C1', 'C2']])
  // Each person has two managers above, so the common entitlements of two branches are described by either manager.
  expect(said('managers').map(({ cohortFilters }) => cohortFilters[0]?.values)).toHaveLength(8)

  for (const [at, suggestion] of list.entries()) {
    const expected = peopleOf(suggestion).map(({ id }) => id)
    expect(suggestion.cohortSize).toBe(expected.length)
    let profileId: string
    if (at % 2 === 0) {
      const made = await c1.createAccessProfileFromCohort({
        displayName: suggestion.suggestedName,
        profileFilters: suggestion.cohortFilters,
        entitlements: suggestion.entitlements,
        enableAutomation: true,
        suggestionId: suggestion.id,
      })
      profileId = made.accessProfileId
    } else {
      const decision = { candidateId: suggestion.id, outcome: { case: 'accept' as const, value: {} } }
      const { results } = await inbox.batchDecide({ decisions: [decision] })
      expect(results[0]?.outcome.case).toBe('candidate')
      profileId = (await c1.getSuggestion({ id: suggestion.id })).suggestion?.createdCatalogId ?? ''
    }
    expect(await membersOf(profileId, chained)).toEqual(expected)
    const { members } = await running
      .client(ProfileService, chained)
      .listAccessProfileMembers({ accessProfileId: profileId, pageSize: 100 })
    expect(members.map(({ identityId }) => identityId).toSorted()).toEqual(expected.toSorted())
  }

  // The next load changes no members.
  const before = await Promise.all((await profilesOf(chained)).map((id) => membersOf(id, chained)))
  await applyMembership(sql, chained)
  expect(await Promise.all((await profilesOf(chained)).map((id) => membersOf(id, chained)))).toEqual(before)
  expect(before.flat().length).toBeGreaterThan(100)
})

const profilesOf = (of: number) =>
  inTenant(running.database.database.sql, of, async (sql) => {
    const rows = await sql<{ id: string }[]>`select id from access_profiles order by id`
    return rows.map(({ id }) => id)
  })
