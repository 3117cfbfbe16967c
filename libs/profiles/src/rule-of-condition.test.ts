import { expect, test } from 'vitest'
import { conditionOfRule } from './condition-of-rule.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { type AttributeCondition, conditionDepth, type RuleCondition } from './rule-condition.ts'
import { ruleOfCondition } from './rule-of-condition.ts'

const lists = new Set(['groups'])
const field = (
  name: 'department' | 'email' | 'jobTitle',
  operator: AttributeCondition['operator'],
  value: string,
): RuleCondition => ({ kind: 'compare', attribute: { kind: 'field', name }, operator, value })
const key = (name: string, operator: AttributeCondition['operator'], value: string): RuleCondition => ({
  kind: 'compare',
  attribute: { kind: 'key', key: name },
  operator,
  value,
})
const any = (...of: RuleCondition[]): RuleCondition => ({ kind: 'any', of })
const all = (...of: RuleCondition[]): RuleCondition => ({ kind: 'all', of })
const sales = field('department', 'equals', 'Sales')
const legal = field('department', 'equals', 'Legal')

const bothWays: [string, RuleCondition][] = [
  ['subject.department == "Sales"', sales],
  ['subject.department != "Sales"', field('department', 'not_equals', 'Sales')],
  ['subject.department in ["Sales", "Legal"]', any(sales, legal)],
  ['subject.email.endsWith("@example.com")', field('email', 'ends_with', '@example.com')],
  ['subject.jobTitle.startsWith("Head")', field('jobTitle', 'starts_with', 'Head')],
  ['subject.jobTitle.contains("say \\"no\\"")', field('jobTitle', 'contains', 'say "no"')],
  ['!subject.jobTitle.contains("x")', field('jobTitle', 'not_contains', 'x')],
  ['subject.jobTitle >= "B"', field('jobTitle', 'greater_or_equal', 'B')],
  ['"level" in subject.profile && subject.profile["level"] == "7"', key('level', 'equals', '7')],
  [
    '"level" in subject.profile && subject.profile["level"] in ["7", "8"]',
    any(key('level', 'equals', '7'), key('level', 'equals', '8')),
  ],
  ['!("level" in subject.profile && subject.profile["level"] == "7")', key('level', 'not_equals', '7')],
  ['"groups" in subject.profile && "a" in subject.profile["groups"]', key('groups', 'equals', 'a')],
  [
    '"groups" in subject.profile && subject.profile["groups"].exists(value, value in ["a", "b"])',
    any(key('groups', 'equals', 'a'), key('groups', 'equals', 'b')),
  ],
  [
    'subject.department in ["Sales", "Legal"] && subject.email.endsWith("@example.com")',
    all(any(sales, legal), field('email', 'ends_with', '@example.com')),
  ],
  [
    '(subject.department == "Sales" && "level" in subject.profile && subject.profile["level"] == "7") || subject.department == "Legal"',
    any(all(sales, key('level', 'equals', '7')), legal),
  ],
  [
    'subject.jobTitle == "Clerk" && (subject.department == "Sales" || subject.email == "a@b")',
    all(field('jobTitle', 'equals', 'Clerk'), any(sales, field('email', 'equals', 'a@b'))),
  ],
]

test.each(bothWays)('%s', (rule, condition) => {
  expect(ruleOfCondition(condition, lists)).toBe(rule)
  expect(conditionOfRule(rule, lists)).toEqual(condition)
  compileMembershipRule(rule, lists)
})

const readOnly: [string, RuleCondition][] = [
  ['"Sales" == subject.department', sales],
  ['"B" < subject.jobTitle', field('jobTitle', 'greater', 'B')],
  ['subject.job_title == "Clerk"', field('jobTitle', 'equals', 'Clerk')],
  ['subject.department in ["Sales"]', sales],
  ['!(subject.department == "Sales")', field('department', 'not_equals', 'Sales')],
  ['subject.attributes["level"] == "7"', key('level', 'equals', '7')],
  [
    'subject.department == "Sales" || (subject.department == "Legal" || subject.jobTitle == "x")',
    any(sales, legal, field('jobTitle', 'equals', 'x')),
  ],
]

test.each(readOnly)('%s is read as well', (rule, condition) => {
  expect(conditionOfRule(rule, lists)).toEqual(condition)
})

test.each([
  '',
  'true',
  'subject.department == subject.jobTitle',
  'subject.status == UserStatus.ENABLED',
  'c1.user.v1.HasApp(subject, "gh")',
  '!(subject.department in ["Sales", "Legal"])',
  // For a person without the key, the rule is false and the tree is true.
  'subject.profile["level"] != "7"',
  '!(subject.profile["level"] == "7")',
  // The rule checks the key, and not only for the comparison.
  '"level" in subject.profile && subject.department == "Sales"',
  '"level" in subject.profile && (subject.profile["level"] == "7" || subject.department == "Sales")',
  'subject.department.size() > 3',
  'subject.department ==',
  `subject.department in [${Array.from({ length: 4_000 }, (_, at) => `"${at}"`).join()}]`,
])('%s is more than comparisons', (rule) => {
  expect(conditionOfRule(rule, lists)).toBeUndefined()
})

test('a condition on a list compares whole values, not parts of them', () => {
  expect(() => ruleOfCondition(key('groups', 'contains', 'a'), lists, 'membership')).toThrow(
    'membership: "groups" is a list',
  )
})

test('the depth counts comparisons', () => {
  expect(conditionDepth(sales)).toBe(1)
  expect(conditionDepth(all(sales, any(legal, sales)))).toBe(3)
})
