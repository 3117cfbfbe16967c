import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  applyMembership,
  checkTenantRules,
  createAccessProfile,
  getAccessProfile,
  importAccessProfiles,
  listPendingTasks,
  resolvePendingTask,
  resumeAutomation,
  ruleSemantics,
  runAutomation,
  tenantsWithUncheckedRules,
  updateAccessProfile,
} from './index.ts'
import { db, sql, tenant, tenantId, useTenants } from './testing-tenant.ts'

await useTenants()

/** Keys 1 to 9: three engineers, three in sales, three without a department. */
beforeEach(async () => {
  await tenant(async (scoped) => {
    await scoped`
      insert into identities (tenant_id, key, id, display_name, department, status, type, name_order, email_order)
      select ${tenantId}, key, 'E' || key, 'Name ' || key, (array['Engineering', 'Sales', ''])[(key + 2) / 3], 'enabled',
        'human', '', '' from generate_series(1, 9) as key`
  })
})

interface Planted {
  readonly rule: string
  readonly members: readonly number[]
  readonly automationEnabled?: boolean
  readonly createTasks?: boolean
  readonly externalId?: string
}

/** Stores a profile and its members as a version without `rule_semantics` did. */
async function plant({ rule, members, automationEnabled = true, createTasks = false, externalId }: Planted) {
  const id = randomUUID()
  const { sql: owner } = db.owner
  await owner`
    insert into access_profiles (tenant_id, id, external_id, display_name, cel_expression, automation_enabled, create_tasks,
      created_by, name_order, automation_ran_at)
    values (${tenantId}, ${id}, ${externalId ?? null}, ${rule}, ${rule}, ${automationEnabled}, ${createTasks}, 'me', '', now())`
  await owner`
    insert into access_profile_members (tenant_id, profile_id, identity_key)
    select ${tenantId}, ${id}, unnest(${[...members]}::integer[])`
  return id
}

const get = (id: string) => tenant((scoped) => getAccessProfile(scoped, id))
const keysOf = async (id: string) => {
  const rows = await tenant(
    (scoped) => scoped<{ key: number }[]>`
      select identity_key as key from access_profile_members where profile_id = ${id} order by identity_key`,
  )
  return rows.map(({ key }) => key)
}
const resume = (id: string) => tenant((scoped) => resumeAutomation(scoped, tenantId, id))

const engineers = 'subject.department == "Engineering"'
const lookAhead = 'subject.department.matches("^(?=S)Sales$")'

describe.each([
  ['an evaluation after an import', () => applyMembership(sql, tenantId)],
  ['the check before an import', () => checkTenantRules(sql, tenantId)],
] as const)('%s', (_, check) => {
  test('does not change a profile whose members stay the same', async () => {
    const id = await plant({ rule: engineers, members: [1, 2, 3] })
    await check()
    expect(await get(id)).toMatchObject({ automationPausedAt: null, automationError: '', pauseReason: null })
    await tenant((scoped) => scoped`update identities set department = 'Engineering' where key = 4`)
    await applyMembership(sql, tenantId)
    expect(await keysOf(id)).toEqual([1, 2, 3, 4])
  })

  test('pauses a profile whose members would change, names them, and waits for a person', async () => {
    // The former version did not select people without a department.
    const id = await plant({ rule: 'subject.department != "Sales"', members: [1, 2, 3] })
    await check()
    const paused = await get(id)
    expect(paused).toMatchObject({
      pauseReason: 'semantics_changed',
      automationPausedAt: expect.any(Date),
      automationError: expect.stringContaining('3 would join, and 0 of the 3 that it selected before would leave'),
      pauseDifference: {
        memberCount: 3,
        selected: { count: 6 },
        joining: {
          count: 3,
          examples: [7, 8, 9].map((key) => ({ identityId: `E${key}`, displayName: `Name ${key}`, reason: '' })),
        },
        leaving: { count: 0, examples: [] },
      },
    })
    expect(paused.automationError).not.toContain('imported')
    await applyMembership(sql, tenantId)
    await expect(tenant((scoped) => runAutomation(scoped, tenantId, id))).rejects.toMatchObject({
      kind: 'failed_precondition',
      message: paused.automationError,
    })
    expect(await keysOf(id)).toEqual([1, 2, 3])
    await resume(id)
    expect(await keysOf(id)).toEqual([1, 2, 3, 7, 8, 9])
    expect(await get(id)).toMatchObject({ automationPausedAt: null, pauseReason: null, pauseDifference: null })
  })

  test('pauses a profile whose rule no longer compiles until the rule is changed', async () => {
    const id = await plant({ rule: lookAhead, members: [4, 5, 6] })
    await check()
    expect(await get(id)).toMatchObject({
      pauseReason: 'rule_unreadable',
      automationError: expect.stringMatching(/^The rule no longer compiles.*line 1, column/),
      pauseDifference: null,
    })
    await expect(resume(id)).rejects.toMatchObject({ kind: 'failed_precondition' })
    await expect(resume(id)).rejects.toThrow(/line 1, column/)
    expect(await keysOf(id)).toEqual([4, 5, 6])
    const change = { celExpression: 'subject.department.matches("(?i)^sales$")' }
    const { profile } = await tenant((scoped) => updateAccessProfile(scoped, tenantId, id, change))
    expect(profile).toMatchObject({ automationPausedAt: null, pauseReason: null, automationError: '', memberCount: 3 })
  })

  test('pauses a profile that loses members, however few', async () => {
    const id = await plant({ rule: engineers, members: [1, 2, 3, 9] })
    await check()
    expect(await get(id)).toMatchObject({ pauseDifference: { leaving: { count: 1 } }, memberCount: 4 })
  })

  test('without automation only reports that a rule no longer compiles', async () => {
    const id = await plant({ rule: lookAhead, members: [1], automationEnabled: false })
    const sound = await plant({ rule: engineers, members: [7], automationEnabled: false })
    await check()
    expect(await get(id)).toMatchObject({
      automationPausedAt: null,
      automationError: expect.stringMatching(/^The rule no longer compiles/),
      memberCount: 1,
    })
    expect(await get(sound)).toMatchObject({ automationPausedAt: null, automationError: '', memberCount: 1 })
  })

  test('happens once, and never for rules of this version', async () => {
    const id = await plant({ rule: engineers, members: [1, 2, 3] })
    const { id: own } = await tenant((scoped) =>
      createAccessProfile(scoped, tenantId, {
        displayName: 'Own',
        createdBy: 'me',
        entitlements: [],
        celExpression: engineers,
        enableAutomation: true,
      }),
    )
    expect(await tenantsWithUncheckedRules(db.owner.sql)).toContain(tenantId)
    await check()
    expect(await tenantsWithUncheckedRules(db.owner.sql)).not.toContain(tenantId)
    await db.owner.sql`delete from access_profile_members where identity_key = 3`
    await applyMembership(sql, tenantId)
    expect([await keysOf(id), await keysOf(own)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
  })
})

test('a change that people declined, or still have to approve, is no change of the rule', async () => {
  const id = await plant({ rule: engineers, members: [1, 9], createTasks: true })
  await db.owner.sql`
    insert into access_profile_tasks (tenant_id, profile_id, identity_key, kind, state)
    values (${tenantId}, ${id}, 2, 'enrol', 'pending'), (${tenantId}, ${id}, 3, 'enrol', 'declined'),
      (${tenantId}, ${id}, 9, 'unenrol', 'pending')`
  expect(await checkTenantRules(sql, tenantId)).toEqual([])
  const { tasks } = await tenant((scoped) => listPendingTasks(scoped, { size: 9, profileId: id }))
  for (const task of tasks) {
    const decision = { taskId: task.id, decision: 'approved', resolvedBy: 'me' } as const
    await tenant((scoped) => resolvePendingTask(scoped, tenantId, decision))
  }
  await applyMembership(sql, tenantId)
  expect(await keysOf(id)).toEqual([1, 2])
  // Declined, so it is not requested again.
  expect(await get(id)).toMatchObject({ pendingTaskCount: 0, automationPausedAt: null })
})

test('tasks in force that the rule no longer requires are a change of the rule', async () => {
  const id = await plant({ rule: engineers, members: [1, 2, 3], createTasks: true })
  await db.owner.sql`
    insert into access_profile_tasks (tenant_id, profile_id, identity_key, kind) values (${tenantId}, ${id}, 9, 'enrol')`
  expect(await checkTenantRules(sql, tenantId)).toEqual([id])
  expect(await get(id)).toMatchObject({ pauseDifference: { memberCount: 4, leaving: { count: 1 } } })
})

test('a profile that the circuit breaker paused before stays paused by it, and shows the result of its rule', async () => {
  const id = await plant({ rule: engineers, members: [4, 5] })
  await db.owner.sql`
    update access_profiles set automation_paused_at = now(), automation_error = 'Stopped: 2 of 2' where id = ${id}`
  expect(await checkTenantRules(sql, tenantId)).toEqual([])
  expect(await get(id)).toMatchObject({
    pauseReason: 'circuit_breaker',
    automationError: 'Stopped: 2 of 2',
    pauseDifference: { joining: { count: 3 }, leaving: { count: 2 } },
  })
})

test('a forced run of an unchecked rule checks it first', async () => {
  const id = await plant({ rule: 'subject.department != "Sales"', members: [1, 2, 3] })
  await tenant((scoped) => runAutomation(scoped, tenantId, id))
  expect(await get(id)).toMatchObject({ pauseReason: 'semantics_changed', memberCount: 3 })
})

test('an update of another member does not check the rule', async () => {
  const id = await plant({ rule: 'subject.department != "Sales"', members: [1, 2, 3] })
  await tenant((scoped) => updateAccessProfile(scoped, tenantId, id, { createTasks: true, description: 'x' }))
  expect(await get(id)).toMatchObject({
    pauseReason: 'semantics_changed',
    description: 'x',
    memberCount: 3,
    pendingTaskCount: 0,
  })
})

test('a difference that may come from an import is not explained by the upgrade alone', async () => {
  const id = await plant({ rule: engineers, members: [1, 2] })
  const { sql: owner } = db.owner
  const { key } = (
    await owner<{ key: number }[]>`
    insert into imports (tenant_id, state, skip_invalid, created_by) values (${tenantId}, 'committed', false, 'me')
    returning id as key`
  )[0]!
  await owner`
    insert into snapshots (tenant_id, import_id, content_hash, byte_length, has_usage, attribute_keys)
    values (${tenantId}, ${key}, '', 0, false, '{}')`
  await checkTenantRules(sql, tenantId)
  expect((await get(id)).automationError).toContain('imported after the last evaluation')
})

describe('a profile of an import', () => {
  const imported = (celExpression: string, displayName = 'Imported') =>
    tenant((scoped) =>
      importAccessProfiles(scoped, tenantId, [
        {
          id: 'AP1',
          displayName,
          description: '',
          celExpression,
          isCommonAccess: false,
          entitlementKeys: [],
          line: 2,
          column: 1,
        },
      ]),
    )
  const only = async () => {
    const { id } = (await tenant((scoped) => scoped<{ id: string }[]>`select id from access_profiles`))[0]!
    return get(id)
  }
  /** As an import of the former version stored it. */
  const plantImported = async (rule: string, members: readonly number[]) => {
    await imported(engineers)
    const { id } = await only()
    await db.owner.sql`
      update access_profiles set cel_expression = ${rule}, rule_semantics = 1, automation_ran_at = now() where id = ${id}`
    await db.owner.sql`
      insert into access_profile_members (tenant_id, profile_id, identity_key)
      select ${tenantId}, ${id}, unnest(${[...members]}::integer[])`
    return id
  }

  test.each([
    ['whose members would change', 'subject.department != "Sales"', [1, 2, 3], 'semantics_changed'],
    ['whose rule no longer compiles', lookAhead, [4, 5, 6], 'rule_unreadable'],
  ] as const)('%s stays paused when the same rule is imported again', async (_, rule, members, pauseReason) => {
    const id = await plantImported(rule, members)
    await checkTenantRules(sql, tenantId)
    expect(await imported(rule, 'Renamed')).toEqual([])
    await applyMembership(sql, tenantId)
    expect(await get(id)).toMatchObject({ displayName: 'Renamed', pauseReason, memberCount: 3 })
  })

  test('whose rule no longer compiles does not make the import fail, also when it was not checked before', async () => {
    const id = await plantImported(lookAhead, [4, 5, 6])
    expect(await imported(lookAhead, 'Renamed')).toEqual([])
    await applyMembership(sql, tenantId)
    expect(await get(id)).toMatchObject({ pauseReason: 'rule_unreadable', memberCount: 3 })
  })

  test('follows a changed rule again', async () => {
    const id = await plantImported(lookAhead, [4, 5, 6])
    await checkTenantRules(sql, tenantId)
    expect(await imported('subject.department.matches("^Sa(?!x)les$")')).toHaveLength(1)
    await imported('subject.department == "Sales" || subject.department == ""')
    await applyMembership(sql, tenantId)
    expect(await get(id)).toMatchObject({ pauseReason: null, automationError: '', memberCount: 6 })
  })
})

test('the present semantics have a number above that of rules without one', () => {
  expect(ruleSemantics).toBeGreaterThan(1)
})
