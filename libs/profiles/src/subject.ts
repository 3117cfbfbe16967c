/** The enums of the API as values of separate types, so that comparing one with a text is an error of the rule. */
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

/** The facts about an identity that a membership rule may read. Texts are empty when the data have none. */
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
  /** Custom attributes by their names. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Answers whether the identity has access to an application or entitlement that the rules name. */
export interface Holdings {
  hasApplication(applicationId: string): boolean
  hasEntitlement(applicationId: string, entitlementId: string): boolean
}

/**
 * The variable `subject` of a rule, and every other user in it. Texts have no white space around them and are never missing: an empty text
 * is "". Only keys of `profile` may be missing.
 */
export class Subject {
  readonly id: string
  readonly email: string
  readonly username: string
  readonly displayName: string
  readonly department: string
  readonly jobTitle: string
  readonly employmentType: string
  readonly employmentStatus: string
  readonly manager: string
  readonly managerId: string
  readonly status: UserStatus
  readonly type: UserType
  /** Custom attributes with the types of their values. */
  readonly profile: ReadonlyMap<string, unknown>
  readonly holdings: Holdings

  constructor(facts: IdentityFacts, holdings: Holdings) {
    this.id = facts.id
    this.email = facts.email.trim()
    this.username = facts.username.trim()
    this.displayName = facts.displayName.trim()
    this.department = facts.department.trim()
    this.jobTitle = facts.jobTitle.trim()
    this.employmentType = facts.employmentType.trim()
    this.employmentStatus = facts.employmentStatus.trim()
    this.manager = facts.managerEmail.trim()
    this.managerId = facts.managerId.trim()
    this.status = userStatuses[facts.status]
    this.type = userTypes[facts.type]
    this.profile = profileOf(facts.attributes)
    this.holdings = holdings
  }

  get emails(): readonly string[] {
    return listOf(this.email)
  }
  get usernames(): readonly string[] {
    return listOf(this.username)
  }
  get managerIds(): readonly string[] {
    return listOf(this.managerId)
  }
  get directoryStatus(): UserStatus {
    return this.status
  }
  get attributes(): ReadonlyMap<string, unknown> {
    return this.profile
  }

  // The older spelling of the same fields in the API.
  get display_name(): string {
    return this.displayName
  }
  get job_title(): string {
    return this.jobTitle
  }
  get employment_type(): string {
    return this.employmentType
  }
  get employment_status(): string {
    return this.employmentStatus
  }
  get directory_status(): UserStatus {
    return this.status
  }
  get manager_id(): string {
    return this.managerId
  }
  get manager_ids(): readonly string[] {
    return this.managerIds
  }
}

function listOf(text: string): readonly string[] {
  return text === '' ? [] : [text]
}

function profileOf(attributes: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const profile = new Map<string, unknown>()
  for (const [key, value] of Object.entries(attributes)) {
    const seen = profileValue(value)
    if (seen !== undefined) profile.set(key, seen)
  }
  return profile
}

/** The value of a custom attribute as rules see it; undefined when the key counts as missing. */
export function profileValue(value: unknown): unknown {
  if (typeof value === 'string') return value.trim()
  return value === null ? undefined : value
}
