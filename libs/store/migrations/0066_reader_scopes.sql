-- Readers who see some people only: the scope of an API client, whom it means in the data in force, and row security that holds
-- every query of such a reader to them. A transaction of a bounded reader has the setting assay.reader_scope beside its tenant.

-- What a scope says, and for which data it was settled last.
create table reader_scopes (
  tenant_id integer not null references tenants,
  id uuid not null,
  -- {"filters": [{"attribute", "values"}], "managerId", "applicationIds"}; people meet all filters and are below the manager, or the manager.
  conditions jsonb not null,
  -- The version of the snapshot that the tables below are of; empty: they are to be settled first.
  data_version text not null default '',
  -- Counts how often they were settled.
  revision integer not null default 0,
  primary key (tenant_id, id)
);
create table scope_identities (
  tenant_id integer not null,
  scope_id uuid not null,
  identity_key integer not null,
  primary key (tenant_id, scope_id, identity_key),
  foreign key (tenant_id, scope_id) references reader_scopes on delete cascade
);
create table scope_applications (
  tenant_id integer not null,
  scope_id uuid not null,
  application_key integer not null,
  primary key (tenant_id, scope_id, application_key),
  foreign key (tenant_id, scope_id) references reader_scopes on delete cascade
);
-- Whether all people and entitlements of a suggestion lie inside, for each suggestion that was looked at.
create table scope_suggestions (
  tenant_id integer not null,
  scope_id uuid not null,
  suggestion_id uuid not null,
  is_inside boolean not null,
  primary key (tenant_id, scope_id, suggestion_id),
  foreign key (tenant_id, scope_id) references reader_scopes on delete cascade
);

-- A bounded reader does not see what was not looked at, so this is asked beside the policies below.
create function has_unsettled_suggestions(of_scope uuid) returns boolean
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select exists (
    select from role_mining_suggestions suggestion
    where tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer) and not exists (
      select from scope_suggestions settled
      where settled.tenant_id = suggestion.tenant_id and settled.scope_id = of_scope and settled.suggestion_id = suggestion.id))
$$;
revoke execute on function has_unsettled_suggestions from public;
grant execute on function has_unsettled_suggestions to assay_mining;

select keep_tenants_apart('reader_scopes', 'select, update', 'assay_mining, assay_sessions');
select keep_tenants_apart('scope_identities', 'select, insert, delete', 'assay_mining, assay_sessions');
select keep_tenants_apart('scope_applications', 'select, insert, delete', 'assay_mining, assay_sessions');
select keep_tenants_apart('scope_suggestions', 'select, insert, delete', 'assay_mining');
-- Workers bound nobody; the policies below name these tables in their queries too.
grant select on reader_scopes, scope_identities, scope_applications, scope_suggestions to assay_mining_worker;
grant select on scope_suggestions to assay_sessions;

-- The scope that an API client is bound to; null: it sees all.
alter table api_clients add column reader_scope_id uuid;

drop function api_client_by_id;
create function api_client_by_id(wanted_client_id text)
returns table (
  tenant_id integer,
  tenant text,
  client_id text,
  dialect text,
  role text,
  display_name text,
  identity_id text,
  secret_hash bytea,
  public_key jsonb,
  scopes text[],
  reader_scope_id uuid
)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select c.tenant_id, t.name, c.client_id, c.dialect, c.role, c.display_name, c.identity_id, c.secret_hash, c.public_key,
    c.scopes, c.reader_scope_id
  from api_clients c join tenants t using (tenant_id)
  where c.client_id = wanted_client_id and c.revoked_at is null
$$;
revoke execute on function api_client_by_id from public;
grant execute on function api_client_by_id to assay_gateway;

-- Holds bounded readers to the rows of a table of which `inside` is true. For everybody else the condition is one comparison of
-- integers, of which the planner expects that nearly all rows pass: their plans stay as they were.
create function keep_within_reader_scope(scoped_table regclass, inside text, commands text default 'all')
returns void
language plpgsql
set search_path = assay, pg_temp
as $$
declare
  reader constant text :=
    '(select case when coalesce(current_setting(''assay.reader_scope'', true), '''') = '''' then 0 else 1 end)';
begin
  execute format('create policy within_reader_scope on %s as restrictive for %s using (%s <> 1 or (%s))',
    scoped_table, commands, reader, inside);
end $$;
revoke execute on function keep_within_reader_scope from public;

-- What lies in the scope of whoever asks. Functions, since a query in a policy is planned with every query of the table, and with
-- the policies of the tables that it names: also for those who are bound to nothing.
create function keys_of_scoped_people() returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select identity_key from scope_identities
  where tenant_id = nullif(current_setting('assay.tenant_id', true), '')::integer
    and scope_id = nullif(current_setting('assay.reader_scope', true), '')::uuid
$$;
create function keys_of_scoped_applications() returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select application_key from scope_applications
  where tenant_id = nullif(current_setting('assay.tenant_id', true), '')::integer
    and scope_id = nullif(current_setting('assay.reader_scope', true), '')::uuid
$$;
create function keys_of_scoped_entitlements() returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select e.key from scope_applications s
  join entitlements e on e.tenant_id = s.tenant_id and e.application_key = s.application_key
  where s.tenant_id = nullif(current_setting('assay.tenant_id', true), '')::integer
    and s.scope_id = nullif(current_setting('assay.reader_scope', true), '')::uuid
$$;
-- Whether all people and all entitlements of a block lie inside.
create function is_block_in_scope(identity_keys integer[], entitlement_keys integer[]) returns boolean
language sql stable cost 1
set search_path = assay, pg_temp
as $$
  select not exists (select from unnest(identity_keys) member (key)
      where member.key not in (select keys_of_scoped_people()))
    and not exists (select from unnest(entitlement_keys) given (key)
      where given.key not in (select keys_of_scoped_entitlements()))
$$;
create function ids_of_scoped_suggestions() returns setof uuid
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select suggestion_id from scope_suggestions
  where tenant_id = nullif(current_setting('assay.tenant_id', true), '')::integer
    and scope_id = nullif(current_setting('assay.reader_scope', true), '')::uuid and is_inside
$$;
revoke execute on function keys_of_scoped_people, keys_of_scoped_applications, keys_of_scoped_entitlements, is_block_in_scope,
  ids_of_scoped_suggestions from public;
grant execute on function keys_of_scoped_people, keys_of_scoped_applications, keys_of_scoped_entitlements, is_block_in_scope,
  ids_of_scoped_suggestions to assay_gateway, assay_mining, assay_mining_worker, assay_sessions;

-- The people and what is said of each.
select keep_within_reader_scope('identities', 'key in (select keys_of_scoped_people())');
select keep_within_reader_scope('applications', 'key in (select keys_of_scoped_applications())');
select keep_within_reader_scope('entitlements', 'application_key in (select keys_of_scoped_applications())');
select keep_within_reader_scope('grants',
  'identity_key in (select keys_of_scoped_people()) and entitlement_key in (select keys_of_scoped_entitlements())');
select keep_within_reader_scope(person_table,
  'identity_key in (select keys_of_scoped_people()) and application_key in (select keys_of_scoped_applications())')
from unnest('{accounts, usage}'::regclass[]) person_table;
select keep_within_reader_scope('policy_exceptions', 'identity_key in (select keys_of_scoped_people())');

-- The members of a profile, those that wait for a decision too, and its entitlements, also those outside the reader's scope, by their
-- keys alone: whether a profile lies inside is asked of all of them.
create function profile_member_keys(of_tenant integer, of_profile uuid) returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select identity_key from access_profile_members
  where tenant_id = of_tenant and profile_id = of_profile
    and tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer)
  union
  select identity_key from access_profile_tasks
  where tenant_id = of_tenant and profile_id = of_profile and state = 'pending'
    and tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer)
$$;
create function profile_entitlement_keys(of_tenant integer, of_profile uuid) returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select entitlement_key from access_profile_entitlements
  where tenant_id = of_tenant and profile_id = of_profile
    and tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer)
$$;
revoke execute on function profile_member_keys, profile_entitlement_keys from public;
grant execute on function profile_member_keys, profile_entitlement_keys to assay_mining, assay_mining_worker, assay_sessions;

create function is_profile_in_scope(of_tenant integer, of_profile uuid) returns boolean
language sql stable cost 1
set search_path = assay, pg_temp
as $$
  select is_block_in_scope(
    array (select profile_member_keys(of_tenant, of_profile)), array (select profile_entitlement_keys(of_tenant, of_profile)))
$$;
revoke execute on function is_profile_in_scope from public;
grant execute on function is_profile_in_scope to assay_gateway, assay_mining, assay_mining_worker, assay_sessions;

-- What people decide on is there for a bounded reader when all of it lies inside.
select keep_within_reader_scope('access_profiles', 'is_profile_in_scope(tenant_id, id)');
select keep_within_reader_scope(of_members,
  'identity_key in (select keys_of_scoped_people()) and is_profile_in_scope(tenant_id, profile_id)')
from unnest('{access_profile_members, access_profile_tasks}'::regclass[]) of_members;
select keep_within_reader_scope('access_profile_entitlements',
  'entitlement_key in (select keys_of_scoped_entitlements()) and is_profile_in_scope(tenant_id, profile_id)');
select keep_within_reader_scope('role_mining_suggestions', 'id in (select ids_of_scoped_suggestions())');
select keep_within_reader_scope('suggestion_dismissals', 'suggestion_id in (select ids_of_scoped_suggestions())');
select keep_within_reader_scope('potential_roles', 'identity_keys <> ''{}'' and is_block_in_scope(identity_keys, entitlement_keys)');
select keep_within_reader_scope('candidate_drafts', 'is_block_in_scope(identity_keys, entitlement_keys)');
select keep_within_reader_scope('candidate_draft_steps', 'draft_id in (select d.id from candidate_drafts d)');

-- What is of everybody is no bounded reader's: raw files and records, and what was computed of all of them.
select keep_within_reader_scope(whole, 'false')
from unnest('{snapshot_chunks, import_file_chunks, source_files, source_file_chunks, source_people, source_accounts, source_grants,
  source_usage, source_account_owners, source_orphans, source_account_links, source_change_sets, source_grant_changes,
  custom_analyses, role_models, role_model_roles, population_minings, population_mining_roles, readiness_reports, run_candidates,
  load_changes, role_health}'::regclass[]) whole;
