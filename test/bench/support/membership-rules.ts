import { type AccessScope, type AttributeFilter, celFromFilters } from '@assay/profiles'

/**
 * As many rules as an organisation would have over the people of `writeAccessFiles`. Nine in ten are made from filters; the others are
 * written by hand, with functions and conditions that no filter can express.
 */
export function membershipRules(count: number): string[] {
  return Array.from({ length: count }, (_, index) => ruleOf(index))
}

/**
 * Rules whose result depends on patterns. Half of them read a value that many people share; the others read a mail address or a name, which
 * differs for each person.
 */
export function patternRules(count: number): string[] {
  return Array.from({ length: count }, (_, index) => patterns[index % patterns.length]!(index))
}

const patterns: readonly ((turn: number) => string)[] = [
  (turn) => `subject.jobTitle.matches("^Title [0-9]*${turn % 10}$")`,
  (turn) => `subject.email.matches("^[a-z]+[0-9]*${turn % 100}@example[.]org$")`,
  (turn) => `has(subject.profile.location) && subject.profile["location"].matches("^Site (${turn % 14}|3)$")`,
  (turn) => `subject.displayName.matches("(Ann|Person|Kim).*${turn % 1000}$")`,
  (turn) => `subject.department.matches("[0-9]${turn % 10}$") && subject.email.matches("${turn % 1000}@")`,
  (turn) => `!subject.department.matches("ment [${turn % 10}-9]") || subject.employmentType.matches("^con")`,
]

function ruleOf(index: number): string {
  const turn = Math.floor(index / 10)
  switch (index % 10) {
    case 0:
    case 1:
    case 2:
      return celFromFilters([department(index % 120)])
    case 3:
    case 4:
      return celFromFilters([department(turn), titles(turn, 5)])
    case 5:
      return celFromFilters([{ attribute: 'manager', values: [id('u', turn)] }])
    case 6:
      return celFromFilters([department(turn), site(turn), { attribute: 'employment_type', values: ['employee'] }])
    case 7:
      return celFromFilters([site(turn)], scopes[turn % scopes.length])
    case 8:
      return celFromFilters([titles(turn, 3), site(turn)])
    default:
      return handWritten[turn % handWritten.length]!(turn)
  }
}

const scopes: readonly AccessScope[] = Array.from({ length: 20 }, (_, n) =>
  n % 2 === 0 ? { applicationId: id('a', n) } : { applicationId: id('a', n), entitlementId: id('e', n) },
)

const handWritten: readonly ((turn: number) => string)[] = [
  (turn) => `subject.jobTitle.startsWith("Title 1") && !(subject.department in ["Department ${turn}", "Department 7"])`,
  (turn) => `subject.email.endsWith("${turn}@example.org") && subject.employmentType != "contractor"`,
  (turn) =>
    `(subject.department == "Department ${turn}" || subject.profile.location == "Site ${turn % 14}") && subject.jobTitle != "Title 3"`,
  (turn) => `has(subject.profile.location) && subject.profile["location"].matches("^Site (${turn % 14}|3)$")`,
  (turn) => `subject.emails.exists(mail, mail.startsWith("person${turn}")) && subject.status == UserStatus.ENABLED`,
]

function department(number: number): AttributeFilter {
  return { attribute: 'department', values: [`Department ${number}`] }
}

function titles(first: number, count: number): AttributeFilter {
  return { attribute: 'job_title', values: Array.from({ length: count }, (_, n) => `Title ${(first + n) % 37}`) }
}

function site(number: number): AttributeFilter {
  return { attribute: 'location', values: [`Site ${number % 14}`] }
}

function id(letter: string, number: number): string {
  return letter + String(number).padStart(6, '0')
}
