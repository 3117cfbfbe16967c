import { DomainError } from '@assay/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { prepareEvaluation } from './evaluate-batch.ts'
import { type IdentityRow, subjectOf } from './identity-row.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { worldAt } from './rule-world.ts'
import { directoryOf } from './thread-directory.ts'

// Few values, so that many identities are equal; some differ only by white space or type.
const words = ['', ' ', 'a', ' a', 'b', '1', '12', '3:x', 'true']
const text = fc.constantFrom(...words)
const keys = ['a', 'k y', '__proto__', 'constructor', 'toString']
const row: fc.Arbitrary<IdentityRow> = fc.tuple(
  fc.nat(),
  fc.constantFrom('E1', 'E2', 'a'),
  text,
  text,
  text,
  text,
  text,
  text,
  text,
  text,
  fc.option(text, { nil: null }),
  fc.constantFrom('enabled', 'disabled', 'deleted'),
  fc.constantFrom('human', 'human', 'service', 'agent', 'system'),
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...keys),
        fc.oneof(text, fc.constantFrom(1, 12, true, null, ['a'], ['1', 1], { a: 'a' })),
      ),
    )
    .map((entries) => Object.fromEntries(entries)),
)
const batches = fc
  .array(fc.array(row, { maxLength: 12 }), { minLength: 1, maxLength: 4 })
  .map((parts) =>
    parts.map((rows, part) => rows.map(([, ...rest], index): IdentityRow => [part * 100 + index, ...rest])),
  )

const quoted = fc.constantFrom(...words, ...keys).map((word) => JSON.stringify(word))
const field = fc.constantFrom(
  ...['id', 'email', 'username', 'displayName', 'department', 'jobTitle', 'job_title', 'employmentType'],
  ...['employment_status', 'manager', 'manager_id'],
)
const attributes = fc.constantFrom('subject.profile', 'subject.attributes')
const value = fc.oneof(
  field.map((name) => `subject.${name}`),
  fc.tuple(attributes, quoted).map(([map, key]) => `${map}[${key}]`),
  fc.constantFrom('subject.profile.a', 'subject.attributes.constructor'),
  quoted,
)
const custom = fc.oneof(
  fc.tuple(attributes, quoted).map(([map, key]) => `${map}[${key}]`),
  fc.constantFrom('subject.profile.a', 'subject.attributes.toString'),
)
const directory = 'c1.directory.users.v1'
const person = fc.oneof(
  value.map((one) => `${directory}.FindByEmail(${one})`),
  fc.constantFrom('"E1"', '"a"', 'subject.managerId').map((id) => `${directory}.GetByID(${id})`),
  fc.constant(`${directory}.FindByName(subject.displayName)`),
)
const people = fc.oneof(
  fc.constantFrom(`${directory}.GetManagers(subject)`, `${directory}.DirectReports(subject)`),
  fc.constant(`${directory}.DirectReports(${directory}.GetManagers(subject))`),
  fc.constant('c1.directory.apps.v1.GetEntitlementMembers("crm", "admin")'),
  person.map((one) => `${directory}.DirectReports(${one})`),
)
/** All forms in which a rule can use a subject, and a few that no user would write. */
const condition = fc.letrec<{ whole: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    fc.tuple(value, fc.constantFrom('==', '!='), value).map((parts) => parts.join(' ')),
    fc.tuple(value, value).map(([one, other]) => `(${one}) == (${other})`),
    fc
      .tuple(value, fc.array(quoted, { minLength: 1, maxLength: 3 }))
      .map(([one, list]) => `${one} in [${list.join()}]`),
    fc.tuple(value, fc.constantFrom('startsWith', 'endsWith', 'contains'), value).map(([a, f, b]) => `${a}.${f}(${b})`),
    fc.tuple(value, fc.constantFrom('^[a-z]', '(?i)A$', '\\\\d', '.*.*.*b')).map(([a, p]) => `${a}.matches("${p}")`),
    fc
      .tuple(custom, fc.constantFrom('==', '!=', '<', '>='), fc.constantFrom('1', '12', '0.5', 'true', '"a"'))
      .map((parts) => parts.join(' ')),
    fc.tuple(custom, custom).map(([one, other]) => `${one} == ${other}`),
    custom.map((one) => `${one} in [1, 12]`),
    custom.map((one) => `${one}.exists(part, part == "a")`),
    custom,
    fc.tuple(person, field).map(([one, name]) => `${one}.${name} == subject.${name}`),
    fc.tuple(people, field, value).map(([list, name, one]) => `${list}.exists(one, one.${name} == ${one})`),
    fc
      .tuple(people, fc.constantFrom('crm', 'none'))
      .map(([list, app]) => `${list}.all(one, c1.user.v1.HasApp(one, "${app}"))`),
    fc.tuple(people, custom).map(([list, one]) => `${list}.exists(one, ${one.replace('subject', 'one')} == 1)`),
    people.map((list) => `subject in ${list}`),
    people.map((list) => `size(${list}) > 1`),
    fc.tuple(value, value).map(([one, other]) => `(${one} + ${other}).split("a").size() > 1`),
    value.map((one) => `int(${one}) > 1`),
    value.map((one) => `cel.bind(it, ${one}, it == "a")`),
    value.map((one) => `size(${one}) > 1`),
    fc.tuple(attributes, quoted).map(([map, key]) => `${key} in ${map}`),
    fc.constantFrom('has(subject.profile.a)', 'has(subject.department)', 'has(subject.attributes.toString)'),
    fc.constantFrom('subject.status == UserStatus.ENABLED', 'subject.directory_status == USER_STATUS_DISABLED'),
    fc.constantFrom('subject.type == UserType.SERVICE', 'subject.type == UserType.HUMAN'),
    quoted.map((word) => `subject.emails.exists(mail, mail == ${word})`),
    quoted.map((word) => `subject.usernames.all(subject, subject == ${word})`),
    quoted.map((word) => `subject.profile.exists(key, key == ${word})`),
    fc.constantFrom('size(subject.profile) > 1', '[subject].exists(one, one.department == "a")'),
    fc.constantFrom('c1.user.v1.HasApp(subject, "crm")', 'c1.user.v1.HasApp(subject, "none")'),
    fc.constantFrom('c1.user.v1.HasEntitlement(subject, "crm", "admin")', 'true', 'false'),
  ),
  whole: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('atom'),
    fc.tuple(tie('whole'), fc.constantFrom('&&', '||', '&&'), tie('whole')).map((parts) => parts.join(' ')),
    tie('whole').map((inner) => `(${inner})`),
    tie('atom').map((inner) => `!(${inner})`),
    fc.tuple(tie('whole'), tie('whole'), tie('whole')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('atom'), tie('atom')).map(([a, b]) => `(${a}) == (${b})`),
  ),
})).whole
const isRule = (expression: string) => {
  try {
    return compileMembershipRule(expression) !== undefined
  } catch (error) {
    if (error instanceof DomainError) return false
    throw error
  }
}
const rule = condition.filter(isRule)

const held = [
  { applicationId: 'crm', entitlementId: null, identityKeys: ['{0,1,2,101}', '{2,5,203}'] },
  { applicationId: 'crm', entitlementId: 'admin', identityKeys: ['{2,5,203}'] },
]
const now = Date.UTC(2026, 0, 10)

interface Outcome {
  readonly selected: readonly number[]
  readonly missing: readonly number[]
  readonly failed: readonly number[]
}

/** Evaluates the whole rule with the library for every identity, without clauses, groups or cache. */
function plainly(expression: string, rows: readonly IdentityRow[], everybody: readonly string[]): Outcome {
  const keysOf = (entry: (typeof held)[number]) =>
    new Set(entry.identityKeys.flatMap((keys) => JSON.parse(keys.replace('{', '[').replace('}', ']')) as number[]))
  const holders = new Map(held.map((entry) => [`${entry.applicationId}/${entry.entitlementId}`, keysOf(entry)]))
  const holdersOf = (applicationId: string, entitlementId: string | null) =>
    holders.get(`${applicationId}/${entitlementId}`)
  const world = worldAt(now, directoryOf(everybody, holdersOf))
  const { namesType } = compileMembershipRule(expression)
  // With two negations it is one clause, so that the library joins the operands of "&&" itself.
  const whole = compileMembershipRule(`!(!(${expression}))`)
  const outcome: Record<string, number[]> & Record<'yes' | 'missing' | 'failed', number[]> = {
    yes: [],
    no: [],
    missing: [],
    failed: [],
  }
  for (const one of rows) {
    if (one[12] !== 'human' && !namesType) continue
    const subject = subjectOf(one, {
      hasApplication: (id) => holdersOf(id, null)?.has(one[0]) ?? false,
      hasEntitlement: (id, entitlement) => holdersOf(id, entitlement)?.has(one[0]) ?? false,
    })
    outcome[whole.ask(subject, world).kind]!.push(one[0])
  }
  return { selected: outcome.yes, missing: outcome.missing, failed: outcome.failed }
}

/** Memory for groups, in bytes: none, too little for all batches, and plenty. */
const memory = fc.constantFrom(0, 1000, undefined)

test('rules over groups of equal identities select the same people as the library one by one', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 6 }), batches, memory, (expressions, parts, mostBytes) => {
      const everybody = parts.map((rows) => JSON.stringify(rows))
      const evaluate = prepareEvaluation({ expressions, held, now, directory: everybody }, mostBytes)
      for (const rows of parts) {
        const { counts, keys, missing, failed } = evaluate(JSON.stringify(rows))
        const ends = counts.map((_, index) => counts.subarray(0, index + 1).reduce((sum, count) => sum + count, 0))
        for (const [index, expression] of expressions.entries()) {
          const expected = plainly(expression, rows, everybody)
          const found = {
            selected: [...keys.subarray(ends[index]! - counts[index]!, ends[index])],
            missing: missing[index]!.examples.map(({ identityKey }) => identityKey),
            failed: failed[index]!.examples.map(({ identityKey }) => identityKey),
          }
          const examples = { missing: expected.missing.slice(0, 3), failed: expected.failed.slice(0, 3) }
          expect([expression, found]).toEqual([expression, { ...expected, ...examples }])
          expect([missing[index]!.count, failed[index]!.count]).toEqual([
            expected.missing.length,
            expected.failed.length,
          ])
        }
      }
    }),
    { numRuns: 300 },
  )
})

const reads = (expression: string) => {
  const facts = compileMembershipRule(expression).clauses.map((clause) => clause.reads)
  if (!facts.every((one) => one !== undefined)) return undefined
  const names = facts
    .flat()
    .map((fact) =>
      fact.kind === 'field' ? fact.name : fact.kind === 'attribute' ? `[${fact.key}]` : fact.applicationId,
    )
  return [...new Set(names)]
}
test.each([
  ['subject.department == "a"', ['department']],
  ['subject.job_title in ["a"] || subject.jobTitle == subject.id', ['jobTitle', 'id']],
  ['"k" in subject.profile && subject.attributes["k"] == subject.profile.l', ['[k]', '[l]']],
  ['subject.emails.exists(mail, mail == "x") && c1.user.v1.HasApp(subject, "crm")', ['email', 'crm']],
  ['true', []],
  ['now() > timestamp(0) && has(subject.profile.k)', ['[k]']],
  [
    'c1.directory.users.v1.GetManagers(subject).exists(m, m.department == subject.department)',
    ['managerId', 'department'],
  ],
  ['c1.directory.users.v1.DirectReports(subject) != []', ['id']],
  ['c1.directory.users.v1.DirectReports([subject]) != []', undefined],
  ['size(subject.profile) > 1', undefined],
  ['subject.profile[subject.department] == "a"', undefined],
  ['subject.emails.exists(subject, subject == "x")', undefined],
  ['[subject].exists(one, one.department == "a")', undefined],
])('%s reads %j', (expression, facts) => {
  expect(reads(expression)).toEqual(facts)
})

test.each([
  ['subject.department == "a" && (subject.id == "b" || subject.id == "c") && true', 3],
  ['("a" == subject.id) == (subject.id == "b") && true', 2],
  ['true && (true && (subject.id == "b" && true))', 4],
  ['subject.department == "a" || true && true', 1],
])('%s has %i clauses', (expression, count) => {
  expect(compileMembershipRule(expression).clauses).toHaveLength(count)
})

test('two clauses have the same name exactly when they are the same expression', () => {
  const nameOf = (expression: string) => compileMembershipRule(expression).clauses[0]!.name
  expect(nameOf('( subject.id == "a" )')).toBe(nameOf("subject.id  ==  'a' && true"))
  const different = ['1 == 1', '1.0 == 1.0', '"1" == "1"', 'subject.id == "a"', 'subject.id == subject.email', 'true']
  different.push(
    'subject.id.matches("a")',
    'subject.id.matches("b")',
    'subject.id.contains("a")',
    'b"\\x01" == b"\\x01"',
    '1u == 1u',
  )
  expect(new Set(different.map(nameOf)).size).toBe(different.length)
})
