-- Access profiles: what one gives, who is a member, and which changes of membership wait for a decision.

create table access_profiles (
  tenant_id integer not null references tenants,
  id uuid not null,
  -- The id in access_profiles.csv, for a profile that an import brought; the next import replaces or removes it.
  external_id text,
  display_name text not null,
  description text not null default '',
  -- Empty: no rule.
  cel_expression text not null default '',
  automation_enabled boolean not null default false,
  create_tasks boolean not null default false,
  common_access boolean not null default false,
  created_by text not null,
  suggestion_id uuid,
  -- The caller's own, so that a creation asked for twice happens once.
  request_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  name_order text collate "C" not null,
  primary key (tenant_id, id),
  check (cel_expression <> '' or not automation_enabled)
);
create unique index access_profiles_external_id on access_profiles (tenant_id, external_id) where external_id is not null;
create unique index access_profiles_request_id on access_profiles (tenant_id, request_id) where request_id is not null;
create index access_profiles_by_name on access_profiles (tenant_id, name_order, id);

create table access_profile_entitlements (
  tenant_id integer not null,
  profile_id uuid not null,
  entitlement_key integer not null,
  primary key (tenant_id, profile_id, entitlement_key),
  foreign key (tenant_id, profile_id) references access_profiles on delete cascade
);

-- No foreign keys: evaluating a large tenant inserts hundreds of thousands of rows, and checking each doubled the time.
-- Whoever deletes a profile deletes its row first and its members then: an evaluation holds the row until it commits.
create table access_profile_members (
  tenant_id integer not null,
  profile_id uuid not null,
  identity_key integer not null,
  joined_at timestamptz not null default now(),
  primary key (tenant_id, profile_id, identity_key)
);
create index access_profile_members_of_identity on access_profile_members (tenant_id, identity_key);

create table access_profile_tasks (
  tenant_id integer not null,
  id uuid not null default gen_random_uuid(),
  profile_id uuid not null,
  identity_key integer not null,
  kind text not null check (kind in ('enrol', 'unenrol')),
  state text not null default 'pending' check (state in ('pending', 'approved', 'declined', 'withdrawn')),
  -- The rule still asks for this change and it has not been made: pending tasks, and declined ones until the rule's answer
  -- for the identity changes, so that a declined change is not asked for again after every import.
  in_force boolean not null default true,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, profile_id) references access_profiles on delete cascade
);
create unique index access_profile_tasks_in_force on access_profile_tasks (tenant_id, profile_id, identity_key, kind) where in_force;
create index access_profile_tasks_pending on access_profile_tasks (tenant_id, created_at, id) where state = 'pending';

select keep_tenants_apart('access_profiles', 'select, insert, update, delete');
select keep_tenants_apart('access_profile_entitlements', 'select, insert, delete');
select keep_tenants_apart('access_profile_members', 'select, insert, delete');
select keep_tenants_apart('access_profile_tasks', 'select, insert, update, delete');
