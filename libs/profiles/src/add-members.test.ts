import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { deleteAccessProfile } from './access-profiles.ts'
import { addProfileMembers } from './add-members.ts'
import { createAccessProfile } from './create-access-profile.ts'
import { listPendingTasks } from './pending-tasks.ts'
import { listProfileMembers } from './profile-contents.ts'
import { waitsForLock } from './testing-locks.ts'
import { updateAccessProfile } from './update-access-profile.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const tenantId = await db.tenantId()
const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)
await within(async (sql) => {
  for (const key of [1, 2, 3]) {
    await sql`
      insert into identities (tenant_id, key, id, display_name, status, type, name_order, email_order)
      values (${tenantId}, ${key}, ${`i${key}`}, ${`Name ${key}`}, ${key === 3 ? 'deleted' : 'enabled'}, 'human',
        ${`name ${key}`}, '')`
  }
})

const profile = (more: object = {}) =>
  within((sql) => createAccessProfile(sql, tenantId, { displayName: 'P', createdBy: 'x', entitlements: [], ...more }))
const add = (id: string, ids: string[]) => within((sql) => addProfileMembers(sql, tenantId, id, ids))
const members = async (id: string) =>
  (await within((sql) => listProfileMembers(sql, id, { size: 10 }))).members.map(({ identityId }) => identityId)

test('members are added once, and present members stay', async () => {
  const { id } = await profile()
  expect(await add(id, ['i1'])).toEqual({ joined: 1 })
  expect(await add(id, ['i2', 'i1', 'i2'])).toEqual({ joined: 1 })
  expect(await members(id)).toEqual(['i1', 'i2'])
})

test('with tasks membership waits for a decision, and each person has one task', async () => {
  const { id } = await profile({ createTasks: true })
  expect(await add(id, ['i1'])).toEqual({ tasksOpened: 1 })
  expect(await add(id, ['i1', 'i2'])).toEqual({ tasksOpened: 1 })
  expect(await members(id)).toEqual([])
  const { tasks } = await within((sql) => listPendingTasks(sql, { size: 10, profileId: id }))
  expect(tasks.map(({ identityId, kind }) => [identityId, kind])).toEqual([
    ['i1', 'enrol'],
    ['i2', 'enrol'],
  ])
})

test('unknown people, no people and a profile with a rule are refused', async () => {
  const { id } = await profile()
  await expect(add(id, ['i1', 'i3', 'x'])).rejects.toThrow('identity_ids: nobody has the id "i3", "x"')
  await expect(add(id, [])).rejects.toThrow('identity_ids: must name 1 to 10000 identities')
  expect(await members(id)).toEqual([])
  const ruled = await profile({ celExpression: 'true', enableAutomation: true })
  await expect(add(ruled.id, ['i1'])).rejects.toThrow('the rule of access profile')
  await expect(add('nothing', ['i1'])).rejects.toThrow('access profile "nothing" does not exist')
})

test.each([
  [
    'a rule that takes over',
    (sql: TenantSql, id: string) => updateAccessProfile(sql, tenantId, id, ruled),
    'the rule of',
  ],
  ['the removal of the profile', deleteAccessProfile, 'does not exist'],
])('%s meanwhile is not overlooked', async (_, change, refusal) => {
  const { id } = await profile()
  const { adding } = await within(async (sql) => {
    await change(sql, id)
    const adding = add(id, ['i1']).catch((error: unknown) => error)
    await waitsForLock(db.owner.sql)
    return { adding }
  })
  expect(await adding).toMatchObject({ message: expect.stringContaining(refusal) })
  expect(await within((sql) => sql`select from access_profile_members where profile_id = ${id}`)).toHaveLength(0)
})

const ruled = { celExpression: 'subject.id == "i2" && false', automationEnabled: true }
