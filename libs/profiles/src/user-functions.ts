import type { RuleFunction } from './rule-function.ts'
import { RuleError, spendSteps } from './rule-limits.ts'
import { shortened } from './rule-values.ts'
import { currentWorld } from './rule-world.ts'
import type { Subject } from './subject.ts'

const users = 'c1.directory.users.v1'

/** Functions on access and on other people (contract section 11). */
export const userFunctions: readonly RuleFunction[] = [
  {
    receiver: 'c1.user.v1',
    name: 'HasApp',
    params: ['User', 'string'],
    returns: 'bool',
    about: 'whether the user holds something in the application, whose id stands in quotes',
    handler: (_path, user: Subject, applicationId: string) => user.holdings.hasApplication(applicationId),
  },
  {
    receiver: 'c1.user.v1',
    name: 'HasEntitlement',
    params: ['User', 'string', 'string'],
    returns: 'bool',
    about: 'whether the user holds the entitlement; the ids of application and entitlement stand in quotes',
    handler: (_path, user: Subject, applicationId: string, entitlementId: string) =>
      user.holdings.hasEntitlement(applicationId, entitlementId),
  },
  {
    receiver: 'c1.directory.apps.v1',
    name: 'GetEntitlementMembers',
    params: ['string', 'string'],
    returns: 'list<User>',
    about: 'everybody who holds the entitlement; the ids of application and entitlement stand in quotes',
    handler: (_path, applicationId: string, entitlementId: string) =>
      listed(currentWorld().directory.holdersOf(applicationId, entitlementId)),
  },
  {
    receiver: users,
    name: 'FindByEmail',
    params: ['string'],
    returns: 'User',
    about: 'the user with the mail address, in letters of either case; an error when there is none',
    handler: (_path, email: string) => first(currentWorld().directory.byEmail(email), 'mail address', email),
  },
  {
    receiver: users,
    name: 'FindByName',
    params: ['string'],
    returns: 'User',
    about: 'the user with the display name; an error when there is none',
    handler: (_path, name: string) => first(currentWorld().directory.byName(name), 'name', name),
  },
  {
    receiver: users,
    name: 'GetByID',
    params: ['string'],
    returns: 'User',
    about: 'the user with the id; an error when there is none',
    handler: (_path, id: string) => {
      const user = currentWorld().directory.byId(id)
      return first(user === undefined ? [] : [user], 'id', id)
    },
  },
  {
    receiver: users,
    name: 'GetManagers',
    params: ['User'],
    returns: 'list<User>',
    about: 'the manager of the user; empty when there is none',
    handler: (_path, user: Subject) => {
      const manager = user.managerId === '' ? undefined : currentWorld().directory.byId(user.managerId)
      return manager === undefined ? [] : [manager]
    },
  },
  {
    receiver: users,
    name: 'DirectReports',
    params: ['User'],
    returns: 'list<User>',
    about: 'those whose manager the user is',
    handler: (_path, user: Subject) => listed(currentWorld().directory.reportsOf(user.id)),
  },
  {
    receiver: users,
    name: 'DirectReports',
    params: ['list<User>'],
    returns: 'list<User>',
    about: 'those whose manager is one of the users, each once',
    handler: (_path, managers: readonly Subject[]) => {
      const ids = new Set(managers.map(({ id }) => id))
      const reports = [...ids].flatMap((id) => listed(currentWorld().directory.reportsOf(id)))
      return [...new Map(reports.map((user) => [user.id, user])).values()]
    },
  },
]

function listed(found: readonly Subject[]): Subject[] {
  spendSteps(found.length)
  return found as Subject[]
}

function first(found: readonly Subject[], kind: string, value: string): Subject {
  if (found[0] === undefined) throw new RuleError(`no user has the ${kind} "${shortened(value)}"`)
  return found[0]
}
