import type { TenantSql } from '@assay/store'

/** Figures about the snapshot in force, from the database, without reading the snapshot. */
export interface SnapshotDescription {
  readonly importId: string
  readonly committedAt: Date
  readonly identityCount: number
  /** The number of enabled people, whom mining uses. */
  readonly enabledHumanCount: number
  readonly applicationCount: number
  readonly entitlementCount: number
  readonly grantCount: number
  /** By key. The values of deleted identities do not count; each value of a list counts. */
  readonly attributes: readonly { readonly key: string; readonly valueCount: number }[]
}

/**
 * The description of the snapshot in force; undefined before the first import. One statement, so that all figures belong to one
 * import. It reads every identity: for 100,000 with seven attributes, 3 s on one core.
 */
export async function describeSnapshot(sql: TenantSql): Promise<SnapshotDescription | undefined> {
  const [description] = await sql<SnapshotDescription[]>`
    with present as (select * from identities where status <> 'deleted'),
    built_in as (
      select count(distinct nullif(department, '')) as department, count(distinct nullif(job_title, '')) as job_title,
        count(distinct nullif(manager_id, '')) as manager,
        count(distinct nullif(employment_type, '')) as employment_type,
        count(distinct nullif(employment_status, '')) as employment_status,
        count(distinct status) as directory_status
      from present
    ),
    counted as (
      select each.key, each.value::bigint from built_in, jsonb_each_text(to_jsonb(built_in)) as each
      union all
      select each.key, count(distinct element.value) from present, jsonb_each(present.attributes) as each,
        jsonb_array_elements_text(
          case jsonb_typeof(each.value) when 'array' then each.value else jsonb_build_array(each.value) end) as element (value)
      group by each.key
    )
    select imports.id::text as "importId", imports.committed_at as "committedAt",
      (imports.counts ->> 'identities')::integer as "identityCount",
      (imports.counts ->> 'applications')::integer as "applicationCount",
      (imports.counts ->> 'entitlements')::integer as "entitlementCount",
      (imports.counts ->> 'grants')::integer as "grantCount",
      (select count(*)::integer from identities where status = 'enabled' and type = 'human') as "enabledHumanCount",
      (select json_agg(json_build_object('key', key, 'valueCount', value) order by key collate "C") from counted)
        as attributes
    from snapshots join imports on imports.id = snapshots.import_id`
  return description
}
