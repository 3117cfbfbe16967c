import { type RuleFunction, ruleFunction } from './rule-function.ts'
import { RuleError, spendSteps } from './rule-limits.ts'
import { shortened } from './rule-values.ts'
import { currentWorld } from './rule-world.ts'
import type { Subject } from './subject.ts'

/** Functions on access and on other people (contract section 11). */
export const userFunctions: readonly RuleFunction[] = [
  ruleFunction(
    'c1.user.v1.HasApp(User, string) -> bool',
    'whether the user has something in the application, assigned or through groups; the id has to be in quotes',
    (_path, user: Subject, applicationId: string) => user.holdings.hasApplication(applicationId),
  ),
  ruleFunction(
    'c1.user.v1.HasEntitlement(User, string, string) -> bool',
    'whether the user has the entitlement, assigned or through groups; the ids of application and entitlement have to be in quotes',
    (_path, user: Subject, applicationId: string, entitlementId: string) =>
      user.holdings.hasEntitlement(applicationId, entitlementId),
  ),
  ruleFunction(
    'c1.directory.apps.v1.GetEntitlementMembers(string, string) -> list<User>',
    'everybody who has the entitlement, assigned or through groups; the ids of application and entitlement have to be in quotes',
    (_path, applicationId: string, entitlementId: string) =>
      listed(currentWorld().directory.holdersOf(applicationId, entitlementId)),
  ),
  ruleFunction(
    'c1.directory.users.v1.FindByEmail(string) -> User',
    'the user with the mail address, regardless of case; an error when there is none',
    (_path, email: string) => required(currentWorld().directory.byEmail(email)[0], 'mail address', email),
  ),
  ruleFunction(
    'c1.directory.users.v1.FindByName(string) -> User',
    'the user with the display name; an error when there is none',
    (_path, name: string) => required(currentWorld().directory.byName(name)[0], 'name', name),
  ),
  ruleFunction(
    'c1.directory.users.v1.GetByID(string) -> User',
    'the user with the id; an error when there is none',
    (_path, id: string) => required(currentWorld().directory.byId(id), 'id', id),
  ),
  ruleFunction(
    'c1.directory.users.v1.GetManagers(User) -> list<User>',
    'the manager of the user; empty when there is none',
    (_path, { managerId }: Subject) => {
      const manager = managerId === '' ? undefined : currentWorld().directory.byId(managerId)
      return manager === undefined ? [] : [manager]
    },
  ),
  ruleFunction(
    'c1.directory.users.v1.DirectReports(User) -> list<User>',
    'the users whose manager is the user',
    (_path, { id }: Subject) => listed(currentWorld().directory.reportsOf(id)),
  ),
  ruleFunction(
    'c1.directory.users.v1.DirectReports(list<User>) -> list<User>',
    'the users whose manager is one of the given users, each once',
    (_path, managers: readonly Subject[]) => {
      const ids = new Set(managers.map(({ id }) => id))
      const reports = [...ids].flatMap((id) => listed(currentWorld().directory.reportsOf(id)))
      return [...new Map(reports.map((user) => [user.id, user])).values()]
    },
  ),
]

function listed(found: readonly Subject[]): Subject[] {
  spendSteps(found.length)
  return found as Subject[]
}

function required(user: Subject | undefined, kind: string, value: string): Subject {
  if (user === undefined) throw new RuleError(`no user has the ${kind} "${shortened(value)}"`)
  return user
}
