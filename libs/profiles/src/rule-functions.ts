import type { RuleFunction } from './rule-function.ts'
import { textFunctions } from './text-functions.ts'
import { timeFunctions } from './time-functions.ts'
import { userFunctions } from './user-functions.ts'

/** Paths of functions: they are no values, only names. */
export const functionPaths = ['c1.user.v1', 'c1.directory.users.v1', 'c1.directory.apps.v1', 'time'] as const

/** All functions of rules. */
export const ruleFunctions: readonly RuleFunction[] = [...textFunctions, ...userFunctions, ...timeFunctions]

/** Functions that ConductorOne documents and for which Assay has no data, with the reason. */
export const refusedFunctions: ReadonlyMap<string, string> = new Map([
  ['c1.user.v1.GetAppUserStatus', 'rules do not read the accounts of users'],
  ['c1.user.v1.ListAppUsersForUser', 'rules do not read the accounts of users'],
  ['c1.user.v1.GrantedFromEnrollment', 'ConductorOne offers it in policies only'],
  ['c1.user.v1.AutomaticallyGrantedFromEnrollment', 'ConductorOne offers it in policies only'],
  ['c1.directory.groups.v1.FindByName', 'groups are entitlements; ask HasEntitlement'],
  ['ip', 'a rule knows nothing of networks'],
  ['cidr', 'a rule knows nothing of networks'],
])
