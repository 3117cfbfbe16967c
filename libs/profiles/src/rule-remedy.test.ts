import { expect, test } from 'vitest'
import { checkedRule, RuleRefused } from './membership-rule.ts'
import { remedyOf } from './rule-remedy.ts'

test.each([
  ['subject.departement == "Sales"', '1:9', 'Did you mean department?'],
  ['subject.costCenter == "1"', '1:9', 'It is an attribute of your data: write subject.profile["costCenter"].'],
  ['subject.costcentre == "1"', '1:9', 'Did you mean subject.profile["costCenter"]?'],
  ['subject.qqqqqqqq == "1"', '1:9', ''],
  ['true &&\n  subject.departmnt == "a"', '2:11', 'Did you mean department?'],
  ['subject.department = "Sales"', '1:20', 'Write == to compare.'],
  ['subject.department == “Sales”', '1:23', 'Use straight quotes: ".'],
  ['subject.department == "a" and true', '1:27', 'Write && for "and".'],
  ['not true', '1:5', 'Write ! for "not".'],
  ['subject.department == Sales', '1:23', 'Put a text in quotes: "Sales".'],
  ['department == "x"', '1:1', 'Write subject.department.'],
  ['costCenter == "x"', '1:1', 'Write subject.profile["costCenter"].'],
  ['subject.email.endswith("x")', '1:1', 'Did you mean endsWith?'],
  ['subject.department', '1:1', 'Compare it with a text: == "…".'],
  ['subject.department in "Sales"', '1:1', 'Put the texts into a list: in ["…"].'],
  ['subject.department == "a" &&', '1:29', 'Something is missing at the end.'],
  ['subject.department.startsWith("a"', '1:34', 'A closing bracket ) is missing.'],
  ["subject.department == 'a", '1:23', 'The closing quote is missing.'],
])('the remedy of %s', (rule, place, remedy) => {
  const refused = refusalOf(rule)
  expect(`${refused.line}:${refused.column}`).toBe(place)
  expect(remedyOf(rule, refused, ['costCenter', 'level'])).toBe(remedy)
})

function refusalOf(rule: string): RuleRefused {
  try {
    checkedRule(rule)
  } catch (error) {
    if (error instanceof RuleRefused) return error
    throw error
  }
  throw new Error(`${rule} is right`)
}
