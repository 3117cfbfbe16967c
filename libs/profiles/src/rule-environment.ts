import { itemAt } from '@assay/errors'
import { Pattern } from '@assay/patterns'
import { Environment } from '@marcbachmann/cel-js'
import { functionPaths, ruleFunctions } from './rule-functions.ts'
import { Subject, UserStatus, UserType, userStatuses, userTypes } from './subject.ts'
import { timeFormats } from './time-layouts.ts'
import { userFields } from './user-fields.ts'

/**
 * The prefix of our functions' names in the environment. The library has its own functions and does not allow replacing them; a renamed
 * call reaches only ours.
 */
export const functionMark = '\u0001'

/**
 * The environment of a membership rule: the variable `subject`, the enums of users, and the functions. It is built once, since that is
 * expensive; parsing and evaluating do not change it.
 */
export const ruleEnvironment: Environment = build()

function build(): Environment {
  // A generated rule may list every department of a large organisation.
  const environment = new Environment({ limits: { maxListElements: 10_000, maxAstNodes: 50_000, maxDepth: 100 } })
  registerEnum(environment, 'UserStatus', 'USER_STATUS', UserStatus, userStatuses)
  registerEnum(environment, 'UserType', 'USER_TYPE', UserType, userTypes)
  const fields = Object.fromEntries(Object.entries(userFields).map(([name, { type }]) => [name, type]))
  environment.registerType('User', { ctor: Subject, fields }).registerVariable('subject', 'User')
  environment.registerOperator('User == User', (left: Subject, right: Subject) => left.id === right.id)
  environment.registerType('pattern', { ctor: Pattern, fields: {} })
  registerNames(environment, 'TimeFormat', timeFormats, () => 'string')
  registerPaths(environment)
  for (const { receiver, name, params, returns, handler } of ruleFunctions) {
    environment.registerFunction({
      name: functionMark + name,
      ...(receiver === undefined ? {} : { receiverType: receiver }),
      params: params.map((type) => ({ type })),
      returnType: returns,
      async: false,
      handler,
    })
  }
  return environment
}

/** `UserStatus.ENABLED`, `UserStatus.USER_STATUS_ENABLED` and `USER_STATUS_ENABLED` are the same value. */
function registerEnum<T extends { readonly name: string }>(
  environment: Environment,
  type: string,
  prefix: string,
  ctor: new (name: string) => T,
  values: Readonly<Record<string, T>>,
): void {
  environment.registerType(type, { ctor, fields: {} })
  environment.registerOperator(`${type} == ${type}`, (left: T, right: T) => left === right)
  const members = Object.values(values).flatMap((value) => [
    [value.name, value] as const,
    [`${prefix}_${value.name}`, value] as const,
  ])
  registerNames(environment, type, Object.fromEntries(members), () => type, `${type}Names`)
  for (const [name, value] of members) {
    if (name.startsWith(prefix)) environment.registerConstant(name, type, value)
  }
}

/** Registers a constant with members, so that these names can be used. */
function registerNames(
  environment: Environment,
  name: string,
  members: Readonly<Record<string, unknown>>,
  typeOf: (member: string) => string,
  type = name,
): void {
  // The library recognises a type by its class.
  const Names = class {}
  const fields = Object.fromEntries(Object.keys(members).map((member) => [member, typeOf(member)]))
  environment.registerType(type, { ctor: Names, fields })
  environment.registerConstant(name, type, Object.assign(new Names(), members))
}

/** `c1`, `c1.user`, `c1.user.v1` and so on: each is a type with the next ones as its fields. */
function registerPaths(environment: Environment): void {
  const inside = new Map<string, Set<string>>()
  for (const path of functionPaths) {
    const parts = path.split('.')
    for (let length = 1; length <= parts.length; length++) {
      const outer = parts.slice(0, length).join('.')
      const members = inside.get(outer) ?? new Set()
      inside.set(outer, members)
      if (length < parts.length) members.add(itemAt(parts, length))
    }
  }
  const values = new Map<string, object>()
  // The innermost paths first, since a type names the types of its fields.
  for (const [path, members] of [...inside].reverse().sort(([one], [other]) => depthOf(other) - depthOf(one))) {
    const Path = class {}
    const entries = [...members].map((member) => [member, `${path}.${member}`] as const)
    environment.registerType(path, { ctor: Path, fields: Object.fromEntries(entries) })
    const value = Object.assign(new Path(), Object.fromEntries(entries.map(([member, at]) => [member, values.get(at)])))
    values.set(path, value)
    if (depthOf(path) === 1) environment.registerConstant(path, path, value)
  }
}

function depthOf(path: string): number {
  return path.split('.').length
}
