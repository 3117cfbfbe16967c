import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileMembershipRule } from './membership-rule.ts'
import type { RuleFunction } from './rule-function.ts'
import { refusedFunctions, ruleFunctions } from './rule-functions.ts'
import { ruleLimits } from './rule-limits.ts'
import { worldAt } from './rule-world.ts'
import { Subject } from './subject.ts'
import { userFields } from './user-fields.ts'

const document = readFileSync(join(import.meta.dirname, '../../../docs/membership-rules.md'), 'utf8')

/** The rows of a table between two marks. */
function rowsOf(mark: string): string[] {
  const table = document.split(`<!-- ${mark} -->\n`)[1]!.split('<!-- end -->')[0]!
  return table.trim().split('\n').slice(2)
}

const limitNames: Readonly<Record<keyof typeof ruleLimits, string>> = {
  steps: 'steps',
  textLength: 'characters of one text that is made',
  madeText: 'characters of all texts that are made',
  patterns: 'different patterns',
  patternSize: 'instructions of all compiled patterns of a rule (2,000 of one)',
  expressionLength: 'characters of a rule',
  depth: 'operators within each other',
}

test.each([
  ['fields', Object.entries(userFields).map(([name, { type }]) => `| \`${name}\` | ${type} |`)],
  [
    'limits',
    Object.entries(ruleLimits).map(
      ([name, most]) => `| ${limitNames[name as keyof typeof ruleLimits]} | ${most.toLocaleString('en-US')} |`,
    ),
  ],
  ['functions', ruleFunctions.map((one) => `| \`${one.signature}\` | ${one.about} |`)],
  ['refused', [...refusedFunctions].map(([name, reason]) => `| \`${name}\` | ${reason} |`)],
])('the documentation lists exactly the %s that are served', (mark, rows) => {
  expect(rowsOf(mark)).toEqual(rows)
})

const samples: Readonly<Record<string, string>> = {
  string: 'subject.id',
  pattern: '"^E"',
  bool: 'subject.emails.all(mail, true)',
  int: 'subject.emails.size()',
  double: 'double(subject.emails.size())',
  dyn: 'dyn(subject.id)',
  list: 'subject.emails',
  map: 'subject.profile',
  'list<string>': 'subject.emails',
  User: 'subject',
  'list<User>': '[subject]',
  'google.protobuf.Timestamp': 'now()',
  'google.protobuf.Duration': 'duration("90m")',
}
const paths = new Set(['time', 'c1.user.v1', 'c1.directory.users.v1', 'c1.directory.apps.v1'])

/** A call with a value of each type; ids are in quotes where they have to be. */
function callOf({ receiver, name, params }: RuleFunction, wrong?: number): string {
  const ids = name.startsWith('Has') || name === 'GetEntitlementMembers'
  const given = params.map((type, at) => (at === wrong ? 'null' : ids && type === 'string' ? '"crm"' : samples[type]))
  const before = receiver === undefined ? '' : `${paths.has(receiver) ? receiver : samples[receiver]}.`
  return `${before}${name}(${given.join(', ')})`
}
const asRule = (call: string, returns: string) => (returns === 'bool' ? call : `[${call}] == [${call}]`)

test.each(ruleFunctions.map((one) => [one.signature, one] as const))('%s can be called as it is listed', (_, one) => {
  const subject = new Subject(
    {
      ...{ id: 'E1', email: 'ana@sample.example', username: '', displayName: '', department: '', jobTitle: '' },
      ...{
        employmentType: '',
        employmentStatus: '',
        managerId: '',
        managerEmail: '',
        status: 'enabled',
        type: 'human',
      },
      attributes: {},
    },
    { hasApplication: () => true, hasEntitlement: () => true },
  )
  const rule = compileMembershipRule(asRule(callOf(one), one.returns))
  // It may fail for these sample values, but never by a fault of the program.
  expect(['yes', 'no', 'failed']).toContain(rule.ask(subject, worldAt(0)).kind)
  for (const at of one.params.keys()) {
    if (one.params[at] !== 'dyn' && one.params[at] !== 'map') {
      expect(() => compileMembershipRule(asRule(callOf(one, at), one.returns))).toThrow('line 1, column')
    }
  }
})

test.each(Object.entries(userFields).map(([name, { type }]) => [name, type]))('subject.%s is a %s', (name, type) => {
  expect(() => compileMembershipRule(`subject.${name} == subject.${name} || has(subject.${name})`)).not.toThrow()
  if (type === 'string') expect(() => compileMembershipRule(`subject.${name} == 1`)).toThrow('no such overload')
})

test.each([...refusedFunctions.keys()])('%s is refused with its reason', (name) => {
  const reason = refusedFunctions.get(name) ?? ''
  expect(() => compileMembershipRule(`${name}(subject, "x") == "x"`)).toThrow(reason)
})

test('the examples of the documentation are rules', () => {
  const examples = document.split('```')[1]!.trim().split('\n')
  expect(examples).toHaveLength(5)
  for (const example of examples) expect(() => compileMembershipRule(example)).not.toThrow()
})
