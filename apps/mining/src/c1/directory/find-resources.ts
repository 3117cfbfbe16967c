import { AppSchema } from '@assay/contracts/c1/api/app/v1/app_pb'
import {
  type AppResourceType,
  AppResourceTypeSchema,
  type AppResourceView,
  AppResourceViewSchema,
} from '@assay/contracts/c1/api/app/v1/app_resource_pb'
import { type Resource, searchResources, searchResourceTypes } from '@assay/directory'
import { type AccessProfile, searchAccessProfiles } from '@assay/profiles'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { builtInApp, builtInResourceType, isBuiltIn, profileResource, profileResourceType } from './built-in-app.ts'
import { appsByKey } from './convert-app.ts'
import { toResource, toResourceType } from './convert-resource.ts'
import { Expansion } from './expansion.ts'
import { nothing, type PagedList } from './list-in-turn.ts'

/** The conditions of a search for resource types that Assay can decide; an empty one matches all. */
interface ResourceTypeConditions {
  readonly appIds: readonly string[]
  readonly query: string
  readonly displayName: string
  readonly ids: readonly string[]
  readonly exceptIds: readonly string[]
}

export const everyResourceType: ResourceTypeConditions = {
  appIds: [],
  query: '',
  displayName: '',
  ids: [],
  exceptIds: [],
}

/** The resource types of imports, then that of the built-in application. */
export function resourceTypeLists(
  sql: TenantSql,
  { appIds, query, displayName, ids, exceptIds }: ResourceTypeConditions,
): readonly PagedList<AppResourceType>[] {
  const named = displayName === '' ? ids : ids.length === 0 || ids.includes(displayName) ? [displayName] : undefined
  const search = {
    applicationIds: appIds.length > 0 ? appIds : undefined,
    query,
    names: named?.length === 0 ? undefined : named,
    exceptNames: exceptIds,
  }
  const imported: PagedList<AppResourceType> = async (page) => {
    const { types, last } = await searchResourceTypes(sql, search, page)
    return { list: types.map(toResourceType), last }
  }
  const builtIn = builtInResourceType()
  const isFound =
    (appIds.length === 0 || appIds.some(isBuiltIn)) &&
    builtIn.displayName.toLowerCase().includes(query.trim().toLowerCase()) &&
    (displayName === '' || displayName === builtIn.displayName) &&
    (ids.length === 0 || ids.includes(builtIn.id)) &&
    !exceptIds.includes(builtIn.id)
  return [
    named === undefined ? nothing : imported,
    isFound ? async () => ({ list: [builtIn], last: undefined }) : nothing,
  ]
}

/** The conditions of a search for resources that Assay can decide; an empty one matches all. */
interface ResourceConditions {
  readonly appIds: readonly string[]
  readonly query: string
  readonly typeIds: readonly string[]
  readonly ids: readonly string[]
  readonly exceptIds: readonly string[]
  readonly refs: readonly { readonly appId: string; readonly appResourceTypeId: string; readonly id: string }[]
}

export const everyResource: ResourceConditions = {
  appIds: [],
  query: '',
  typeIds: [],
  ids: [],
  exceptIds: [],
  refs: [],
}

/** The resources of imports, then access profiles, which are the resources of the built-in application. */
export function resourceLists(
  sql: TenantSql,
  conditions: ResourceConditions,
): readonly PagedList<Resource | AccessProfile>[] {
  const { appIds, query, typeIds, ids, exceptIds, refs } = conditions
  const given = <Item>(list: readonly Item[]) => (list.length > 0 ? list : undefined)
  const references = refs.map(({ appId, appResourceTypeId, id }) => ({
    applicationId: appId,
    type: appResourceTypeId,
    name: id,
  }))
  const search = {
    applicationIds: given(appIds),
    query,
    types: given(typeIds),
    names: given(ids),
    exceptNames: exceptIds,
    references: given(references),
  }
  const imported: PagedList<Resource> = async (page) => {
    const { resources, last } = await searchResources(sql, search, page)
    return { list: resources, last }
  }
  return [imported, profileList(sql, conditions)]
}

function profileList(sql: TenantSql, conditions: ResourceConditions): PagedList<AccessProfile> {
  const { appIds, query, typeIds, ids, exceptIds, refs } = conditions
  if (appIds.length > 0 && !appIds.some(isBuiltIn)) return nothing
  if (typeIds.length > 0 && !typeIds.includes(profileResourceType)) return nothing
  const referred = refs
    .filter(({ appId, appResourceTypeId }) => isBuiltIn(appId) && appResourceTypeId === profileResourceType)
    .map(({ id }) => id)
  const wanted =
    refs.length > 0 ? referred.filter((id) => ids.length === 0 || ids.includes(id)) : ids.length > 0 ? ids : undefined
  const search = { query, displayName: '', ids: wanted, exceptIds, exceptMemberKeys: [], isAutomated: false }
  return async (page) => {
    const { profiles, last } = await searchAccessProfiles(sql, search, page)
    return { list: profiles, last }
  }
}

/** Resources, with the related objects that the request's expand mask names. */
export async function resourceViews(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  found: readonly (Resource | AccessProfile)[],
  mask?: { readonly paths: readonly string[] },
): Promise<{ readonly list: readonly AppResourceView[]; readonly expanded: readonly Any[] }> {
  const expansion = new Expansion(mask?.paths)
  const imported = found.filter(isOfImport)
  const apps = expansion.wants('app_id')
    ? await appsByKey(
        sql,
        loaded,
        imported.map(({ applicationKey }) => applicationKey),
      )
    : new Map()
  const builtIn = expansion.wants('app_id') && imported.length < found.length ? await builtInApp(sql) : undefined
  const list: AppResourceView[] = []
  for (const one of found) {
    if (!isOfImport(one)) {
      const appPath = expansion.place('app_id', AppSchema, [''], () => builtIn)
      const resourceTypePath = expansion.place('resource_type_id', AppResourceTypeSchema, [''], builtInResourceType)
      list.push(create(AppResourceViewSchema, { appResource: profileResource(one), appPath, resourceTypePath }))
      continue
    }
    const { applicationId, type } = one
    const appPath = expansion.place('app_id', AppSchema, [applicationId], () => apps.get(applicationId))
    const resourceTypePath = expansion.place('resource_type_id', AppResourceTypeSchema, [applicationId, type], () =>
      type === '' ? undefined : toResourceType({ applicationId, name: type }),
    )
    const appResource = await toResource(loaded, one)
    list.push(create(AppResourceViewSchema, { appResource, appPath, resourceTypePath }))
  }
  return { list, expanded: expansion.expanded }
}

function isOfImport(one: Resource | AccessProfile): one is Resource {
  return 'applicationKey' in one
}
