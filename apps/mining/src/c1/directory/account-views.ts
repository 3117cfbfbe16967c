import { AppSchema } from '@assay/contracts/c1/api/app/v1/app_pb'
import { type AppUserView, AppUserViewSchema } from '@assay/contracts/c1/api/app/v1/app_user_pb'
import { UserSchema } from '@assay/contracts/c1/api/user/v1/user_pb'
import { applicationsByKey, type BroughtAccount, identitiesByKey } from '@assay/directory'
import { builtInApplication } from '@assay/profiles'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { toUserMessage } from '../convert-user.ts'
import { builtInApp } from './built-in-app.ts'
import { toApps } from './convert-app.ts'
import { toAppUser } from './convert-app-user.ts'
import { Expansion } from './expansion.ts'

/** An account of an identity in an application. */
export interface ShownAccount {
  readonly identityKey: number
  /** Undefined for the built-in application. */
  readonly applicationKey: number | undefined
  /** Undefined for an account that no source delivered: it follows from the identity's access. */
  readonly account: BroughtAccount | undefined
}

/** Accounts, with the related objects that the request's expand mask names. */
export async function accountViews(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  shown: readonly ShownAccount[],
  mask?: { readonly paths: readonly string[] },
): Promise<{ readonly list: readonly AppUserView[]; readonly expanded: readonly Any[] }> {
  const keys = new Set(shown.flatMap(({ applicationKey }) => applicationKey ?? []))
  const applications = await applicationsByKey(sql, [...keys])
  const identities = await identitiesByKey(sql, [...new Set(shown.map(({ identityKey }) => identityKey))])
  const expansion = new Expansion(mask?.paths)
  const expandsApps = expansion.wants('app_id')
  const apps = expandsApps ? await toApps(loaded, [...applications.values()]) : []
  const builtIn = expandsApps && shown.some(({ applicationKey }) => applicationKey === undefined)
  const appOf = new Map([...apps, ...(builtIn ? [await builtInApp(sql)] : [])].map((app) => [app.id, app]))
  const list = shown.flatMap(({ identityKey, applicationKey, account }) => {
    const identity = identities.get(identityKey)
    const appId = applicationKey === undefined ? builtInApplication.id : applications.get(applicationKey)?.id
    if (identity === undefined || appId === undefined) return []
    return create(AppUserViewSchema, {
      appUser: toAppUser(appId, identity, account),
      appPath: expansion.place('app_id', AppSchema, [appId], () => appOf.get(appId)),
      identityUserPath: expansion.place('identity_user_id', UserSchema, [identity.id], () => toUserMessage(identity)),
    })
  })
  return { list, expanded: expansion.expanded }
}
