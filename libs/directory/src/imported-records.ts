import type { Fragment, TenantSql } from '@assay/store'
import { importOfGrants } from './relations.ts'

// Relations with the records in force, in the form of an import's files, to put after `from`. All values are texts; a missing value
// is ''.

/**
 * `key, id, display_name, email, username, department, job_title, manager_id, employment_type, employment_status, status, type,
 * attributes`. A list has the header that declares it as its key, and U+001F between its values.
 */
export function importedPeople(sql: TenantSql): Fragment {
  return sql`(
    select key, id, display_name, email, username, department, job_title, manager_id, employment_type, employment_status,
      status, type, (
        select coalesce(jsonb_object_agg(
          case jsonb_typeof(value) when 'array' then name || '[' || chr(31) || ']' else name end,
          case jsonb_typeof(value)
            when 'array' then to_jsonb(array_to_string(array(select jsonb_array_elements_text(value)), chr(31)))
            else value end), '{}')
        from jsonb_each(attributes) attribute (name, value)) as attributes
    from identities where status <> 'deleted')`
}

/** `key, id, display_name, description`. */
export function importedApplications(sql: TenantSql): Fragment {
  return sql`(select key, id, display_name, description from applications where not deleted)`
}

/** `key, id, application_id, display_name, description, resource_type, resource, attribute, risk_level, privileged`. */
export function importedEntitlements(sql: TenantSql): Fragment {
  return sql`(
    select e.key, e.id, a.id as application_id, e.display_name, e.description, e.resource_type, e.resource, e.attribute,
      e.risk_level, e.privileged
    from entitlements e join applications a on a.key = e.application_key where not e.deleted)`
}

/**
 * `identity_key, entitlement_key, identity_id, application_id, entitlement_id, granted_at, last_used_at`, with times as in a file.
 */
export function importedGrants(sql: TenantSql): Fragment {
  return sql`(
    select g.identity_key, g.entitlement_key, i.id as identity_id, a.id as application_id, e.id as entitlement_id,
      ${instant(sql, 'granted_at')} as granted_at, ${instant(sql, 'last_used_at')} as last_used_at
    from grants g
    join identities i on i.key = g.identity_key
    join entitlements e on e.key = g.entitlement_key
    join applications a on a.key = e.application_key
    where g.import_id = ${importOfGrants(sql)})`
}

/** `holder_key, entitlement_key, holder_id, holder_application_id, entitlement_id, application_id`. */
export function importedMemberships(sql: TenantSql): Fragment {
  return sql`(
    select m.holder_key, m.entitlement_key, h.id as holder_id, ha.id as holder_application_id, e.id as entitlement_id,
      a.id as application_id
    from entitlement_memberships m
    join entitlements h on h.key = m.holder_key
    join applications ha on ha.key = h.application_key
    join entitlements e on e.key = m.entitlement_key
    join applications a on a.key = e.application_key)`
}

/**
 * `identity_key, application_key, identity_id, application_id, day`: one row for each day on which an identity used an application
 * within the window of the import. Only the last day is exact; the others are the days just before it.
 */
export function importedUsage(sql: TenantSql): Fragment {
  return sql`(
    select u.identity_key, u.application_key, i.id as identity_id, a.id as application_id, u.last_day - before.days as day
    from usage u
    join identities i on i.key = u.identity_key
    join applications a on a.key = u.application_key
    cross join lateral generate_series(0, u.days_used - 1) before (days))`
}

function instant(sql: TenantSql, column: 'granted_at' | 'last_used_at'): Fragment {
  return sql`coalesce(to_char(g.${sql(column)} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')`
}
