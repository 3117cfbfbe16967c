import { DomainError } from '@assay/errors'
import { asJson, inTenant, type TenantSql } from '@assay/store'
import { beforeEach, describe, expect, test } from 'vitest'
import type { AccessProfileRequest } from './create-access-profile.ts'
import {
  type AccessScope,
  accessProfileExists,
  applyMembership,
  checkAccessScope,
  createAccessProfile,
  deleteAccessProfile,
  getAccessProfile,
  importAccessProfiles,
  listAccessProfiles,
  listPendingTasks,
  listProfileEntitlements,
  listProfileMembers,
  matchProfiles,
  profileEntitlementSets,
  resolvePendingTask,
} from './index.ts'
import { db, sql, tenant, tenantId, useTenants } from './testing-tenant.ts'

await useTenants()

const people = [
  { id: 'E1', department: 'Engineering' },
  { id: 'E2', department: 'Engineering', job_title: 'SRE', manager_id: 'E1' },
  { id: 'E3', department: 'Sales' },
  { id: 'E4', department: 'Engineering', status: 'disabled' },
  { id: 'S1', department: 'Engineering', type: 'service' },
]

beforeEach(async () => {
  await tenant(async (sql) => {
    await addIdentities(sql, people)
    await addEntitlements(sql, [
      ['crm', 'reader'],
      ['crm', 'admin'],
      ['git', 'reader'],
      ['git', 'writer'],
    ])
  })
})

async function addIdentities(sql: TenantSql, rows: readonly { id: string; [column: string]: unknown }[]) {
  const complete = rows.map((row, index) => ({
    key: index,
    department: '',
    job_title: '',
    manager_id: '',
    status: 'enabled',
    type: 'human',
    attributes: {},
    ...row,
  }))
  await sql`
    insert into identities (tenant_id, key, id, display_name, email, department, job_title, manager_id, status, type,
      attributes, name_order, email_order)
    select ${tenantId}, key, id, 'Name of ' || id, lower(id) || '@sample.example', department, job_title, manager_id,
      status, type, attributes, lower('Name of ' || id), lower(id) || '@sample.example'
    from jsonb_to_recordset(${asJson(sql, complete)}) as row (key integer, id text, department text, job_title text,
      manager_id text, status text, type text, attributes jsonb)`
}

async function addEntitlements(sql: TenantSql, rows: readonly (readonly [applicationId: string, id: string])[]) {
  const applications = [...new Set(rows.map(([application]) => application))]
  for (const [key, id] of applications.entries()) {
    await sql`insert into applications (tenant_id, key, id, display_name, name_order)
      values (${tenantId}, ${key}, ${id}, ${id.toUpperCase()}, ${id})`
  }
  for (const [key, [application, id]] of rows.entries()) {
    await sql`insert into entitlements (tenant_id, key, application_key, id, display_name, name_order)
      values (${tenantId}, ${key}, ${applications.indexOf(application)}, ${id}, ${id.toUpperCase()}, ${id})`
  }
}

function create(request: Partial<AccessProfileRequest> = {}) {
  return tenant((sql) =>
    createAccessProfile(sql, tenantId, { displayName: 'Engineers', createdBy: 'me', entitlements: [], ...request }),
  )
}

const engineers = { celExpression: 'subject.department == "Engineering"', enableAutomation: true }

async function memberIds(profileId: string): Promise<string[]> {
  const { members } = await tenant((sql) => listProfileMembers(sql, profileId, { size: 1000 }))
  return members.map((member) => member.identityId)
}

async function refusal(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DomainError)) throw error ?? new Error('it was not refused')
  return error
}

describe('creating an access profile', () => {
  test('with automation makes the enabled people members whom the rule selects', async () => {
    const profile = await create({ ...engineers, description: 'Builders', commonAccess: true })
    expect(await memberIds(profile.id)).toEqual(['E1', 'E2'])
    expect(profile).toMatchObject({
      displayName: 'Engineers',
      description: 'Builders',
      automationEnabled: true,
      createTasks: false,
      commonAccess: true,
      createdBy: 'me',
      memberCount: 2,
      pendingTaskCount: 0,
      entitlementCount: 0,
    })
  })

  test('without automation adds no member, whatever the rule is', async () => {
    const profile = await create({ ...engineers, enableAutomation: false })
    expect(profile.memberCount).toBe(0)
    expect(profile.celExpression).toBe(engineers.celExpression)
    await applyMembership(db.database.sql, tenantId)
    expect(await memberIds(profile.id)).toEqual([])
  })

  test('includes machines only when the rule uses types', async () => {
    const profile = await create({
      ...engineers,
      celExpression: `${engineers.celExpression} && subject.type != UserType.AGENT`,
    })
    expect(await memberIds(profile.id)).toEqual(['E1', 'E2', 'S1'])
  })

  test('may use the mail address of the manager', async () => {
    const profile = await create({ ...engineers, celExpression: 'subject.manager == "e1@sample.example"' })
    expect(await memberIds(profile.id)).toEqual(['E2'])
  })

  test('keeps its entitlements, listed by application and name', async () => {
    const profile = await create({
      entitlements: [
        { applicationId: 'git', entitlementId: 'writer' },
        { applicationId: 'crm', entitlementId: 'reader' },
        { applicationId: 'git', entitlementId: 'reader' },
      ],
    })
    expect(profile.entitlementCount).toBe(3)
    const first = await tenant((sql) => listProfileEntitlements(sql, profile.id, { size: 2 }))
    expect(first.entitlements.map((one) => `${one.applicationDisplayName}/${one.entitlementId}`)).toEqual([
      'CRM/reader',
      'GIT/reader',
    ])
    const second = await tenant((sql) => listProfileEntitlements(sql, profile.id, { size: 2, after: first.last }))
    expect(second.entitlements.map((one) => one.entitlementDisplayName)).toEqual(['WRITER'])
    expect(second.last).toBeUndefined()
  })

  test('creates one profile for one request id', async () => {
    const first = await create({ ...engineers, requestId: 'r1' })
    const second = await create({ displayName: 'Other', requestId: 'r1' })
    expect(second).toEqual(first)
  })

  test('takes a name of 256 characters, however little it compresses', async () => {
    const displayName = Array.from({ length: 256 }, (_, i) =>
      String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000)),
    ).join('')
    expect((await create({ displayName })).displayName).toBe(displayName)
  })

  test.each<[string, Partial<AccessProfileRequest>, string]>([
    ['an empty name', { displayName: ' ' }, 'display_name: must not be empty'],
    [
      'a name that is too long',
      { displayName: 'n'.repeat(257) },
      'display_name: must have at most 256 characters; it has 257',
    ],
    [
      'a description that is too long',
      { description: 'd'.repeat(4097) },
      'description: must have at most 4096 characters; it has 4097',
    ],
    [
      'a request id that is too long',
      { requestId: 'r'.repeat(65) },
      'request_id: must have at most 64 characters; it has 65',
    ],
    [
      'an unknown entitlement',
      {
        entitlements: [
          { applicationId: 'crm', entitlementId: 'reader' },
          { applicationId: 'crm', entitlementId: 'writer' },
        ],
      },
      'entitlements[1]: application "crm" has no entitlement "writer"',
    ],
    [
      'a repeated entitlement',
      {
        entitlements: [
          { applicationId: 'crm', entitlementId: 'reader' },
          { applicationId: 'crm', entitlementId: 'reader' },
        ],
      },
      'entitlements[1]: entitlement "reader" is named twice',
    ],
    [
      'a rule that does not parse',
      { celExpression: 'subject.' },
      'cel_expression: line 1, column 9: Expected IDENTIFIER, got EOF',
    ],
    [
      'a rule that does not parse behind an empty line',
      { celExpression: '\n subject.' },
      'cel_expression: line 2, column 10: Expected IDENTIFIER, got EOF',
    ],
    [
      'a rule that is no bool',
      { celExpression: 'subject.id' },
      'cel_expression: line 1, column 1: the rule comes out as string, but it has to come out as bool',
    ],
    ['automation without a rule', { enableAutomation: true }, 'enable_automation: needs a membership rule'],
    ['a name with U+0000', { displayName: 'a\u0000b' }, 'text: must not contain the character U+0000'],
  ])('is refused for %s, and nothing is left behind', async (_name, request, message) => {
    const error = await refusal(create(request))
    expect([error.kind, error.message]).toEqual(['invalid_argument', message])
    expect((await tenant((sql) => listAccessProfiles(sql, { size: 5 }))).profiles).toEqual([])
  })
})

describe('reading', () => {
  test('pages by name regardless of case, stable while others are added', async () => {
    for (const displayName of ['beta', 'Alpha', 'ÉCLAIR', 'alpha', 'Gamma']) await create({ displayName })
    const names: string[] = []
    let after: Parameters<typeof listAccessProfiles>[1]['after']
    do {
      const page = await tenant((sql) => listAccessProfiles(sql, { size: 2, after }))
      names.push(...page.profiles.map((profile) => profile.displayName))
      after = page.last
      await create({ displayName: 'AAA' })
    } while (after !== undefined)
    expect(names.map((name) => name.toLowerCase())).toEqual(['alpha', 'alpha', 'beta', 'gamma', 'éclair'])
  })

  test.each(['nonsense', '00000000-0000-4000-8000-000000000000'])('%s is not found', async (id) => {
    expect(await tenant((sql) => accessProfileExists(sql, id))).toBe(false)
    for (const read of [getAccessProfile, deleteAccessProfile]) {
      expect((await refusal(tenant<unknown>((sql) => read(sql, id)))).message).toBe(
        `access profile "${id}" does not exist`,
      )
    }
    expect((await refusal(tenant((sql) => listProfileMembers(sql, id, { size: 1 })))).kind).toBe('not_found')
  })

  test("another tenant's profile does not exist", async () => {
    const profile = await create(engineers)
    const other = await db.tenantId()
    const elsewhere = <T>(work: (scoped: TenantSql) => Promise<T>) => inTenant(sql, other, work)
    expect((await refusal(elsewhere((scoped) => getAccessProfile(scoped, profile.id)))).kind).toBe('not_found')
    expect((await refusal(elsewhere((scoped) => deleteAccessProfile(scoped, profile.id)))).kind).toBe('not_found')
    expect((await elsewhere((scoped) => listAccessProfiles(scoped, { size: 5 }))).profiles).toEqual([])
  })

  test('a deleted profile is removed with its members', async () => {
    const profile = await create(engineers)
    await tenant((sql) => deleteAccessProfile(sql, profile.id))
    expect(await tenant((sql) => accessProfileExists(sql, profile.id))).toBe(false)
    const { left } = (
      await db.owner.sql`select count(*) as left from access_profile_members where profile_id = ${profile.id}`
    )[0]!
    expect(left).toBe(0)
  })
})

test('a profile deleted during an evaluation leaves no members behind', async () => {
  const profile = await create()
  const evaluating = Promise.withResolvers<void>()
  const evaluation = tenant(async (sql) => {
    await sql`select from access_profiles where id = ${profile.id} for key share`
    evaluating.resolve()
    await expect.poll(waitingForLocks).toBe(1)
    await sql`insert into access_profile_members (tenant_id, profile_id, identity_key) values (${tenantId}, ${profile.id}, 0)`
  })
  await evaluating.promise
  const deletion = tenant((sql) => deleteAccessProfile(sql, profile.id))
  await Promise.all([evaluation, deletion])
  expect(await countMembers(profile.id)).toBe(0)
})

describe('membership follows an import', () => {
  test('people join and leave all profiles in one pass', async () => {
    const engineering = await create(engineers)
    const sales = await create({ ...engineers, celExpression: 'subject.department == "Sales"' })
    await tenant((sql) => sql`update identities set department = 'Sales' where id = 'E1'`)
    await tenant((sql) => sql`update identities set status = 'enabled' where id = 'E4'`)
    const report = await applyMembership(db.database.sql, tenantId)
    expect(report).toEqual({
      profiles: 2,
      joined: 2,
      left: 1,
      tasksOpened: 0,
      tasksWithdrawn: 0,
      paused: [],
      unreadable: [],
      stopped: [],
    })
    expect(await memberIds(engineering.id)).toEqual(['E2', 'E4'])
    expect(await memberIds(sales.id)).toEqual(['E1', 'E3'])
    expect(await applyMembership(db.database.sql, tenantId)).toMatchObject({ joined: 0, left: 0 })
  })

  test('a stored rule that cannot be read any more does not change its members and is reported', async () => {
    const profile = await create(engineers)
    const other = await create({ ...engineers, displayName: 'Other' })
    await tenant((sql) => sql`update access_profiles set cel_expression = 'subject.old == 1' where id = ${profile.id}`)
    await tenant((sql) => sql`update identities set department = '' where id = 'E1'`)
    const report = await applyMembership(db.database.sql, tenantId)
    expect(report.unreadable).toEqual([{ profileId: profile.id, reason: 'line 1, column 9: No such key: old' }])
    expect(await memberIds(profile.id)).toEqual(['E1', 'E2'])
    expect(await memberIds(other.id)).toEqual(['E2'])
  })

  test('thousands are evaluated in a thread, with the same outcome', async () => {
    await tenant((sql) =>
      addIdentities(
        sql,
        Array.from({ length: 4500 }, (_, number) => ({
          key: 100 + number,
          id: `N${number}`,
          department: number % 3 === 0 ? 'Engineering' : 'Sales',
        })),
      ),
    )
    const profile = await create(engineers)
    expect(profile.memberCount).toBe(1502)
    expect(await applyMembership(db.database.sql, tenantId)).toMatchObject({ joined: 0, left: 0, profiles: 1 })
  })

  test('an aborted evaluation changes nothing', async () => {
    const profile = await create(engineers)
    await tenant((sql) => sql`update identities set department = '' where id = 'E1'`)
    await expect(
      applyMembership(db.database.sql, tenantId, { signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop')
    expect(await memberIds(profile.id)).toEqual(['E1', 'E2'])
  })
})

describe('tasks instead of changes', () => {
  const asked = { ...engineers, createTasks: true }
  const pending = async (profileId?: string) =>
    (await tenant((sql) => listPendingTasks(sql, { size: 50, profileId }))).tasks
  const resolve = (taskId: string, decision: 'approved' | 'declined') =>
    tenant((sql) => resolvePendingTask(sql, tenantId, { taskId, decision, resolvedBy: 'boss' }))

  test('a task waits for each change, and an approved one makes it', async () => {
    const profile = await create(asked)
    expect([profile.memberCount, profile.pendingTaskCount]).toEqual([0, 2])
    const [first, second] = await pending(profile.id)
    expect([first!, second!].map((task) => `${task.kind} ${task.identityId}`).sort()).toEqual(['enrol E1', 'enrol E2'])
    const approved = await resolve(first!.id, 'approved')
    expect(approved).toMatchObject({ state: 'approved', resolvedBy: 'boss', profileDisplayName: 'Engineers' })
    expect(await memberIds(profile.id)).toEqual([first!.identityId])
    expect(await resolve(first!.id, 'approved')).toEqual(approved)
    const error = await refusal(resolve(first!.id, 'declined'))
    expect([error.kind, error.message]).toEqual([
      'failed_precondition',
      `task "${first!.id}" is approved already and cannot be declined`,
    ])
    expect((await pending()).map((task) => task.id)).toEqual([second!.id])
  })

  test('a declined change is not requested again until the result of the rule has changed', async () => {
    const profile = await create(asked)
    for (const task of await pending(profile.id)) await resolve(task.id, 'declined')
    await applyMembership(db.database.sql, tenantId)
    expect(await pending(profile.id)).toEqual([])

    await tenant((sql) => sql`update identities set department = 'Sales' where id = 'E1'`)
    await applyMembership(db.database.sql, tenantId)
    await tenant((sql) => sql`update identities set department = 'Engineering' where id = 'E1'`)
    await applyMembership(db.database.sql, tenantId)
    expect((await pending(profile.id)).map((task) => `${task.kind} ${task.identityId}`)).toEqual(['enrol E1'])
  })

  test('a task that the rule no longer requires is withdrawn', async () => {
    const profile = await create(asked)
    const [task] = (await pending(profile.id)).filter((one) => one.identityId === 'E1')
    await tenant((sql) => sql`update identities set status = 'deleted' where id = 'E1'`)
    expect(await applyMembership(db.database.sql, tenantId)).toMatchObject({ tasksOpened: 0, tasksWithdrawn: 1 })
    expect((await refusal(resolve(task!.id, 'approved'))).kind).toBe('failed_precondition')
  })

  test('a leaving member is a task too', async () => {
    const profile = await create(asked)
    for (const task of await pending(profile.id)) await resolve(task.id, 'approved')
    await tenant((sql) => sql`update identities set department = 'Sales' where id = 'E2'`)
    await applyMembership(db.database.sql, tenantId)
    expect(await memberIds(profile.id)).toEqual(['E1', 'E2'])
    const [task] = await pending(profile.id)
    expect([task!.kind, task!.identityId]).toEqual(['unenrol', 'E2'])
    await resolve(task!.id, 'approved')
    expect(await memberIds(profile.id)).toEqual(['E1'])
  })

  test('pages oldest first', async () => {
    await create(asked)
    const first = await tenant((sql) => listPendingTasks(sql, { size: 1 }))
    const second = await tenant((sql) => listPendingTasks(sql, { size: 1, after: first.last }))
    expect(new Set([...first.tasks, ...second.tasks].map((task) => task.identityId)).size).toBe(2)
    expect(second.last).toBeUndefined()
  })

  test('an unknown task is not found', async () => {
    expect((await refusal(resolve('nonsense', 'approved'))).message).toBe('task "nonsense" does not exist')
  })
})

describe('matching with mined entitlements', () => {
  test('distinguishes exact, superset and partial, closest first', async () => {
    const of = (...ids: string[]) =>
      ids.map((id) => ({ applicationId: id.split('/')[0]!, entitlementId: id.split('/')[1]! }))
    const exact = await create({ entitlements: of('crm/reader', 'crm/admin') })
    const superset = await create({ entitlements: of('crm/reader', 'crm/admin', 'git/reader') })
    const partial = await create({ entitlements: of('crm/admin', 'git/writer') })
    await create({ entitlements: of('git/writer') })
    await create()
    const sets = await tenant(profileEntitlementSets)
    expect(sets).toHaveLength(4)
    expect(matchProfiles(sets, [0, 1]).map(({ displayName: _, ...match }) => match)).toEqual([
      { profileId: exact.id, type: 'exact', overlapRatio: 1, missing: [] },
      { profileId: superset.id, type: 'superset', overlapRatio: 1, missing: [] },
      { profileId: partial.id, type: 'partial', overlapRatio: 0.5, missing: [0] },
    ])
    expect(matchProfiles(sets, [])).toEqual([])
  })
})

describe('profiles of an import', () => {
  const profile = { description: '', celExpression: '', isCommonAccess: false, entitlementKeys: [], line: 2, column: 5 }
  const load = (profiles: Parameters<typeof importAccessProfiles>[2]) =>
    tenant((sql) => importAccessProfiles(sql, tenantId, profiles))
  const list = async () => (await tenant((sql) => listAccessProfiles(sql, { size: 50 }))).profiles
  const sales = 'subject.department == "Sales"'

  test('keep their id from import to import, and are removed when an import does not have them', async () => {
    const own = await create()
    await load([
      {
        ...profile,
        id: 'AP1',
        displayName: 'Sellers',
        celExpression: sales,
        isCommonAccess: true,
        entitlementKeys: [1, 3],
      },
      { ...profile, id: 'AP2', displayName: 'Empty' },
    ])
    await applyMembership(db.database.sql, tenantId)
    const sellers = (await list()).find((one) => one.displayName === 'Sellers')
    expect(sellers).toMatchObject({
      automationEnabled: true,
      commonAccess: true,
      memberCount: 1,
      entitlementCount: 2,
      createdBy: 'import',
    })

    await load([{ ...profile, id: 'AP1', displayName: 'Salespeople' }])
    const after = await list()
    expect(after.map((one) => one.displayName)).toEqual(['Engineers', 'Salespeople'])
    expect(after[0]!.id).toBe(own.id)
    expect(after[1]).toMatchObject({ id: sellers?.id, automationEnabled: false, memberCount: 0, entitlementCount: 0 })
  })

  test('a wrong rule is reported with its line, and the other profiles are loaded', async () => {
    const faults = await load([
      { ...profile, id: 'AP1', displayName: 'Good', celExpression: sales },
      { ...profile, id: 'AP2', displayName: 'Bad', celExpression: 'subject.x', line: 3 },
    ])
    expect(faults).toEqual([{ line: 3, column: 5, reason: 'cel_expression: line 1, column 9: No such key: x' }])
    expect((await list()).map((one) => one.displayName)).toEqual(['Good'])
  })

  test('the same import again changes nothing', async () => {
    await load([{ ...profile, id: 'AP1', displayName: 'Sellers', celExpression: sales, entitlementKeys: [0] }])
    const before = await list()
    await load([{ ...profile, id: 'AP1', displayName: 'Sellers', celExpression: sales, entitlementKeys: [0] }])
    expect(await list()).toEqual(before)
  })
})

async function countMembers(profileId: string): Promise<number> {
  const { count } = (
    await db.owner.sql<{ count: number }[]>`
    select count(*) as count from access_profile_members where profile_id = ${profileId}`
  )[0]!
  return count
}

async function waitingForLocks(): Promise<number> {
  const { count } = (
    await db.owner.sql<{ count: number }[]>`
    select count(*) as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  )[0]!
  return count
}

test.each<[string, AccessScope, string | undefined]>([
  ['an application', { applicationId: 'crm' }, undefined],
  ['an entitlement', { applicationId: 'crm', entitlementId: 'reader' }, undefined],
  ['an unknown application', { applicationId: 'gone' }, 'access_scope: there is no application "gone"'],
  [
    'an unknown entitlement',
    { applicationId: 'crm', entitlementId: 'writer' },
    'access_scope: application "crm" has no entitlement "writer"',
  ],
])('an access scope may name what exists: %s', async (_, scope, message) => {
  const check = tenant((sql) => checkAccessScope(sql, 'access_scope', scope))
  if (message === undefined) await check
  else expect((await refusal(check)).message).toBe(message)
})
