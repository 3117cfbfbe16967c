import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Entitlement } from '@assay/contracts/assay/directory/v1/directory_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { PolicyStep, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import {
  PotentialRoleSummary_State as RoleState,
  MiningSession_State as SearchState,
} from '@assay/contracts/assay/session/v1/mining_session_pb'
import { SessionPolicyService } from '@assay/contracts/assay/session/v1/session_policy_service_pb'
import { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import {
  RoleMiningRoleType,
  RoleMiningSessionStatus_State as State,
} from '@assay/contracts/sailpoint/iai/rolemining/v1/session_pb'
import { generateOrganisation } from '@assay/sample-org'
import { createLogger, startServer } from '@assay/server'
import { openGate } from '@assay/server/testing'
import { type Client, Code, ConnectError, createClient, type HandlerContext } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importOrganisation, prepareTestSessions, type TestProcess, type TestSessions } from './testing-service.ts'

let platform: TestSessions
let tenantId: number
let sessions: TestProcess
let mining: TestProcess
let worker: TestProcess
let api: Client<typeof RoleMiningService>

beforeAll(async () => {
  platform = await prepareTestSessions()
  tenantId = await platform.tenantWith(generateOrganisation({ seed: 1, identityCount: 400 }))
  mining = await platform.startMining()
  worker = await platform.startMiningWorker()
  sessions = await platform.startSessions()
  api = platform.client(RoleMiningService, sessions.url, tenantId)
})
afterAll(() => platform?.stop())

const stateOf = async (sessionId: string, of = api) => (await of.getRoleMiningSessionStatus({ sessionId })).state
const ended = (sessionId: string, of = api) =>
  expect.poll(() => stateOf(sessionId, of), { interval: 50 }).toBe(State.POTENTIAL_ROLES_CREATED)
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no failure',
    (error: unknown) => (error instanceof ConnectError ? `${Code[error.code]}: ${error.rawMessage}` : String(error)),
  )
const text = (value: string) => ({ kind: { case: 'stringValue' as const, value } })
/** Entitlements by ids that are unique among the applications. */
async function namedEntitlements(tenant: number, ids: readonly string[]) {
  const directory = platform.client(DirectoryService, platform.miningUrl, tenant)
  const { applications } = await directory.listApplications({ pageSize: 100 })
  const all: Entitlement[] = []
  // One call at a time: a busy machine refuses many at once.
  for (const { id: applicationId } of applications) {
    all.push(...(await directory.listEntitlements({ applicationId, pageSize: 100 })).entitlements)
  }
  const list = ids.map((id) => {
    const found = all.find((entitlement) => entitlement.id === id)
    if (found === undefined) throw new Error(`there is no entitlement ${id}`)
    return { applicationId: found.applicationId, entitlementId: id }
  })
  return { list }
}
const replace = (path: string, value: string) => ({ op: 'replace', path, value: text(value) })

test('a session over the whole organisation is mined, listed, shown and changed', async () => {
  const session = { name: 'Everybody', minNumIdentitiesInPotentialRole: 5, identityCount: 999, potentialRoleCount: 7 }
  const created = await api.createRoleMiningSessions({ session })
  expect(created).toMatchObject({
    name: 'Everybody',
    type: RoleMiningRoleType.SPECIALIZED,
    scopingMethod: 'MANUAL',
    saved: false,
    createdBy: { id: 'ashley', displayName: 'Ashley' },
    status: { state: State.CREATED },
    identityCount: 0,
    potentialRoleCount: 0,
  })
  await ended(created.id)
  const done = await api.getRoleMiningSession({ sessionId: created.id })
  expect(done.potentialRoleCount).toBeGreaterThan(5)
  expect(done).toMatchObject({ potentialRolesReadyCount: done.potentialRoleCount })
  expect(done.pruneThreshold).toBeUndefined()
  expect(done.identityCount).toBeGreaterThan(300)
  const { potentialRoles } = await api.getPotentialRoleSummaries({ sessionId: created.id })
  expect(potentialRoles).toHaveLength(done.potentialRoleCount)

  const totals: (string | null)[] = []
  const { sessions: listed } = await api.getRoleMiningSessions(
    { filters: 'name eq "everybody"', count: true, limit: 1 },
    { onHeader: (header) => totals.push(header.get('x-total-count')) },
  )
  expect([listed.map(({ id }) => id), totals]).toEqual([[created.id], ['1']])

  await api.patchRoleMiningSession({
    sessionId: created.id,
    operations: [replace('/pruneThreshold', '95'), replace('/saved', 'true')],
  })
  await ended(created.id)
  expect(await api.getRoleMiningSession({ sessionId: created.id })).toMatchObject({ pruneThreshold: 95, saved: true })
})

test('a search names the managers whom its people have', async () => {
  const own = platform.client(SessionService, sessions.url, tenantId)
  const directory = platform.client(DirectoryService, platform.miningUrl, tenantId)
  const { identities } = await directory.listIdentities({ pageSize: 100 })
  const managerId = identities.find((one) => one.managerId !== '')?.managerId ?? ''
  const { displayName } = await directory.getIdentity({ identityId: managerId })
  const filters = [
    { attribute: 'department', values: ['engineering', 'Sales'] },
    { attribute: 'manager', values: [managerId] },
  ]
  const named = [{ attribute: 'manager', value: managerId, displayName }]
  expect((await own.countPopulation({ population: { filters } })).valueNames).toMatchObject(named)
  const made = await own.createSession({ session: { population: { filters } } })
  expect(made.valueNames).toMatchObject(named)
  expect((await own.getSession({ sessionId: made.id })).valueNames).toMatchObject(named)
  const { sessions: listed } = await own.listSessions({ pageSize: 100 })
  expect(listed.find(({ id }) => id === made.id)?.valueNames).toMatchObject(named)
  expect(listed.filter(({ id }) => id !== made.id).flatMap(({ valueNames }) => valueNames)).toEqual([])
  await own.deleteSession({ sessionId: made.id })
})

test("a search by Assay's own calls: counted before, told what other tightnesses come to, tightened, and deleted", async () => {
  const own = platform.client(SessionService, sessions.url, tenantId)
  const population = { filters: [{ attribute: 'department', values: ['engineering', 'Sales'] }] }
  const { peopleCount } = await own.countPopulation({ population })
  const all = await own.countPopulation({})
  expect(peopleCount).toBeGreaterThan(20)
  expect(all.peopleCount).toBeGreaterThan(peopleCount)
  expect(await failureOf(own.countPopulation({ population: { filters: [{ attribute: 'department' }] } }))).toMatch(
    /^InvalidArgument: population.filters\[0\].values/,
  )
  expect(await failureOf(own.countPopulation({ population: { identityIds: ['nobody'] } }))).toMatch(
    /^InvalidArgument: population.identity_ids: nobody has the id/,
  )
  const wrong = (session: object) => failureOf(own.createSession({ session }))
  expect(await wrong({ tightness: 101 })).toMatch(/^InvalidArgument: session.tightness/)
  expect(await wrong({ fewestPeople: -1 })).toMatch(/^InvalidArgument: session.fewest_people/)
  expect(await wrong({ displayName: 'x'.repeat(201) })).toMatch(/^InvalidArgument: session.display_name/)

  const made = await own.createSession({ session: { displayName: 'Two departments', population, fewestPeople: 5 } })
  expect(made).toMatchObject({ state: SearchState.WAITING, population, fewestPeople: 5, createdBy: 'ashley' })
  const sessionId = made.id
  await ended(sessionId)
  const done = await own.getSession({ sessionId })
  expect(done).toMatchObject({ state: SearchState.COMPLETED, peopleCount, readyRoleCount: done.potentialRoleCount })
  expect(done.tightnessCurve.map(({ tightness }) => tightness)).toContain(done.prescribedTightness)
  // A tighter role has fewer people, and these lack less.
  for (const [at, point] of done.tightnessCurve.slice(1).entries()) {
    const before = done.tightnessCurve[at]
    expect(point.membershipCount).toBeLessThanOrEqual(before?.membershipCount ?? 0)
    expect(point.gainCount).toBeLessThanOrEqual(before?.gainCount ?? 0n)
  }
  expect(done.tightnessCurve.at(-1)?.gainCount).toBe(0n)
  expect((await own.listSessions({ pageSize: 1 })).sessions).toEqual([done])

  const first = await own.listPotentialRoles({ sessionId, pageSize: 2 })
  const rest = await own.listPotentialRoles({ sessionId, pageSize: 100, pageToken: first.nextPageToken })
  const roles = [...first.potentialRoles, ...rest.potentialRoles]
  expect(roles.length).toBe(done.readyRoleCount)
  expect(roles.map(({ quality }) => quality)).toEqual(roles.map(({ quality }) => quality).toSorted((a, b) => b - a))
  expect(roles.every(({ state, peopleCount }) => state === RoleState.OPEN && peopleCount >= 5)).toBe(true)

  const [dismissed] = roles
  await platform.db.owner
    .sql`update potential_roles set dismissed_at = now(), dismissal_reason = 'too_broad' where id = ${dismissed?.id ?? ''}`
  expect((await own.listPotentialRoles({ sessionId, pageSize: 1 })).potentialRoles[0]?.state).toBe(RoleState.DISMISSED)
  await platform.db.owner
    .sql`update potential_roles set dismissed_at = null, dismissal_reason = null where id = ${dismissed?.id ?? ''}`

  const change = (session: object, ...paths: string[]) =>
    own.updateSession({ session: { id: sessionId, ...session }, updateMask: { paths } })
  expect(await change({ displayName: 'Renamed', kept: true }, 'display_name', 'kept')).toMatchObject({
    displayName: 'Renamed',
    kept: true,
    state: SearchState.COMPLETED,
  })
  expect(await failureOf(change({}))).toMatch(/^InvalidArgument: update_mask/)
  expect(await failureOf(change({}, 'state'))).toMatch(/^InvalidArgument: update_mask/)
  expect((await change({ tightness: 100 }, 'tightness')).state).toBe(SearchState.WAITING)
  await ended(sessionId)
  expect((await own.getSession({ sessionId })).tightness).toBe(100)
  expect((await own.listPotentialRoles({ sessionId })).potentialRoles.every(({ density }) => density === 100)).toBe(
    true,
  )

  const stranger = platform.client(SessionService, sessions.url, await platform.db.tenantId())
  expect(await failureOf(stranger.deleteSession({ sessionId }))).toContain('NotFound')
  await own.deleteSession({ sessionId })
  expect(await failureOf(own.listPotentialRoles({ sessionId }))).toContain('NotFound')
})

test('COMMON proposes one role', async () => {
  const common = await api.createRoleMiningSessions({ session: { type: RoleMiningRoleType.COMMON } })
  await ended(common.id)
  expect(await api.getRoleMiningSession({ sessionId: common.id })).toMatchObject({ potentialRoleCount: 1 })
})

test('potential roles obey the policies, say what was left out, and are provisioned only as policies allow', async () => {
  const own = await platform.tenantWith(generateOrganisation({ seed: 3, identityCount: 300 }))
  const of = platform.client(RoleMiningService, sessions.url, own)
  const policies = platform.client(PolicyService, platform.miningUrl, own)
  const told = platform.client(SessionPolicyService, sessions.url, own)
  const mineAll = async () => {
    const { id } = await of.createRoleMiningSessions({ session: { minNumIdentitiesInPotentialRole: 5 } })
    await ended(id, of)
    const { potentialRoles } = await of.getPotentialRoleSummaries({ sessionId: id, limit: 250 })
    // No potential role contains common access; the list may show it in addition.
    const entitlementsOf = async (potentialRoleId: string) => {
      const { entitlements } = await of.getEntitlementsPotentialRole({
        sessionId: id,
        potentialRoleId,
        limit: 250,
        includeCommonAccess: false,
      })
      return entitlements.map(({ entitlementRef }) => entitlementRef?.id ?? '')
    }
    // One after the other, since a tenant may have only a few simultaneous calls.
    const roles: { id: string; has: string[] }[] = []
    for (const role of potentialRoles) roles.push({ id: role.id, has: await entitlementsOf(role.id) })
    return { sessionId: id, roles }
  }
  const before = await mineAll()
  const large = before.roles.find(({ has }) => has.length >= 4)
  if (large === undefined) throw new Error('no role of four entitlements was found')
  const [one, other] = large.has
  const shown = await of.getPotentialRole({ sessionId: before.sessionId, potentialRoleId: large.id })
  const { list } = await namedEntitlements(own, [one!, other!])
  await policies.createPolicy({
    policy: {
      displayName: 'Apart',
      rule: { case: 'separationOfDuties', value: { first: [list[0]!], second: [list[1]!], severity: Severity.HIGH } },
    },
  })
  const provision = (sessionId: string, potentialRoleId: string) =>
    of.createPotentialRoleProvisionRequest({ sessionId, potentialRoleId, provision: { includeIdentities: true } })
  expect(await failureOf(provision(before.sessionId, large.id))).toMatch(
    /^FailedPrecondition: policy "Apart" separates .*; exclude them from the potential role/,
  )
  expect(await of.getPotentialRole({ sessionId: before.sessionId, potentialRoleId: large.id })).toEqual(shown)

  const after = await mineAll()
  for (const { has } of after.roles) expect(has.includes(one!) && has.includes(other!)).toBe(false)
  const cut = []
  for (const { id } of after.roles) {
    cut.push(...(await told.getPotentialRolePolicies({ potentialRoleId: id })).leftOut)
  }
  expect(
    cut.map(({ entitlement, policyDisplayName, step }) => [
      [one, other].includes(entitlement?.entitlementId ?? ''),
      policyDisplayName,
      step,
    ]),
  ).toContainEqual([true, 'Apart', PolicyStep.SEPARATION])
  const [free] = after.roles.filter(({ has }) => !has.includes(one!) && !has.includes(other!))
  expect(await provision(after.sessionId, free!.id)).toMatchObject({ id: free!.id })
})

test('a request without a session makes none: only {} means everybody', async () => {
  const of = platform.client(RoleMiningService, sessions.url, await platform.db.tenantId())
  expect(await failureOf(of.createRoleMiningSessions({}))).toBe(
    'InvalidArgument: session: is missing; {} means everybody in the organisation',
  )
  expect((await of.getRoleMiningSessions({})).sessions).toEqual([])
})

test('without access data a session fails, and says why', async () => {
  const of = platform.client(RoleMiningService, sessions.url, await platform.db.tenantId())
  const { id } = await of.createRoleMiningSessions({ session: {} })
  await expect.poll(() => stateOf(id, of)).toBe(State.FAILED)
  expect((await of.getRoleMiningSessionStatus({ sessionId: id })).errorMessage).toContain('commit an import')
})

test('a session of another tenant does not exist, and who may only read changes nothing', async () => {
  const { id } = await api.createRoleMiningSessions({ session: {} })
  const stranger = platform.client(RoleMiningService, sessions.url, await platform.db.tenantId())
  expect(await failureOf(stranger.getRoleMiningSession({ sessionId: id }))).toMatch(/^NotFound/)
  expect(await failureOf(stranger.getRoleMiningSessionStatus({ sessionId: id }))).toMatch(/^NotFound/)
  expect(
    await failureOf(stranger.patchRoleMiningSession({ sessionId: id, operations: [replace('/name', 'x')] })),
  ).toMatch(/^NotFound/)
  expect((await stranger.getRoleMiningSessions({})).sessions).toEqual([])
  const reader = platform.client(RoleMiningService, sessions.url, tenantId, { scopes: ['iai:access-modeling:read'] })
  expect((await reader.getRoleMiningSession({ sessionId: id })).id).toBe(id)
  expect(await failureOf(reader.createRoleMiningSessions({ session: {} }))).toMatch(/^PermissionDenied/)
  expect(await failureOf(reader.patchRoleMiningSession({ sessionId: id, operations: [] }))).toMatch(/^PermissionDenied/)
})

/** A proxy between the two services that passes on as many roles as the test allows. */
async function gatedMining(allowed: () => Promise<void>) {
  const real = createClient(MiningService, createGrpcTransport({ baseUrl: mining.url }))
  return startServer({
    name: 'gate',
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('gate', 'silent'),
    closeTimeoutMs: 500,
    readiness: {},
    gate: openGate,
    routes: (router) =>
      router.service(MiningService, {
        endPotentialRoleMining: (request, { requestHeader }) =>
          real.endPotentialRoleMining(request, {
            headers: { authorization: requestHeader.get('authorization') ?? '' },
          }),
        async *minePotentialRoles(request, context: HandlerContext) {
          const headers = { authorization: context.requestHeader.get('authorization') ?? '' }
          let roles = 0
          for await (const event of real.minePotentialRoles(request, { headers, signal: context.signal })) {
            if (event.event.case === 'role' && roles++ > 0) await allowed()
            yield event
          }
        },
      }),
  })
}

test('a finished role is read and the session changed while fewer roles are ready than will come', async () => {
  const opened = Promise.withResolvers<void>()
  const gate = await gatedMining(() => opened.promise)
  const own = await platform.tenantWith(generateOrganisation({ seed: 2, identityCount: 300 }))
  const slow = await platform.startSessions({ ASSAY_MINING_URL: gate.url })
  // Either process could take the job, so only the slow one is left running.
  await sessions.kill()
  const of = platform.client(RoleMiningService, slow.url, own)
  const { id: sessionId } = await of.createRoleMiningSessions({ session: { minNumIdentitiesInPotentialRole: 5 } })
  await expect.poll(async () => (await of.getRoleMiningSession({ sessionId })).potentialRolesReadyCount).toBe(1)
  const processing = await of.getRoleMiningSession({ sessionId })
  expect(processing.potentialRoleCount).toBeGreaterThan(1)
  expect(processing.status?.state).toBe(State.POTENTIAL_ROLES_PROCESSING)
  const { potentialRoles } = await of.getPotentialRoleSummaries({ sessionId })
  expect(potentialRoles).toHaveLength(1)
  const role = await of.getPotentialRole({ sessionId, potentialRoleId: potentialRoles[0]!.id })
  expect(role.identityIds.length).toBe(potentialRoles[0]!.identityCount)
  await of.patchPotentialRoleSession({ sessionId, potentialRoleId: role.id, operations: [replace('/saved', 'true')] })
  await of.patchRoleMiningSession({ sessionId, operations: [replace('/name', 'While it runs')] })
  opened.resolve()
  await ended(sessionId, of)
  const done = await of.getRoleMiningSession({ sessionId })
  expect(done).toMatchObject({ name: 'While it runs', potentialRoleCount: processing.potentialRoleCount })
  expect(await of.getPotentialRole({ sessionId, potentialRoleId: role.id })).toMatchObject({ saved: true })

  await slow.kill()
  await gate.close()
  sessions = await platform.startSessions()
  api = platform.client(RoleMiningService, sessions.url, tenantId)
})

test('a session outlives the death of either service and of the worker, with the same roles', async () => {
  const own = await platform.tenantWith(generateOrganisation({ seed: 3, identityCount: 2000 }))
  const of = () => platform.client(RoleMiningService, sessions.url, own)
  const idsOf = async (sessionId: string) =>
    (await of().getPotentialRoleSummaries({ sessionId })).potentialRoles.map(
      (role) => `${role.identityCount}/${role.entitlementCount}/${role.quality}`,
    )
  const undisturbed = await of().createRoleMiningSessions({ session: {} })
  await ended(undisturbed.id, of())

  const isUnfinished = async (sessionId: string) => {
    const rows = await platform.db.owner.sql`
      select from mining_sessions where id = ${sessionId} and state not in ('POTENTIAL_ROLES_CREATED', 'FAILED')`
    return rows.length === 1
  }
  /**
   * Resolves when sessions have read their mining results and deleted them. A process that dies after the end of its session leaves them
   * for some days.
   */
  const takenOver = () =>
    expect.poll(() => platform.db.owner.sql`select from population_minings where tenant_id = ${own}`).toHaveLength(0)
  /** Starts a session whose process dies while the worker waits to store roles, on any machine. @returns its id */
  const outliving = async (die: () => Promise<void>, comeBack: () => Promise<unknown>) => {
    // The process would otherwise wait for the table as well, and die with it.
    await takenOver()
    const holder = await platform.db.owner.sql.reserve()
    await holder`begin`
    await holder`lock table population_mining_roles in share mode`
    const { id } = await of().createRoleMiningSessions({ session: {} })
    const waitsForTable = () => holder`
      select from pg_locks where relation = 'population_mining_roles'::regclass and not granted
        and database = (select oid from pg_database where datname = current_database())`
    await expect.poll(waitsForTable).toHaveLength(1)
    await die()
    expect(await isUnfinished(id)).toBe(true)
    await holder`rollback`
    holder.release()
    await comeBack()
    await ended(id, of())
    return id
  }
  const mined = [
    await outliving(
      () => mining.kill(),
      async () => (mining = await platform.startMining()),
    ),
    await outliving(
      () => sessions.kill(),
      async () => (sessions = await platform.startSessions()),
    ),
    await outliving(
      () => worker.kill(),
      async () => (worker = await platform.startMiningWorker()),
    ),
  ]

  const expected = (await idsOf(undisturbed.id)).sort()
  expect(expected.length).toBeGreaterThan(5)
  for (const sessionId of mined) expect((await idsOf(sessionId)).sort()).toEqual(expected)
  await takenOver()
})

test('roles that somebody worked on survive another import and another calculation', async () => {
  const own = await platform.tenantWith(generateOrganisation({ seed: 4, identityCount: 400 }))
  const of = platform.client(RoleMiningService, sessions.url, own)
  const { id: sessionId } = await of.createRoleMiningSessions({ session: { minNumIdentitiesInPotentialRole: 5 } })
  await ended(sessionId, of)
  const [role] = (await of.getPotentialRoleSummaries({ sessionId })).potentialRoles
  await of.patchRoleMiningPotentialRole({ potentialRoleId: role!.id, operations: [replace('/name', 'Kept')] })
  await importOrganisation(platform.db, own, generateOrganisation({ seed: 4, identityCount: 380 }))
  await of.patchRoleMiningSession({ sessionId, operations: [replace('/minNumIdentitiesInPotentialRole', '4')] })
  await ended(sessionId, of)
  expect(await of.getRoleMiningPotentialRole({ potentialRoleId: role!.id })).toMatchObject({ name: 'Kept' })
})

test('whoever is named is told by mail when the session ends', async () => {
  const recipients: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      stream.on('data', () => {})
      stream.on('end', () => {
        recipients.push(...envelope.rcptTo.map(({ address }) => address))
        done()
      })
    },
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const smtpUrl = `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`
  const organisation = generateOrganisation({ seed: 5, identityCount: 300 })
  const own = await platform.tenantWith(organisation)
  await sessions.kill()
  sessions = await platform.startSessions({ ASSAY_SMTP_URL: smtpUrl })
  const of = platform.client(RoleMiningService, sessions.url, own)
  const recipient = organisation.identities[0]!
  const { id } = await of.createRoleMiningSessions({ session: { emailRecipientId: recipient.id } })
  await ended(id, of)
  await expect.poll(() => recipients).toEqual([recipient.email])
  server.close()
})
