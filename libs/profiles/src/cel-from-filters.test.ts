import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AttributeFilter, celFromFilters } from './cel-from-filters.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { worldAt } from './rule-world.ts'
import { type IdentityFacts, type Status, Subject } from './subject.ts'

const nobodyHolds = { hasApplication: () => false, hasEntitlement: () => false }

describe('the form of the rule', () => {
  test.each<[string, AttributeFilter[], string]>([
    ['one value', [{ attribute: 'department', values: ['Engineering'] }], 'subject.department == "Engineering"'],
    [
      'several filters',
      [
        { attribute: 'department', values: ['Engineering'] },
        { attribute: 'job_title', values: ['SRE', ' SWE ', 'SRE'] },
      ],
      'subject.department == "Engineering" && subject.jobTitle in ["SRE", "SWE"]',
    ],
    ['a manager', [{ attribute: 'manager', values: ['E9'] }], 'subject.manager_id == "E9"'],
    ['employment', [{ attribute: 'employment_type', values: ['Intern'] }], 'subject.employmentType == "Intern"'],
    [
      'a custom attribute',
      [{ attribute: 'Cost Center', values: ['R&D'] }],
      '"Cost Center" in subject.profile && subject.profile["Cost Center"] == "R&D"',
    ],
    [
      'a status',
      [{ attribute: 'directory_status', values: ['enabled'] }],
      'subject.directoryStatus == UserStatus.ENABLED',
    ],
    [
      'a status in every spelling',
      [
        {
          attribute: 'directory_status',
          values: ['ENABLED', 'enabled', ' USER_STATUS_ENABLED ', 'STATUS_ENABLED', 'UserStatus.DISABLED', 'Deleted'],
        },
      ],
      'subject.directoryStatus in [UserStatus.ENABLED, UserStatus.DISABLED, UserStatus.DELETED]',
    ],
    [
      'free text that looks like a status',
      [{ attribute: 'employment_status', values: ['ENABLED', 'enabled'] }],
      'subject.employmentStatus in ["ENABLED", "enabled"]',
    ],
    ['an unknown status', [{ attribute: 'directory_status', values: ['odd'] }], 'false'],
    [
      'awkward text',
      [{ attribute: 'department', values: ['a"b\\c\nd\u2028\u0007'] }],
      'subject.department == "a\\"b\\\\c\\nd\\u2028\\u0007"',
    ],
    ['nothing', [], ''],
  ])('%s', (_name, filters, expression) => {
    expect(celFromFilters(filters)).toBe(expression)
  })

  test.each<[readonly string[], string]>([
    [['Apollo'], '"projects" in subject.profile && "Apollo" in subject.profile["projects"]'],
    [
      ['Apollo', 'APOLLO'],
      '"projects" in subject.profile && subject.profile["projects"].exists(value, value in ["Apollo", "APOLLO"])',
    ],
  ])('a list is asked whether it has one of %j', (values, expression) => {
    expect(celFromFilters([{ attribute: 'projects', values }], undefined, new Set(['projects']))).toBe(expression)
  })

  test('a scope is one more clause', () => {
    expect(celFromFilters([], { applicationId: 'crm' })).toBe('c1.user.v1.HasApp(subject, "crm")')
    expect(
      celFromFilters([{ attribute: 'department', values: ['Sales'] }], {
        applicationId: 'crm',
        entitlementId: 'crm:"x"',
      }),
    ).toBe('subject.department == "Sales" && c1.user.v1.HasEntitlement(subject, "crm", "crm:\\"x\\"")')
  })

  test('a filter without values is refused with its index', () => {
    expect(() => celFromFilters([{ attribute: 'department', values: [] }])).toThrow(
      'cohort_filters[0].values: must name at least one value',
    )
  })
})

const text = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'a ', ' \u00e9'), weight: 3 },
  fc.constantFrom(
    'a',
    'b',
    ' b ',
    '',
    'R&D',
    '"',
    '\\',
    "'",
    '\\"',
    '\n',
    '\r\n',
    '\t',
    'é',
    'e\u0301',
    '😀',
    '\u2028',
    '\u0000',
    '\u202e',
    '{{x}}',
    '\\n',
    '"] || true || "',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const customKey = fc.constantFrom(
  'Cost Center',
  'location',
  'a"b',
  'back\\slash',
  'new\nline',
  'ünï',
  '__proto__',
  'constructor',
  'department ',
)
const listKeys = ['projects', 'a"list']
const status = fc.constantFrom<Status>('enabled', 'disabled', 'deleted')
const identity: fc.Arbitrary<IdentityFacts> = fc.record({
  id: fc.constant('E1'),
  email: text,
  username: text,
  displayName: text,
  department: text,
  jobTitle: text,
  employmentType: text,
  employmentStatus: text,
  managerId: text,
  managerEmail: text,
  status,
  type: fc.constant('human' as const),
  attributes: fc
    .tuple(
      fc.dictionary(customKey, text, { noNullPrototype: true }),
      fc.dictionary(
        fc.constantFrom(...listKeys),
        fc.uniqueArray(
          text.map((one) => one.trim()).filter((one) => one !== ''),
          { minLength: 1, maxLength: 4 },
        ),
        { noNullPrototype: true },
      ),
    )
    .map(([texts, lists]) => ({ ...texts, ...lists })),
})
const filter: fc.Arbitrary<AttributeFilter> = fc.record({
  attribute: fc.oneof(
    fc.constantFrom('department', 'job_title', 'manager', 'employment_type', 'employment_status', 'directory_status'),
    customKey,
    fc.constantFrom(...listKeys),
  ),
  values: fc.array(fc.oneof(text, status, fc.constantFrom('ENABLED', 'USER_STATUS_DELETED')), {
    minLength: 1,
    maxLength: 4,
  }),
})

test('the rule selects exactly the cohort of the filters, whatever the values contain', () => {
  let selected = 0
  fc.assert(
    fc.property(
      fc.array(filter, { minLength: 1, maxLength: 3 }),
      fc.array(identity, { minLength: 1, maxLength: 8 }),
      (filters, people) => {
        const lists = new Set(listKeys)
        const rule = compileMembershipRule(celFromFilters(filters, undefined, lists), lists)
        for (const facts of people) {
          const expected = filters.every((one) => isInCohort(facts, one))
          if (expected) selected++
          expect(rule.ask(new Subject(facts, nobodyHolds), worldAt(0)).kind === 'yes').toBe(expected)
        }
      },
    ),
    { numRuns: 1000, seed: 1 },
  )
  expect(selected).toBeGreaterThan(100)
})

/** A slow and obvious version: the definition of a cohort. */
function isInCohort(facts: IdentityFacts, { attribute, values }: AttributeFilter): boolean {
  const builtIn: Record<string, string> = {
    department: facts.department,
    job_title: facts.jobTitle,
    manager: facts.managerId,
    employment_type: facts.employmentType,
    employment_status: facts.employmentStatus,
    directory_status: facts.status,
  }
  if (listKeys.includes(attribute)) {
    const own = (Object.hasOwn(facts.attributes, attribute) ? facts.attributes[attribute] : []) as readonly string[]
    return own.some((one) => values.some((wanted) => wanted.trim() === one))
  }
  const raw = Object.hasOwn(builtIn, attribute)
    ? builtIn[attribute]!
    : Object.hasOwn(facts.attributes, attribute)
      ? String(facts.attributes[attribute])
      : ''
  const value = raw.trim()
  const isSame = (wanted: string) => wanted.trim() === value
  const isSameStatus = (wanted: string) => wanted.trim().toLowerCase().replace('user_status_', '') === value
  return value !== '' && values.some(attribute === 'directory_status' ? isSameStatus : isSame)
}
