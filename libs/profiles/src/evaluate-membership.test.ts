import { setTimeout as delay } from 'node:timers/promises'
import { DomainError } from '@assay/errors'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evaluateMembership } from './evaluate-membership.ts'
import { applyMembership, createAccessProfile, type EvaluationOptions, getAccessProfile } from './index.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { startEvaluation } from './start-evaluation.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

let tenantId = 0
const tenant = <T>(work: (sql: TenantSql) => Promise<T>): Promise<T> => inTenant(db.database.sql, tenantId, work)
const now = new Date('2026-01-10T12:00:00Z')
const evaluate = (expressions: readonly string[], options: EvaluationOptions = {}) =>
  tenant((sql) =>
    evaluateMembership(
      sql,
      expressions.map((one) => compileMembershipRule(one)),
      { now, ...options },
    ),
  )

/** More than two batches. Every tenth person manages the next nine; levels are texts, numbers, words, or missing. */
const people = 4_500

beforeAll(async () => {
  tenantId = await db.tenantId()
  await tenant(async (sql) => {
    await sql`
      insert into identities (tenant_id, key, id, display_name, email, department, manager_id, status, type, attributes,
        name_order, email_order)
      select ${tenantId}, key, 'E' || key, 'Name ' || key, 'e' || key || '@example.org',
        case when key % 3 = 0 then '' else 'Department ' || key % 7 end,
        case when key % 10 = 0 then '' else 'E' || key / 10 * 10 end,
        case when key % 100 = 50 then 'disabled' else 'enabled' end, 'human',
        case key % 4 when 0 then '{"level": "7"}' when 1 then '{"level": 3}' when 2 then '{"level": "high"}' else '{}' end::jsonb,
        'name ' || key, ''
      from generate_series(0, ${people - 1}) as key`
  })
})

const enabled = Array.from({ length: people }, (_, key) => key).filter((key) => key % 100 !== 50)
const heavy = '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(n, subject.email.split("").size() * n).all(n, n > 0)'
/** Enough rounds to take some milliseconds for a person, and few enough for the limits. */
const slow = `(subject.email + "${'x,'.repeat(9_000)}").split(",").all(part, part == "x" || part != subject.id)`

test('a rule returns its members, and the number of people it excludes and why', async () => {
  const [level, department, managed] = await evaluate([
    'subject.profile.level >= 6',
    'subject.department != "Department 1"',
    'c1.directory.users.v1.GetManagers(subject).exists(m, m.status == UserStatus.DISABLED)',
  ])
  expect([...level!.keys]).toEqual(enabled.filter((key) => key % 4 === 0))
  expect(level!.missing).toEqual({
    count: enabled.filter((key) => key % 4 === 3).length,
    examples: [3, 7, 11].map((identityKey) => ({ identityKey, message: 'profile has no key "level"' })),
  })
  expect(level!.failed).toEqual({
    count: enabled.filter((key) => key % 4 === 2).length,
    examples: [2, 6, 10].map((identityKey) => ({ identityKey, message: '"high" is no number' })),
  })
  const isDepartment1 = (key: number) => key % 3 !== 0 && key % 7 === 1
  expect([...department!.keys]).toEqual(enabled.filter((key) => !isDepartment1(key)))
  expect(department).toMatchObject({ missing: { count: 0 }, failed: { count: 0 } })
  // A disabled manager is still a manager.
  expect([...managed!.keys]).toEqual(enabled.filter((key) => Math.floor(key / 10) % 10 === 5 && key % 10 !== 0))
})

test('the same data and rules give the same result in any number of threads', async () => {
  const rules = [
    'subject.profile.level >= 6',
    'subject.department.matches("(?i)MENT [2-4]$") || subject.profile.level == 3',
    'now() > timestamp("2026-01-10T11:59:59Z") && now() < timestamp("2026-01-10T12:00:01Z")',
    heavy,
    'size(c1.directory.users.v1.DirectReports(subject)) > 3',
  ]
  const [one, two, three] = [
    await evaluate(rules),
    await evaluate(rules, { threads: 2 }),
    await evaluate(rules, { threads: 3 }),
  ]
  expect(two).toEqual(one)
  expect(three).toEqual(one)
  expect(one.map(({ keys }) => keys.length > 100)).toEqual([true, true, true, true, true])
})

test('a rule that exceeds a limit excludes its people, and does not affect the other rules', async () => {
  const join = `("${'a,'.repeat(2000)}" + subject.id).split(",").join("${'b'.repeat(100_000)}") == ""`
  const [exceeding, other] = await evaluate([join, 'subject.id == "E1"'], { threads: 2 })
  expect(exceeding).toMatchObject({ keys: new Int32Array(0), missing: { count: 0 }, failed: { count: enabled.length } })
  expect(exceeding!.failed.examples[0]).toEqual({
    identityKey: 0,
    message: 'the rule makes a text of more than 1048576 characters',
  })
  expect([...other!.keys]).toEqual([1])
})

test('an evaluation never blocks the event loop, and ends at once with its signal', async () => {
  const controller = new AbortController()
  const evaluation = evaluate([slow], { signal: controller.signal }).catch((error: unknown) => error)
  let hasEnded = false
  void evaluation.then(() => {
    hasEnded = true
  })
  // The event loop runs while the evaluation, which takes about ten seconds, continues.
  for (let turn = 0; turn < 30; turn++) await delay(10)
  expect(hasEnded).toBe(false)
  const reason = new Error('the caller left')
  controller.abort(reason)
  expect(await evaluation).toBe(reason)
})

test('threads that are done evaluate the next plan, and have no data of the previous one', async () => {
  const [first] = await evaluate(['subject.id == "E1"'])
  const [second] = await evaluate(['subject.id == "E2"'])
  expect([[...first!.keys], [...second!.keys]]).toEqual([[1], [2]])
})

test('the failure of a thread makes the whole evaluation fail', async () => {
  await using evaluation = startEvaluation({ expressions: ['this is no rule'], held: [], now: 0 })
  await expect(evaluation.evaluate('[]')).rejects.toThrow(
    'the evaluation of membership rules failed; nothing was changed',
  )
})

test('the failure of a thread makes a call unavailable, and is an internal fault for a job, which is not retried forever', async () => {
  await tenant((sql) => sql`update identities set attributes = 'null' where key = 2`)
  const rule = 'size(subject.profile) > 0'
  const failure = await evaluate([rule]).catch((error: unknown) => error)
  expect(failure).not.toBeInstanceOf(DomainError)
  expect(failure).toMatchObject({ cause: expect.any(TypeError) })
  await expect(evaluate([rule], { timeoutMs: 60_000 })).rejects.toMatchObject({
    kind: 'unavailable',
    message: 'the evaluation of membership rules failed; nothing was changed, try again',
  })
  await tenant((sql) => sql`update identities set attributes = '{}' where key = 2`)
})

test('after a timeout no membership has changed, the profile shows a note, and the next evaluation removes the note', async () => {
  const { id } = await tenant((sql) =>
    createAccessProfile(sql, tenantId, {
      displayName: 'Slow',
      createdBy: 'me',
      entitlements: [],
      celExpression: `subject.department == "Department 2" || ${slow}`,
      enableAutomation: false,
    }),
  )
  const few = await tenant((sql) =>
    createAccessProfile(sql, tenantId, {
      displayName: 'Few',
      createdBy: 'me',
      entitlements: [],
      celExpression: 'subject.department == "Department 2"',
      enableAutomation: true,
    }),
  )
  await tenant((sql) => sql`update access_profiles set automation_enabled = true where id = ${id}`)
  await tenant((sql) => sql`update identities set department = '' where key = 2`)
  const failure = await applyMembership(db.database.sql, tenantId, { timeoutMs: 100 }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(DomainError)
  expect(failure).toMatchObject({ kind: 'resource_exhausted' })
  const note =
    'The last evaluation did not finish: the membership rule takes more than 0.1 s to evaluate; nothing was changed. The members stayed as they were; it is tried again.'
  for (const one of [id, few.id]) {
    expect(await tenant((sql) => getAccessProfile(sql, one))).toMatchObject({ automationError: note })
  }
  expect(await tenant((sql) => getAccessProfile(sql, few.id))).toMatchObject({ memberCount: few.memberCount })
  await tenant((sql) => sql`update access_profiles set automation_enabled = false where id = ${id}`)
  await applyMembership(db.database.sql, tenantId)
  expect(await tenant((sql) => getAccessProfile(sql, few.id))).toMatchObject({
    automationError: '',
    memberCount: few.memberCount - 1,
  })
})
