import type { Fragment, TenantSql } from '@assay/store'

// The tables of the directory for the queries of other rooms: relations to put after `from` or `join` under an alias. PostgreSQL
// plans them like the tables themselves; columns that a query does not use cost nothing.

/**
 * Identities, with deleted ones: `tenant_id, key, id, display_name, email, username, department, job_title, manager_id,
 * employment_type, employment_status, status, type, attributes`, and `name_order, email_order` to sort by.
 */
export function identityRelation(sql: TenantSql): Fragment {
  return sql`(
    select tenant_id, key, id, display_name, email, username, department, job_title, manager_id, employment_type,
      employment_status, status, type, attributes, name_order, email_order
    from identities)`
}

/** Older usage says little about the present: its feed has stopped, or the application is no longer used. */
const currentUsageDays = 30

/**
 * Entitlements with their application, deleted ones too: `tenant_id, key, id, display_name, description, attribute,
 * privileged, risk_level, resource_type, deleted, name_order, application_key, application_id, application_name, application_order`, and
 * `application_usage_is_current`: whether the application's usage reaches into the last 30 days.
 */
export function entitlementRelation(sql: TenantSql): Fragment {
  return sql`(
    select e.tenant_id, e.key, e.id, e.display_name, e.description, e.attribute, e.privileged, e.risk_level, e.resource_type,
      e.deleted, e.name_order, e.application_key, a.id as application_id, a.display_name as application_name, a.name_order as application_order,
      (a.usage_through > (now() at time zone 'utc')::date - ${currentUsageDays}::integer) as application_usage_is_current
    from entitlements e join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key)`
}

/** The entitlements of the import in force: `tenant_id, key`. */
export function presentEntitlements(sql: TenantSql): Fragment {
  return sql`(select tenant_id, key from entitlements where not deleted)`
}

/** The entitlements that identities are assigned by the import in force: `tenant_id, identity_key, entitlement_key`. */
export function grantsInForce(sql: TenantSql): Fragment {
  return sql`(select tenant_id, identity_key, entitlement_key from grants where import_id = ${importOfGrants(sql)})`
}

/** The entitlements that groups give, through any number of groups: `tenant_id, group_key, entitlement_key`. */
export function groupAccess(sql: TenantSql): Fragment {
  return sql`(
    select held.tenant_id, held.key as group_key, given.key as entitlement_key
    from entitlement_groups held
    join entitlement_closures c on c.tenant_id = held.tenant_id and c.closure = held.closure
    cross join lateral unnest(c.entitlement_keys) given (key)
    where given.key <> held.key)`
}

/**
 * The effective access of a holder of an entitlement: `tenant_id, holder_key, entitlement_key`. It is the entitlement itself and,
 * for a group, everything that it gives. Join assigned grants last: the access of a group is then computed once for each group and
 * not once for each identity.
 */
export function accessGiven(sql: TenantSql): Fragment {
  return sql`(
    select tenant_id, key as holder_key, key as entitlement_key from entitlements
    union all
    select tenant_id, group_key, entitlement_key from ${groupAccess(sql)} given)`
}

/**
 * The applications in which the holder of an entitlement has access: its own application, and those of the entitlements that it
 * gives.
 */
export function applicationsGiven(sql: TenantSql): Fragment {
  return sql`(
    select key as holder_key, application_key, privileged, true as is_own from entitlements
    union all
    select given.group_key, e.application_key, bool_or(e.privileged), false
    from ${groupAccess(sql)} given join entitlements e on e.key = given.entitlement_key
    group by given.group_key, e.application_key)`
}

/**
 * The accounts of identities that sources brought: `identity_key, application_key, application_id, application_name, id, name,
 * disabled`. An identity may have several accounts in an application, and may hold nothing there.
 */
export function broughtAccounts(sql: TenantSql): Fragment {
  return sql`(
    select account.identity_key, account.application_key, account.id, account.name, account.disabled,
      a.id as application_id, a.display_name as application_name
    from accounts account join applications a on a.key = account.application_key)`
}

/**
 * The accounts of identities: `identity_key, application_id, application_name, privileged, disabled, id, name`. They are those that
 * sources brought and, for an application in which an identity has access without such an account, a derived one. `privileged` is
 * true when one of the effective entitlements there is privileged. `id` and `name` are null for a derived account.
 */
export function accountsInForce(sql: TenantSql): Fragment {
  return sql`(
    select account.identity_key, account.privileged, account.id, account.name, account.disabled, a.id as application_id,
      a.display_name as application_name
    from (
      select identity_key, application_key, coalesce(access.privileged, false) as privileged, brought.id, brought.name,
        coalesce(brought.disabled, false) as disabled
      from (
        select held.identity_key, given.application_key, bool_or(given.privileged) as privileged
        from ${grantsInForce(sql)} held join ${applicationsGiven(sql)} given on given.holder_key = held.entitlement_key
        group by held.identity_key, given.application_key
      ) access
      full join accounts brought using (identity_key, application_key)
    ) account
    join applications a on a.key = account.application_key)`
}

/**
 * The access of each identity by the import in force: `identity_key, entitlements, applications, accounts`. `entitlements` counts
 * assigned ones, `applications` those by effective access, `accounts` those of `accountsInForce`. Identities without access have no
 * row.
 */
export function accessCounts(sql: TenantSql): Fragment {
  return sql`(
    select identity_key, coalesce(access.entitlements, 0) as entitlements, coalesce(access.applications, 0) as applications,
      coalesce(access.without_account, 0) + coalesce(brought.accounts, 0) as accounts
    from (
      select held.identity_key, count(*) filter (where given.is_own) as entitlements,
        count(distinct given.application_key) as applications,
        count(distinct given.application_key) filter (where brought.application_key is null) as without_account
      from ${grantsInForce(sql)} held join ${applicationsGiven(sql)} given on given.holder_key = held.entitlement_key
      left join (select distinct identity_key, application_key from accounts) brought
        on brought.identity_key = held.identity_key and brought.application_key = given.application_key
      group by held.identity_key
    ) access
    full join (select identity_key, count(*) as accounts from accounts group by identity_key) brought using (identity_key))`
}

/**
 * The known usage of one application: `tenant_id, identity_key, days_used`, where `days_used` counts days within the window of the
 * import. No rows for an application that does not exist.
 */
export function usageOf(sql: TenantSql, applicationId: string): Fragment {
  return sql`(
    select tenant_id, identity_key, days_used from usage
    where application_key = (select key from applications where id = ${applicationId}))`
}

/** The number of the import in force, as one value of a query; null before the first import. */
export function importInForce(sql: TenantSql): Fragment {
  return sql`(select import_id from snapshots)`
}

/**
 * The import whose partition contains the grants in force, as one value of a query. Imports that change a few grants change them in
 * that partition. Null before the first import.
 */
export function importOfGrants(sql: TenantSql): Fragment {
  return sql`(select case when grants_changed_by = import_id then grants_import_id else import_id end from snapshots)`
}

/** The number of the import in force; undefined before the first import. */
export async function loadInForce(sql: TenantSql): Promise<number | undefined> {
  const [row] = await sql<{ id: number }[]>`select import_id as id from snapshots`
  return row?.id
}

/** The time at which the access data in force came into force, as one value of a query; null before the first import. */
export function inForceSince(sql: TenantSql): Fragment {
  return sql`(select created_at from snapshots)`
}
