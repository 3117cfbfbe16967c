import { jobs, prepareQueues } from '@assay/jobs'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { sessionQueues } from '../queues.ts'
import { listSessions } from '../sessions/list-sessions.ts'
import { patchSession } from '../sessions/patch-session.ts'
import { discoverRoles } from './discover-roles.ts'
import { isDiscoveryOn, switchDiscovery } from './discovery-setting.ts'

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, sessionQueues)
afterAll(async () => {
  await db.drop()
})
let tenantId: number
beforeEach(async () => {
  tenantId = await db.tenantId()
})

function within<T>(work: (sql: TenantSql) => Promise<T>): Promise<T> {
  return inTenant(db.database.sql, tenantId, work)
}
const discover = () => within((sql) => discoverRoles(sql, jobs, tenantId))
const sessions = async () => {
  const page = { limit: 250, offset: 0 }
  const query = { filter: { kind: 'and', of: [] }, sorters: [], page, wantsTotal: false } as const
  return (await within((sql) => listSessions(sql, query))).items
}
const jobsOf = async (id: string) =>
  (await db.owner.sql`select from pgboss.job where name = 'session-calculation' and singleton_key = ${id}`).length
const complete = () =>
  within((sql) => sql`update mining_sessions set state = 'POTENTIAL_ROLES_CREATED', attempt = attempt + 1`)

test('the first import makes a session over everybody that nobody created', async () => {
  await discover()
  const [session, ...others] = await sessions()
  expect(others).toEqual([])
  expect(session).toMatchObject({
    name: 'Auto-Discovered Roles',
    type: 'SPECIALIZED',
    scopingMethod: 'AUTO_RM',
    scope: { identityIds: [], criteria: null, attributeFilterCriteria: null },
    state: 'CREATED',
    createdById: null,
    createdByName: null,
  })
  expect(await jobsOf(session!.id)).toBe(1)
})

test('every further import calculates that session anew, with the settings that people gave it', async () => {
  await discover()
  const { id } = (await sessions())[0]!
  await complete()
  await within((sql) =>
    patchSession(sql, jobs, tenantId, id, [
      { op: 'replace', path: '/name', value: 'Ours' },
      { op: 'replace', path: '/pruneThreshold', value: 80 },
    ]),
  )
  await complete()
  await discover()
  expect(await sessions()).toMatchObject([
    { id, name: 'Ours', pruneThreshold: 80, state: 'UPDATED', calculation: 3, scopingMethod: 'AUTO_RM' },
  ])
  expect(await jobsOf(id)).toBe(3)
})

test('imports in a row make one session and ask for one calculation', async () => {
  await Promise.all([discover(), discover(), discover()])
  const all = await sessions()
  expect(all).toHaveLength(1)
  expect(await jobsOf(all[0]!.id)).toBe(1)
})

test('nothing is discovered where it is switched off', async () => {
  const switchTo = (isOn: boolean) => within((sql) => switchDiscovery(sql, tenantId, isOn))
  await switchTo(false)
  expect(await within(isDiscoveryOn)).toBe(false)
  await discover()
  expect(await sessions()).toEqual([])
  await switchTo(true)
  await discover()
  expect(await sessions()).toHaveLength(1)
})
