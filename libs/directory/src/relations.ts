import type { Fragment, TenantSql } from '@assay/store'

// The directory in the queries of other rooms: relations to put after `from` or `join` under an alias. PostgreSQL plans
// them as if the tables stood in their place; columns that a query does not use cost nothing.

/**
 * Identities, deleted ones too: `tenant_id, key, id, display_name, email, username, department, job_title, manager_id,
 * employment_type, employment_status, status, type, attributes`, and `name_order, email_order` to sort by.
 */
export function identityRelation(sql: TenantSql): Fragment {
  return sql`(
    select tenant_id, key, id, display_name, email, username, department, job_title, manager_id, employment_type,
      employment_status, status, type, attributes, name_order, email_order
    from identities)`
}

/** Usage older than this says little about today: its feed has stopped, or the application is used no more. */
const currentUsageDays = 30

/**
 * Entitlements with their application, deleted ones too: `tenant_id, key, id, display_name, description, attribute,
 * privileged, deleted, name_order, application_key, application_id, application_name, application_order`, and
 * `application_usage_is_current`: whether the application's usage reaches into the last 30 days.
 */
export function entitlementRelation(sql: TenantSql): Fragment {
  return sql`(
    select e.tenant_id, e.key, e.id, e.display_name, e.description, e.attribute, e.privileged, e.deleted, e.name_order,
      e.application_key, a.id as application_id, a.display_name as application_name, a.name_order as application_order,
      (a.usage_through > (now() at time zone 'utc')::date - ${currentUsageDays}::integer) as application_usage_is_current
    from entitlements e join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key)`
}

/** The entitlements of the import in force: `tenant_id, key`. */
export function presentEntitlements(sql: TenantSql): Fragment {
  return sql`(select tenant_id, key from entitlements where not deleted)`
}

/** What identities hold by the import in force: `tenant_id, identity_key, entitlement_key`. */
export function grantsInForce(sql: TenantSql): Fragment {
  return sql`(select tenant_id, identity_key, entitlement_key from grants where import_id = ${importInForce(sql)})`
}

/**
 * The accounts of identities by the import in force, one for each application in which they hold anything: `identity_key,
 * application_id, application_name`, and `privileged` when one of the entitlements is.
 */
export function accountsInForce(sql: TenantSql): Fragment {
  return sql`(
    select account.identity_key, account.privileged, a.id as application_id, a.display_name as application_name
    from (
      select held.identity_key, e.application_key, bool_or(e.privileged) as privileged
      from ${grantsInForce(sql)} held join entitlements e on e.key = held.entitlement_key
      group by held.identity_key, e.application_key
    ) account
    join applications a on a.key = account.application_key)`
}

/** How much identities hold by the import in force: `identity_key, entitlements, applications`; without those that hold nothing. */
export function accessCounts(sql: TenantSql): Fragment {
  return sql`(
    select held.identity_key, count(*) as entitlements, count(distinct e.application_key) as applications
    from ${grantsInForce(sql)} held join entitlements e on e.key = held.entitlement_key
    group by held.identity_key)`
}

/**
 * Whose usage of one application is known: `tenant_id, identity_key, days_used`, the days within the window of the import.
 * Empty for an application that does not exist.
 */
export function usageOf(sql: TenantSql, applicationId: string): Fragment {
  return sql`(
    select tenant_id, identity_key, days_used from usage
    where application_key = (select key from applications where id = ${applicationId}))`
}

/** The number of the import in force, as one value of a query; null before the first. */
export function importInForce(sql: TenantSql): Fragment {
  return sql`(select import_id from snapshots)`
}

/** Since when the access data are in force, as one value of a query; null before the first import. */
export function inForceSince(sql: TenantSql): Fragment {
  return sql`(select created_at from snapshots)`
}
