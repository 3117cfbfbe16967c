import { type MinePotentialRolesResponse, MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { type MinedRole, RoleType } from '@assay/contracts/assay/mining/v1/role_mining_pb'
import { jobs, openWorker, prepareQueues, type Worker } from '@assay/jobs'
import { roleThreadName } from '@assay/mining'
import { threadsNamed } from '@assay/mining/testing'
import { minePopulation, populationWork, queues, SnapshotCache, type WantedRoles } from '@assay/role-mining'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { inTenant, type TenantSql } from '@assay/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { miningService } from './mining-service.ts'
import { failureOf, importFiles, startTestService, type TestService } from './testing-service.ts'

const organisation = generateOrganisation({ seed: 1, identityCount: 400 })
let running: TestService
let worker: Worker
let sample: number
let empty: number
let importId: string

beforeAll(async () => {
  running = await startTestService((router, service) =>
    router.service(MiningService, miningService({ ...service, jobs })),
  )
  const { database } = running
  await prepareQueues(database.ownerUrl, queues)
  worker = startWorker()
  sample = await database.tenantId('sample')
  empty = await database.tenantId('empty')
  const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  importId = await importFiles(database.database.sql, sample, files)
})

afterAll(async () => {
  await worker?.stop()
  await running?.stop()
})

/** Mines the populations that the service enqueues, as the worker process does. */
function startWorker(): Worker {
  const { database, url } = running.database
  const { sql } = database
  const started = openWorker({ url, applicationName: 'test-worker', onError: (error) => console.error(error) })
  started.work(populationWork({ sql, snapshots: new SnapshotCache(sql), threads: 2 }))
  return started
}

type Events = MinePotentialRolesResponse['event'][]
type Request = Parameters<ReturnType<typeof client>['minePotentialRoles']>[0]

const client = (tenantId = sample, role: 'role-miner' | 'auditor' = 'role-miner') =>
  running.client(MiningService, tenantId, role)

async function mined(request: Request) {
  const events: Events = []
  for await (const { event } of client().minePotentialRoles({ type: RoleType.SPECIALIZED, ...request }))
    events.push(event)
  const told = events.filter(({ case: name }) => name !== 'progress')
  const [outline] = told.flatMap((event) => (event.case === 'outline' ? [event.value] : []))
  const roles = told.flatMap((event) => (event.case === 'role' ? [event.value] : []))
  const [summary] = told.flatMap((event) => (event.case === 'summary' ? [event.value] : []))
  return { order: told.map(({ case: name }) => name), outline: outline!, roles, summary: summary! }
}

function within<T>(work: (sql: TenantSql) => Promise<T>): Promise<T> {
  return inTenant(running.database.database.sql, sample, work)
}

/** The figures of a role, counted by SQL over the tables. */
async function counted(sql: TenantSql, role: MinedRole) {
  const members = [...role.identityKeys]
  const entitlements = [...role.entitlements, ...role.commonAccess].map(({ entitlementKey }) => entitlementKey)
  const rows = await sql<{ key: number; granted: number; organisation: number }[]>`
    select e.key,
      (select count(*)::integer from grants g where g.entitlement_key = e.key and g.identity_key = any(${members}::integer[])) as granted,
      (select count(*)::integer from grants g join identities i on i.key = g.identity_key
        where g.entitlement_key = e.key and i.status = 'enabled' and i.type = 'human') as organisation
    from entitlements e where e.key = any(${entitlements}::integer[])`
  return new Map(rows.map(({ key, ...counts }) => [key, counts]))
}

test('a population is outlined, then its roles come, then the summary', async () => {
  const { order, outline, roles, summary } = await mined({ minIdentities: 5 })
  expect(order[0]).toBe('outline')
  expect(order.at(-1)).toBe('summary')
  expect(roles.length).toBeGreaterThan(5)
  expect(outline).toMatchObject({ importId, roleCount: roles.length, tightness: outline.prescribedTightness })
  expect(summary.roleCount).toBe(roles.length)
  const [{ enabled }] = await within(
    (sql) => sql<[{ enabled: number }]>`
    select count(*)::integer as enabled from identities where status = 'enabled'`,
  )
  expect(outline.identityCount).toBe(enabled)
})

test('every number of a role is what the tables say', async () => {
  const { roles } = await mined({ minIdentities: 5 })
  await within(async (sql) => {
    const [{ people }] = await sql<[{ people: number }]>`
      select count(*)::integer as people from identities where status = 'enabled' and type = 'human'`
    for (const role of roles) {
      const counts = await counted(sql, role)
      for (const held of [...role.entitlements, ...role.commonAccess]) {
        expect(counts.get(held.entitlementKey)).toEqual({
          granted: held.grantedCount,
          organisation: held.organisationCount,
        })
      }
      expect(role.organisationSize).toBe(people)
      for (const { grantedCount } of role.commonAccess)
        expect(grantedCount / role.identityKeys.length).toBeGreaterThanOrEqual(0.5)
      const popularity = role.entitlements.map(({ grantedCount }) => grantedCount)
      expect(popularity).toEqual([...popularity].sort((a, b) => b - a))

      const byName = await sql<{ key: number }[]>`
        select key from identities where key = any(${role.identityKeys}::integer[]) order by name_order, id collate "C"`
      expect([...role.identityKeys]).toEqual(byName.map(({ key }) => key))

      const department = role.spreads.find(({ attribute }) => attribute === 'department')
      const departments = await sql<{ value: string; count: number }[]>`
        select department as value, count(*)::integer as count from identities
        where key = any(${role.identityKeys}::integer[]) group by department order by count desc, department collate "C"`
      expect(department?.values.map(({ value = '', count }) => ({ value, count }))).toEqual([...departments])

      for (const { applicationKey, identityCount } of role.usages) {
        const [{ users }] = await sql<[{ users: number }]>`
          select count(*)::integer as users from usage
          where application_key = ${applicationKey} and identity_key = any(${role.identityKeys}::integer[])`
        expect(identityCount).toBe(users)
      }
    }
  })
})

test('a given population alone is mined, an empty one has no roles, and nobody is the same as no key that is known', async () => {
  const keys = await within(
    (sql) =>
      sql<{ key: number; status: string }[]>`select key, status from identities where department = 'Engineering'`,
  )
  const enabled = new Set(keys.filter(({ status }) => status === 'enabled').map(({ key }) => key))
  expect(enabled.size).toBeGreaterThan(20)
  const identityKeys = keys.map(({ key }) => key)
  const { outline, roles } = await mined({ population: { identityKeys }, minIdentities: 5 })
  expect(outline.identityCount).toBe(enabled.size)
  expect(roles.length).toBeGreaterThan(0)
  expect(roles.every((role) => role.identityKeys.every((key) => enabled.has(key)))).toBe(true)

  for (const nobody of [[], [999_999]]) {
    const none = await mined({ population: { identityKeys: nobody } })
    expect(none.order).toEqual(['outline', 'summary'])
    expect(none.outline.identityCount).toBe(0)
  }
})

test('COMMON gives the one role that nearly everybody shares, and nothing apart from it', async () => {
  const { roles, outline } = await mined({ type: RoleType.COMMON })
  expect(roles).toHaveLength(1)
  expect(outline.roleCount).toBe(1)
  expect(roles[0]?.commonAccess).toEqual([])
})

test('a given tightness holds for every role', async () => {
  const { outline, roles } = await mined({ tightness: 90, minIdentities: 5 })
  expect(outline.tightness).toBe(90)
  expect(roles.every(({ tightness }) => tightness >= 90)).toBe(true)
})

test('bad settings, no data and no right are refused', async () => {
  const first = async (call: AsyncIterable<unknown>) => {
    for await (const _ of call) return
  }
  const type = RoleType.SPECIALIZED
  expect(await failureOf(first(client().minePotentialRoles({})))).toBe(
    'InvalidArgument: type: must be ROLE_TYPE_SPECIALIZED or ROLE_TYPE_COMMON',
  )
  expect(await failureOf(first(client().minePotentialRoles({ type, tightness: 101 })))).toMatch(
    /^InvalidArgument: tightness: must be a percentage from 0 to 100/,
  )
  expect(await failureOf(first(client().minePotentialRoles({ type, minIdentities: 0 })))).toMatch(
    /^InvalidArgument: min_identities: must be a whole number/,
  )
  expect(await failureOf(first(client(empty).minePotentialRoles({ type })))).toMatch(
    /^FailedPrecondition: There is no access data/,
  )
  expect(await failureOf(first(client(sample, 'auditor').minePotentialRoles({ type })))).toMatch(/^PermissionDenied/)
  expect(await failureOf(first(client().minePotentialRoles({ type, requestId: 'x'.repeat(201) })))).toMatch(
    /^InvalidArgument: request_id: must have at most 200 characters/,
  )
})

const minings = () =>
  within(
    (sql) => sql<{ requestId: string; state: string }[]>`
  select request_id as "requestId", state from population_minings`,
  )

test('a caller who goes ends the work and its threads', async () => {
  for await (const _ of client().minePotentialRoles({ type: RoleType.SPECIALIZED, minIdentities: 2 })) break
  await expect.poll(async () => (await minings()).length).toBe(0)
  if (process.platform === 'linux') await expect.poll(() => threadsNamed(roleThreadName)).toBe(0)
})

test('with a request id the mining goes on without its caller, is told again from the beginning, and ends when asked', async () => {
  const request = { type: RoleType.SPECIALIZED, minIdentities: 5, requestId: 'session/1' }
  for await (const _ of client().minePotentialRoles(request)) break
  const undisturbed = await mined({ minIdentities: 5 })
  await expect.poll(minings).toEqual([expect.objectContaining({ requestId: 'session/1', state: 'completed' })])
  for (let time = 0; time < 2; time++) {
    const again = await mined(request)
    expect(again.roles).toEqual(undisturbed.roles)
    expect(again.order).toEqual(undisturbed.order)
  }
  await client().endPotentialRoleMining({ requestId: 'session/1' })
  await client().endPotentialRoleMining({ requestId: 'session/1' })
  expect(await minings()).toEqual([])
  expect(await within((sql) => sql`select from population_mining_roles`)).toHaveLength(0)
})

test('ending a mining that goes on stops it, and its watchers are told', async () => {
  const request = { type: RoleType.SPECIALIZED, minIdentities: 2, requestId: 'session/2' }
  const watching = failureOf(mined(request))
  await expect.poll(async () => (await minings()).length).toBe(1)
  await client().endPotentialRoleMining({ requestId: 'session/2' })
  expect(await watching).toMatch(/^Aborted: the mining was ended/)
  if (process.platform === 'linux') await expect.poll(() => threadsNamed(roleThreadName)).toBe(0)
})

test('a worker that stops in the middle loses nothing: its watcher sees each role once', async () => {
  const request = { type: RoleType.SPECIALIZED, minIdentities: 2, requestId: 'session/3' }
  const undisturbed = await mined({ minIdentities: 2 })
  const seen: number[][] = []
  for await (const { event } of client().minePotentialRoles(request)) {
    if (event.case !== 'role') continue
    seen.push(event.value.identityKeys)
    if (seen.length !== 1) continue
    await worker.stop()
    worker = startWorker()
  }
  expect(seen).toEqual(undisturbed.roles.map(({ identityKeys }) => identityKeys))
  await client().endPotentialRoleMining({ requestId: 'session/3' })
})

const everybody: WantedRoles = { identityKeys: undefined, settings: { type: 'SPECIALIZED', minIdentities: 2 } }
const minedBy = (signal: AbortSignal) =>
  minePopulation(new SnapshotCache(running.database.database.sql), sample, everybody, {
    threads: 2,
    signal,
    mostUntaken: 1,
  })

test.skipIf(process.platform !== 'linux')(
  'the first role leaves while mining goes on, and the threads wait for its reader',
  async () => {
    const order: string[] = []
    let roleCount = 0
    for await (const { kind } of minedBy(new AbortController().signal)) {
      order.push(kind)
      if (kind !== 'role') continue
      roleCount++
      if (roleCount > 3) continue
      // Enough time to finish the whole mining, if no reader blocked it.
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(threadsNamed(roleThreadName)).toBeGreaterThan(0)
    }
    expect(roleCount).toBeGreaterThan(10)
    expect(order.at(-1)).toBe('summary')
  },
)

test.skipIf(process.platform !== 'linux')('cancelling ends the threads, also when they wait for a reader', async () => {
  const abort = new AbortController()
  const events = minedBy(abort.signal)
  for await (const { kind } of events) {
    if (kind !== 'role') continue
    expect(threadsNamed(roleThreadName)).toBeGreaterThan(0)
    abort.abort(new Error('the caller cancelled'))
    await expect.poll(() => threadsNamed(roleThreadName)).toBe(0)
    break
  }
  await expect(Array.fromAsync(minedBy(abort.signal))).rejects.toThrow('the caller cancelled')
})
