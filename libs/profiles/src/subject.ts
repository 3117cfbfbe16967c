/** The enums of the API as values of their own type, so that comparing one with a text is an error of the rule. */
export class UserStatus {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}
export class UserType {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

export type Status = 'enabled' | 'disabled' | 'deleted'
export type Kind = 'human' | 'service' | 'agent' | 'system'

export const userStatuses: Readonly<Record<Status, UserStatus>> = {
  enabled: new UserStatus('ENABLED'),
  disabled: new UserStatus('DISABLED'),
  deleted: new UserStatus('DELETED'),
}

export const userTypes: Readonly<Record<Kind, UserType>> = {
  human: new UserType('HUMAN'),
  service: new UserType('SERVICE'),
  agent: new UserType('AGENT'),
  system: new UserType('SYSTEM'),
}

/** What a membership rule may know of an identity. An empty text counts as absent, as everywhere in cohorts. */
export interface IdentityFacts {
  readonly id: string
  readonly email: string
  readonly username: string
  readonly displayName: string
  readonly department: string
  readonly jobTitle: string
  readonly employmentType: string
  readonly employmentStatus: string
  readonly managerId: string
  readonly managerEmail: string
  readonly status: Status
  readonly type: Kind
  /** Custom attributes by their own names. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Answers whether the identity holds something of what the rules at hand name. */
export interface Holdings {
  hasApplication(applicationId: string): boolean
  hasEntitlement(applicationId: string, entitlementId: string): boolean
}

/**
 * The variable `subject` of a rule. A value that is absent is undefined here, which CEL reports as a missing key, which
 * excludes: nobody becomes a member over a value that is not there.
 */
export class Subject {
  readonly id: string
  readonly email: string | undefined
  readonly emails: readonly string[]
  readonly username: string | undefined
  readonly usernames: readonly string[]
  readonly displayName: string | undefined
  readonly department: string | undefined
  readonly jobTitle: string | undefined
  readonly employmentType: string | undefined
  readonly employmentStatus: string | undefined
  readonly manager: string | undefined
  readonly managerId: string | undefined
  readonly status: UserStatus
  readonly directoryStatus: UserStatus
  readonly type: UserType
  readonly profile: ReadonlyMap<string, string>
  readonly holdings: Holdings

  constructor(facts: IdentityFacts, holdings: Holdings) {
    this.id = facts.id
    this.email = present(facts.email)
    this.emails = this.email === undefined ? [] : [this.email]
    this.username = present(facts.username)
    this.usernames = this.username === undefined ? [] : [this.username]
    this.displayName = present(facts.displayName)
    this.department = present(facts.department)
    this.jobTitle = present(facts.jobTitle)
    this.employmentType = present(facts.employmentType)
    this.employmentStatus = present(facts.employmentStatus)
    this.manager = present(facts.managerEmail)
    this.managerId = present(facts.managerId)
    this.status = userStatuses[facts.status]
    this.directoryStatus = this.status
    this.type = userTypes[facts.type]
    this.profile = textsOf(facts.attributes)
    this.holdings = holdings
  }

  get attributes(): ReadonlyMap<string, string> {
    return this.profile
  }

  // The API's older spelling of the same fields.
  get display_name(): string | undefined {
    return this.displayName
  }
  get job_title(): string | undefined {
    return this.jobTitle
  }
  get employment_type(): string | undefined {
    return this.employmentType
  }
  get employment_status(): string | undefined {
    return this.employmentStatus
  }
  get directory_status(): UserStatus {
    return this.directoryStatus
  }
  get manager_id(): string | undefined {
    return this.managerId
  }
}

function present(text: string): string | undefined {
  const trimmed = text.trim()
  return trimmed === '' ? undefined : trimmed
}

function textsOf(attributes: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const [key, value] of Object.entries(attributes)) {
    const text = textOf(value)
    if (text !== undefined) texts.set(key, text)
  }
  return texts
}

/** A custom attribute's value as rules see it. */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return present(typeof value === 'object' ? JSON.stringify(value) : String(value))
}
