import {
  type AppEntitlement,
  type AppEntitlementView,
  AppEntitlementViewSchema,
} from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import { AppSchema } from '@assay/contracts/c1/api/app/v1/app_pb'
import { AppResourceSchema, AppResourceTypeSchema } from '@assay/contracts/c1/api/app/v1/app_resource_pb'
import {
  dataInForceSince,
  type Entitlement,
  type Resource,
  searchApplications,
  searchResources,
} from '@assay/directory'
import type { AccessProfile } from '@assay/profiles'
import { countHolders, type LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import { type Any, timestampFromDate } from '@bufbuild/protobuf/wkt'
import { toAppEntitlement } from '../convert-access.ts'
import { builtInApp, builtInResourceType, enrolmentEntitlement, profileResource } from './built-in-app.ts'
import { toApps } from './convert-app.ts'
import { toResource, toResourceType } from './convert-resource.ts'
import { Expansion } from './expansion.ts'

/** An imported entitlement, or the membership of an access profile. */
export type ShownEntitlement = Entitlement | AccessProfile

/** Entitlements with the number of their holders, and the related objects that the request's expand mask names. */
interface EntitlementViews {
  /** In the order of the argument. */
  readonly list: readonly AppEntitlementView[]
  readonly expanded: readonly Any[]
}

function isImported(one: ShownEntitlement): one is Entitlement {
  return 'applicationId' in one
}

/** @param loaded the snapshot of the import in force; undefined before the first import */
export async function entitlementViews(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  shown: readonly ShownEntitlement[],
  mask?: { readonly paths: readonly string[] },
): Promise<EntitlementViews> {
  const expansion = new Expansion(mask?.paths)
  const messages = await entitlementMessages(sql, loaded, shown)
  const views = await pathsOf(sql, loaded, shown, expansion)
  const list = messages.map((appEntitlement, place) =>
    create(AppEntitlementViewSchema, { appEntitlement, ...views[place] }),
  )
  return { list, expanded: expansion.expanded }
}

async function entitlementMessages(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  shown: readonly ShownEntitlement[],
): Promise<readonly AppEntitlement[]> {
  const keys = shown.filter(isImported).map(({ key }) => key)
  const counts = await countHolders(loaded, keys)
  const grantCount = new Map(keys.map((key, place) => [key, counts[place]]))
  const anyDeleted = shown.some((one) => isImported(one) && one.deleted)
  const since = anyDeleted ? await dataInForceSince(sql) : undefined
  return shown.map((one) => {
    if (!isImported(one)) return enrolmentEntitlement(one)
    const message = toAppEntitlement(one)
    message.grantCount = BigInt(grantCount.get(one.key) ?? 0)
    // The time of the deletion is not stored; this is the time since which the import in force, which lacks it, is in force.
    if (one.deleted && since !== undefined) message.deletedAt = timestampFromDate(since)
    return message
  })
}

interface Paths {
  readonly appPath: string
  readonly appResourceTypePath: string
  readonly appResourcePath: string
}

/** For each entitlement, the JSON paths of its application, its resource and its resource type in `expanded`. */
async function pathsOf(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  shown: readonly ShownEntitlement[],
  expansion: Expansion,
): Promise<readonly Paths[]> {
  const imported = shown.filter(isImported)
  const apps = expansion.wants('app_id') ? await appsOf(sql, loaded, imported) : new Map()
  const resources = expansion.wants('app_resource_id') ? await resourcesOf(sql, loaded, imported) : new Map()
  const builtIn = imported.length < shown.length && expansion.wants('app_id') ? await builtInApp(sql) : undefined
  return shown.map((one) => {
    if (!isImported(one)) {
      return {
        appPath: expansion.place('app_id', AppSchema, [''], () => builtIn),
        appResourceTypePath: expansion.place('app_resource_type_id', AppResourceTypeSchema, [''], builtInResourceType),
        appResourcePath: expansion.place('app_resource_id', AppResourceSchema, [one.id], () => profileResource(one)),
      }
    }
    const { applicationId, resourceType, resource } = one
    return {
      appPath: expansion.place('app_id', AppSchema, [applicationId], () => apps.get(applicationId)),
      appResourceTypePath: expansion.place(
        'app_resource_type_id',
        AppResourceTypeSchema,
        [applicationId, resourceType],
        () => (resourceType === '' ? undefined : toResourceType({ applicationId, name: resourceType })),
      ),
      appResourcePath: expansion.place(
        'app_resource_id',
        AppResourceSchema,
        [applicationId, resourceType, resource],
        () => resources.get(JSON.stringify([applicationId, resourceType, resource])),
      ),
    }
  })
}

async function appsOf(sql: TenantSql, loaded: LoadedSnapshot | undefined, imported: readonly Entitlement[]) {
  const ids = [...new Set(imported.map(({ applicationId }) => applicationId))]
  if (ids.length === 0) return new Map()
  const search = { query: '', displayName: '', ids, exceptIds: [] }
  const { applications } = await searchApplications(sql, search, { size: ids.length })
  return new Map((await toApps(loaded, applications)).map((app) => [app.id, app]))
}

async function resourcesOf(sql: TenantSql, loaded: LoadedSnapshot | undefined, imported: readonly Entitlement[]) {
  const named = imported.filter(({ resource }) => resource !== '')
  const references = named.map(({ applicationId, resourceType: type, resource: name }) => ({
    applicationId,
    type,
    name,
  }))
  if (references.length === 0) return new Map()
  const search = { query: '', exceptNames: [], references }
  const { resources } = await searchResources(sql, search, { size: references.length })
  const nameOf = ({ applicationId, type, name }: Resource) => JSON.stringify([applicationId, type, name])
  return new Map(await Promise.all(resources.map(async (one) => [nameOf(one), await toResource(loaded, one)] as const)))
}
