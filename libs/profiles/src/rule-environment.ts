import { Environment } from '@marcbachmann/cel-js'
import { Subject, UserStatus, UserType, userStatuses, userTypes } from './subject.ts'

/** The functions stand under `c1.user.v1`: three objects whose only purpose is that path. */
class UserFunctions {}
class UserPackage {
  readonly v1 = new UserFunctions()
}
class RootPackage {
  readonly user = new UserPackage()
}
class UserStatusNames {}
class UserTypeNames {}

const subjectFields: Record<string, string> = {
  id: 'string',
  email: 'string',
  emails: 'list<string>',
  username: 'string',
  usernames: 'list<string>',
  displayName: 'string',
  display_name: 'string',
  department: 'string',
  jobTitle: 'string',
  job_title: 'string',
  employmentType: 'string',
  employment_type: 'string',
  employmentStatus: 'string',
  employment_status: 'string',
  status: 'UserStatus',
  directoryStatus: 'UserStatus',
  directory_status: 'UserStatus',
  type: 'UserType',
  manager: 'string',
  managerId: 'string',
  manager_id: 'string',
  profile: 'map<string, string>',
  attributes: 'map<string, string>',
}

/**
 * The world of a membership rule: one variable, `subject`, the enums of users, and what users hold. Built once, since
 * that is expensive; parsing and evaluating leave it as it is.
 */
export const ruleEnvironment: Environment = build()

function build(): Environment {
  // A generated rule may list every department of a large organisation.
  const environment = new Environment({ limits: { maxListElements: 10_000, maxAstNodes: 50_000, maxDepth: 100 } })
  registerEnum(environment, {
    type: 'UserStatus',
    prefix: 'USER_STATUS',
    ctor: UserStatus,
    names: UserStatusNames,
    values: userStatuses,
  })
  registerEnum(environment, {
    type: 'UserType',
    prefix: 'USER_TYPE',
    ctor: UserType,
    names: UserTypeNames,
    values: userTypes,
  })
  return environment
    .registerType('User', { ctor: Subject, fields: subjectFields })
    .registerType('UserFunctions', { ctor: UserFunctions, fields: {} })
    .registerType('UserPackage', { ctor: UserPackage, fields: { v1: 'UserFunctions' } })
    .registerType('RootPackage', { ctor: RootPackage, fields: { user: 'UserPackage' } })
    .registerConstant('c1', 'RootPackage', new RootPackage())
    .registerVariable('subject', 'User')
    .registerFunction({
      name: 'HasApp',
      receiverType: 'UserFunctions',
      returnType: 'bool',
      params: [{ type: 'User' }, { type: 'string' }],
      async: false,
      handler: (_functions: UserFunctions, subject: Subject, applicationId: string) =>
        subject.holdings.hasApplication(applicationId),
    })
    .registerFunction({
      name: 'HasEntitlement',
      receiverType: 'UserFunctions',
      returnType: 'bool',
      params: [{ type: 'User' }, { type: 'string' }, { type: 'string' }],
      async: false,
      handler: (_functions: UserFunctions, subject: Subject, applicationId: string, entitlementId: string) =>
        subject.holdings.hasEntitlement(applicationId, entitlementId),
    })
}

/** `UserStatus.ENABLED`, `UserStatus.USER_STATUS_ENABLED` and `USER_STATUS_ENABLED` are the same value. */
function registerEnum<T extends { readonly name: string }>(
  environment: Environment,
  {
    type,
    prefix,
    ctor,
    names,
    values,
  }: {
    readonly type: string
    readonly prefix: string
    readonly ctor: new (name: string) => T
    readonly names: new () => object
    readonly values: Readonly<Record<string, T>>
  },
): void {
  const members = Object.values(values).flatMap((value) => [
    [value.name, value] as const,
    [`${prefix}_${value.name}`, value] as const,
  ])
  environment
    .registerType(type, { ctor, fields: {} })
    .registerType(`${type}Names`, { ctor: names, fields: Object.fromEntries(members.map(([name]) => [name, type])) })
    .registerConstant(type, `${type}Names`, Object.assign(new names(), Object.fromEntries(members)))
    .registerOperator(`${type} == ${type}`, (left: T, right: T) => left === right)
  for (const [name, value] of members) {
    if (name.startsWith(prefix)) environment.registerConstant(name, type, value)
  }
}
