import fc from 'fast-check'
import { expect, test } from 'vitest'
import { prepareEvaluation } from './evaluate-batch.ts'
import { factsRead } from './facts-read.ts'
import { type IdentityRow, subjectOf } from './identity-row.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { clausesOf } from './rule-clauses.ts'
import { ruleEnvironment } from './rule-environment.ts'

// Few values, so that identities are alike often; some that differ by white space or type alone.
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
    .array(fc.tuple(fc.constantFrom(...keys), fc.oneof(text, fc.constantFrom(1, true, null, ['a'], { a: 'a' }))))
    .map((entries) => Object.fromEntries(entries)),
)
const batches = fc
  .array(fc.array(row, { maxLength: 12 }), { minLength: 1, maxLength: 4 })
  .map((parts) =>
    parts.map((rows, part) => rows.map((one, index) => one.with(0, part * 100 + index) as never as IdentityRow)),
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
/** Every way to say something about a subject that rules have, and a few that nobody would think of. */
const condition = fc.letrec<{ whole: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    fc.tuple(value, fc.constantFrom('==', '!='), value).map((parts) => parts.join(' ')),
    fc.tuple(value, value).map(([one, other]) => `(${one}) == (${other})`),
    fc
      .tuple(value, fc.array(quoted, { minLength: 1, maxLength: 3 }))
      .map(([one, list]) => `${one} in [${list.join()}]`),
    fc.tuple(value, fc.constantFrom('startsWith', 'endsWith', 'contains'), value).map(([a, f, b]) => `${a}.${f}(${b})`),
    value.map((one) => `${one}.matches("^[a-z]")`),
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
const rule = condition.filter((expression) => ruleEnvironment.check(expression).type === 'bool')

const held = [
  { applicationId: 'crm', entitlementId: null, identityKeys: ['{0,1,2,101}', '{2,5,203}'] },
  { applicationId: 'crm', entitlementId: 'admin', identityKeys: ['{2,5,203}'] },
]

/** The library asked for every identity and rule. */
function plainly(expressions: readonly string[], rows: readonly IdentityRow[]): number[][] {
  const keysOf = (entry: (typeof held)[number]) =>
    new Set(entry.identityKeys.flatMap((keys) => JSON.parse(keys.replace('{', '[').replace('}', ']')) as number[]))
  const [inApplication, admins] = held.map(keysOf)
  return expressions.map((expression) => {
    const { namesType, selects } = compileMembershipRule(expression)
    const selected = rows.filter((one) => {
      const subject = subjectOf(one, {
        hasApplication: (id) => id === 'crm' && inApplication.has(one[0]),
        hasEntitlement: (id, entitlement) => id === 'crm' && entitlement === 'admin' && admins.has(one[0]),
      })
      return (one[12] === 'human' || namesType) && selects(subject)
    })
    return selected.map(([key]) => key)
  })
}

test('whom rules select by groups of identities that are alike is whom the library selects one by one', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 6 }), batches, (expressions, parts) => {
      const evaluate = prepareEvaluation({ expressions, held })
      for (const rows of parts) {
        const { counts, keys } = evaluate(JSON.stringify(rows))
        const ends = counts.map((_, index) => counts.subarray(0, index + 1).reduce((sum, count) => sum + count, 0))
        const selected = Array.from(ends, (end, index) => [...keys.subarray(end - counts[index], end)])
        expect(selected).toEqual(plainly(expressions, rows))
      }
    }),
    { numRuns: 400 },
  )
})

const reads = (expression: string) =>
  factsRead(ruleEnvironment.parse(expression).ast)?.map((fact) =>
    fact.kind === 'field' ? fact.name : fact.kind === 'attribute' ? `[${fact.key}]` : fact.applicationId,
  )
test.each([
  ['subject.department == "a"', ['department']],
  ['subject.job_title in ["a"] || subject.jobTitle == subject.id', ['jobTitle', 'id']],
  ['"k" in subject.profile && subject.attributes["k"] == subject.profile.l', ['[k]', '[l]']],
  ['subject.emails.exists(mail, mail == "x") && c1.user.v1.HasApp(subject, "crm")', ['email', 'crm']],
  ['true', []],
  ['size(subject.profile) > 1', undefined],
  ['subject.profile[subject.department] == "a"', undefined],
  ['subject.emails.exists(subject, subject == "x")', undefined],
  ['[subject].exists(one, one.department == "a")', undefined],
])('%s reads %j', (expression, facts) => {
  expect(reads(expression)).toEqual(facts)
})

test.each([
  [
    'subject.department == "a" && (subject.id == "b" || subject.id == "c") && true',
    ['subject.department == "a"', 'subject.id == "b" || subject.id == "c"', 'true'],
  ],
  ['("a" == subject.id) == (subject.id == "b") && true', ['("a" == subject.id) == (subject.id == "b") && true']],
  ['subject.department == "a" || true && true', ['subject.department == "a" || true && true']],
])('%s has clauses of its own', (expression, clauses) => {
  expect(clausesOf(compileMembershipRule(expression)).map((clause) => clause.rule.expression)).toEqual(clauses)
})
