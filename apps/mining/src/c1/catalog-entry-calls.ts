import type { AppEntitlementRef } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { RequestCatalogManagementService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import { type EntitlementReference, entitlementKeys, listedEntitlements } from '@assay/directory'
import { notFound } from '@assay/errors'
import {
  type AudienceFault,
  changeProfileAudience,
  changeProfileEntitlements,
  givesEntitlement,
  listProfileAudience,
  listProfileEntries,
  type ProfileEntryPosition,
  profileEntries,
} from '@assay/profiles'
import { changeUnderPolicies } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asEvaluatingSnapshotCaller } from '../profiles/evaluate-in-call.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { entitlementViews } from './directory/entitlement-views.ts'

type CatalogCalls = ServiceImpl<typeof RequestCatalogManagementService>

/** The messages of ConductorOne's own server; its clients compare them. */
const audienceWords: Readonly<Record<AudienceFault, string>> = {
  unpublished: 'catalog must be published to add an access entitlement',
  visible_to_everyone: 'catalog is visible to everyone, cannot add access entitlements',
}

interface Entry {
  readonly catalogId: string
  readonly appId: string
  readonly entitlementId: string
}

/** The entitlements that an access profile gives and its audience: lists, additions and removals. */
export function catalogEntryCalls(
  service: ServiceContext,
): Pick<
  CatalogCalls,
  | 'listEntitlementsPerCatalog'
  | 'listAllEntitlementIdsPerApp'
  | 'updateAppEntitlements'
  | 'addAppEntitlements'
  | 'removeAppEntitlements'
  | 'createRequestableEntry'
  | 'getRequestableEntry'
  | 'deleteRequestableEntry'
  | 'addAccessEntitlements'
  | 'removeAccessEntitlements'
  | 'listEntitlementsForAccess'
> {
  const change = (
    how: Parameters<typeof changeProfileEntitlements>[3],
    catalogId: string,
    entitlements: readonly EntitlementReference[],
    context: HandlerContext,
    check?: (sql: TenantSql) => Promise<void>,
  ) =>
    asEvaluatingSnapshotCaller(service, context, async (sql, { tenantId }, loaded) => {
      await check?.(sql)
      await changeUnderPolicies(sql, {
        tenantId,
        snapshot: loaded?.snapshot,
        profileId: catalogId,
        change: () => changeProfileEntitlements(sql, tenantId, catalogId, how, entitlements, 'app_entitlements'),
      })
      return {}
    })

  const changeAudience = (
    how: 'add' | 'remove',
    catalogId: string,
    refs: readonly AppEntitlementRef[],
    context: HandlerContext,
  ) =>
    asCaller(service, context, async (sql, { tenantId }) => {
      await changeProfileAudience(sql, tenantId, catalogId, how, namesOf(refs), audienceWords)
      return {}
    })

  const page = (
    list: typeof listProfileEntries,
    query: string,
    request: { readonly catalogId: string; readonly pageSize: number; readonly pageToken: string },
    context: HandlerContext,
  ) =>
    asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
      const { catalogId } = request
      const pages = new Pages<ProfileEntryPosition>(service.pageTokens, [query, tenantId, catalogId], request)
      const { entries, last } = await list(sql, catalogId, pages)
      const keys = entries.map(({ key }) => key)
      const details = await listedEntitlements(sql, keys)
      const views = await entitlementViews(
        sql,
        loaded,
        keys.flatMap((key) => details.get(key) ?? []),
      )
      return { list: [...views.list], nextPageToken: pages.next(last) }
    })

  return {
    listEntitlementsPerCatalog: (request, context) =>
      page(listProfileEntries, 'catalog entitlements', request, context),

    listAllEntitlementIdsPerApp: ({ catalogId }, context) =>
      asCaller(service, context, async (sql) => ({
        refs: (await profileEntries(sql, catalogId)).map(({ applicationId, entitlementId }) => ({
          appId: applicationId,
          id: entitlementId,
        })),
      })),

    updateAppEntitlements: ({ catalogId, appEntitlements }, context) =>
      change('replace', catalogId, namesOf(appEntitlements), context),
    addAppEntitlements: ({ catalogId, appEntitlements }, context) =>
      change('add', catalogId, namesOf(appEntitlements), context),
    removeAppEntitlements: ({ catalogId, appEntitlements }, context) =>
      change('remove', catalogId, namesOf(appEntitlements), context),

    async createRequestableEntry(entry, context) {
      await change('add', entry.catalogId, [nameOf(entry)], context, (sql) => requireKnown(sql, entry))
      return toEntry(entry)
    },
    getRequestableEntry: (entry, context) =>
      asCaller(service, context, async (sql) => {
        if (!(await givesEntitlement(sql, entry.catalogId, nameOf(entry))))
          throw notFound('requestable entry', `${entry.appId}/${entry.entitlementId}`)
        return toEntry(entry)
      }),
    deleteRequestableEntry: (entry, context) => change('remove', entry.catalogId, [nameOf(entry)], context),

    addAccessEntitlements: ({ catalogId, accessEntitlements }, context) =>
      changeAudience('add', catalogId, accessEntitlements, context),
    removeAccessEntitlements: ({ catalogId, accessEntitlements }, context) =>
      changeAudience('remove', catalogId, accessEntitlements, context),
    listEntitlementsForAccess: (request, context) => page(listProfileAudience, 'catalog audience', request, context),
  }
}

/** The path of the URL names the entitlement, so an unknown one is an error `not_found`. */
async function requireKnown(sql: TenantSql, entry: Entry): Promise<void> {
  const [key] = await entitlementKeys(sql, [nameOf(entry)], { includeDeleted: true })
  if (key === undefined) throw notFound('entitlement', `${entry.appId}/${entry.entitlementId}`)
}

const nameOf = ({ appId, entitlementId }: Entry): EntitlementReference => ({ applicationId: appId, entitlementId })
const namesOf = (refs: readonly AppEntitlementRef[]): EntitlementReference[] =>
  refs.map(({ appId, id }) => ({ applicationId: appId, entitlementId: id }))
const toEntry = ({ appId, catalogId, entitlementId }: Entry) => ({
  requestableEntry: { appId, catalogId, entitlementId },
})
