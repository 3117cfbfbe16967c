import { failedPrecondition, invalidArgument, notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** A source as the system whose export it is: its records have the ids of that system. */
export interface SystemSource {
  readonly id: number
  readonly name: string
  /** The load that has its records; null for an import. */
  readonly recordsLoad: number | null
  readonly definesPeople: boolean
}

/**
 * The source with this name; without a name, the only source with entitlements of an application.
 * @param application as the ready map of the system names it; '' for none
 * @throws not_found for an unknown name; invalid_argument when several sources have the application;
 * failed_precondition for a source without a load
 */
export async function sourceOfSystem(
  sql: TenantSql,
  { name, application }: { readonly name: string; readonly application: string },
): Promise<SystemSource | undefined> {
  if (name === '' && application === '') return undefined
  const found = await sql<(SystemSource & { readonly load: number | null })[]>`
    select id, name, load_id as load, records_load_id as "recordsLoad", defines_people as "definesPeople" from sources s
    where retired_at is null and ${
      name === ''
        ? sql`exists (select from source_entitlements e where e.load_id = s.records_load_id and e.application = ${application})`
        : sql`name = ${name}`
    } order by position, id`
  const [only, ...others] = found
  if (only === undefined && name !== '') throw notFound('source', name)
  if (only?.load === null)
    throw failedPrecondition(
      `the source ${name} has no load in force yet: load the export of the system that gets the files`,
    )
  if (others.length > 0)
    throw invalidArgument(
      'source',
      `is needed: ${found.map((one) => one.name).join(', ')} have entitlements of the application ${application}; name the source of the system that gets the files`,
    )
  return only
}

interface EntitlementName {
  readonly applicationId: string
  readonly id: string
}

/** The places of the entitlements that the source has. An import has all of them. */
export async function placesInSource(
  sql: TenantSql,
  { recordsLoad }: SystemSource,
  entitlements: readonly EntitlementName[],
): Promise<ReadonlySet<number>> {
  if (recordsLoad === null) return new Set(entitlements.keys())
  const applications = entitlements.map(({ applicationId }) => applicationId)
  const ids = entitlements.map(({ id }) => id)
  const rows = await sql<{ place: number }[]>`
    select (place - 1)::integer as place
    from unnest(${applications}::text[], ${ids}::text[]) with ordinality named (application, id, place)
    join source_entitlements e on e.load_id = ${recordsLoad} and e.application = named.application and e.id = named.id`
  return new Set(rows.map(({ place }) => place))
}

/**
 * The ids of the accounts that identities have in the source, by the ids of the identities. Disabled accounts count only for an identity
 * without an enabled one. An identity that the source itself defines has its own id.
 */
export async function accountIdsOf(
  sql: TenantSql,
  { id, recordsLoad, definesPeople }: SystemSource,
  identityIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (recordsLoad === null) return new Map(identityIds.map((one) => [one, [one]]))
  const rows = await sql<{ identityId: string; ids: string[]; enabled: string[] | null }[]>`
    select identity_id as "identityId", array_agg(distinct account_id collate "C") as ids,
      array_agg(distinct account_id collate "C") filter (where status <> 'disabled') as enabled
    from (
      select o.identity_id, o.account_id, coalesce(a.record -> 'fields' ->> 'status', p.record -> 'fields' ->> 'status', '') as status
      from source_account_owners o
      left join source_accounts a on a.load_id = ${recordsLoad} and a.application = o.application and a.id = o.account_id
      left join source_people p on p.load_id = ${recordsLoad} and p.id = o.account_id
      where o.source_id = ${id} and o.identity_id = any(${[...identityIds]}::text[])
      union all
      select id, id, '' from source_people
      where load_id = ${recordsLoad} and ${definesPeople} and id = any(${[...identityIds]}::text[])
    ) held group by identity_id`
  return new Map(rows.map(({ identityId, ids, enabled }) => [identityId, enabled ?? ids]))
}
