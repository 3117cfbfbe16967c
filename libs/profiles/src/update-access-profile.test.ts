import { randomUUID } from 'node:crypto'
import { inTenant } from '@assay/store'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  type AccessProfileChange,
  addProfileMembers,
  applyMembership,
  changeProfileEntitlements,
  createAccessProfile,
  createProfileWithPreview,
  etagOf,
  getAccessProfile,
  listPendingTasks,
  previewMembership,
  updateAccessProfile,
} from './index.ts'
import { db, sql, tenant, tenantId, useTenants } from './testing-tenant.ts'
import type { UpdateOptions } from './update-access-profile.ts'

await useTenants()

/** 120 engineers and 30 people in sales, with a level of 1 to 150 for all except the first. */
beforeEach(async () => {
  await tenant(async (scoped) => {
    await scoped`
      insert into identities (tenant_id, key, id, display_name, department, status, type, attributes, name_order, email_order)
      select ${tenantId}, key, 'E' || key, 'Name ' || key, case when key <= 120 then 'Engineering' else 'Sales' end, 'enabled',
        'human', case when key = 1 then '{}' else jsonb_build_object('level', key::text) end, '', ''
      from generate_series(1, 150) as key`
    await scoped`
      insert into applications (tenant_id, key, id, display_name, name_order) values (${tenantId}, 1, 'git', 'Git', 'git')`
    await scoped`
      insert into entitlements (tenant_id, key, application_key, id, display_name, name_order)
      values (${tenantId}, 1, 1, 'e1', 'E1', 'e1')`
  })
})

const engineers = 'subject.department == "Engineering"'
const sales = 'subject.department == "Sales"'

const create = (facts: Partial<Parameters<typeof createAccessProfile>[2]> = {}) =>
  tenant((scoped) =>
    createAccessProfile(scoped, tenantId, {
      displayName: 'Engineers',
      createdBy: 'me',
      entitlements: [],
      celExpression: engineers,
      enableAutomation: true,
      ...facts,
    }),
  )
const update = (id: string, change: AccessProfileChange, options?: UpdateOptions) =>
  tenant((scoped) => updateAccessProfile(scoped, tenantId, id, change, options))
const get = (id: string) => tenant((scoped) => getAccessProfile(scoped, id))
const pendingTasks = async (profileId: string) =>
  (await tenant((scoped) => listPendingTasks(scoped, { size: 1000, profileId }))).tasks.length

describe('an update', () => {
  test('changes only the named members, and stores the time', async () => {
    const before = await create({ description: 'as it was', ownerId: 'E2' })
    const { profile, preview } = await update(before.id, { displayName: ' Builders ', commonAccess: true })
    const { updatedAt, ...rest } = before
    expect(profile).toMatchObject({ ...rest, displayName: 'Builders', commonAccess: true })
    expect(profile.updatedAt.getTime()).toBeGreaterThan(updatedAt.getTime())
    expect(preview).toBeUndefined()
    expect(await get(before.id)).toEqual(profile)
  })

  test('to the present values changes nothing', async () => {
    const { id } = await create()
    const before = await get(id)
    const { profile, preview } = await update(id, { displayName: 'Engineers', celExpression: engineers })
    expect([profile, preview]).toEqual([before, undefined])
    expect((await update(id, {})).profile).toEqual(before)
  })

  test.each([
    ['an empty name', { displayName: ' ' }, 'display_name: must not be empty'],
    ['a long name', { displayName: 'x'.repeat(257) }, 'display_name: must have at most 256'],
    ['a long description', { description: 'x'.repeat(4097) }, 'description: must have at most 4096'],
    ['an owner who does not exist', { ownerId: 'nothing' }, 'owner_id: identity "nothing" does not exist'],
    ['a rule that does not parse', { celExpression: '\nsubject.' }, 'cel_expression: line 2'],
    ['a rule that gives no bool', { celExpression: 'subject.id' }, 'cel_expression: line 1, column 1'],
    ['no rule with automation on', { celExpression: '' }, 'automation_enabled: needs a membership rule'],
  ] as const)('with %s is refused and changes nothing', async (_, change, words) => {
    const { id } = await create()
    const before = await get(id)
    const refusal = update(id, { commonAccess: true, ...change })
    await expect(refusal).rejects.toMatchObject({ kind: 'invalid_argument' })
    await expect(refusal).rejects.toThrow(words)
    expect(await get(id)).toEqual(before)
  })

  test('of a profile that does not exist is not found', async () => {
    for (const id of [randomUUID(), "x' or true"]) {
      await expect(update(id, { description: 'x' })).rejects.toMatchObject({ kind: 'not_found' })
      await expect(update(id, { celExpression: sales })).rejects.toMatchObject({ kind: 'not_found' })
    }
    const { id } = await create()
    const other = await db.tenantId()
    const foreign = inTenant(sql, other, (scoped) => updateAccessProfile(scoped, other, id, { description: 'x' }))
    await expect(foreign).rejects.toMatchObject({ kind: 'not_found' })
  })
})

describe('an etag', () => {
  test('that is stale aborts the update, names the present one, and changes nothing', async () => {
    const first = await create()
    const { profile } = await update(first.id, { description: 'changed' }, { etag: etagOf(first) })
    const stale = update(first.id, { description: 'lost' }, { etag: etagOf(first) })
    await expect(stale).rejects.toMatchObject({
      kind: 'aborted',
      reason: 'ETAG_MISMATCH',
      metadata: { accessProfileId: first.id, etag: etagOf(profile) },
    })
    expect(await get(first.id)).toEqual(profile)
  })

  test('lets one of two concurrent updates through', async () => {
    const first = await create()
    const outcomes = await Promise.allSettled(
      ['one', 'other'].map((description) => update(first.id, { description }, { etag: etagOf(first) })),
    )
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('changes with the entitlements, and stays the same when only members change', async () => {
    const first = await create()
    await tenant((scoped) => scoped`update identities set department = 'Sales' where key = 1`)
    await applyMembership(sql, tenantId)
    const second = await get(first.id)
    expect([second.memberCount, etagOf(second)]).toEqual([119, etagOf(first)])
    const refs = [{ applicationId: 'git', entitlementId: 'e1' }]
    await tenant((scoped) => changeProfileEntitlements(scoped, tenantId, first.id, 'add', refs))
    expect(etagOf(await get(first.id))).not.toBe(etagOf(first))
  })
})

describe('the rule', () => {
  test('that changes is evaluated before the call returns, with who joined and left', async () => {
    const { id } = await create({ celExpression: sales })
    const { profile, preview } = await update(id, {
      celExpression: `${sales} && subject.id != "E150" || subject.id == "E1"`,
    })
    expect(profile).toMatchObject({ memberCount: 30, automationPausedAt: null })
    expect(preview).toMatchObject({
      memberCount: 30,
      selected: { count: 30 },
      joining: { count: 1, examples: [{ identityId: 'E1', displayName: 'Name 1', reason: '' }] },
      leaving: { count: 1, examples: [{ identityId: 'E150', displayName: 'Name 150' }] },
    })
  })

  test('that would remove too many at once pauses the profile with the difference', async () => {
    const { id } = await create()
    const { profile, preview } = await update(id, { celExpression: sales })
    expect(profile).toMatchObject({
      memberCount: 120,
      celExpression: sales,
      pauseReason: 'circuit_breaker',
      automationError: expect.stringContaining('120 of 120'),
    })
    expect(profile.pauseDifference).toEqual(preview)
    expect(preview).toMatchObject({ joining: { count: 30 }, leaving: { count: 120 } })
  })

  test('that changes ends a pause, and other changes do not', async () => {
    const { id } = await create()
    await update(id, { celExpression: sales })
    const paused = await update(id, { displayName: 'Other', createTasks: true })
    expect(paused.profile).toMatchObject({ memberCount: 120, pauseReason: 'circuit_breaker', pendingTaskCount: 0 })
    const { profile } = await update(id, { celExpression: `${engineers} && subject.id != "E7"`, createTasks: false })
    expect(profile).toMatchObject({ memberCount: 119, pauseReason: null, automationError: '', pauseDifference: null })
  })

  test('that changes while automation is off is only previewed', async () => {
    const { id } = await create({ enableAutomation: false })
    const { profile, preview } = await update(id, { celExpression: sales })
    expect(profile).toMatchObject({ memberCount: 0, automationRanAt: null })
    expect(preview).toMatchObject({ memberCount: 0, joining: { count: 30 } })
  })
})

describe('automation', () => {
  test('that is switched on makes the members those of the rule, and that is switched off leaves them', async () => {
    const { id } = await create({ enableAutomation: false })
    await tenant((scoped) => addProfileMembers(scoped, tenantId, id, ['E1', 'E150']))
    const on = await update(id, { automationEnabled: true })
    expect(on.profile).toMatchObject({ memberCount: 120 })
    expect(on.preview).toMatchObject({ joining: { count: 119 }, leaving: { count: 1 } })
    const off = await update(id, { automationEnabled: false })
    expect([off.profile.memberCount, off.preview]).toEqual([120, undefined])
    await tenant((scoped) => scoped`update identities set department = 'Sales'`)
    await applyMembership(sql, tenantId)
    expect((await get(id)).memberCount).toBe(120)
  })

  test('that is switched off ends a pause and withdraws the tasks', async () => {
    const { id } = await create({ createTasks: true })
    expect(await pendingTasks(id)).toBe(120)
    const { profile } = await update(id, { automationEnabled: false, celExpression: '' })
    expect(profile).toMatchObject({ pendingTaskCount: 0, memberCount: 0, celExpression: '' })
    const paused = await create()
    await update(paused.id, { celExpression: sales })
    const { profile: off } = await update(paused.id, { automationEnabled: false })
    expect(off).toMatchObject({ automationPausedAt: null, automationError: '', memberCount: 120 })
  })

  test('that no longer creates tasks makes its changes and withdraws the tasks', async () => {
    const { id } = await create({ createTasks: true })
    const { profile } = await update(id, { createTasks: false })
    expect(profile).toMatchObject({ memberCount: 120, pendingTaskCount: 0 })
    await update(id, { createTasks: true, celExpression: `${engineers} && subject.id != "E7"` })
    expect(await get(id)).toMatchObject({ memberCount: 120, pendingTaskCount: 1 })
  })
})

describe('a preview', () => {
  const preview = (request: Parameters<typeof previewMembership>[1]) =>
    tenant((scoped) => previewMembership(scoped, request))

  test('of a rule for a new profile shows that all join, with three examples', async () => {
    expect(await preview({ celExpression: sales })).toEqual({
      memberCount: 0,
      selected: { count: 30, examples: examples(121, 122, 123) },
      joining: { count: 30, examples: examples(121, 122, 123) },
      leaving: { count: 0, examples: [] },
      missing: { count: 0, examples: [] },
      failed: { count: 0, examples: [] },
    })
  })

  test('of a stored profile, with its rule or another one, changes nothing', async () => {
    const { id } = await create()
    const before = await get(id)
    await tenant((scoped) => scoped`update identities set department = 'Sales' where key = 5`)
    expect(await preview({ profileId: id })).toMatchObject({
      memberCount: 120,
      selected: { count: 119 },
      leaving: { count: 1, examples: examples(5) },
    })
    expect(await preview({ profileId: id, celExpression: sales })).toMatchObject({
      joining: { count: 30 },
      leaving: { count: 119 },
    })
    expect(await get(id)).toEqual(before)
  })

  test('names people that a missing value or an error excludes, and why', async () => {
    const missing = await preview({ celExpression: 'subject.profile.level == "2" || subject.profile.level == "3"' })
    expect(missing).toMatchObject({ selected: { count: 2 }, missing: { count: 1, examples: [{ identityId: 'E1' }] } })
    expect(missing.missing.examples[0]!.reason).toContain('level')
    await tenant((scoped) => scoped`update identities set attributes = '{"level": "high"}' where key in (2, 150)`)
    const failed = await preview({ celExpression: 'subject.profile.level >= 100' })
    expect(failed).toMatchObject({
      selected: { count: 50 },
      missing: { count: 1 },
      failed: { count: 2, examples: [{ identityId: 'E2', displayName: 'Name 2' }, { identityId: 'E150' }] },
    })
    expect(failed.failed.examples[0]!.reason).not.toBe('')
  })

  test('is the same each time, and in the answer of a creation', async () => {
    const first = await preview({ celExpression: sales })
    expect(await preview({ celExpression: sales })).toEqual(first)
    const make = (enableAutomation: boolean) =>
      tenant((scoped) =>
        createProfileWithPreview(scoped, tenantId, {
          displayName: 'Sales',
          createdBy: 'me',
          entitlements: [],
          celExpression: sales,
          enableAutomation,
        }),
      )
    for (const automated of [true, false]) expect((await make(automated)).preview).toEqual(first)
  })

  test('without a rule, or of a profile that does not exist, is refused', async () => {
    const { id } = await create({ celExpression: '', enableAutomation: false })
    await expect(preview({})).rejects.toThrow('cel_expression: must be a rule')
    await expect(preview({ profileId: id, celExpression: ' ' })).rejects.toThrow('has none')
    await expect(preview({ celExpression: 'subject.nothing == 1' })).rejects.toThrow('cel_expression: line 1, column 9')
    await expect(preview({ profileId: randomUUID() })).rejects.toMatchObject({ kind: 'not_found' })
  })

  function examples(...keys: readonly number[]) {
    return keys.map((key) => ({ identityId: `E${key}`, displayName: `Name ${key}`, reason: '' }))
  }
})
