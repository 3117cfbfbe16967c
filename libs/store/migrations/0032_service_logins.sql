-- Rights of each service. Until here every service worked as assay_service and could do what any of them needs. Now each has a
-- group, and logs in as a member of it; assay_service keeps what they have in common.

do $$
declare
  wanted name;
  missing name[] := '{}';
begin
  foreach wanted in array array['assay_gateway', 'assay_mining', 'assay_mining_worker', 'assay_sessions'] loop
    begin
      -- A role belongs to the whole server, so another database may have brought it.
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin', wanted);
      end if;
      if not exists (
        select from pg_auth_members
        where roleid = 'assay_service'::regrole and member = (select oid from pg_roles where rolname = wanted)
      ) then
        execute format('grant assay_service to %I', wanted);
      end if;
    exception
      when duplicate_object or unique_violation then
        -- Somebody preparing another database was faster, and may not be done: the same grant twice is one.
        execute format('grant assay_service to %I', wanted);
      when insufficient_privilege then missing := missing || wanted;
    end;
  end loop;
  if missing <> '{}' then
    raise exception 'the user % may not make the roles of the services. As an administrator run: %', current_user,
      (select string_agg(format('create role %1$I nologin; grant assay_service to %1$I; grant %1$I to %2$I with admin option;',
        one, current_user), ' ') from unnest(missing) one);
  end if;
  if exists (
    select from pg_roles
    where rolname = any ('{assay_gateway, assay_mining, assay_mining_worker, assay_sessions}')
      and (rolsuper or rolbypassrls or rolcreaterole or rolcanlogin)
  ) then
    raise exception 'the roles of the services must have none of SUPERUSER, BYPASSRLS, CREATEROLE and LOGIN';
  end if;
end $$;

-- As before, and for chosen roles: 'assay_mining, assay_mining_worker'.
drop function keep_tenants_apart(regclass, text);
create function keep_tenants_apart(tenant_table regclass, privileges text, services text default 'assay_service')
returns void
language plpgsql
set search_path = assay, pg_temp
as $$
declare
  own_rows constant text := 'tenant_id = (select nullif(current_setting(''assay.tenant_id'', true), '''')::integer)';
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('create policy own_tenant on %s using (%s) with check (%s)', tenant_table, own_rows, own_rows);
  execute format('grant %s on %s to %s', privileges, tenant_table, services);
end $$;
revoke execute on function keep_tenants_apart from public;

-- The API clients and the keys that sign their tokens: for the gateway alone, and read by functions.
revoke all on api_clients, client_trusts, used_assertions, call_counts from assay_service;
grant select on client_trusts to assay_gateway;
grant select, insert, delete on used_assertions to assay_gateway;
grant select, insert, update, delete on call_counts to assay_gateway;
revoke execute on function api_client_by_id, signing_key_in_use, verification_keys, put_signing_key from assay_service;
grant execute on function api_client_by_id, signing_key_in_use, verification_keys, put_signing_key to assay_gateway;

-- Access data: the mining service takes uploads and makes a snapshot again where another version wrote it; the worker commits
-- imports; the session service reads.
revoke all on imports, import_files, import_file_chunks, applications, entitlements, identities, grants, usage, snapshots,
  snapshot_chunks from assay_service;
grant select on imports, applications, entitlements, identities, grants, usage, snapshots, snapshot_chunks
  to assay_mining, assay_mining_worker, assay_sessions;
grant insert, update on imports to assay_mining, assay_mining_worker;
grant select, insert, update, delete on import_files to assay_mining;
grant select, insert, delete on import_file_chunks to assay_mining;
grant select, delete on import_files, import_file_chunks to assay_mining_worker;
grant insert, update on applications, entitlements, identities to assay_mining_worker;
grant insert, delete on usage to assay_mining_worker;
grant insert, update on snapshots to assay_mining, assay_mining_worker;
grant insert, delete on snapshot_chunks to assay_mining, assay_mining_worker;
revoke execute on function create_grant_partition, merge_duplicate_grants, index_grant_partition, attach_grant_partition
  from assay_service;
grant execute on function create_grant_partition, merge_duplicate_grants, index_grant_partition, attach_grant_partition
  to assay_mining_worker;

-- Both functions as they are, for the worker alone: who may write an import's grants until they are attached.
do $$
declare
  one regprocedure;
begin
  foreach one in array array['create_grant_partition(integer)', 'attach_grant_partition(integer)']::regprocedure[] loop
    execute replace(pg_get_functiondef(one), 'assay_service', 'assay_mining_worker');
  end loop;
end $$;

-- Access profiles and what is mined: the mining service and its workers; the session service reads profiles.
revoke all on access_profiles, access_profile_entitlements, access_profile_members, access_profile_tasks from assay_service;
grant select on access_profiles, access_profile_entitlements, access_profile_members to assay_sessions;
grant select, insert, update, delete on access_profiles, access_profile_tasks to assay_mining, assay_mining_worker;
grant select, insert, delete on access_profile_entitlements, access_profile_members to assay_mining, assay_mining_worker;

revoke all on role_mining_configs, role_mining_runs, role_mining_suggestions, custom_analyses, role_models, role_model_roles,
  population_minings, population_mining_roles from assay_service;
grant select, insert, update on role_mining_configs to assay_mining;
grant select on role_mining_configs to assay_mining_worker;
grant select, insert, update on role_mining_runs to assay_mining, assay_mining_worker;
grant select, insert, update, delete on role_mining_suggestions, custom_analyses, role_models, population_minings
  to assay_mining, assay_mining_worker;
grant select, insert, delete on role_model_roles, population_mining_roles to assay_mining, assay_mining_worker;

-- Sessions and their roles: the session service alone.
revoke all on mining_sessions, potential_roles, potential_role_exports, potential_role_export_chunks, session_settings,
  staged_roles from assay_service;
grant select, insert, update, delete on mining_sessions, potential_roles, potential_role_exports to assay_sessions;
grant select, insert, delete on potential_role_export_chunks, staged_roles to assay_sessions;
grant select, insert, update on session_settings to assay_sessions;
revoke execute on function tenants_with_expired_exports from assay_service;
grant execute on function tenants_with_expired_exports to assay_sessions;

-- Workers remove the tenants whose grace time is over.
revoke execute on function tenants_due_for_removal, drop_grants_of_removed_tenant, remove_due_tenant from assay_service;
grant execute on function tenants_due_for_removal, drop_grants_of_removed_tenant, remove_due_tenant to assay_mining_worker;

-- What 0026 brought, where it is there: uploads under way, and what workers clean up.
do $$
begin
  if to_regclass('import_uploads') is null then
    return;
  end if;
  revoke all on import_uploads from assay_service;
  grant select, insert, update, delete on import_uploads to assay_mining;
  grant select, delete on import_uploads to assay_mining_worker;
  revoke execute on function remove_dead_uploads, drop_replaced_grants from assay_service;
  grant execute on function remove_dead_uploads, drop_replaced_grants to assay_mining_worker;
end $$;
