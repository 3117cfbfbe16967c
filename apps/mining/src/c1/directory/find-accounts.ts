import {
  applicationKeys,
  type IdentityStatus,
  type IdentityType,
  identityKeys,
  identityKeysMatching,
  searchAccounts,
  withBroughtAccount,
} from '@assay/directory'
import { listMembers } from '@assay/profiles'
import {
  type ApplicationUser,
  type ApplicationUserPosition,
  type LoadedSnapshot,
  type UserQuestion,
  usersAfter,
} from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { ShownAccount } from './account-views.ts'
import { isBuiltIn } from './built-in-app.ts'
import { nothing, type PagedList } from './list-in-turn.ts'

/** The conditions of a search for accounts that Assay can decide; an empty one matches all accounts. */
export interface AccountConditions {
  readonly appIds: readonly string[]
  readonly accountIds: readonly string[]
  readonly exceptAccountIds: readonly string[]
  readonly refs: readonly { readonly appId: string; readonly id: string }[]
  readonly userIds: readonly string[]
  readonly query: string
  readonly statuses: readonly IdentityStatus[]
  readonly types: readonly IdentityType[]
}

export const everyAccount: AccountConditions = {
  appIds: [],
  accountIds: [],
  exceptAccountIds: [],
  refs: [],
  userIds: [],
  query: '',
  statuses: [],
  types: [],
}

/**
 * Accounts that follow from access are searched in steps of so many people, and one page takes at most so many steps. Each step checks
 * which of its people have an account that a source delivered.
 */
const stepSize = 1_000
const mostSteps = 10

/** The accounts that sources delivered, then the accounts that follow from access, then the accounts of members of access profiles. */
export async function accountLists(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  conditions: AccountConditions,
): Promise<readonly PagedList<ShownAccount>[]> {
  const { appIds, refs } = conditions
  const mayBeBuiltIn =
    (appIds.length === 0 || appIds.some(isBuiltIn)) && (refs.length === 0 || refs.some(({ appId }) => isBuiltIn(appId)))
  const mayBeImported =
    (appIds.length === 0 || !appIds.every(isBuiltIn)) &&
    (refs.length === 0 || !refs.every(({ appId }) => isBuiltIn(appId)))
  return [
    mayBeImported ? await broughtList(sql, conditions) : nothing,
    mayBeImported ? await derivedList(sql, loaded, conditions) : nothing,
    mayBeBuiltIn ? await memberList(sql, conditions) : nothing,
  ]
}

async function broughtList(sql: TenantSql, conditions: AccountConditions): Promise<PagedList<ShownAccount>> {
  const { accountIds, exceptAccountIds: exceptIds, query, statuses, types } = conditions
  const applications = await namedApplications(sql, conditions)
  const references = conditions.refs.flatMap(({ appId, id }) => {
    const applicationKey = applications.get(appId)
    return applicationKey === undefined ? [] : { applicationKey, id }
  })
  const search = {
    applicationKeys: conditions.appIds.length > 0 ? keysIn(applications, conditions.appIds) : undefined,
    identityKeys: await keysOfUsers(sql, conditions.userIds),
    ids: accountIds.length > 0 ? accountIds : undefined,
    exceptIds,
    references: conditions.refs.length > 0 ? references : undefined,
    query,
    statuses,
    types,
  }
  return async (page) => {
    const { accounts, last } = await searchAccounts(sql, search, page)
    const list = accounts.map(({ applicationKey, identityKey, ...account }) => ({
      applicationKey,
      identityKey,
      account,
    }))
    return { list, last }
  }
}

async function derivedList(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  conditions: AccountConditions,
): Promise<PagedList<ShownAccount>> {
  const { appIds, refs, statuses, types } = conditions
  const applications = await namedApplications(sql, conditions)
  const people = await derivedPeople(sql, conditions)
  const question: UserQuestion = {
    applicationKeys:
      refs.length > 0 || appIds.length > 0
        ? keysIn(applications, refs.length > 0 ? refs.map(({ appId }) => appId) : appIds)
        : undefined,
    identityKeys: people.identityKeys,
    statuses,
    types,
  }
  const inApps = appIds.length > 0 ? new Set(keysIn(applications, appIds)) : undefined
  const referred = refs.length > 0 ? await pairsOf(sql, refs, applications) : undefined
  const isKept = ({ applicationKey, identityKey }: ApplicationUser, brought: ReadonlySet<string>) => {
    const pair = `${applicationKey}/${identityKey}`
    if (brought.has(pair) || people.except.has(identityKey)) return false
    return (referred?.has(pair) ?? true) && (inApps?.has(applicationKey) ?? true)
  }
  return async ({ size, after }: { readonly size: number; readonly after: ApplicationUserPosition | undefined }) => {
    const list: ShownAccount[] = []
    let looked = after
    let last = after
    for (let step = 0; step < mostSteps; step++) {
      const users = await usersAfter(loaded, question, looked, stepSize)
      const brought = await withBroughtAccount(sql, users)
      for (const user of users) {
        const isPageFull = list.length === size
        if (isKept(user, brought)) {
          // This is one more than the page holds, so there is a next page.
          if (isPageFull) return { list, last }
          list.push({ ...user, account: undefined })
        }
        if (!isPageFull) last = [user.applicationKey, user.identityKey]
      }
      const end = users.at(-1)
      if (end === undefined || users.length < stepSize) return { list, last: undefined }
      looked = [end.applicationKey, end.identityKey]
    }
    return { list, last }
  }
}

/** The identities whose accounts the conditions match, for accounts that follow from access: such an account has the id of its identity. */
async function derivedPeople(sql: TenantSql, { userIds, accountIds, exceptAccountIds, query }: AccountConditions) {
  const groups = [
    await keysOfUsers(sql, userIds),
    await keysOfUsers(sql, accountIds),
    query.trim() === '' ? undefined : await identityKeysMatching(sql, query),
  ].filter((group) => group !== undefined)
  const [first, ...others] = groups
  const sets = others.map((group) => new Set(group))
  return {
    identityKeys: first?.filter((key) => sets.every((set) => set.has(key))),
    except: new Set(await keysOfUsers(sql, exceptAccountIds)),
  }
}

async function memberList(sql: TenantSql, conditions: AccountConditions): Promise<PagedList<ShownAccount>> {
  const { identityKeys: keys, except } = await derivedPeople(sql, conditions)
  const referred = await keysOfUsers(
    sql,
    conditions.refs.filter(({ appId }) => isBuiltIn(appId)).map(({ id }) => id),
  )
  const wanted = referred === undefined ? keys : (keys?.filter((key) => referred.includes(key)) ?? referred)
  const { statuses, types } = conditions
  return async (page) => {
    const { identityKeys, last } = await listMembers(sql, { identityKeys: wanted, statuses, types }, page)
    const kept = identityKeys.filter((key) => !except.has(key))
    return {
      list: kept.map((identityKey) => ({ identityKey, applicationKey: undefined, account: undefined })),
      last,
    }
  }
}

/** The keys of the users; undefined for an empty list, which means all users. */
async function keysOfUsers(sql: TenantSql, ids: readonly string[]): Promise<readonly number[] | undefined> {
  return ids.length === 0 ? undefined : [...(await identityKeys(sql, ids)).values()]
}

/** The keys of all applications that the conditions name. */
function namedApplications(sql: TenantSql, { appIds, refs }: AccountConditions): Promise<ReadonlyMap<string, number>> {
  return applicationKeys(sql, [...new Set([...appIds, ...refs.map(({ appId }) => appId)])])
}

function keysIn(applications: ReadonlyMap<string, number>, ids: readonly string[]): number[] {
  return ids.flatMap((id) => applications.get(id) ?? [])
}

async function pairsOf(
  sql: TenantSql,
  refs: AccountConditions['refs'],
  applications: ReadonlyMap<string, number>,
): Promise<ReadonlySet<string>> {
  const people = await identityKeys(
    sql,
    refs.map(({ id }) => id),
  )
  return new Set(refs.map(({ appId, id }) => `${applications.get(appId)}/${people.get(id)}`))
}
