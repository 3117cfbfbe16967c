import { DomainError } from '@assay/errors'
import { describe, expect, test } from 'vitest'
import { compileStoredRule } from './compile-stored-rule.ts'
import { compileMembershipRule } from './membership-rule.ts'
import type { RuleAnswer } from './rule-clauses.ts'
import { worldAt } from './rule-world.ts'
import { type IdentityFacts, Subject } from './subject.ts'

const nobodyHolds = { hasApplication: () => false, hasEntitlement: () => false }

const noTexts = { email: '', username: '', department: '', jobTitle: '', managerId: '', managerEmail: '' }

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
    attributes: {
      'Cost Center': 'R&D',
      costCenter: 'CC-123',
      contractor: 'true',
      level: 7,
      grade: '7',
      word: 'high',
      remote: true,
      teams: ['dev', 'ops'],
      home: { city: 'Oslo' },
      hired: '2026-01-02',
    },
    ...facts,
  }
}

const clock = Date.UTC(2026, 0, 10, 17, 30)

function ask(expression: string, facts: Partial<IdentityFacts> = {}): RuleAnswer {
  return compileMembershipRule(expression).ask(new Subject(person(facts), nobodyHolds), worldAt(clock))
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
    'matches(subject.manager, "(?i)^BOSS@")',
    'subject == subject && !(subject != subject)',
    'subject.manager == "boss@sample.example"',
    'subject.status == UserStatus.ENABLED',
    'subject.status == USER_STATUS_ENABLED',
    'subject.directoryStatus != UserStatus.DISABLED',
    'subject.type == UserType.HUMAN || subject.type == USER_TYPE_AGENT',
    'subject.email.endsWith("@sample.example") && subject.emails.exists(mail, mail == subject.email)',
    'subject.username == "ana" && "ana" in subject.usernames && subject.displayName.startsWith("Ana")',
    'subject.email.matches("^[a-z]+@sample[.]example$")',
    '!(subject.department in ["Sales", "HR"])',
    'subject.job_title.contains("S") && subject.jobTitle.lowerAscii().endsWith("re")',
    'subject.profile.level >= 6 && subject.profile["level"] < 8.5 && subject.attributes.level == 7',
    'subject.profile.grade >= 6 && subject.profile.grade in [1, 7] && subject.profile.grade == "7"',
    'has(subject.manager_id) && subject.managerIds == ["E9"]',
    'subject.department.ifEmpty("Unknown") == "Engineering" && "".ifEmpty("x") == "x"',
    'subject.profile.remote && subject.profile.remote == true && subject.profile.remote == "true"',
    'subject.profile.contractor == true',
    '"ops" in subject.profile.teams && subject.profile.teams.exists(team, team == "dev") && subject.profile.teams[1] == "ops"',
    'subject.profile.home.city == "Oslo" && "city" in subject.profile.home',
    'now() > timestamp("2025-01-01T00:00:00Z") && now() == timestamp("2026-01-10T17:30:00Z")',
    'time.parse(subject.profile.hired, TimeFormat.DATE) > now() - duration("720h")',
    'time.parse("2026-01-10 12:30:00", TimeFormat.DATETIME, "America/New_York") == now()',
    'time.format(now(), "15", "America/New_York") >= "09" && time.format(now(), "Monday, January 2, 2006") == "Saturday, January 10, 2026"',
    'time.format(now(), TimeFormat.RFC3339, "Asia/Kolkata") == "2026-01-10T23:00:00+05:30"',
    'time.start_of(now(), "week") == timestamp("2026-01-05T00:00:00Z") && time.end_of(now(), "quarter").getMonth() == 2',
    'time.start_of(now(), "day", "Europe/Berlin") == timestamp("2026-01-09T23:00:00Z")',
    'time.unix(1768066200) == now() && time.unix_ms(1768066200000) == now() && now().getHours("Asia/Tokyo") == 2',
    'duration("1h30m") == duration("90m") && duration("-1.5s") < duration("0s") && duration("90m").getMinutes() == 90',
    'size(subject.email) == 18 && subject.emails.size() == 1 && size(subject.profile) > 3',
    '"a-b-c".split("-").join("+") == "a+b+c" && "a-b-c".split("-", 2) == ["a", "b-c"] && "héé😀".substring(3) == "😀"',
    '"x😀y".indexOf("y") == 2 && "ÀB".lowerAscii() == "Àb" && string(7) == "7" && int("-7") + 8 == 1 && double("1.5") > 1.0',
    'true',
  ])('%s', (expression) => {
    expect(ask(expression)).toEqual({ kind: 'yes' })
  })
})

describe('an empty built-in text is "", under negation too', () => {
  test.each([
    ['subject.department != "HR"', { department: '' }],
    ['!(subject.department == "Sales") && has(subject.department)', { department: '  ' }],
    ['subject.department == "" && subject.manager == "" && subject.managerId == ""', noTexts],
    ['subject.emails == [] && subject.usernames.all(name, false) && subject.managerIds.size() == 0', noTexts],
    ['has(subject.email) && has(subject.manager) && has(subject.job_title)', noTexts],
    ['subject.department.ifEmpty("Unknown") == "Unknown"', { department: '' }],
    ['subject.profile.note == "" && has(subject.profile.note)', { attributes: { note: ' ' } }],
  ])('%s', (expression, facts) => {
    expect(ask(expression, facts)).toEqual({ kind: 'yes' })
  })
})

describe('a missing key of profile that decides excludes the person, and is counted separately', () => {
  const missing = { kind: 'missing', message: 'profile has no key "absent"' }
  test.each([
    ['subject.profile.absent == "x"', missing],
    ['subject.profile["absent"] != "x"', missing],
    ['!(subject.attributes.absent == "x")', missing],
    ['subject.profile["ab" + "sent"] == "x"', missing],
    ['subject.profile.absent == "x" && true', missing],
    ['true && subject.profile.absent == "x"', missing],
    ['subject.profile.absent == "x" || false', missing],
    ['cel.bind(p, subject.profile, p.absent == 1)', missing],
    ['[subject].exists(user, user.profile.absent == 1)', missing],
    ['subject.profile.home.town == "Oslo"', { kind: 'missing', message: 'No such key: town' }],
    // CEL's logic absorbs the error when another operand decides.
    ['subject.profile.absent == "x" && false', { kind: 'no' }],
    ['false && subject.profile.absent == "x"', { kind: 'no' }],
    ['subject.profile.absent == "x" || subject.jobTitle == "SRE"', { kind: 'yes' }],
    ['has(subject.profile.absent) && subject.profile.absent == "x"', { kind: 'no' }],
    ['"absent" in subject.profile', { kind: 'no' }],
    ['!has(subject.attributes.absent)', { kind: 'yes' }],
    ['has(subject.profile.nothing)', { kind: 'no' }],
    ['has(subject.profile.absent) ? subject.profile.absent == "value" : false', { kind: 'no' }],
    ['"constructor" in subject.profile || "__proto__" in subject.profile', { kind: 'no' }],
  ])('%s', (expression, answer) => {
    expect(ask(expression, { attributes: { home: { city: 'Oslo' }, nothing: null } })).toEqual(answer)
  })
})

describe('a repeatable error excludes the person, with its reason', () => {
  test.each([
    ['subject.profile.word >= 6', '"high" is no number'],
    ['subject.profile.level == "high"', '"high" is no number'],
    ['subject.profile.level in ["high", "low"]', '"high" is no number'],
    ['subject.profile.word == true', '"high" is neither true nor false'],
    ['subject.profile.teams == "dev"', 'a list cannot be compared with a text'],
    ['subject.profile.level.startsWith("7")', "found no matching overload for 'double.startsWith(string)'"],
    ['subject.profile.grade + 1 > 2', 'no such overload: dyn<string> + int'],
    ['subject.profile.word && true', 'a condition comes out as something else than true or false'],
    ['int(subject.department) > 1', '"Engineering" is no number of this type'],
    ['1 / (subject.emails.size() - 1) > 0', 'division by zero'],
    ['{"a": 1}["b"] == 1', 'No such key: b'],
    ['subject.emails[3] == "x"', 'No such key: index out of bounds, index 3 >= size 1'],
    ['[][0] == "x"', 'No such key: index out of bounds, index 0 >= size 0'],
    ['"abc".substring(4) == ""', 'position 4 is outside a text of 3 characters'],
    [
      'time.format(now(), "15", "Mars/Olympus") == "1"',
      '"Mars/Olympus" is no time zone; an example is "Europe/Berlin"',
    ],
    ['time.parse("tomorrow", TimeFormat.DATE) < now()', '"tomorrow" is no time of the form "2006-01-02"'],
    ['time.parse("2026-02-30", TimeFormat.DATE) < now()', '"2026-02-30" is no time of the form "2006-01-02"'],
    ['now() + duration("9999999h") + duration("79999999h") > now()', 'the time is outside the years 1 to 9999'],
    ['duration("1 day") > duration("1h")', '"1 day" is no duration; an example is "720h"'],
    ['c1.directory.users.v1.FindByEmail("a@b.c").department == "x"', 'no user has the mail address "a@b.c"'],
  ])('%s', (expression, message) => {
    expect(ask(expression)).toEqual({ kind: 'failed', message })
  })

  test('unless another operand decides', () => {
    expect(ask('subject.profile.word >= 6 || true')).toEqual({ kind: 'yes' })
    expect(ask('subject.profile.word >= 6 && false')).toEqual({ kind: 'no' })
    expect(ask('subject.profile.level in ["high", "7"]')).toEqual({ kind: 'yes' })
  })
})

describe('limits are counted', () => {
  const steps = { kind: 'failed', message: 'the rule takes more than 100000 steps' }
  const text = { kind: 'failed', message: 'the rule makes a text of more than 1048576 characters' }
  const texts = { kind: 'failed', message: 'the rule makes more than 4194304 characters of text' }
  const commas = ','.repeat(60_000)
  const [long, half] = ['a'.repeat(200_000), 'a'.repeat(100_000)]
  const doubled = (times: number, value: string) =>
    Array.from({ length: times }).reduce<string>(
      (inner, _, index) => `cel.bind(v${times - index}, v${times - index - 1} + v${times - index - 1}, ${inner})`,
      `v${times} != ${value}`,
    )
  test.each([
    [`subject.department.split("").join("${'b'.repeat(100_000)}") != ""`, { department: 'a'.repeat(20) }, text],
    ['subject.department.split(",").exists(part, part == "x" || part == "y")', { department: commas }, steps],
    [
      'subject.department.split(",").map(part, part + subject.jobTitle).size() > 0',
      { department: ','.repeat(900), jobTitle: 'x'.repeat(9_000) },
      texts,
    ],
    [`cel.bind(v0, subject.department, ${doubled(30, '"x"')})`, {}, text],
    [`cel.bind(v0, [subject.department], ${doubled(30, '["x"]')})`, {}, steps],
    ['subject.department.lowerAscii() != ""', { department: 'A'.repeat(1_048_577) }, text],
    ['subject.department.contains(subject.jobTitle)', { department: long, jobTitle: `b${half}` }, steps],
    ['subject.department.indexOf(subject.jobTitle) > 0', { department: long, jobTitle: `b${half}` }, steps],
    ['subject.department.lastIndexOf(subject.jobTitle) > 0', { department: long, jobTitle: `${half}b` }, steps],
    ['subject.department.split(subject.jobTitle).size() > 1', { department: long, jobTitle: `b${half}` }, steps],
    [
      `[${'subject.department, '.repeat(40)}].exists(one, dyn(one) == subject.jobTitle)`,
      { department: `${long}b`, jobTitle: `${long}c` },
      steps,
    ],
    [
      `[${'subject.department, '.repeat(40)}].exists(one, !one.startsWith(subject.department))`,
      { department: long },
      steps,
    ],
    ['subject.department.matches("^(?:a|b|c){200}$")', { department: 'a'.repeat(1_000_000) }, steps],
  ])('%.60s', (expression, facts, answer) => {
    expect(ask(expression, facts)).toEqual(answer)
    // Even if an "or" would absorb it: an evaluation that did not finish has no result.
    expect(ask(`(${expression}) || true`, facts)).toEqual(answer)
  })

  test('and a part that always exceeds them is refused when the rule is checked', () => {
    const refused = (expression: string) => () => compileMembershipRule(expression)
    const join = `"${'a,'.repeat(2000)}".split(",").join("${'b'.repeat(100_000)}") == subject.id`
    expect(refused(`true && ${join}`)).toThrow(
      'line 1, column 9: the rule makes a text of more than 1048576 characters',
    )
    expect(refused(`subject.id == "" && "${commas}".split(",").all(part, part == "" && part != "x")`)).toThrow(
      'line 1, column 21: the rule takes more than 100000 steps',
    )
    expect(refused('"a".split("").all(part, part == "a")')).not.toThrow()
  })

  test('a long rule of generated conditions stays far from them', () => {
    const list = JSON.stringify(Array.from({ length: 9_000 }, (_, number) => `Department ${number}`))
    expect(ask(`!(subject.department in ${list})`)).toEqual({ kind: 'yes' })
    const chain = Array.from({ length: 900 }, (_, number) => `subject.department == "D${number}"`)
    expect(ask(`${chain.join(' || ')} || true`)).toEqual({ kind: 'yes' })
    expect(ask(`${chain.map((one) => `!(${one})`).join(' && ')}`)).toEqual({ kind: 'yes' })
  })
})

describe('a wrong rule is refused with line and column', () => {
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
    ['c1.user.v1.HasRole(subject, "x")', 'line 1, column 1: HasRole is no function of membership rules'],
    ['c1.user.v1.HasApp("x")', "line 1, column 1: found no matching overload for 'c1.user.v1.HasApp(string)'"],
    [
      'true && c1.user.v1.GetAppUserStatus(subject, "x") == "y"',
      'line 1, column 9: GetAppUserStatus is not supported: rules do not read the accounts of users',
    ],
    [
      'subject in c1.directory.groups.v1.FindByName("x")',
      'line 1, column 12: FindByName is not supported: groups are entitlements; ask HasEntitlement',
    ],
    ['ip("10.1.2.3").isPrivate', 'line 1, column 1: ip is not supported: a rule knows nothing of networks'],
    ['has(subject.createdAt)', 'line 1, column 13: No such key: createdAt'],
    ['has(subject.profile.a) && has(subject.employeeIds)', 'line 1, column 39: No such key: employeeIds'],
    [
      'c1.directory.apps.v1.GetEntitlementMembers("crm", subject.id) == []',
      'line 1, column 1: GetEntitlementMembers takes ids in quotes, not computed ones',
    ],
    ['task.id == "x"', 'line 1, column 1: Unknown variable: task'],
    ['subject.𝒳 == "x"', 'line 1, column 9: Unexpected character: \ufffd'],
    [
      'subject["ty" + "pe"] == UserType.SERVICE',
      'line 1, column 1: a field of a user is named after a dot or in quotes, not computed',
    ],
    [
      'cel.bind(name, "manager", [subject].exists(one, one[name] == "x"))',
      'line 1, column 49: a field of a user is named after a dot or in quotes, not computed',
    ],
    ['dyn(subject)["ty" + "pe"] == "x"', 'line 1, column 1: dyn() takes values, not users'],
    [
      'c1.user.v1.HasApp(subject, "\\u0000")',
      'line 1, column 1: an id that HasApp takes has the character U+0000, which no id has',
    ],
    [
      'has(subject.profile["Cost Center"])',
      'line 1, column 5: has() takes a field after a dot, as has(subject.profile.level); a key in quotes is asked for as in "Cost Center" in subject.profile',
    ],
    [
      'matches(subject.email, subject.id)',
      'line 1, column 24: matches() takes a pattern in quotes, not a computed one',
    ],
    ['c1.user.v1.HasApp(subject, subject.id)', 'line 1, column 1: HasApp takes ids in quotes, not computed ones'],
    [
      'subject.emails.all(a, subject.emails.all(b, a == b))',
      'line 1, column 23: a loop within a loop is not supported',
    ],
    ['subject.email.matches("([")', 'line 1, column 23: the pattern is not valid: missing closing ]: `[`'],
    [
      'true &&\n subject.email.matches("a(?=b)")',
      'line 2, column 24: the pattern is not valid: invalid or unsupported Perl syntax: `(?=`',
    ],
    [
      'subject.email.matches("(?:a?){1000}a{1000}")',
      'line 1, column 23: the pattern is not valid: it compiles to more than 2000 instructions; use smaller counts in {n,m}, or several patterns',
    ],
    [
      Array.from({ length: 11 }, (_, n) => `subject.email.matches("a{${980 + n}}")`).join(' || '),
      'line 1, column 373: the patterns of a rule compile to at most 10000 instructions together',
    ],
    [
      Array.from({ length: 1_100 }, () => 'true').join(' || '),
      'line 1, column 1: more than 1000 operators within each other; use "in" with a list',
    ],
    ['!'.repeat(20_000), 'line 1, column 1: not a valid expression'],
    ['subject.email.matches(subject.id)', 'line 1, column 23: matches() takes a pattern in quotes, not a computed one'],
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

test('a rule reports the access that it names and whether it uses types', () => {
  const rule = compileMembershipRule(
    'c1.user.v1.HasApp(subject, "crm") || c1.user.v1.HasEntitlement(subject, "crm", "crm:admin") && true',
  )
  expect(rule.namesType).toBe(false)
  expect(rule.applications).toEqual(['crm'])
  expect(rule.entitlements).toEqual([{ applicationId: 'crm', entitlementId: 'crm:admin' }])
  expect(compileMembershipRule('subject.type == UserType.SERVICE').namesType).toBe(true)
  expect(compileMembershipRule('subject["type"] == UserType.SERVICE').namesType).toBe(true)
  expect(compileMembershipRule('[subject].exists(one, one.type != UserType.HUMAN)').namesType).toBe(true)
})

test('the access of an identity comes from its holdings', () => {
  const rule = compileMembershipRule('c1.user.v1.HasEntitlement(subject, "crm", "admin")')
  const holds = {
    hasApplication: () => false,
    hasEntitlement: (app: string, id: string) => `${app}/${id}` === 'crm/admin',
  }
  expect(rule.ask(new Subject(person(), holds), worldAt(clock))).toEqual({ kind: 'yes' })
  expect(rule.ask(new Subject(person(), nobodyHolds), worldAt(clock))).toEqual({ kind: 'no' })
})

test('the fault of a stored rule can be stored in the database', () => {
  expect(compileStoredRule('subject.id.matches("[\\u0000")').fault).toBe(
    'line 1, column 20: the pattern is not valid: missing closing ]: `[\ufffd`',
  )
})

test('patterns that take long to compile are refused together, as each of them is alone', () => {
  const wide = (from: number) =>
    `subject.id.matches("(?i)[\\\\x{${from}}-\\\\x{1f000}][\\\\x{101}-\\\\x{1f000}]{2}[\\\\x{102}-\\\\x{1f000}]")`
  const rule = Array.from({ length: 190 }, (_, index) => wide(100 + index)).join(' || ')
  expect(() => compileMembershipRule(rule)).toThrow(
    'the patterns of a rule compile to at most 10000 instructions together',
  )
  expect(compileMembershipRule(`${wide(100)} || ${wide(101)}`).clauses).toHaveLength(1)
})

test.each([
  'subject.profile.type != "contractor"',
  'subject.profile["type"] == "contractor" && subject.attributes.manager != ""',
  'has(subject.profile.type)',
  '[subject].exists(one, one.profile.type == "contractor")',
])('a key of profile is no field of the user: %s', (expression) => {
  expect(compileMembershipRule(expression)).toMatchObject({ namesType: false, namesManager: false })
})
