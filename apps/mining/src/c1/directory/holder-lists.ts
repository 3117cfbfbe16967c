import {
  accountsOfIdentity,
  applicationKey,
  type BroughtAccount,
  getEntitlement,
  type Identity,
} from '@assay/directory'
import { notFound } from '@assay/errors'
import { type AccessProfile, accessProfileExists, getAccessProfile, listMemberships } from '@assay/profiles'
import { type LoadedSnapshot, listHeld, usersAfter } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { isBuiltIn } from './built-in-app.ts'
import type { ShownEntitlement } from './entitlement-views.ts'
import type { PagedList } from './list-in-turn.ts'
import type { ShownGrant } from './shown-grants.ts'

/** The entitlement of an application, deleted or not. @throws not_found */
export async function entitlementNamed(sql: TenantSql, appId: string, id: string): Promise<ShownEntitlement> {
  return isBuiltIn(appId) ? profileNamed(sql, appId, id) : getEntitlement(sql, id, appId)
}

async function profileNamed(sql: TenantSql, appId: string, id: string): Promise<AccessProfile> {
  if (!(await accessProfileExists(sql, id))) throw notFound('entitlement', `${appId}/${id}`)
  return getAccessProfile(sql, id)
}

/** The holders of an entitlement, imported or of the built-in application. @throws not_found */
export async function holderList(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  appId: string,
  id: string,
): Promise<PagedList<ShownGrant>> {
  const one = await entitlementNamed(sql, appId, id)
  if ('applicationId' in one) {
    return async (page) => {
      const { pairs, last } = await listHeld(loaded, { entitlementKeys: [one.key] }, page)
      return { list: pairs, last }
    }
  }
  return async (page) => {
    const { memberships, last } = await listMemberships(sql, { profileIds: [one.id] }, page)
    return { list: memberships, last }
  }
}

const mostAccounts = 100

/** The accounts of an identity in an application; undefined stands for an account that follows from access. */
export async function accountsIn(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  identity: Identity,
  appId: string,
): Promise<readonly (BroughtAccount | undefined)[]> {
  if (isBuiltIn(appId)) {
    const { memberships } = await listMemberships(sql, { identityKeys: [identity.key] }, { size: 1 })
    return memberships.map(() => undefined)
  }
  const application = await applicationKey(sql, appId)
  const brought = await accountsOfIdentity(sql, identity.key, application, mostAccounts)
  if (brought.length > 0) return brought
  const question = { applicationKeys: [application], identityKeys: [identity.key], statuses: [], types: [] }
  const users = await usersAfter(loaded, question, undefined, 1)
  return users.map(() => undefined)
}

/** The grant of an entitlement to an identity; undefined when the identity does not hold it. */
export async function grantOf(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  one: ShownEntitlement,
  identityKey: number,
): Promise<ShownGrant | undefined> {
  if ('applicationId' in one) {
    const people = [{ identityKey, applicationKey: undefined }]
    const { pairs } = await listHeld(loaded, { entitlementKeys: [one.key], people }, { size: 1 })
    return pairs[0]
  }
  const { memberships } = await listMemberships(sql, { profileIds: [one.id], identityKeys: [identityKey] }, { size: 1 })
  return memberships[0]
}
