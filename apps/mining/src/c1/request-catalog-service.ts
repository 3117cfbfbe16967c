import type { AppEntitlement } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { RequestCatalogManagementService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import { listedEntitlements } from '@assay/directory'
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
import { changeUnderPolicies } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asEvaluatingCaller } from '../profiles/evaluate-in-call.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { catalogAutomationCalls } from './catalog-automation-calls.ts'
import { catalogChangeOf, settingsOf } from './catalog-change.ts'
import { catalogEntryCalls } from './catalog-entry-calls.ts'
import { toEntitlementView } from './convert-access.ts'
import { toCatalogView } from './convert-catalog.ts'

/** More than a profile's audience ever has. */
const wholeAudience = { size: 1_000 }

/** Access profiles under the name that ConductorOne gives them, for the clients that made one from a cohort or by hand. */
export function requestCatalogService(service: ServiceContext): ServiceImpl<typeof RequestCatalogManagementService> {
  return {
    list: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<ProfilePosition>(service.pageTokens, ['catalogs', tenantId], request)
        const { profiles, last } = await listAccessProfiles(sql, pages)
        return { list: profiles.map((profile) => toCatalogView(profile)), nextPageToken: pages.next(last) }
      }),

    get: ({ id }, context) => asCaller(service, context, async (sql) => inAnswer(sql, await getAccessProfile(sql, id))),

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
        return inAnswer(sql, made)
      }),

    update: ({ id, catalog, updateMask }, context) =>
      asEvaluatingCaller(service, context, async (sql, { tenantId }, options, loaded) => {
        if (catalog === undefined) throw invalidArgument('catalog', 'must be given')
        const change = catalogChangeOf(catalog, updateMask)
        const { profile } = await changeUnderPolicies(sql, {
          tenantId,
          snapshot: loaded?.snapshot,
          profileId: id,
          change: () => updateAccessProfile(sql, tenantId, id, change, options),
        })
        return inAnswer(sql, profile)
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

/** A profile where it is asked for by itself: with the entitlements whose holders see it. */
async function inAnswer(sql: TenantSql, profile: AccessProfile) {
  return { requestCatalogView: toCatalogView(profile, await audienceOf(sql, profile.id)) }
}

async function audienceOf(sql: TenantSql, profileId: string): Promise<AppEntitlement[]> {
  const { entries } = await listProfileAudience(sql, profileId, wholeAudience)
  const keys = entries.map(({ key }) => key)
  const details = await listedEntitlements(sql, keys)
  return keys.flatMap((key) => {
    const found = details.get(key)
    return found === undefined ? [] : (toEntitlementView(found).appEntitlement ?? [])
  })
}
