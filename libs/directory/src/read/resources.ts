import type { TenantSql } from '@assay/store'
import type { Page } from './listing.ts'

/** A resource type of an application, from the `resource_type` of its entitlements. */
export interface ResourceType {
  readonly applicationKey: number
  readonly applicationId: string
  readonly name: string
}

/** A resource of an application, from the `resource` of its entitlements. */
export interface Resource {
  readonly applicationKey: number
  readonly applicationId: string
  readonly type: string
  readonly name: string
  /** Keys of its entitlements. */
  readonly entitlementKeys: readonly number[]
}

/** All conditions must hold; a missing condition matches everything. */
interface ResourceTypeSearch {
  readonly applicationIds?: readonly string[] | undefined
  /** Part of the name, letter case ignored. */
  readonly query: string
  readonly names?: readonly string[] | undefined
  readonly exceptNames: readonly string[]
}

/** The position at the end of a page of resource types. */
type ResourceTypePosition = readonly [applicationKey: number, name: string]

/** The resource types of the import in force, by application and name. An empty name is not a resource type. */
export async function searchResourceTypes(
  sql: TenantSql,
  { applicationIds, query, names, exceptNames }: ResourceTypeSearch,
  { size, after }: Page<ResourceTypePosition>,
): Promise<{ types: readonly ResourceType[]; last: ResourceTypePosition | undefined }> {
  const rows = await sql<ResourceType[]>`
    select page.application_key as "applicationKey", a.id as "applicationId", page.type as name
    from (
      select e.application_key, e.resource_type collate "C" as type from entitlements e
      where not e.deleted and e.resource_type <> ''
      ${inApplications(sql, applicationIds)}
      ${query.trim() === '' ? sql`` : sql`and position(${query.trim().toLowerCase()} in lower(e.resource_type)) > 0`}
      ${names ? sql`and e.resource_type = any(${[...names]}::text[])` : sql``}
      ${exceptNames.length > 0 ? sql`and not e.resource_type = any(${[...exceptNames]}::text[])` : sql``}
      ${after ? sql`and (e.application_key, e.resource_type collate "C") > (${after[0]}::integer, ${after[1]})` : sql``}
      group by e.application_key, e.resource_type collate "C"
      order by e.application_key, e.resource_type collate "C" limit ${size + 1}) page
    join applications a on a.key = page.application_key order by page.application_key, page.type`
  const types = rows.slice(0, size)
  const end = rows.length > size ? types.at(-1) : undefined
  return { types, last: end && [end.applicationKey, end.name] }
}

/** All conditions must hold; a missing condition matches everything. */
interface ResourceSearch {
  readonly applicationIds?: readonly string[] | undefined
  /** Part of the name, letter case ignored. */
  readonly query: string
  readonly types?: readonly string[] | undefined
  readonly names?: readonly string[] | undefined
  readonly exceptNames: readonly string[]
  /** Exactly these resources. */
  readonly references?:
    | readonly { readonly applicationId: string; readonly type: string; readonly name: string }[]
    | undefined
}

/** The position at the end of a page of resources. */
type ResourcePosition = readonly [applicationKey: number, type: string, name: string]

/** The resources of the import in force, by application, type and name. An empty name is not a resource. */
export async function searchResources(
  sql: TenantSql,
  { applicationIds, query, types, names, exceptNames, references }: ResourceSearch,
  { size, after }: Page<ResourcePosition>,
): Promise<{ resources: readonly Resource[]; last: ResourcePosition | undefined }> {
  const rows = await sql<Resource[]>`
    select page.application_key as "applicationKey", a.id as "applicationId", page.type, page.name, page.keys as "entitlementKeys"
    from (
      select e.application_key, e.resource_type collate "C" as type, e.resource collate "C" as name, array_agg(e.key) as keys
      from entitlements e
      where not e.deleted and e.resource <> ''
      ${inApplications(sql, applicationIds)}
      ${query.trim() === '' ? sql`` : sql`and position(${query.trim().toLowerCase()} in lower(e.resource)) > 0`}
      ${types ? sql`and e.resource_type = any(${[...types]}::text[])` : sql``}
      ${names ? sql`and e.resource = any(${[...names]}::text[])` : sql``}
      ${exceptNames.length > 0 ? sql`and not e.resource = any(${[...exceptNames]}::text[])` : sql``}
      ${references ? sql`and (e.application_key, e.resource_type, e.resource) in ${namedBy(sql, references)}` : sql``}
      ${
        after
          ? sql`and (e.application_key, e.resource_type collate "C", e.resource collate "C") > (${after[0]}::integer, ${after[1]}, ${after[2]})`
          : sql``
      }
      group by e.application_key, e.resource_type collate "C", e.resource collate "C"
      order by e.application_key, e.resource_type collate "C", e.resource collate "C" limit ${size + 1}) page
    join applications a on a.key = page.application_key order by page.application_key, page.type, page.name`
  const resources = rows.slice(0, size)
  const end = rows.length > size ? resources.at(-1) : undefined
  return { resources, last: end && [end.applicationKey, end.type, end.name] }
}

function namedBy(sql: TenantSql, references: NonNullable<ResourceSearch['references']>) {
  const applications = references.map(({ applicationId }) => applicationId)
  const types = references.map(({ type }) => type)
  const names = references.map(({ name }) => name)
  return sql`(
    select a.key, wanted.type, wanted.name
    from unnest(${applications}::text[], ${types}::text[], ${names}::text[]) wanted (application, type, name)
    join applications a on a.id = wanted.application)`
}

/** The subquery finds the keys first, so that the index by application and resource returns a page in its order. */
function inApplications(sql: TenantSql, ids: readonly string[] | undefined) {
  return ids === undefined
    ? sql``
    : sql`and e.application_key = any(array(select key from applications where id = any(${[...ids]}::text[])))`
}

/** All conditions must hold; a missing condition matches everything. */
interface RiskLevelSearch {
  /** Part of the text, letter case ignored. */
  readonly query: string
  /** The whole text, letter case ignored. */
  readonly text: string
  readonly levels?: readonly string[] | undefined
  readonly exceptLevels: readonly string[]
}

/** The risk levels of the entitlements of the import in force, as the data spell them, in the order of their texts. */
export async function searchRiskLevels(
  sql: TenantSql,
  { query, text, levels, exceptLevels }: RiskLevelSearch,
  { size, after }: Page<readonly [level: string]>,
): Promise<{ levels: readonly string[]; last: readonly [level: string] | undefined }> {
  const rows = await sql<{ level: string }[]>`
    select distinct risk_level collate "C" as level from entitlements
    where not deleted and risk_level <> ''
      ${query.trim() === '' ? sql`` : sql`and position(${query.trim().toLowerCase()} in lower(risk_level)) > 0`}
      ${text === '' ? sql`` : sql`and lower(risk_level) = lower(${text})`}
      ${levels ? sql`and risk_level = any(${[...levels]}::text[])` : sql``}
      ${exceptLevels.length > 0 ? sql`and not risk_level = any(${[...exceptLevels]}::text[])` : sql``}
      ${after ? sql`and risk_level collate "C" > ${after[0]}` : sql``}
    order by level limit ${size + 1}`
  const shown = rows.slice(0, size).map(({ level }) => level)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { levels: shown, last: end === undefined ? undefined : [end] }
}
