import { setTimeout as sleep } from 'node:timers/promises'
import { failedPrecondition, unavailable } from '@assay/errors'
import { jobs, prepareQueues } from '@assay/jobs'
import { attemptOnce } from '@assay/jobs/testing'
import { createAccessProfile } from '@assay/profiles'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { dismissRole, lockInboxRole } from '../inbox/decide-role.ts'
import { editEntitlements } from '../potential-roles/edit-entitlements.ts'
import { getPotentialRole } from '../potential-roles/get-role.ts'
import { listPotentialRoles, potentialRolesById } from '../potential-roles/list-roles.ts'
import { patchPotentialRole } from '../potential-roles/patch-role.ts'
import { sessionQueues } from '../queues.ts'
import { createSession, type SessionRequest } from '../sessions/create-session.ts'
import { listSessions } from '../sessions/list-sessions.ts'
import { patchSession } from '../sessions/patch-session.ts'
import { populationWarning } from '../sessions/population-warning.ts'
import { getSession } from '../sessions/session-rows.ts'
import { insertOrganisation } from '../testing-roles.ts'
import type { FoundRole, MineRoles, MiningEvent, WantedRoles } from './mining-events.ts'
import { calculationWork } from './run-calculation.ts'

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, sessionQueues)
afterAll(() => db.drop())
const tenantId = await db.tenantId()
await insertOrganisation(db.database.sql, tenantId)

function within<T>(work: (sql: TenantSql) => Promise<T>): Promise<T> {
  return inTenant(db.database.sql, tenantId, work)
}
const make = (request: SessionRequest = {}) =>
  within((sql) => createSession(sql, jobs, tenantId, { identityId: 'i1', displayName: 'Ada' }, request))
const shown = (id: string) => within((sql) => getSession(sql, id))
const recalculate = (id: string) =>
  within((sql) => patchSession(sql, jobs, tenantId, id, [{ op: 'replace', path: '/pruneThreshold', value: 70 }]))
const page = { limit: 250, offset: 0 }
const whole = { filter: { kind: 'and', of: [] }, sorters: [], page, wantsTotal: true } as const
const rolesOf = async (id: string) => {
  return within(async (sql) => {
    const { items } = await listPotentialRoles(sql, id, whole)
    return potentialRolesById(
      sql,
      items.map((role) => role.id),
    )
  })
}
const mailsOf = async (id: string) =>
  db.owner.sql`select from pgboss.job where name = 'session-mail' and data ->> 'sessionId' = ${id}`

/** The request ids for which mining was ended. */
const endedMinings: string[] = []
const work = (mine: MineRoles) =>
  calculationWork({
    sql: db.database.sql,
    mine,
    endMining: async (_, requestId) => void endedMinings.push(requestId),
  })
const run = (sessionId: string, mine: MineRoles) => attemptOnce(work(mine), { tenantId, sessionId })

/** A role of these identities, each holding all these entitlements. */
function role(identityKeys: number[], entitlementKeys: number[]): FoundRole {
  const counted = (entitlementKey: number) => ({
    entitlementKey,
    grantedCount: identityKeys.length,
    organisationCount: 5,
  })
  return {
    identityKeys,
    entitlements: entitlementKeys.map(counted),
    commonAccess: [{ entitlementKey: 4, grantedCount: identityKeys.length, organisationCount: 8 }],
    organisationSize: 8,
    density: 100,
    freshness: 60,
    quality: 80,
    explanation: null,
    spreads: [
      {
        attribute: 'job_title',
        values: [
          { value: 'Clerk', count: 2 },
          { value: null, count: 1 },
        ],
      },
    ],
    usages: [{ applicationKey: 1, identityCount: 2 }],
    leftOut: [],
  }
}

function outline(roleCount: number): MiningEvent {
  return {
    kind: 'outline',
    outline: { importId: '1', identityCount: 5, prescribedTightness: 83, roleCount, tightnessCurve: [] },
  }
}

/** A miner that returns these roles at once. */
function finding(...roles: FoundRole[]): MineRoles {
  return async function* () {
    yield outline(roles.length)
    for (const found of roles) yield { kind: 'role', role: found }
    yield { kind: 'summary' }
  }
}

/** A miner that continues to the next event when the test says so. */
function guided() {
  const waiting: MiningEvent[] = []
  let wake = () => {}
  const asked: WantedRoles[] = []
  const mine: MineRoles = async function* (_, wanted, signal) {
    asked.push(wanted)
    for (;;) {
      for (const event of waiting.splice(0)) {
        yield event
        if (event.kind === 'summary') return
      }
      await new Promise<void>((resolve, reject) => {
        wake = resolve
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    }
  }
  const say = (...events: MiningEvent[]) => {
    waiting.push(...events)
    wake()
  }
  return { mine, say, asked }
}

const sales = role([1, 2, 3], [1, 2])
const staff = role([1, 2, 3, 4, 5], [3, 1])

test('a session goes from station to station, and a role is read while fewer are ready than will come', async () => {
  const id = await make({ pruneThreshold: 60, minIdentities: 2, emailRecipientId: 'i2' })
  const { mine, say, asked } = guided()
  const ended = run(id, mine)
  await expect.poll(() => shown(id)).toMatchObject({ state: 'IDENTITIES_OBTAINED', identityCount: 5 })
  const requestId = `session/${id}/1`
  expect(asked).toEqual([{ requestId, identityKeys: undefined, type: 'SPECIALIZED', tightness: 60, minIdentities: 2 }])
  say(outline(2))
  await expect
    .poll(() => shown(id))
    .toMatchObject({
      state: 'PRUNE_THRESHOLD_OBTAINED',
      prescribedPruneThreshold: 83,
      pruneThreshold: 60,
      potentialRoleCount: 2,
      potentialRolesReadyCount: 0,
    })
  say({ kind: 'role', role: sales })
  await expect
    .poll(() => shown(id))
    .toMatchObject({
      state: 'POTENTIAL_ROLES_PROCESSING',
      potentialRoleCount: 2,
      potentialRolesReadyCount: 1,
    })
  const [first] = await rolesOf(id)
  expect(await within((sql) => getPotentialRole(sql, { id: first!.id, sessionId: id }))).toMatchObject({
    identityIds: ['i1', 'i2', 'i3'],
    identityCount: 3,
    entitlementCount: 2,
    density: 100,
    freshness: 60,
    quality: 80,
    identityDistribution: [{ attributeName: 'jobTitle', distribution: [{ attributeValue: 'Clerk', count: 2 }, {}] }],
  })
  expect(await mailsOf(id)).toHaveLength(0)
  say({ kind: 'role', role: staff }, { kind: 'summary' })
  await ended
  expect(await shown(id)).toMatchObject({
    state: 'POTENTIAL_ROLES_CREATED',
    potentialRoleCount: 2,
    potentialRolesReadyCount: 2,
  })
  expect(await rolesOf(id)).toHaveLength(2)
  expect(await mailsOf(id)).toHaveLength(1)
})

test('given identities are the population, narrowed by the query; those who are not enabled are left out', async () => {
  await within((sql) => sql`update identities set status = 'disabled' where key = 5`)
  const id = await make({ scope: { identityIds: ['i5', 'i2', 'i1'], criteria: 'NOT name:ada' } })
  const { mine, say, asked } = guided()
  const ended = run(id, mine)
  await expect.poll(() => shown(id)).toMatchObject({ state: 'IDENTITIES_OBTAINED', identityCount: 1 })
  say(outline(0), { kind: 'summary' })
  await ended
  expect(asked).toMatchObject([{ identityKeys: [2] }])
  expect(await shown(id)).toMatchObject({ state: 'POTENTIAL_ROLES_CREATED', potentialRoleCount: 0 })
  await within((sql) => sql`update identities set status = 'enabled' where key = 5`)
})

test('the number of identities found is shown before mining begins, and an empty population warns', async () => {
  const id = await make({ scope: { identityIds: [], criteria: 'name:zoe' } })
  expect(populationWarning(await shown(id))).toBeUndefined()
  const { mine, say, asked } = guided()
  const ended = run(id, mine)
  await expect.poll(() => shown(id)).toMatchObject({ state: 'IDENTITIES_OBTAINED', identityCount: 0 })
  expect(populationWarning(await shown(id))).toContain('No enabled identity was found')
  say({
    kind: 'outline',
    outline: { importId: '1', identityCount: 0, prescribedTightness: 80, roleCount: 0, tightnessCurve: [] },
  })
  say({ kind: 'summary' })
  await ended
  expect(asked).toMatchObject([{ identityKeys: [] }])
  const done = await shown(id)
  expect([done.state, populationWarning(done)]).toEqual([
    'POTENTIAL_ROLES_CREATED',
    expect.stringContaining('No enabled identity was found'),
  ])
  expect(populationWarning({ ...done, identityCount: 1 })).toBeUndefined()
  expect(populationWarning({ ...done, state: 'FAILED' })).toBeUndefined()
})

test('a stored session whose criteria are refused by now is shown, listed and named, and its recalculation fails with the reason', async () => {
  const id = await make({ scope: { identityIds: [], criteria: 'name:ada' } })
  await run(id, finding(sales))
  const criteria = 'name:ada AND name:ben OR name:chi'
  await within((sql) => sql`update mining_sessions set scope = scope || ${sql.json({ criteria })} where id = ${id}`)
  await within((sql) => patchSession(sql, jobs, tenantId, id, [{ op: 'replace', path: '/name', value: 'As it was' }]))
  const query = {
    filter: { kind: 'and', of: [] },
    sorters: [],
    page: { limit: 250, offset: 0 },
    wantsTotal: false,
  } as const
  const { items } = await within((sql) => listSessions(sql, query))
  expect(items.find((session) => session.id === id)).toMatchObject({
    name: 'As it was',
    state: 'POTENTIAL_ROLES_CREATED',
    scope: { criteria },
  })
  await recalculate(id)
  await run(id, finding(sales))
  expect(await shown(id)).toMatchObject({
    state: 'FAILED',
    errorMessage: expect.stringContaining('scope.criteria: column 23: AND and OR are mixed on one level'),
  })
  expect(await rolesOf(id)).toHaveLength(1)
})

test('a change while a session is calculated: the newer calculation wins, and the older one stores nothing more', async () => {
  const id = await make()
  const older = guided()
  const overtaken = run(id, older.mine)
  older.say(outline(2), { kind: 'role', role: sales })
  await expect.poll(() => shown(id)).toMatchObject({ potentialRolesReadyCount: 1 })
  await recalculate(id)
  expect(await shown(id)).toMatchObject({ state: 'UPDATED', calculation: 2 })
  older.say({ kind: 'role', role: role([4, 5], [1]) }, { kind: 'summary' })
  await overtaken
  expect(await shown(id)).toMatchObject({ state: 'UPDATED' })
  expect(await rolesOf(id)).toHaveLength(1)
  expect(await shown(id)).toMatchObject({ potentialRoleCount: 1, potentialRolesReadyCount: 1 })
  await run(id, finding(staff))
  expect(await shown(id)).toMatchObject({ state: 'POTENTIAL_ROLES_CREATED', potentialRoleCount: 1 })
  expect((await rolesOf(id)).map(({ identityCount }) => identityCount)).toEqual([5])
})

test('a calculation that mines on for nobody is stopped', async () => {
  const id = await make()
  const older = guided()
  const overtaken = run(id, older.mine)
  await expect.poll(() => older.asked.length).toBe(1)
  await recalculate(id)
  await overtaken
})

test('while a session is calculated again, its count, its list and every role stay as they were, and change at once', async () => {
  const id = await make()
  await run(id, finding(sales, staff))
  // In one transaction that sees one state, as the service reads.
  const look = () =>
    inTenant(
      db.database.sql,
      tenantId,
      async (sql) => {
        const { items, total } = await listPotentialRoles(sql, id, whole)
        const { potentialRoleCount, potentialRolesReadyCount } = await getSession(sql, id)
        const roles = await potentialRolesById(
          sql,
          items.map((one) => one.id),
        )
        const sizes = roles.map(({ identityCount, quality }) => `${identityCount}/${quality}`).sort()
        return { counts: [potentialRoleCount, potentialRolesReadyCount, total], sizes }
      },
      { isolation: 'repeatable read' },
    )
  const before = { counts: [2, 2, 2], sizes: ['3/80', '5/80'] }
  const after = { counts: [3, 3, 3], sizes: ['2/80', '3/80', '5/70'] }
  expect(await look()).toEqual(before)
  await recalculate(id)
  expect(await look()).toEqual(before)
  const { mine, say } = guided()
  const ended = run(id, mine)
  await expect.poll(() => shown(id)).toMatchObject({ state: 'IDENTITIES_OBTAINED' })
  expect(await look()).toEqual(before)
  say(outline(3), { kind: 'role', role: { ...staff, quality: 70 } }, { kind: 'role', role: role([4, 5], [1]) })
  await expect.poll(() => shown(id)).toMatchObject({ state: 'POTENTIAL_ROLES_PROCESSING' })
  expect(await look()).toEqual(before)
  const seen: unknown[] = []
  say({ kind: 'role', role: sales }, { kind: 'summary' })
  let isOver = false
  const over = ended.then(() => {
    isOver = true
  })
  while (!isOver) seen.push(await look())
  await over
  expect(await look()).toEqual(after)
  for (const one of seen) expect([before, after]).toContainEqual(one)
})

test('a calculation again that finds nothing, fails or is given up leaves what the session showed', async () => {
  const id = await make()
  await run(id, finding(sales))
  await recalculate(id)
  const failing: MineRoles = async function* () {
    yield outline(2)
    yield { kind: 'role', role: staff }
    throw failedPrecondition('no')
  }
  await run(id, failing)
  expect(await shown(id)).toMatchObject({ state: 'FAILED', potentialRoleCount: 1, potentialRolesReadyCount: 1 })
  expect((await rolesOf(id)).map(({ identityCount }) => identityCount)).toEqual([3])
  await recalculate(id)
  await run(id, finding())
  expect(await shown(id)).toMatchObject({ potentialRoleCount: 0, potentialRolesReadyCount: 0 })
  // The calculation before found no roles. The next one does not show its roles early either.
  await recalculate(id)
  const { mine, say } = guided()
  const ended = run(id, mine)
  say(outline(1), { kind: 'role', role: sales })
  await expect.poll(() => shown(id)).toMatchObject({ state: 'POTENTIAL_ROLES_PROCESSING', potentialRoleCount: 0 })
  expect(await rolesOf(id)).toEqual([])
  say({ kind: 'summary' })
  await ended
  expect(await rolesOf(id)).toHaveLength(1)
  expect(await within((sql) => sql`select from staged_roles where session_id = ${id}`)).toHaveLength(0)
})

test('a first calculation that fails in the middle counts the roles that are shown', async () => {
  const id = await make()
  const failing: MineRoles = async function* () {
    yield outline(2)
    yield { kind: 'role', role: staff }
    await sleep(300)
    throw failedPrecondition('no')
  }
  await run(id, failing)
  expect(await shown(id)).toMatchObject({ state: 'FAILED', potentialRoleCount: 1, potentialRolesReadyCount: 1 })
  expect(await rolesOf(id)).toHaveLength(1)
})

test('a calculation that another process takes up again doubles nothing, and whoever had it before is refused', async () => {
  const id = await make()
  const dead = guided()
  const thoughtDead = run(id, dead.mine)
  dead.say(outline(3), { kind: 'role', role: sales }, { kind: 'role', role: role([4, 5], [1]) })
  await expect.poll(() => shown(id)).toMatchObject({ potentialRoleCount: 3, potentialRolesReadyCount: 2 })
  const before = await rolesOf(id)
  const again = guided()
  const ended = run(id, again.mine)
  await expect
    .poll(() => shown(id))
    .toMatchObject({
      state: 'IDENTITIES_OBTAINED',
      potentialRoleCount: 2,
      potentialRolesReadyCount: 2,
    })
  // Roles that were visible stay visible, and are counted.
  expect(await rolesOf(id)).toEqual(before.map((one) => expect.objectContaining({ id: one.id })))
  dead.say({ kind: 'role', role: role([1, 5], [2]) }, { kind: 'summary' })
  await thoughtDead
  again.say(outline(2), { kind: 'role', role: sales }, { kind: 'role', role: staff })
  await expect.poll(() => shown(id)).toMatchObject({ state: 'POTENTIAL_ROLES_PROCESSING', potentialRoleCount: 2 })
  expect(await rolesOf(id)).toHaveLength(2)
  again.say({ kind: 'summary' })
  await ended
  const after = await rolesOf(id)
  expect(after.map(({ identityCount }) => identityCount).sort()).toEqual([3, 5])
  expect(after.map((one) => one.id)).toContain(before.find(({ identityCount }) => identityCount === 3)?.id)
  await run(id, finding())
  expect(await rolesOf(id)).toHaveLength(2)
})

test('roles that a worker staged before it died are not taken for those of the next', async () => {
  const id = await make()
  await run(id, finding(sales))
  await recalculate(id)
  const dead = guided()
  const thoughtDead = run(id, dead.mine)
  dead.say(outline(2), { kind: 'role', role: role([4, 5], [1]) })
  await expect.poll(() => shown(id)).toMatchObject({ state: 'POTENTIAL_ROLES_PROCESSING' })
  await run(id, finding(staff))
  dead.say({ kind: 'role', role: role([1, 5], [2]) }, { kind: 'summary' })
  await thoughtDead
  expect((await rolesOf(id)).map(({ identityCount }) => identityCount)).toEqual([5])
})

test('roles that somebody worked on or dismissed become the new role that is most like them, or stay; the others go', async () => {
  const id = await make()
  const gone = role([4, 5], [3])
  const alone = role([1, 5], [2, 3])
  await run(id, finding(sales, staff, gone, alone))
  const ofSize = async (identityCount: number, entitlementCount: number) =>
    (await rolesOf(id)).find((one) => one.identityCount === identityCount && one.entitlementCount === entitlementCount)!
  const [named, edited, stays] = [await ofSize(3, 2), await ofSize(5, 2), await ofSize(2, 2)]
  await within(async (sql) => {
    await dismissRole(sql, await lockInboxRole(sql, named.id), { reason: 'no_role' })
    await editEntitlements(sql, edited, { ids: ['mailbox'], exclude: true })
    await patchPotentialRole(sql, stays, [{ op: 'replace', path: '/saved', value: true }])
  })
  await recalculate(id)
  // Sales without Chi, staff unchanged, and a new role.
  const fresh = role([3, 4], [1, 3])
  await run(id, finding({ ...role([1, 2], [1, 2]), density: 90 }, staff, fresh))

  expect((await rolesOf(id)).map((one) => one.id).sort()).toEqual(
    [
      named.id,
      edited.id,
      stays.id,
      (await rolesOf(id)).find((one) => one.density === 100 && one.identityCount === 2 && one.id !== stays.id)?.id,
    ].sort(),
  )
  expect(await within((sql) => getPotentialRole(sql, named))).toMatchObject({
    identityIds: ['i1', 'i2'],
    density: 90,
  })
  expect((await within((sql) => lockInboxRole(sql, named.id))).state).toBe('dismissed')
  expect(await within((sql) => getPotentialRole(sql, edited))).toMatchObject({
    identityCount: 5,
    entitlementCount: 1,
    excludedEntitlements: ['mailbox'],
    density: 100,
    freshness: 100,
    // With eight people, everything may be chance.
    quality: 50,
  })
  expect(await within((sql) => getPotentialRole(sql, stays))).toMatchObject({ identityIds: ['i1', 'i5'], saved: true })
  expect(await shown(id)).toMatchObject({ potentialRoleCount: 4, potentialRolesReadyCount: 4 })
})

test('a role that became an access profile is as new after another calculation as it was before', async () => {
  const id = await make()
  await run(id, finding(sales, staff))
  const provisioned = (await rolesOf(id)).find(({ identityCount }) => identityCount === 3)!
  await within(async (sql) => {
    const entitlements = ['crm-read', 'crm-write'].map((entitlementId) => ({ applicationId: 'crm', entitlementId }))
    const init = { createdBy: 'i1', displayName: 'Sales', description: '', entitlements }
    const profile = await createAccessProfile(sql, tenantId, init)
    await sql`
      update potential_roles set provision_state = 'COMPLETE', role_id = ${profile.id}, freshness = 100, quality = 100
      where id = ${provisioned.id}`
  })
  await recalculate(id)
  // The miner compares every role with every profile.
  await run(id, finding({ ...sales, freshness: 0, quality: 50 }, { ...staff, freshness: 75, quality: 88 }))
  const after = await rolesOf(id)
  expect(after.find((one) => one.id === provisioned.id)).toMatchObject({ freshness: 100, quality: 50 })
  expect(after.find((one) => one.id !== provisioned.id)).toMatchObject({ freshness: 75, quality: 88 })
  await within((sql) => sql`delete from access_profiles`)
})

test('a role that somebody saves while the next calculation goes on is not lost', async () => {
  const id = await make()
  await run(id, finding(sales))
  await recalculate(id)
  const { mine, say } = guided()
  const ended = run(id, mine)
  say(outline(2), { kind: 'role', role: staff })
  await expect.poll(() => shown(id)).toMatchObject({ state: 'POTENTIAL_ROLES_PROCESSING' })
  const [before] = await rolesOf(id)
  await within((sql) => patchPotentialRole(sql, before!, [{ op: 'replace', path: '/saved', value: true }]))
  say({ kind: 'role', role: role([2, 3], [1, 2]) }, { kind: 'summary' })
  await ended
  const after = await rolesOf(id)
  expect(after.map((one) => [one.identityCount, one.saved]).sort()).toEqual([
    [2, true],
    [5, false],
  ])
  expect(after.find(({ saved }) => saved)?.id).toBe(before!.id)
})

test('what can never succeed ends as failed with a message for people, and can be asked for again', async () => {
  const id = await make({ emailRecipientId: 'i1' })
  const refusing: MineRoles = async function* () {
    yield* []
    throw failedPrecondition('There is no access data to mine yet; commit an import first')
  }
  await run(id, refusing)
  expect(await shown(id)).toMatchObject({
    state: 'FAILED',
    errorMessage: 'There is no access data to mine yet; commit an import first',
  })
  expect(await mailsOf(id)).toHaveLength(1)
  await recalculate(id)
  expect(await shown(id)).toMatchObject({ state: 'UPDATED', errorMessage: '' })
  await run(id, finding(sales))
  expect(await shown(id)).toMatchObject({ state: 'POTENTIAL_ROLES_CREATED' })
  expect(await mailsOf(id)).toHaveLength(2)
})

test('a service that is away, or breaks off, is asked again', async () => {
  const id = await make()
  const away: MineRoles = async function* () {
    yield* []
    throw unavailable('The mining service does not answer at the moment')
  }
  const breaksOff: MineRoles = async function* () {
    yield outline(1)
  }
  await expect(run(id, away)).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(run(id, breaksOff)).rejects.toMatchObject({ kind: 'unavailable' })
  expect(await shown(id)).toMatchObject({ state: 'PRUNE_THRESHOLD_OBTAINED' })
})

test('the values of attributes are kept in lower case, whatever they hold', async () => {
  const id = await make()
  const values = ['ÅSA "B", {C}', 'back\\slash', '', 'ÅSA "B", {C}'].map((value) => ({ value, count: 1 }))
  await run(id, finding({ ...sales, spreads: [{ attribute: 'a', values: [...values, { value: null, count: 1 }] }] }))
  const [row] = await within(
    (sql) => sql`select attribute_values as values from potential_roles where session_id = ${id}`,
  )
  expect(row!.values).toEqual(['åsa "b", {c}', 'back\\slash', ''])
})

test('a session of another tenant is not calculated', async () => {
  const id = await make()
  const stranger = await db.tenantId()
  await attemptOnce(work(finding(sales)), { tenantId: stranger, sessionId: id })
  expect(await shown(id)).toMatchObject({ state: 'CREATED' })
})
