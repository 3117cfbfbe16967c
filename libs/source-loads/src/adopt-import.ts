import {
  type CommittingImport,
  importedApplications,
  importedEntitlements,
  importedGrants,
  importedMemberships,
  importedPeople,
  importedUsage,
  importKeyOf,
} from '@assay/directory'
import { listName, listSeparator, type RecordForms } from '@assay/sources'
import { asJson, type Fragment, type TenantSql } from '@assay/store'
import { isOfLoad } from './grants-of-load.ts'
import type { LoadCounts } from './load.ts'
import { nativeSource } from './sources.ts'

/** How the files of an import refer to people and entitlements: by their ids. */
const importForms: RecordForms & { keyNames: string[] } = {
  people: [{ match: ['id'], among: ['identities'] }],
  accounts: [],
  grants: [
    { holder: { match: ['id'], among: ['identities'] }, entitlement: [] },
    { holder: { match: [], among: ['entitlements'], namesApplication: true }, entitlement: [] },
  ],
  usage: [{ match: ['id'], among: ['identities'] }],
  keyNames: [],
}

/** The number of the native source, which is created if it does not exist. */
export async function nativeSourceKey(sql: TenantSql, tenantId: number, createdBy: string): Promise<number> {
  const [before] = await sql<{ id: number }[]>`
    select id from sources where name = ${nativeSource} and retired_at is null`
  if (before !== undefined) return before.id
  const [made] = await sql<{ id: number }[]>`
    insert into sources (tenant_id, name, display_name, position, created_by)
    select ${tenantId}, ${nativeSource}, 'Imports', count(*) + 1, ${createdBy} from sources where retired_at is null
    returning id`
  if (made === undefined) throw new Error('the source of imports was not made')
  return made.id
}

/** Makes an import the newest load of the native source, when that is the only source. Its records are those in force. */
export async function recordNativeLoad(sql: TenantSql, committing: CommittingImport): Promise<void> {
  const { tenantId, importId, createdBy, counts } = committing
  const source = await nativeSourceKey(sql, tenantId, createdBy)
  const loaded: LoadCounts = {
    people: counts.identities,
    accounts: 0,
    applications: counts.applications,
    entitlements: counts.entitlements,
    grants: counts.grants + (counts.memberships ?? 0),
    usageRows: counts.usageRows,
  }
  await sql`
    with loaded as (
      insert into source_loads (tenant_id, source_id, state, created_by, committed_at, import_id, counts)
      values (${tenantId}, ${source}, 'committed', ${createdBy}, now(), ${importKeyOf(importId)}, ${sql.json({ ...loaded })})
      returning id)
    update sources set load_id = loaded.id, records_load_id = null from loaded where sources.id = ${source}`
}

/**
 * The attributes of a person `p` in the form of records: a list has a key that marks it as a list, and all its values in one text.
 */
function attributesOfRecord(sql: TenantSql): Fragment {
  return sql`coalesce((
    select jsonb_object_agg(
      case jsonb_typeof(each.value) when 'array' then each.key || ${listName('')}::text else each.key end,
      case jsonb_typeof(each.value) when 'array' then to_jsonb((
        select string_agg(element.value, ${listSeparator}::text) from jsonb_array_elements_text(each.value) as element (value)
      )) else each.value end)
    from jsonb_each(p.attributes) as each), '{}')`
}

/**
 * Gives the native source records, copied from the import in force, before other sources join it. Afterwards the access in force is
 * composed of all sources. Call it while no import can be committed.
 */
export async function adoptImport(sql: TenantSql, tenantId: number): Promise<void> {
  const [native] = await sql<{ id: number; load: number }[]>`
    select id, load_id as load from sources
    where name = ${nativeSource} and retired_at is null and load_id is not null and records_load_id is null`
  if (native === undefined) return
  const { load } = native
  await sql`
    insert into source_people (tenant_id, load_id, ordinal, id, record)
    select ${tenantId}, ${load}, row_number() over (order by key), id, jsonb_build_object('form', 0, 'id', id,
      'place', jsonb_build_object('part', ${'identities.csv'}::text, 'at', ''),
      'fields', jsonb_strip_nulls(jsonb_build_object('display_name', display_name, 'email', nullif(email, ''),
        'username', nullif(username, ''), 'department', nullif(department, ''), 'job_title', nullif(job_title, ''),
        'employment_type', nullif(employment_type, ''), 'employment_status', nullif(employment_status, ''),
        'status', status, 'type', type)),
      'attributes', ${attributesOfRecord(sql)}, 'keys', '[]'::jsonb, 'manager', manager_id)
    from ${importedPeople(sql)} p`
  await sql`
    insert into source_applications (tenant_id, load_id, ordinal, id, record)
    select ${tenantId}, ${load}, row_number() over (order by key), id,
      jsonb_build_object('id', id, 'fields', jsonb_strip_nulls(jsonb_build_object(
        'display_name', display_name, 'description', nullif(description, ''))))
    from ${importedApplications(sql)} a`
  await sql`
    insert into source_entitlements (tenant_id, load_id, ordinal, application, id, record)
    select ${tenantId}, ${load}, row_number() over (order by key), application_id, id,
      jsonb_build_object('application', application_id, 'id', id, 'keys', '[]'::jsonb,
        'place', jsonb_build_object('part', ${'entitlements.csv'}::text, 'at', ''),
        'fields', jsonb_strip_nulls(jsonb_build_object('display_name', display_name, 'description', nullif(description, ''),
          'resource_type', nullif(resource_type, ''), 'resource', nullif(resource, ''), 'attribute', nullif(attribute, ''),
          'risk_level', nullif(risk_level, ''), 'privileged', case when privileged then 'true' end)))
    from ${importedEntitlements(sql)} e`
  await sql`
    insert into source_grants (tenant_id, load_id, ordinal, form, holder, application, entitlement, granted_at, last_used_at)
    select ${tenantId}, ${load}, row_number() over (order by identity_key, entitlement_key), 0, identity_id, application_id,
      entitlement_id, granted_at, last_used_at
    from ${importedGrants(sql)} g`
  await sql`
    insert into source_grants (tenant_id, load_id, ordinal, form, holder, holder_application, application, entitlement)
    select ${tenantId}, ${load}, (select count(*) from source_grants where ${isOfLoad(sql, load)})
      + row_number() over (order by holder_key, entitlement_key), 1, holder_id, holder_application_id, application_id,
      entitlement_id
    from ${importedMemberships(sql)} m`
  await sql`
    insert into source_usage (tenant_id, load_id, ordinal, form, holder, application, day)
    select ${tenantId}, ${load}, row_number() over (order by identity_key, application_key, day), 0, identity_id,
      application_id, day
    from ${importedUsage(sql)} u`
  await sql`
    update source_loads set forms = ${asJson(sql, importForms)}, counts = jsonb_build_object(
      'people', (select count(*) from source_people where load_id = ${load}), 'accounts', 0,
      'applications', (select count(*) from source_applications where load_id = ${load}),
      'entitlements', (select count(*) from source_entitlements where load_id = ${load}),
      'grants', (select count(*) from source_grants where ${isOfLoad(sql, load)}),
      'usageRows', (select count(*) from source_usage where load_id = ${load}))
    where id = ${load}`
  await sql`update sources set records_load_id = ${load} where id = ${native.id}`
}
