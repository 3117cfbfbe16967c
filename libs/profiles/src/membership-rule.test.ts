import { DomainError } from '@assay/errors'
import { describe, expect, test } from 'vitest'
import { compileMembershipRule } from './membership-rule.ts'
import { type IdentityFacts, Subject } from './subject.ts'

const nobodyHolds = { hasApplication: () => false, hasEntitlement: () => false }

function person(facts: Partial<IdentityFacts> = {}): IdentityFacts {
  return {
    id: 'E1',
    email: 'ana@sample.example',
    username: 'ana',
    displayName: 'Ana Rossi',
    department: 'Engineering',
    jobTitle: 'SRE',
    employmentType: 'Employee',
    employmentStatus: 'Active',
    managerId: 'E9',
    managerEmail: 'boss@sample.example',
    status: 'enabled',
    type: 'human',
    attributes: { 'Cost Center': 'R&D', costCenter: 'CC-123', contractor: 'true', level: 7 },
    ...facts,
  }
}

function selects(expression: string, facts: Partial<IdentityFacts> = {}): boolean {
  return compileMembershipRule(expression).selects(new Subject(person(facts), nobodyHolds))
}

describe('rules that the API documents', () => {
  test.each([
    'subject.department == "Engineering"',
    'subject.department in ["Engineering", "Product"]',
    'subject.department == "Engineering" && subject.jobTitle in ["SRE", "SWE"]',
    'subject.job_title == "SRE" && subject.employment_type == "Employee" && subject.employment_status == "Active"',
    'has(subject.profile.costCenter) && subject.profile["costCenter"] == "CC-123"',
    '"Cost Center" in subject.profile && subject.profile["Cost Center"] == "R&D"',
    'subject.attributes.contractor == "true"',
    'subject.attributes.level == "7"',
    'subject.manager_id == "E9"',
    'subject.manager == "boss@sample.example"',
    'subject.status == UserStatus.ENABLED',
    'subject.status == USER_STATUS_ENABLED',
    'subject.directoryStatus != UserStatus.DISABLED',
    'subject.type == UserType.HUMAN || subject.type == USER_TYPE_AGENT',
    'subject.email.endsWith("@sample.example") && subject.emails.exists(mail, mail == subject.email)',
    'subject.username == "ana" && "ana" in subject.usernames && subject.displayName.startsWith("Ana")',
    'subject.email.matches("^[a-z]+@sample[.]example$")',
    'true',
  ])('%s', (expression) => {
    expect(selects(expression)).toBe(true)
  })
})

describe('a missing value excludes instead of failing', () => {
  test.each([
    ['subject.department == "Sales"', { department: '' }],
    ['subject.department != "Sales"', { department: '' }],
    ['!(subject.department == "Sales")', { department: '  ' }],
    ['subject.profile.absent == "x"', {}],
    ['subject.profile["absent"] != "x"', {}],
    ['subject.attributes.empty != "x"', { attributes: { empty: '' } }],
    ['subject.manager == subject.email', { managerEmail: '' }],
    ['int(subject.department) > 1', {}],
  ])('%s', (expression, facts) => {
    expect(selects(expression, facts)).toBe(false)
  })

  test('unless another clause of an "or" decides', () => {
    expect(selects('subject.department == "Sales" || subject.jobTitle == "SRE"', { department: '' })).toBe(true)
  })

  test('and names from the language of the engine are no attributes', () => {
    expect(selects('"constructor" in subject.profile || "__proto__" in subject.profile')).toBe(false)
  })
})

describe('a rule that is wrong is refused with line and column', () => {
  test.each([
    ['subject.department ==', 'line 1, column 22: Unexpected token: EOF'],
    ['subject.department == "Sales', 'line 1, column 23: Unterminated string'],
    ['', 'line 1, column 1: Unexpected token: EOF'],
    ['true &&\n  subject.departmant == "x"', 'line 2, column 11: No such key: departmant'],
    ['"😀" == "é" && nobody', 'line 1, column 15: Unknown variable: nobody'],
    ['subject.department == 5', 'line 1, column 1: no such overload: string == int'],
    ['subject.status == "ENABLED"', 'line 1, column 1: no such overload: UserStatus == string'],
    ['subject.status == UserStatus.GONE', 'line 1, column 30: No such key: GONE'],
    ['subject.department', 'line 1, column 1: the rule comes out as string, but it has to come out as bool'],
    ['dyn(subject.department)', 'line 1, column 1: the rule comes out as dyn, but it has to come out as bool'],
    [
      'c1.user.v1.HasRole(subject, "x")',
      "line 1, column 1: found no matching overload for 'UserFunctions.HasRole(User, string)'",
    ],
    ['task.id == "x"', 'line 1, column 1: Unknown variable: task'],
    ['c1.user.v1.HasApp(subject, subject.id)', 'line 1, column 1: HasApp takes ids in quotes, not computed ones'],
    [
      'subject.emails.all(a, subject.emails.all(b, a == b))',
      'line 1, column 23: a loop within a loop is not supported',
    ],
    ['subject.email.matches("(a+)+$")', 'line 1, column 1: matches() takes no repeated groups'],
    [
      'subject.email.matches(".*a.*b.*c.*d")',
      'line 1, column 1: matches() takes at most three repetitions in one pattern',
    ],
    ['subject.email.matches(subject.id)', 'line 1, column 1: matches() takes a pattern in quotes, not a computed one'],
    ['x'.repeat(200_001), 'has 200001 characters; at most 200000 are supported'],
    ['('.repeat(5000), 'line 1, column 101: Exceeded maxDepth (100)'],
  ])('%.60s', (expression, description) => {
    let refused: unknown
    try {
      compileMembershipRule(expression)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(DomainError)
    if (!(refused instanceof DomainError)) return
    expect(refused.kind).toBe('invalid_argument')
    expect(refused.violations).toEqual([{ field: 'cel_expression', description }])
  })
})

test('a rule tells which access it names and whether it speaks of types', () => {
  const rule = compileMembershipRule(
    'c1.user.v1.HasApp(subject, "crm") || c1.user.v1.HasEntitlement(subject, "crm", "crm:admin") && true',
  )
  expect(rule.namesType).toBe(false)
  expect(rule.applications).toEqual(['crm'])
  expect(rule.entitlements).toEqual([{ applicationId: 'crm', entitlementId: 'crm:admin' }])
  expect(compileMembershipRule('subject.type == UserType.SERVICE').namesType).toBe(true)
  expect(compileMembershipRule('subject["type"] == UserType.SERVICE').namesType).toBe(true)
})

test('what an identity holds is asked of its holdings', () => {
  const rule = compileMembershipRule('c1.user.v1.HasEntitlement(subject, "crm", "admin")')
  const holds = {
    hasApplication: () => false,
    hasEntitlement: (app: string, id: string) => `${app}/${id}` === 'crm/admin',
  }
  expect(rule.selects(new Subject(person(), holds))).toBe(true)
  expect(rule.selects(new Subject(person(), nobodyHolds))).toBe(false)
})
