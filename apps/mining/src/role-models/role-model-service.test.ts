import { RoleFront_Changes as Changes } from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import {
  RoleModelChangeCause_Kind as Cause,
  RoleModelChange_Kind as ChangeKind,
} from '@assay/contracts/assay/rolemodel/v1/role_model_change_pb'
import {
  DownloadRoleModelRequest_Content as Content,
  DownloadRoleModelRequestSchema,
  DownloadRoleModelRequest_Format as Format,
} from '@assay/contracts/assay/rolemodel/v1/role_model_outline_pb'
import {
  Objective,
  type RoleModel,
  RoleModelService,
  RoleModel_State as State,
} from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { jobs, prepareQueues } from '@assay/jobs'
import { attemptOnce } from '@assay/jobs/testing'
import { CohortQuestions } from '@assay/mining'
import { agedMining, changeWork, queues, roleModelWork, SnapshotCache } from '@assay/role-mining'
import { savedRoles } from '@assay/role-sessions'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { countOrphanRows } from '@assay/source-loads'
import { inTenant, removeAgedRows } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { roleModelFile } from './role-model-file.ts'
import { roleModelService } from './role-model-service.ts'

const organisation = generateOrganisation({ seed: 1, identityCount: 60 })
const enqueued: { tenantId: number; modelId: string }[] = []
let running: TestService
let sample: number
let other: number

beforeAll(async () => {
  running = await startTestService((router, service) => {
    const jobs = {
      ...service.jobs,
      enqueue: async (_sql: unknown, _queue: unknown, payload: object) => {
        enqueued.push(payload as (typeof enqueued)[number])
        return true
      },
    }
    router.service(RoleModelService, roleModelService({ ...service, jobs }))
  })
  const { database } = running
  // A model is cancelled through its jobs, so the queues must exist.
  await prepareQueues(database.ownerUrl, queues)
  sample = await database.tenantId('sample')
  other = await database.tenantId('other')
  const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  await importFiles(database.database.sql, sample, files)
})

afterAll(() => running?.stop())

/** Runs the enqueued jobs, as the worker does. */
async function work(signal = new AbortController().signal) {
  const { sql } = running.database.database
  const tools = { sql, snapshots: new SnapshotCache(sql) }
  for (const job of enqueued.splice(0)) await attemptOnce(roleModelWork(tools), job, signal)
}

const models = (tenantId = sample) => running.client(RoleModelService, tenantId)

async function watched(roleModelId: string): Promise<RoleModel[]> {
  const seen: RoleModel[] = []
  for await (const model of models().watchRoleModel({ roleModelId })) seen.push(model)
  return seen
}

async function mined(request: Parameters<ReturnType<typeof models>['startRoleModel']>[0] = {}): Promise<RoleModel> {
  const { id } = await models().startRoleModel(request)
  const [seen] = await Promise.all([watched(id), work()])
  const last = seen.at(-1)
  if (last === undefined) throw new Error('nothing was shown')
  return last
}

let kept: Promise<RoleModel> | undefined
/** One model that all tests use which only read it. */
const defaultModel = () => (kept ??= mined())

const pairsOf = (rows: readonly { readonly pair: string }[]) => rows.map(({ pair }) => pair).toSorted()

test('a model is watched to its end, and its roles multiply out to exactly the grants of enabled people', async () => {
  const started = await models().startRoleModel({})
  expect(started).toMatchObject({ state: State.RUNNING, objective: Objective.FEWEST_ROLES, createdBy: 'e-1' })
  const [seen] = await Promise.all([watched(started.id), work()])
  expect(seen[0]!.state).toBe(State.RUNNING)
  const model = seen[seen.length - 1]!
  expect(model).toMatchObject({ state: State.COMPLETED, errorMessage: '', figures: { missing: 0n, added: 0n } })
  expect(model.endTime).toBeDefined()
  expect(model.bound?.roles).toBeLessThanOrEqual(model.figures?.roles ?? 0)
  expect(model.bound?.roles).toBeGreaterThan(0)
  expect(await models().getRoleModel({ roleModelId: started.id })).toEqual(model)

  const { sql } = running.database.owner
  const given = await sql<{ pair: string }[]>`
    select distinct identity || '/' || entitlement as pair
    from role_model_roles, unnest(identity_keys) as identity, unnest(entitlement_keys) as entitlement
    where model_id = ${started.id}`
  const people = organisation.identities.filter(({ status, type }) => status === 'enabled' && type === 'human')
  expect(people.length).toBeGreaterThan(20)
  const held = await sql<{ pair: string }[]>`
    select identity_key || '/' || entitlement_key as pair from grants
    join identities on identities.tenant_id = grants.tenant_id and identities.key = grants.identity_key
    where grants.tenant_id = ${sample} and identities.status = 'enabled' and identities.type = 'human'`
  expect(held.length).toBe(Number(model.figures?.grants))
  expect(pairsOf(given)).toEqual(pairsOf(held))
})

test('the same seed gives the same roles, page by page', async () => {
  const rolesOf = async (roleModelId: string) => {
    const roles = []
    let pageToken = ''
    do {
      const page = await models().listRoleModelRoles({ roleModelId, pageSize: 7, pageToken })
      roles.push(...page.roles)
      pageToken = page.nextPageToken
    } while (pageToken !== '')
    return roles
  }
  const [first, second] = [await defaultModel(), await mined({ seed: 1 })]
  const roles = await rolesOf(first.id)
  expect(roles.length).toBe(first.figures?.roles)
  expect(roles.map(({ number }) => number)).toEqual(roles.map((_, index) => index + 1))
  expect(roles.every(({ identityCount, entitlements }) => identityCount > 0 && entitlements.length > 0)).toBe(true)
  expect(roles[0]!.entitlements[0]!.applicationId).not.toBe('')
  expect(await rolesOf(second.id)).toEqual(roles)
})

test('an export makes one profile a role, and only once', async () => {
  const model = await defaultModel()
  const accessProfileCount = model.figures?.roles
  const made = () => running.database.owner.sql<{ name: string; entitlements: number }[]>`
    select display_name as name, automation_enabled, cel_expression,
      (select count(*)::integer from access_profile_entitlements e where e.profile_id = p.id) as entitlements
    from access_profiles p where request_id like ${`${model.id}/%`}`
  for (let time = 0; time < 2; time++) {
    expect(await models().exportRoleModel({ roleModelId: model.id })).toMatchObject({ accessProfileCount })
  }
  const profiles = await made()
  expect(profiles.length).toBe(accessProfileCount)
  expect(profiles.reduce((sum, { entitlements }) => sum + entitlements, 0)).toBe(
    Number(model.figures?.entitlementLinks),
  )
  expect(profiles.every(({ name }) => /^Role model \d+: ./.test(name))).toBe(true)
  expect(profiles[0]).toMatchObject({ automation_enabled: false, cel_expression: '' })
})

test('models are listed, the newest first and page by page, with what they were asked for', async () => {
  const { id } = await mined({ objective: Objective.LEAST_COMPLEXITY, constraints: { maxEntitlementsPerRole: 9 } })
  const all = (await models().listRoleModels({ pageSize: 100 })).roleModels
  expect(all[0]).toMatchObject({
    id,
    objective: Objective.LEAST_COMPLEXITY,
    settings: { maxEntitlementsPerRole: 9, seed: 1, prices: { role: 10 } },
  })
  const first = await models().listRoleModels({ pageSize: 1 })
  const second = await models().listRoleModels({ pageSize: 1, pageToken: first.nextPageToken })
  expect([...first.roleModels, ...second.roleModels]).toEqual(all.slice(0, 2))
  expect((await models(other).listRoleModels({})).roleModels.map((model) => model.id)).not.toContain(id)
})

test('the outline says how large roles are and what each adds, as SQL counts it', async () => {
  const { id, figures } = await defaultModel()
  const { roles, otherRoleCount } = await models().getRoleModelOutline({ roleModelId: id })
  expect([roles.length, otherRoleCount]).toEqual([figures?.roles, 0])
  const { sql } = running.database.owner
  const counted = await sql<{ number: number; sole: number }[]>`
    with cells as (
      select number, identity, entitlement from role_model_roles, unnest(identity_keys) as identity,
        unnest(entitlement_keys) as entitlement where model_id = ${id}),
    alone as (select identity, entitlement from cells group by identity, entitlement having count(*) = 1)
    select number, count(alone.identity)::integer as sole
    from cells left join alone using (identity, entitlement) group by number`
  const soleOf = new Map(counted.map(({ number, sole }) => [number, sole]))
  expect(roles.every(({ number, soleGrantCount }) => soleOf.get(number) === soleGrantCount)).toBe(true)
  expect(roles.every(({ addedGrantCount }) => addedGrantCount === 0)).toBe(true)
  expect(roles[0]?.displayName).not.toBe('')
  const cells = roles.map(({ identityCount, entitlementCount }) => identityCount * entitlementCount)
  expect(cells).toEqual(cells.toSorted((a, b) => b - a))
})

test('a model is downloaded with a line for each entitlement or person of a role', async () => {
  const { id, figures } = await defaultModel()
  const fileOf = async (content: Content, format: Format) => {
    const pieces: Uint8Array[] = []
    for await (const { data } of models().downloadRoleModel({ roleModelId: id, content, format })) pieces.push(data)
    return Buffer.concat(pieces).toString()
  }
  const entitlements = await fileOf(Content.ENTITLEMENTS, Format.CSV)
  expect(entitlements.split('\r\n')[0]).toBe('role,kept,application_id,entitlement_id,entitlement')
  expect(entitlements.trimEnd().split('\r\n').length - 1).toBe(Number(figures?.entitlementLinks))
  const people = (await fileOf(Content.IDENTITIES, Format.NDJSON)).trimEnd().split('\n')
  expect(people.length).toBe(Number(figures?.memberships))
  expect(JSON.parse(people[0] ?? '')).toMatchObject({ role: 1, kept: false, identityId: expect.any(String) })
  expect(await failureOf(fileOf(9 as Content, Format.CSV))).toMatch(/^InvalidArgument: content/)
})

test('a model that is being mined is cancelled and then deleted, and neither touches another', async () => {
  const { id } = await models().startRoleModel({})
  enqueued.length = 0
  expect(await failureOf(models().deleteRoleModel({ roleModelId: id }))).toMatch(/^FailedPrecondition: .*cancel it/)
  expect(await models().cancelRoleModel({ roleModelId: id })).toMatchObject({
    state: State.FAILED,
    errorMessage: 'The role model was cancelled.',
  })
  const done = await defaultModel()
  expect(await models().cancelRoleModel({ roleModelId: done.id })).toEqual(done)
  expect(await failureOf(models(other).deleteRoleModel({ roleModelId: id }))).toContain('NotFound')
  await models().deleteRoleModel({ roleModelId: id })
  expect(await failureOf(models().getRoleModel({ roleModelId: id }))).toContain('NotFound')
  expect(await models().getRoleModel({ roleModelId: done.id })).toEqual(done)
})

test('all jobs of a model are cancelled with it', async () => {
  const { id: modelId } = await models().startRoleModel({})
  enqueued.length = 0
  const { sql } = running.database.database
  const queue = { name: 'role-model', sharing: 'once' } as const
  for (const key of ['ending', 'present'])
    await inTenant(sql, sample, (scoped) =>
      jobs.enqueue(scoped, queue, { tenantId: sample, modelId }, `${modelId}/${key}`),
    )
  await models().cancelRoleModel({ roleModelId: modelId })
  const { owner } = running.database
  const rows = await owner.sql`
    select output ->> 'cancelled' as cancelled from pgboss.job where data ->> 'modelId' = ${modelId}`
  expect(rows.map(({ cancelled }) => cancelled)).toEqual(['true', 'true'])
  await owner.sql`delete from role_models where id = ${modelId}`
})

test('limits and kept roles hold', async () => {
  const [entitlement] = (await models().listRoleModelRoles({ roleModelId: (await defaultModel()).id })).roles[0]!
    .entitlements
  const { applicationId, entitlementId } = entitlement!
  const keptRole = { entitlements: [{ applicationId, entitlementId }], identityIds: [] }
  const model = await mined({ constraints: { maxEntitlementsPerRole: 3, keptRoles: [keptRole] } })
  expect(model).toMatchObject({ state: State.COMPLETED, figures: { missing: 0n, added: 0n }, bound: { keptRoles: 1 } })
  const { roles } = await models().listRoleModelRoles({ roleModelId: model.id, pageSize: 100 })
  expect(roles[0]).toMatchObject({ kept: true, entitlements: [{ applicationId, entitlementId }] })
  expect(Math.max(...roles.map(({ entitlements }) => entitlements.length))).toBeLessThanOrEqual(3)
})

test('limits that no model can hold end it as failed, and it cannot be exported', async () => {
  const model = await mined({ constraints: { maxRolesPerIdentity: 1, maxEntitlementsPerRole: 1 } })
  expect(model).toMatchObject({ state: State.FAILED, errorMessage: expect.stringContaining('maxRolesPerIdentity') })
  expect(await failureOf(models().exportRoleModel({ roleModelId: model.id }))).toContain('FailedPrecondition')
})

test('a tenant without access data is told so', async () => {
  const { id } = await models(other).startRoleModel({})
  await work()
  expect(await models(other).getRoleModel({ roleModelId: id })).toMatchObject({
    state: State.FAILED,
    errorMessage: expect.stringContaining('commit an import'),
  })
})

test('a worker that stops leaves the model to the next one', async () => {
  const { id } = await models().startRoleModel({})
  const again = [...enqueued]
  await expect(work(AbortSignal.abort(new Error('the worker stops')))).rejects.toThrow('the worker stops')
  expect((await models().getRoleModel({ roleModelId: id })).state).toBe(State.RUNNING)
  enqueued.push(...again)
  await work()
  expect((await models().getRoleModel({ roleModelId: id })).state).toBe(State.COMPLETED)
})

test('wrong settings are refused by name, before anything is stored', async () => {
  const refusal = (request: Parameters<ReturnType<typeof models>['startRoleModel']>[0]) =>
    failureOf(models().startRoleModel(request))
  const nothing = { applicationId: 'no', entitlementId: 'such' }
  expect(await refusal({ constraints: { maxRolesPerIdentity: 0 } })).toMatch(
    /^InvalidArgument: constraints.max_roles_per_identity/,
  )
  expect(await refusal({ constraints: { forbiddenPairs: [{ first: nothing, second: nothing }] } })).toMatch(
    /^InvalidArgument: constraints.forbidden_pairs\[0\]/,
  )
  expect(await refusal({ constraints: { forbiddenPairs: [{ first: nothing }] } })).toMatch(
    /^InvalidArgument: constraints.forbidden_pairs\[0\].second/,
  )
  expect(await refusal({ constraints: { keptRoles: [{ entitlements: [nothing] }] } })).toMatch(
    /^InvalidArgument: .*such/,
  )
  expect(await refusal({ prices: { missing: -1 } })).toMatch(/^InvalidArgument: prices.missing/)
  expect(await refusal({ objective: 99 as number as Objective })).toMatch(/^InvalidArgument: objective/)
  expect(enqueued).toEqual([])
})

test('models of another tenant do not exist, and rights are asked for', async () => {
  const { id: roleModelId } = await defaultModel()
  const foreign = models(other)
  expect(await failureOf(foreign.getRoleModel({ roleModelId }))).toContain('NotFound')
  expect(await failureOf(foreign.listRoleModelRoles({ roleModelId }))).toContain('NotFound')
  expect(await failureOf(foreign.exportRoleModel({ roleModelId }))).toContain('NotFound')
  const watch = async () => {
    for await (const _ of foreign.watchRoleModel({ roleModelId }));
  }
  expect(await failureOf(watch())).toContain('NotFound')
  const auditor = running.client(RoleModelService, sample, 'auditor')
  expect(await failureOf(auditor.startRoleModel({}))).toContain('PermissionDenied')
  expect(await failureOf(auditor.exportRoleModel({ roleModelId }))).toContain('PermissionDenied')
  expect((await auditor.getRoleModel({ roleModelId })).id).toBe(roleModelId)
})

test('a model lives on with the data: joiners, movers, leavers and new entitlements change the roles that they concern', async () => {
  const living = await running.database.tenantId('living')
  const { sql } = running.database.database
  const rows = new Map<string, string[]>()
  for (let team = 0; team < 6; team++) {
    for (let i = 0; i < 8; i++)
      rows.set(
        `t${team}-${i}`,
        ['a', 'b', 'c'].map((one) => `${one}${team}`),
      )
  }
  const load = () =>
    importFiles(sql, living, {
      'identities.csv': ['id', ...rows.keys()].join('\n'),
      'grants.csv': [
        'identity_id,entitlement_id',
        ...[...rows].flatMap(([id, own]) => own.map((one) => `${id},${one}`)),
      ].join('\n'),
    })
  const client = models(living)
  const first = await load()
  const { id: roleModelId } = await client.startRoleModel({ includeFronts: true })
  await work()
  expect(await client.getRoleModel({ roleModelId })).toMatchObject({
    importId: first,
    revision: 0,
    figures: { roles: 6 },
  })
  const before = (await client.listRoleModelRoles({ roleModelId })).roles
  const teamOf = (number: number) =>
    before.find((role) => role.number === number)?.entitlements[0]?.entitlementId.slice(1)
  const numberOf = (team: number) => before.find((role) => role.entitlements[0]?.entitlementId === `a${team}`)?.number

  // The data are the same, so there is no revision.
  expect(await client.reviseRoleModel({ roleModelId })).toMatchObject({ revising: true, state: State.COMPLETED })
  await work()
  expect(await client.getRoleModel({ roleModelId })).toMatchObject({ revising: false, revision: 0 })
  expect((await client.getRoleFronts({ roleModelId })).fronts).toHaveLength(3)

  rows.set('new', ['a0', 'b0', 'c0'])
  rows.delete('t1-0')
  rows.set('t2-0', ['a3', 'b3', 'c3'])
  for (let i = 0; i < 8; i++) rows.get(`t4-${i}`)?.push('fresh')
  for (let i = 0; i < 3; i++) rows.get(`t5-${i}`)?.push('a0')
  const second = await load()
  await client.reviseRoleModel({ roleModelId })
  await work()
  const revised = await client.getRoleModel({ roleModelId })
  expect(revised).toMatchObject({
    importId: second,
    revision: 1,
    figures: { roles: 7, missing: 0n, added: 0n },
    bound: { roles: 7, isFewest: true },
    lastRevision: {
      joiners: 1,
      leavers: 1,
      movers: 4,
      newEntitlements: 1,
      rolesBefore: 6,
      rolesMade: 1,
      rolesDropped: 0,
    },
  })
  const { changes } = await client.listRoleModelChanges({ roleModelId })
  expect(changes.map(({ number, reason }) => [teamOf(number), reason])).toEqual(
    [
      ['0', '1 person got it, because of 1 joiner.'],
      ['1', '1 person lost it, because of 1 leaver.'],
      ['2', '1 person lost it, because of 1 mover.'],
      ['3', '1 person got it, because of 1 mover.'],
      ['4', 'It gives 1 more, because of 1 new entitlement.'],
    ]
      .sort(([a], [b]) => (numberOf(Number(a)) ?? 0) - (numberOf(Number(b)) ?? 0))
      .concat([[undefined as unknown as string, 'No other role gives 3 people what they hold, because of 3 movers.']]),
  )
  expect(changes.find(({ number }) => number === numberOf(0))?.causes).toMatchObject([
    { kind: Cause.JOINER, identityId: 'new' },
  ])
  expect(changes.find(({ number }) => number === numberOf(4))?.gained).toMatchObject([{ entitlementId: 'fresh' }])
  expect(changes.at(-1)).toMatchObject({ number: 7, kind: ChangeKind.MADE, joined: 3 })
  expect(await failureOf(client.getRoleFronts({ roleModelId }))).toContain('was revised since')
  expect(await failureOf(client.listRoleModelChanges({ roleModelId, revision: 0 }))).toContain(
    'InvalidArgument: revision',
  )
  expect((await client.listRoleModelChanges({ roleModelId, revision: 5 })).changes).toEqual([])

  const begun = await client.listRoleModelChanges({ roleModelId, pageSize: 2 })

  // The role that was made for these three people is removed, and its number with it.
  for (let i = 0; i < 3; i++) rows.delete(`t5-${i}`)
  rows.set('t0-0', ['b0', 'b1'])
  await load()
  await client.reviseRoleModel({ roleModelId })
  await work()
  const page = await client.listRoleModelChanges({ roleModelId, revision: 2, pageSize: 2 })
  const rest = await client.listRoleModelChanges({
    roleModelId,
    revision: 2,
    pageSize: 100,
    pageToken: page.nextPageToken,
  })
  const all = [...page.changes, ...rest.changes]
  expect(all.find(({ number }) => number === 7)).toMatchObject({
    kind: ChangeKind.DROPPED,
    left: 3,
    reason: 'Nobody has it any more, because of 3 leavers.',
  })
  expect(all.some(({ number, kind }) => number > 7 && kind === ChangeKind.MADE)).toBe(true)
  expect((await client.listRoleModelChanges({ roleModelId, revision: 1 })).changes).toEqual(changes)
  // A client that reads page by page gets the revision of its first page.
  const gone = await client.listRoleModelChanges({ roleModelId, pageToken: begun.nextPageToken })
  expect([...begun.changes, ...gone.changes]).toEqual(changes)
  // The roles give exactly the grants.
  const { figures } = await client.getRoleModel({ roleModelId })
  expect(figures).toMatchObject({ missing: 0n, added: 0n, grants: BigInt([...rows.values()].flat().length) })

  // From now on the comparison of each load enqueues a revision.
  expect(await client.reviseRoleModel({ roleModelId, follow: true })).toMatchObject({ follows: true })
  await work()
  rows.set('late', ['a2', 'b2', 'c2'])
  await load()
  await prepareQueues(running.database.ownerUrl, queues)
  const questions = new CohortQuestions()
  const tools = { sql, snapshots: new SnapshotCache(sql), questions, savedRoles, orphanRows: countOrphanRows }
  await attemptOnce(changeWork(tools), { tenantId: living })
  await questions.close()
  expect(await client.getRoleModel({ roleModelId })).toMatchObject({ revising: true, revision: 2 })
  // A load that comes during a revision gets its own revision afterwards.
  const use = tools.snapshots.use.bind(tools.snapshots)
  const andLoad = async (...given: Parameters<typeof use>) => {
    const answer = await use(...given)
    rows.set('later', ['a2', 'b2', 'c2'])
    await load()
    return answer
  }
  vi.spyOn(tools.snapshots, 'use').mockImplementationOnce(andLoad as typeof use)
  await attemptOnce(roleModelWork(tools), { tenantId: living, modelId: roleModelId })
  expect(await client.getRoleModel({ roleModelId })).toMatchObject({
    revising: true,
    revision: 3,
    lastRevision: { joiners: 1, movers: 0 },
  })
  await attemptOnce(roleModelWork(tools), { tenantId: living, modelId: roleModelId })
  expect(await client.getRoleModel({ roleModelId })).toMatchObject({
    revising: false,
    revision: 4,
    lastRevision: { joiners: 1, movers: 0 },
  })
  // A model that follows the data is kept, whatever its age.
  const { owner } = running.database
  await owner.sql`update role_models set created_at = now() - interval '91 days' where id = ${roleModelId}`
  await removeAgedRows(running.database.database.sql, agedMining({ runs: 365, dismissals: 0, analyses: 90 }))
  expect(await client.getRoleModel({ roleModelId })).toMatchObject({ follows: true })

  // A file of two revisions would belong to neither.
  const file = roleModelFile(create(DownloadRoleModelRequestSchema, { roleModelId }), (read) =>
    inTenant(sql, living, read),
  )
  const head = await file.next()
  expect(String(head.done ? '' : head.value.data)).toContain('role,kept')
  await owner.sql`update role_models set revision = revision + 1 where id = ${roleModelId}`
  await expect(file.next()).rejects.toThrow('was revised while it was downloaded')
  expect(await client.reviseRoleModel({ roleModelId, follow: false })).toMatchObject({ follows: false })
  await work()
})

test('only an exact model without constraints is revised, and one that cannot be stays as it was', async () => {
  const { id } = await mined({ constraints: { maxEntitlementsPerRole: 3 } })
  expect(await failureOf(models().reviseRoleModel({ roleModelId: id }))).toMatch(/^FailedPrecondition.*has constraints/)
  const described = await mined({ objective: Objective.LEAST_DESCRIPTION })
  expect(await failureOf(models().reviseRoleModel({ roleModelId: described.id }))).toContain(
    'does not give the access exactly',
  )
  const { id: roleModelId } = await defaultModel()
  expect(await failureOf(models(other).reviseRoleModel({ roleModelId }))).toContain('NotFound')
  await models().reviseRoleModel({ roleModelId })
  const [job] = enqueued.splice(0)
  const tools = { sql: running.database.database.sql, snapshots: new SnapshotCache(running.database.database.sql) }
  const failing = roleModelWork(tools)
  const task = await failing.takeUp({ tenantId: job!.tenantId, modelId: job!.modelId })
  if (task === undefined) throw new Error('there is nothing to revise')
  await failing.fail?.(task, 'The role model: too bad.')
  expect(await models().getRoleModel({ roleModelId })).toMatchObject({
    state: State.COMPLETED,
    revising: false,
    errorMessage: 'The role model: too bad.',
  })
})

test('the fronts of a model end with the exact model, and say how few changes fewer roles must cost', async () => {
  const { id, figures } = await mined({ includeFronts: true })
  const { fronts } = await models().getRoleFronts({ roleModelId: id })
  expect(fronts.map(({ changes }) => changes)).toEqual([Changes.REMOVE, Changes.ADD, Changes.BOTH])
  for (const { changes, points } of fronts) {
    const last = points.at(-1)
    expect([last?.roles, last?.missing, last?.added]).toEqual([figures?.roles, 0n, 0n])
    for (const { missing, added, atLeast } of points) {
      expect(atLeast).toBeLessThanOrEqual(missing + added)
      if (changes === Changes.REMOVE) expect(added).toBe(0n)
      if (changes === Changes.ADD) expect(missing).toBe(0n)
    }
  }
})

test('a model that was started without fronts has none, and another tenant none at all', async () => {
  const { id } = await mined({ seed: 2 })
  expect(String(await failureOf(models().getRoleFronts({ roleModelId: id })))).toContain('was started without fronts')
  expect(String(await failureOf(models(other).getRoleFronts({ roleModelId: id })))).toContain('does not exist')
})
