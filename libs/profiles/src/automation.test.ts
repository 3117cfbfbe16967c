import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import {
  applyMembership,
  changeProfileEntitlements,
  createAccessProfile,
  deleteAccessProfile,
  getAccessProfile,
  listProfileEntitlements,
  resumeAutomation,
  runAutomation,
} from './index.ts'
import { getAutomatedProfile } from './run-automation.ts'
import { waitsForLock } from './testing-locks.ts'
import { db, tenant, tenantId, useTenants } from './testing-tenant.ts'

await useTenants()

/** The number of people, all of them engineers. */
const people = 120

beforeEach(async () => {
  await tenant(async (sql) => {
    await sql`
      insert into identities (tenant_id, key, id, display_name, department, status, type, name_order, email_order)
      select ${tenantId}, key, 'E' || key, 'Name ' || key, 'Engineering', 'enabled', 'human', 'name ' || key, ''
      from generate_series(1, ${people}) as key`
    await sql`insert into applications (tenant_id, key, id, display_name, name_order) values (${tenantId}, 1, 'git', 'Git', 'git')`
    await sql`
      insert into entitlements (tenant_id, key, application_key, id, display_name, name_order, deleted)
      select ${tenantId}, key, 1, 'e' || key, 'E' || key, 'e' || key, key = 4 from generate_series(1, 4) as key`
  })
})

const create = (facts: Partial<Parameters<typeof createAccessProfile>[2]> = {}) =>
  tenant((sql) =>
    createAccessProfile(sql, tenantId, {
      displayName: 'Engineers',
      createdBy: 'me',
      entitlements: [],
      celExpression: 'subject.department == "Engineering"',
      enableAutomation: true,
      ...facts,
    }),
  )
const move = (count: number) => tenant((sql) => sql`update identities set department = 'Sales' where key <= ${count}`)
const get = (id: string) => tenant((sql) => getAccessProfile(sql, id))
const run = (id: string) => tenant((sql) => runAutomation(sql, tenantId, id))
const resume = (id: string) => tenant((sql) => resumeAutomation(sql, tenantId, id))

test.each([
  ['a fifth', 24, 'followed'],
  ['more than a fifth', 25, 'stopped'],
  ['everybody', people, 'stopped'],
] as const)('a rule by which %s would leave at once is %s', async (_, leaving, outcome) => {
  const { id } = await create()
  await move(leaving)
  const report = await applyMembership(db.database.sql, tenantId)
  const profile = await get(id)
  if (outcome === 'followed') {
    expect(report).toMatchObject({ left: leaving, stopped: [] })
    expect(profile).toMatchObject({ memberCount: people - leaving, automationPausedAt: null, automationError: '' })
  } else {
    expect(report).toMatchObject({ left: 0, stopped: [id] })
    expect(profile.memberCount).toBe(people)
    expect(profile.automationPausedAt).toBeInstanceOf(Date)
    expect(profile.automationError).toContain(`${leaving} of ${people} members`)
  }
})

test('both limits of the breaker can be set', async () => {
  const { id } = await create()
  await move(25)
  const lenient = { fewestMembers: 100, mostRemovedPercentage: 25 }
  await tenant((sql) => runAutomation(sql, tenantId, id, { breaker: lenient }))
  expect(await get(id)).toMatchObject({ memberCount: people - 25, automationPausedAt: null })
  await tenant((sql) => sql`update identities set department = 'Sales'`)
  await applyMembership(db.database.sql, tenantId, { breaker: { fewestMembers: 96, mostRemovedPercentage: 20 } })
  expect(await get(id)).toMatchObject({ memberCount: 0, automationPausedAt: null })
})

test('one profile is stopped, and the others follow their rules', async () => {
  const engineers = await create()
  const sales = await create({ celExpression: 'subject.department == "Sales"', displayName: 'Sales people' })
  await move(60)
  const report = await applyMembership(db.database.sql, tenantId)
  expect(report).toMatchObject({ joined: 60, left: 0, stopped: [engineers.id] })
  expect([(await get(engineers.id)).memberCount, (await get(sales.id)).memberCount]).toEqual([people, 60])
})

test('a profile of fewer than a hundred members is not watched', async () => {
  const { id } = await create({ celExpression: 'subject.department == "Engineering" && subject.id.startsWith("E1")' })
  expect((await get(id)).memberCount).toBeLessThan(100)
  await move(people)
  await applyMembership(db.database.sql, tenantId)
  expect(await get(id)).toMatchObject({ memberCount: 0, automationPausedAt: null })
})

test('the breaker counts tasks to leave like members who leave', async () => {
  const { id } = await create()
  await tenant((sql) => sql`update access_profiles set create_tasks = true`)
  await move(25)
  await applyMembership(db.database.sql, tenantId)
  expect(await get(id)).toMatchObject({ memberCount: people, pendingTaskCount: 0 })
  await resume(id)
  expect(await get(id)).toMatchObject({ memberCount: people, pendingTaskCount: 25 })
})

test('a stopped profile does not change until a user resumes it, and follows its rule again afterwards', async () => {
  const { id } = await create()
  await move(60)
  await run(id)
  expect((await get(id)).memberCount).toBe(people)
  await move(0)
  expect(await applyMembership(db.database.sql, tenantId)).toMatchObject({ profiles: 0, stopped: [] })
  await expect(run(id)).rejects.toMatchObject({
    kind: 'failed_precondition',
    message: expect.stringContaining('60 of'),
  })
  await resume(id)
  expect(await get(id)).toMatchObject({ memberCount: people - 60, automationPausedAt: null, automationError: '' })
  await tenant((sql) => sql`update identities set department = 'Engineering'`)
  await applyMembership(db.database.sql, tenantId)
  expect((await get(id)).memberCount).toBe(people)
})

test('running evaluates one profile, and stores the time', async () => {
  const [one, other] = [await create(), await create({ displayName: 'Others' })]
  await move(5)
  const before = await get(one.id)
  await run(one.id)
  const after = await get(one.id)
  expect([after.memberCount, (await get(other.id)).memberCount]).toEqual([people - 5, people])
  expect(after.automationRanAt?.getTime()).toBeGreaterThan(before.automationRanAt?.getTime() ?? Number.NaN)
  expect(after.updatedAt).toEqual(before.updatedAt)
})

test('resuming a profile that is not stopped changes nothing', async () => {
  const { id } = await create()
  await move(5)
  await resume(id)
  expect((await get(id)).memberCount).toBe(people)
})

test('there is nothing to run without a rule, with automation off, or without a profile', async () => {
  const { id: bare } = await create({ celExpression: '', enableAutomation: false })
  const { id: idle } = await create({ enableAutomation: false })
  for (const work of [run, resume]) {
    await expect(work(bare)).rejects.toMatchObject({ kind: 'not_found' })
    await expect(work(idle)).rejects.toMatchObject({ kind: 'failed_precondition' })
    await expect(work(randomUUID())).rejects.toMatchObject({ kind: 'not_found' })
  }
  await expect(tenant((sql) => getAutomatedProfile(sql, bare))).rejects.toMatchObject({ kind: 'not_found' })
  expect(await tenant((sql) => getAutomatedProfile(sql, idle))).toMatchObject({ automationRanAt: null })
})

const refs = (...ids: string[]) => ids.map((entitlementId) => ({ applicationId: 'git', entitlementId }))
const change = (id: string, how: 'add' | 'remove' | 'replace', ...ids: string[]) =>
  tenant((sql) => changeProfileEntitlements(sql, tenantId, id, how, refs(...ids)))
const given = async (id: string) => {
  const { entitlements } = await tenant((sql) => listProfileEntitlements(sql, id, { size: 100 }))
  return entitlements.map(({ entitlementId }) => entitlementId)
}

test('entitlements are added, removed and replaced; a change that is made already changes nothing', async () => {
  const { id } = await create({ entitlements: refs('e1') })
  const changedAt = async () => (await get(id)).updatedAt
  const first = await changedAt()
  await change(id, 'add', 'e1')
  expect([await given(id), await changedAt()]).toEqual([['e1'], first])
  await change(id, 'add', 'e1', 'e2')
  expect(await given(id)).toEqual(['e1', 'e2'])
  expect((await changedAt()).getTime()).toBeGreaterThan(first.getTime())
  await change(id, 'remove', 'e1', 'e3')
  expect(await given(id)).toEqual(['e2'])
  await change(id, 'replace', 'e3', 'e1')
  expect(await given(id)).toEqual(['e1', 'e3'])
  await change(id, 'replace')
  expect(await given(id)).toEqual([])
})

test('a change with entitlements that do not exist, are deleted, or are named twice is refused with all of them, and changes nothing', async () => {
  const { id } = await create({ entitlements: refs('e1') })
  const refusal = change(id, 'replace', 'e2', 'nothing', 'e4', 'e2')
  await expect(refusal).rejects.toMatchObject({ kind: 'invalid_argument' })
  const { violations } = (await refusal.catch((error: unknown) => error)) as { violations: { field: string }[] }
  expect(violations.map(({ field }) => field)).toEqual(['entitlements[1]', 'entitlements[2]', 'entitlements[3]'])
  expect(await given(id)).toEqual(['e1'])
  await expect(change(randomUUID(), 'add', 'e1')).rejects.toMatchObject({ kind: 'not_found' })
  await expect(change("x' or true", 'add', 'e1')).rejects.toMatchObject({ kind: 'not_found' })
})

test('of two concurrent replacements, one is stored whole', async () => {
  const { id } = await create()
  await Promise.all([change(id, 'replace', 'e1', 'e2'), change(id, 'replace', 'e3')])
  expect([['e1', 'e2'], ['e3']]).toContainEqual(await given(id))
})

test('an evaluation of a profile that is deleted meanwhile leaves no members behind', async () => {
  const { id } = await create()
  const { running } = await tenant(async (sql) => {
    await deleteAccessProfile(sql, id)
    const running = run(id).catch((error: unknown) => error)
    await waitsForLock(db.owner.sql)
    return { running }
  })
  expect(await running).toMatchObject({ kind: 'not_found' })
  expect(await tenant((sql) => sql`select from access_profile_members where profile_id = ${id}`)).toHaveLength(0)
})
