import type { AppEntitlement } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { RequestCatalogManagementService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import { UserSchema } from '@assay/contracts/c1/api/user/v1/user_pb'
import { identitiesById, listedEntitlements } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import {
  type AccessProfile,
  createAccessProfile,
  deleteAccessProfile,
  getAccessProfile,
  listAccessProfiles,
  listProfileAudience,
  type ProfilePosition,
  updateAccessProfile,
} from '@assay/profiles'
import { changeUnderPolicies, type LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asEvaluatingCaller } from '../profiles/evaluate-in-call.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { catalogAutomationCalls } from './catalog-automation-calls.ts'
import { catalogChangeOf, settingsOf } from './catalog-change.ts'
import { catalogEntryCalls } from './catalog-entry-calls.ts'
import { toCatalogView } from './convert-catalog.ts'
import { toUserMessage } from './convert-user.ts'
import { entitlementViews } from './directory/entitlement-views.ts'
import { Expansion } from './directory/expansion.ts'

/** More entitlements than the audience of any profile has. */
const wholeAudience = { size: 1_000 }

/** Access profiles, which ConductorOne calls request catalogs, for clients that make or change them. */
export function requestCatalogService(service: ServiceContext): ServiceImpl<typeof RequestCatalogManagementService> {
  return {
    list: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<ProfilePosition>(service.pageTokens, ['catalogs', tenantId], request)
        const { profiles, last } = await listAccessProfiles(sql, pages)
        return { list: profiles.map((profile) => toCatalogView(profile)), nextPageToken: pages.next(last) }
      }),

    get: ({ id }, context) =>
      asCallerOnSnapshot(service, context, async (sql, _, loaded) =>
        inAnswer(sql, loaded, await getAccessProfile(sql, id)),
      ),

    create: (request, context) =>
      asEvaluatingCaller(service, context, async (sql, { tenantId, identityId }, options, loaded) => {
        const { displayName, description } = request
        const init = {
          displayName,
          description,
          createdBy: identityId,
          entitlements: [],
          settings: settingsOf(request),
        }
        const made = await changeUnderPolicies(sql, {
          tenantId,
          snapshot: loaded?.snapshot,
          profileId: undefined,
          change: () => createAccessProfile(sql, tenantId, init, options),
          idOf: ({ id }) => id,
        })
        return inAnswer(sql, loaded, made, request.expandMask)
      }),

    update: ({ id, catalog, updateMask, expandMask }, context) =>
      asEvaluatingCaller(service, context, async (sql, { tenantId }, options, loaded) => {
        if (catalog === undefined) throw invalidArgument('catalog', 'is required')
        const change = catalogChangeOf(catalog, updateMask)
        const { profile } = await changeUnderPolicies(sql, {
          tenantId,
          snapshot: loaded?.snapshot,
          profileId: id,
          change: () => updateAccessProfile(sql, tenantId, id, change, options),
        })
        return inAnswer(sql, loaded, profile, expandMask)
      }),

    delete: ({ id }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteAccessProfile(sql, id)
        return {}
      }),

    ...catalogEntryCalls(service),
    ...catalogAutomationCalls(service),
  }
}

/** The answer about one profile: with its audience, and the creator when the mask asks for it. */
async function inAnswer(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  profile: AccessProfile,
  mask?: { readonly paths: readonly string[] },
) {
  const view = toCatalogView(profile, await audienceOf(sql, loaded, profile.id))
  const expansion = new Expansion(mask?.paths)
  if (expansion.wants('created_by_user_id')) {
    const [user] = (await identitiesById(sql, [profile.createdBy])).map(toUserMessage)
    view.createdByUserPath = expansion.place('created_by_user_id', UserSchema, [profile.createdBy], () => user)
  }
  return { requestCatalogView: view, expanded: expansion.expanded }
}

async function audienceOf(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  profileId: string,
): Promise<AppEntitlement[]> {
  const { entries } = await listProfileAudience(sql, profileId, wholeAudience)
  const keys = entries.map(({ key }) => key)
  const details = await listedEntitlements(sql, keys)
  const { list } = await entitlementViews(
    sql,
    loaded,
    keys.flatMap((key) => details.get(key) ?? []),
  )
  return list.flatMap(({ appEntitlement }) => appEntitlement ?? [])
}
