import { expect, test } from 'vitest'
import { conditionsOf } from './simple-rule.ts'

const field = (name: string, ...values: string[]) => ({ attribute: { kind: 'field', name }, values })
const key = (name: string, ...values: string[]) => ({ attribute: { kind: 'key', name }, values })

test.each([
  ['subject.department == "Sales"', [field('department', 'Sales')]],
  [
    'subject.department == "Sales" && subject.jobTitle in ["A", "B", "A"]',
    [field('department', 'Sales'), field('jobTitle', 'A', 'B')],
  ],
  ['"cost center" in subject.profile && subject.profile["cost center"] == "1"', [key('cost center', '1')]],
  [' subject . department=="a \\"b\\" \\\\ \\n\\u202e" ', [field('department', 'a "b" \\ \n\u202e')]],
] as const)('%s', (rule, conditions) => {
  expect(conditionsOf(rule)).toEqual(conditions)
})

test.each([
  '',
  'true',
  'subject.department != "Sales"',
  'subject.department == "Sales" || subject.department == "Legal"',
  '!(subject.department == "Sales")',
  'subject.department.startsWith("S")',
  'c1.user.v1.HasApp(subject, "crm")',
  'subject.directoryStatus == UserStatus.ENABLED',
  '"projects" in subject.profile && "x" in subject.profile["projects"]',
  '"projects" in subject.profile',
  '"a" in subject.profile && subject.profile["b"] == "1"',
  'subject.jobTitle in []',
  "subject.department == 'Sales'",
  'subject.department == "\\x41"',
  'subject.department == "Sales" &&',
  'subject.department == r"S"',
  `subject.department == "${'x'.repeat(30_000)}"`,
])('no other system is told that it can say: %s', (rule) => {
  expect(conditionsOf(rule)).toBeUndefined()
})

test('a long rule takes no longer than its length', () => {
  // A regular expression that tries every way to divide these backslashes would not end.
  expect(conditionsOf(`subject.a == "${'\\\\'.repeat(9_000)}`)).toBeUndefined()
})
