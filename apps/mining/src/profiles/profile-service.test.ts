import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { CallPlaces } from '@assay/server'
import { Code, ConnectError } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestService, type TestService } from '../testing-service.ts'
import { profileService } from './profile-service.ts'

const people = 150
const previews = new CallPlaces({ noun: 'previews', process: 2, tenant: 1, waiting: 0 })
let service: TestService
let tenantId: number

beforeAll(async () => {
  service = await startTestService((router, context) =>
    router.service(ProfileService, profileService(context, previews)),
  )
  tenantId = await service.database.tenantId()
  await service.database.owner.sql`
    insert into identities (tenant_id, key, id, display_name, department, status, type, name_order, email_order)
    select ${tenantId}, key, 'E' || key, 'Name ' || key, 'Engineering', 'enabled', 'human', 'name ' || key, ''
    from generate_series(1, ${people}) as key`
})
afterAll(() => service.stop())

const profiles = () => service.client(ProfileService, tenantId)
const create = (celExpression: string) =>
  profiles().createAccessProfile({
    accessProfile: { displayName: 'Engineers', celExpression, automationEnabled: celExpression !== '' },
  })
const codeOf = (call: Promise<unknown>) => call.then(String, (error: ConnectError) => error.code)

test('a profile that the circuit breaker holds says so with its numbers, and goes on when it is resumed', async () => {
  const { id, automationRunTime } = await create('subject.department == "Engineering"')
  expect(automationRunTime).toBeDefined()
  // Stores the state that a stopped evaluation leaves.
  await service.database.owner.sql`
    update access_profiles set automation_paused_at = now(), automation_error = 'Stopped: 60 of 150 members' where id = ${id}`
  await service.database.owner.sql`update identities set department = 'Sales' where key <= 60`
  const paused = await profiles().getAccessProfile({ accessProfileId: id })
  expect(paused).toMatchObject({ memberCount: people, automationError: 'Stopped: 60 of 150 members' })
  expect(paused.automationPauseTime).toBeDefined()
  const resumed = await profiles().resumeAccessProfile({ accessProfileId: id })
  expect(resumed).toMatchObject({ memberCount: people - 60, automationError: '' })
  expect(resumed.automationPauseTime).toBeUndefined()
  // A second call has no further effect.
  expect(await profiles().resumeAccessProfile({ accessProfileId: id })).toEqual(resumed)
})

test('only who may decide resumes, and only what there is', async () => {
  const { id } = await create('subject.department == "Engineering"')
  const { id: bare } = await create('')
  const resume = (role: 'auditor' | 'role-miner' | 'nobody', accessProfileId = id) =>
    codeOf(service.client(ProfileService, tenantId, role).resumeAccessProfile({ accessProfileId }))
  expect(await resume('auditor')).toBe(Code.PermissionDenied)
  expect(await resume('nobody')).toBe(Code.Unauthenticated)
  expect(await resume('role-miner', 'x')).toBe(Code.NotFound)
  expect(await resume('role-miner', bare)).toBe(Code.NotFound)
  const other = await service.database.tenantId()
  expect(await codeOf(service.client(ProfileService, other).resumeAccessProfile({ accessProfileId: id }))).toBe(
    Code.NotFound,
  )
})

test('who may decide updates, and what was read before decides whether it may', async () => {
  const { id, etag } = await create('subject.department == "Engineering"')
  const update = (role: 'auditor' | 'role-miner' | 'nobody', description: string, of = tenantId) =>
    service
      .client(ProfileService, of, role)
      .updateAccessProfile({ accessProfile: { id, description, etag }, updateMask: { paths: ['description'] } })
  expect(await codeOf(update('auditor', 'x'))).toBe(Code.PermissionDenied)
  expect(await codeOf(update('nobody', 'x'))).toBe(Code.Unauthenticated)
  expect(await codeOf(update('role-miner', 'x', await service.database.tenantId()))).toBe(Code.NotFound)
  const updated = await update('role-miner', 'one')
  expect(updated).toMatchObject({ id, description: 'one', displayName: 'Engineers', memberCount: 90 })
  expect(updated.membershipPreview).toBeUndefined()
  expect(await codeOf(update('role-miner', 'other'))).toBe(Code.Aborted)
  expect(await profiles().getAccessProfile({ accessProfileId: id })).toEqual(updated)
})

test('an update without a profile, an id or a good mask is refused', async () => {
  const update = (request: Parameters<ReturnType<typeof profiles>['updateAccessProfile']>[0]) =>
    codeOf(profiles().updateAccessProfile(request))
  expect(await update({})).toBe(Code.InvalidArgument)
  expect(await update({ accessProfile: { description: 'x' } })).toBe(Code.NotFound)
  const { id } = await create('')
  for (const path of ['shoe_size', 'displayName', 'access_profile.description', '']) {
    expect(await update({ accessProfile: { id }, updateMask: { paths: ['description', path] } })).toBe(
      Code.InvalidArgument,
    )
  }
})

test('a mask of what is output only changes nothing', async () => {
  const made = await create('')
  const paths = ['member_count', 'id', 'membership_preview', 'etag']
  const accessProfile = { id: made.id, displayName: 'x', memberCount: 7 }
  expect(await profiles().updateAccessProfile({ accessProfile, updateMask: { paths } })).toEqual(made)
})

test('creating and previewing agree, for all who may read', async () => {
  const celExpression = 'subject.department == "Sales" || subject.id == "E150"'
  const preview = await service.client(ProfileService, tenantId, 'auditor').previewMembership({ celExpression })
  expect(preview).toMatchObject({
    memberCount: 0,
    selected: { count: 61 },
    joining: { count: 61, examples: ['E1', 'E2', 'E3'].map((identityId) => ({ identityId })) },
    leaving: { count: 0 },
  })
  expect((await create(celExpression)).membershipPreview).toEqual(preview)
  expect(await codeOf(service.client(ProfileService, tenantId, 'nobody').previewMembership({ celExpression }))).toBe(
    Code.Unauthenticated,
  )
  expect(await codeOf(profiles().previewMembership({}))).toBe(Code.InvalidArgument)
})

test('too many previews at a time are refused, of one tenant and of all, and others go on', async () => {
  const other = await service.database.tenantId()
  const preview = (of: number) =>
    codeOf(service.client(ProfileService, of).previewMembership({ celExpression: 'true' }))
  let end: () => void = () => {}
  const long = new Promise<void>((resolve) => {
    end = resolve
  })
  const first = previews.run(tenantId, undefined, () => long)
  expect(await preview(tenantId)).toBe(Code.ResourceExhausted)
  expect(await preview(other)).not.toBe(Code.ResourceExhausted)
  const second = previews.run(-1, undefined, () => long)
  expect(await preview(other)).toBe(Code.Unavailable)
  end()
  await Promise.all([first, second])
  expect(await preview(tenantId)).not.toBe(Code.ResourceExhausted)
})

const alternation = `^${'(.|.|.|.|.|.|.|.)'.repeat(9)}!`
test.each([
  ['.*.*.*!', 0],
  [alternation, 0],
  ['(a+)+$', people],
  ['(?i)^A{600}$', people],
])('the pattern %s is matched in linear time', async (pattern, members) => {
  await service.database.owner.sql`update identities set username = ${'a'.repeat(600)} where tenant_id = ${tenantId}`
  const { memberCount } = await create(`subject.username.matches(${JSON.stringify(pattern)})`)
  // A backtracking matcher would not end for some of these patterns; the tests of libs/patterns count the steps.
  expect(memberCount).toBe(members)
})

test.each([
  ['subject.email.matches("([")', 'line 1, column 23: the pattern is not valid: missing closing ]'],
  ['subject.email.matches("(?:a?){1000}a{1000}")', 'line 1, column 23: the pattern is not valid: it compiles to more'],
  [
    'subject.email.matches("a(?!b)")',
    'line 1, column 23: the pattern is not valid: invalid or unsupported Perl syntax',
  ],
  [
    `"${'a,'.repeat(5_000)}".split(",").join("${'b'.repeat(100_000)}") == ""`,
    'line 1, column 1: the rule makes a text of more than 1048576 characters',
  ],
])('%.60s is refused as the caller’s input', async (celExpression, reason) => {
  const refused = await create(celExpression).catch((error: ConnectError) => error)
  expect(refused).toMatchObject({ code: Code.InvalidArgument })
  expect(String(refused)).toContain(reason)
})

test('an evaluation ends with the deadline of its caller, makes no profile, and holds up nobody else', async () => {
  await service.database.owner.sql`
    insert into identities (tenant_id, key, id, display_name, status, type, name_order, email_order)
    select ${tenantId}, key, 'E' || key, 'Name ' || key, 'enabled', 'human', 'name ' || key, ''
    from generate_series(1000, 4000) as key`
  const { accessProfiles: before } = await profiles().listAccessProfiles({ pageSize: 100 })
  const celExpression = `(subject.id + "${'x,'.repeat(9_000)}").split(",").all(part, part == "x" || part != subject.email)`
  const request = { accessProfile: { displayName: 'Slow', celExpression, automationEnabled: true } }
  const slow = profiles()
    .createAccessProfile(request, { timeoutMs: 300 })
    .catch((error: ConnectError) => error)
  await profiles().listAccessProfiles({ pageSize: 100 })
  expect((await slow) instanceof ConnectError && (await slow)).toHaveProperty('code', Code.DeadlineExceeded)
  const { accessProfiles: after } = await profiles().listAccessProfiles({ pageSize: 100 })
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
})

test('calls of a tenant that wait for an evaluation hold no connection, so that other calls are answered', async () => {
  const other = await service.database.tenantId()
  const lists = (of: number) => service.client(ProfileService, of).listAccessProfiles({}, { timeoutMs: 50_000 })
  // Another process evaluates and holds the lock.
  const lock = Promise.withResolvers<void>()
  const isHeld = Promise.withResolvers<void>()
  const holder = service.database.owner.sql.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${0x4d454d42}, ${tenantId})`
    isHeld.resolve()
    await lock.promise
  })
  await isHeld.promise
  const request = { accessProfile: { displayName: 'Waits', celExpression: 'false', automationEnabled: true } }
  const waiting = Array.from({ length: 15 }, () => profiles().createAccessProfile(request))
  const brief = profiles().createAccessProfile(request, { timeoutMs: 200 })
  expect(await codeOf(brief)).toBe(Code.DeadlineExceeded)
  await lists(other)
  await lists(tenantId)
  lock.resolve()
  await holder
  const made = await Promise.all(waiting)
  expect(new Set(made.map(({ id }) => id)).size).toBe(15)
})

test('a pause with a difference tells also what PostgreSQL cannot store', async () => {
  await service.database.owner.sql`update identities set department = 'Engineering' where tenant_id = ${tenantId}`
  const celExpression = `subject.department == "Engineering" || int("ab\\u0000${'𝒳'.repeat(40)}") > 1`
  const { id, memberCount } = await create(celExpression)
  expect(memberCount).toBeGreaterThan(100)
  await service.database.owner.sql`update identities set department = 'Sales' where tenant_id = ${tenantId}`
  const paused = await profiles().updateAccessProfile({
    accessProfile: { id, celExpression: `${celExpression} ` },
    updateMask: { paths: ['cel_expression'] },
  })
  expect(paused.automationPauseDifference?.failed?.examples[0]?.reason).toMatch(
    /^"ab\ufffd\u{1d4b3}+\ufffd…" is no number of this type$/u,
  )
})
