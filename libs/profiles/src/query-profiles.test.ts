import { type ListQuery, parseFilter } from '@assay/collection-query'
import { getEntry, listEntries } from '@assay/ledger'
import { removeAgedRows } from '@assay/store'
import { beforeEach, describe, expect, test } from 'vitest'
import { untouchedProfile } from './access-profiles.ts'
import {
  agedTasks,
  createAccessProfile,
  getAccessProfile,
  getFinishedTask,
  knownProfileIds,
  listPendingTasks,
  type ProfileField,
  type ProfileSorter,
  profileReach,
  queryFinishedTasks,
  queryMembers,
  queryProfiles,
  resolveEntitlementIds,
  resolvePendingTask,
  setProfileMembers,
  storeFinishedTask,
} from './index.ts'
import { db, tenant, tenantId, useTenants } from './testing-tenant.ts'

await useTenants()

beforeEach(() =>
  tenant(async (scoped) => {
    await scoped`
      insert into identities (tenant_id, key, id, display_name, username, email, department, status, type, attributes, name_order, email_order)
      select ${tenantId}, key, 'E' || key, 'Name ' || key, case when key = 1 then '' else 'login' || key end,
        case when key = 1 then '' else 'e' || key || '@x' end, 'D', case when key = 3 then 'disabled' else 'enabled' end, 'human', '{}',
        'name ' || key, ''
      from generate_series(1, 12) as key`
    await scoped`
      insert into applications (tenant_id, key, id, display_name, name_order)
      values (${tenantId}, 1, 'git', 'Git', 'git'), (${tenantId}, 2, 'ad', 'AD', 'ad')`
    await scoped`
      insert into entitlements (tenant_id, key, application_key, id, display_name, name_order)
      values (${tenantId}, 1, 1, 'dev', 'Dev', 'dev'), (${tenantId}, 2, 1, 'dup', 'Dup', 'dup'), (${tenantId}, 3, 2, 'dup', 'Dup', 'dup')`
  }),
)

const make = (displayName: string, more: Partial<Parameters<typeof createAccessProfile>[2]> = {}) =>
  tenant((scoped) =>
    createAccessProfile(scoped, tenantId, { displayName, createdBy: 'client', entitlements: [], ...more }),
  )
const everything = {
  filter: { kind: 'and', of: [] },
  sorters: [],
  page: { limit: 250, offset: 0 },
  wantsTotal: true,
} as const
const query = (more: Partial<ListQuery<ProfileField, ProfileSorter>> = {}) =>
  tenant((scoped) => queryProfiles(scoped, { ...everything, ...more }))
const fields = {
  ownerId: { type: 'text', operators: ['eq', 'in'] },
  published: { type: 'boolean', operators: ['eq'] },
} as const

describe('a list of profiles', () => {
  test('is by name, is counted past its end, and has no rows for a limit of 0', async () => {
    await make('b')
    await make('A')
    const { items, total } = await query()
    expect([items.map(({ displayName }) => displayName), total]).toEqual([['A', 'b'], 2])
    expect(await query({ page: { limit: 0, offset: 0 } })).toEqual({ items: [], total: 2 })
    expect(await query({ page: { limit: 5, offset: 9 }, wantsTotal: false })).toEqual({ items: [], total: undefined })
    const sorted = await query({ sorters: [{ name: 'name', descending: true }] })
    expect(sorted.items.map(({ displayName }) => displayName)).toEqual(['b', 'A'])
  })

  test('is filtered by the owner, or else by the creator if that is an identity', async () => {
    const owned = await make('owned', { ownerId: 'E2' })
    const made = await make('made', { createdBy: 'E2' })
    await make('other', { createdBy: 'E2', ownerId: 'E4' })
    const { items } = await query({ filter: parseFilter('ownerId eq "e2"', fields) })
    expect(items.map(({ id }) => id).sort()).toEqual([made.id, owned.id].sort())
    expect((await query({ filter: parseFilter('ownerId eq "client"', fields) })).items).toEqual([])
    expect((await query({ filter: parseFilter('published eq true', fields) })).total).toBe(0)
  })

  test('finds the ids that are profiles', async () => {
    const { id } = await make('one')
    const unknown = '00000000-0000-4000-8000-000000000000'
    const known = await tenant((scoped) => knownProfileIds(scoped, [id.toUpperCase(), unknown, 'x']))
    expect([...known]).toEqual([id])
  })
})

describe('members that are set', () => {
  const set = (id: string, ids: readonly string[], mostChanges?: number) =>
    tenant((scoped) => setProfileMembers(scoped, tenantId, id, ids, mostChanges === undefined ? {} : { mostChanges }))
  const members = async (id: string) => (await tenant((scoped) => queryMembers(scoped, id, everything))).items

  test('are exactly those, and the ledger names who joined and who left', async () => {
    const { id } = await make('p')
    expect(await set(id, ['E2', 'E1', 'E2'])).toMatchObject({ joined: 2, left: 0 })
    expect(await members(id)).toEqual([
      { id: 'E1', name: 'Name 1', login: 'E1', email: '', isByRequest: false },
      { id: 'E2', name: 'Name 2', login: 'login2', email: 'e2@x', isByRequest: false },
    ])
    const before = await tenant((scoped) => getAccessProfile(scoped, id))
    expect(await set(id, ['E1', 'E2'])).toMatchObject({ joined: 0, left: 0 })
    expect(await tenant((scoped) => getAccessProfile(scoped, id))).toEqual(before)
    await set(id, ['E2', 'E4'])
    const after = await tenant((scoped) => getAccessProfile(scoped, id))
    expect(after.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime())
    const { entries } = await tenant((scoped) =>
      listEntries(scoped, { subject: id, kind: 'profile.members.set' }, { size: 1 }),
    )
    const detail = await tenant((scoped) => getEntry(scoped, entries[0]?.id ?? ''))
    expect(JSON.parse(detail.after ?? '')).toEqual({ joining: 1, leaving: 1, asTasks: false })
    expect(detail.people).toEqual(['E4', 'E1'])
  })

  test('are refused when a rule decides, when they do not exist, and when too many change', async () => {
    const { id } = await make('p')
    const ruled = await make('ruled', { celExpression: 'subject.department == "D"', enableAutomation: true })
    await expect(set(ruled.id, ['E1'])).rejects.toThrow('decides who its members are')
    await expect(set(id, ['E1', 'none'])).rejects.toThrow('identity_ids: nobody has the id "none"')
    await expect(set(id, ['E1', 'E2'], 1)).rejects.toThrow('changes 2 members; at most 1 at once')
    expect(await members(id)).toEqual([])
  })

  test('wait as tasks if the profile creates tasks, and count as requested once approved', async () => {
    const { id } = await make('p', { createTasks: true })
    expect(await set(id, ['E1', 'E2'])).toMatchObject({ joined: 0, tasksOpened: 2 })
    const { tasks } = await tenant((scoped) => listPendingTasks(scoped, { size: 9, profileId: id }))
    const taskId = tasks.find(({ identityId }) => identityId === 'E1')?.id ?? ''
    await tenant((scoped) => resolvePendingTask(scoped, tenantId, { taskId, decision: 'approved', resolvedBy: 'E9' }))
    expect(await members(id)).toEqual([expect.objectContaining({ id: 'E1', isByRequest: true })])
  })
})

test('counts include enabled members and present entitlements only', async () => {
  const { id } = await make('p', { entitlements: [{ applicationId: 'git', entitlementId: 'dev' }] })
  await tenant((scoped) => setProfileMembers(scoped, tenantId, id, ['E1', 'E3']))
  expect(await tenant((scoped) => profileReach(scoped))).toEqual({
    entitlementCount: 1,
    identityCount: 1,
  })
})

test('an id of an entitlement is resolved, unless several applications have it and none is preferred', async () => {
  const resolve = (ids: readonly string[], preferred?: readonly number[]) =>
    tenant((scoped) => resolveEntitlementIds(scoped, ids, 'list', new Set(preferred)))
  expect(await resolve(['dev', 'dev'])).toEqual([{ applicationId: 'git', entitlementId: 'dev' }])
  expect(await resolve(['dup'], [2])).toEqual([{ applicationId: 'git', entitlementId: 'dup' }])
  await expect(resolve(['dup', 'none'])).rejects.toMatchObject({
    reason: 'NO_SUCH_ENTITLEMENT',
    violations: [
      { field: 'list[0]', description: expect.stringContaining('several applications ("ad", "git")') },
      { field: 'list[1]', description: 'no application has an entitlement "none"' },
    ],
  })
})

test('finished tasks are stored by kind, newest first', async () => {
  const keep = (deleted: number) =>
    tenant((scoped) =>
      storeFinishedTask(scoped, tenantId, { kind: 'profiles.delete', launchedBy: 'E1', outcome: { deleted } }),
    )
  const first = await keep(1)
  const second = await keep(2)
  const { items, total } = await tenant((scoped) => queryFinishedTasks(scoped, 'profiles.delete', everything))
  expect([items, total]).toEqual([[second, first], 2])
  await expect(tenant((scoped) => getFinishedTask(scoped, first.id, 'drift.measure'))).rejects.toMatchObject({
    kind: 'not_found',
  })
  await expect(tenant((scoped) => getFinishedTask(scoped, 'x'))).rejects.toThrow(/x/)
  await db.owner.sql`update finished_tasks set created_at = now() - interval '31 days' where id = ${first.id}`
  await removeAgedRows(db.database.sql, agedTasks({ tasks: 365, outcomes: 30 }))
  expect((await tenant((scoped) => queryFinishedTasks(scoped, 'profiles.delete', everything))).items).toEqual([second])
})

test('tasks are removed by age, but neither the request of a member nor the newest decision of a profile', async () => {
  const [asked, decided] = [await make('asked'), await make('decided')]
  await tenant((scoped) => setProfileMembers(scoped, tenantId, asked.id, ['E1']))
  const insert = (profileId: string, key: number, kind: string, state: string, age: number) => db.owner.sql`
    insert into access_profile_tasks (tenant_id, profile_id, identity_key, kind, state, in_force, created_at, resolved_at)
    select ${tenantId}, ${profileId}, ${key}, ${kind}, ${state}, false, at, case when ${state} <> 'withdrawn' then at end
    from (select now() - make_interval(days => ${age}) as at) as time`
  await insert(asked.id, 1, 'enrol', 'approved', 400)
  await insert(asked.id, 2, 'enrol', 'approved', 390)
  await insert(asked.id, 3, 'enrol', 'declined', 370)
  await insert(decided.id, 4, 'enrol', 'approved', 400)
  await insert(decided.id, 4, 'unenrol', 'approved', 380)
  await insert(decided.id, 5, 'enrol', 'withdrawn', 370)
  await removeAgedRows(db.database.sql, agedTasks({ tasks: 365, outcomes: 30 }))
  const left = await tenant(
    (scoped) => scoped<{ key: number; kind: string }[]>`
      select identity_key as key, kind from access_profile_tasks order by identity_key`,
  )
  expect(left.map(({ key, kind }) => `${key} ${kind}`)).toEqual(['1 enrol', '3 enrol', '4 unenrol'])
  const { items } = await tenant((scoped) => queryMembers(scoped, asked.id, everything))
  expect(items).toMatchObject([{ id: 'E1', isByRequest: true }])
  expect(await tenant((scoped) => untouchedProfile(scoped, decided.id))).toBe(false)
})
