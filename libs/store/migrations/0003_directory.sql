-- Access data: who there is, what there is to hold, who holds it, and the imports that brought it.

create table imports (
  id integer generated always as identity primary key,
  tenant_id integer not null references tenants,
  state text not null default 'open' check (state in ('open', 'committing', 'committed', 'failed', 'aborted')),
  skip_invalid boolean not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  committed_at timestamptz,
  -- SHA-256 over names and contents of the files and the options; the same as that of the import in force: nothing to do.
  content_hash bytea,
  same_content_as integer,
  counts jsonb,
  -- The first hundred faults: [{"file", "line", "column", "reason"}].
  errors jsonb not null default '[]',
  error_count bigint not null default 0,
  error_message text not null default ''
);
create unique index imports_one_open on imports (tenant_id) where state in ('open', 'committing');
create index imports_newest on imports (tenant_id, id desc);

create table import_files (
  tenant_id integer not null references tenants,
  import_id integer not null references imports on delete cascade,
  name text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  uploaded_at timestamptz not null default now(),
  primary key (import_id, name)
);

-- The content of an open import, so that any worker can commit it; removed when the import ends.
create table import_file_chunks (
  tenant_id integer not null references tenants,
  import_id integer not null references imports on delete cascade,
  file_name text not null,
  ordinal integer not null,
  compression text not null check (compression in ('none', 'zstd')),
  data bytea not null,
  primary key (import_id, file_name, ordinal)
);
-- Compressed already.
alter table import_file_chunks alter column data set storage external;

-- In the three tables that follow "key" is a row's number inside its tenant. It never changes and is never used again:
-- what an import no longer holds is marked deleted. "id" is the customer's own.
create table applications (
  tenant_id integer not null references tenants,
  key integer not null,
  id text not null,
  display_name text not null,
  description text not null default '',
  deleted boolean not null default false,
  -- Lower case by the import. Row level security lets only leakproof operators use an index: ranges over "C", no LIKE.
  name_order text collate "C" not null,
  primary key (tenant_id, key),
  unique (tenant_id, id)
);
create index applications_by_name on applications (tenant_id, name_order, key);

create table entitlements (
  tenant_id integer not null references tenants,
  key integer not null,
  application_key integer not null,
  id text not null,
  display_name text not null,
  description text not null default '',
  resource_type text not null default '',
  resource text not null default '',
  attribute text not null default '',
  risk_level text not null default '',
  privileged boolean not null default false,
  deleted boolean not null default false,
  name_order text collate "C" not null,
  primary key (tenant_id, key),
  unique (tenant_id, id, application_key)
);
create index entitlements_by_name on entitlements (tenant_id, name_order, key);
create index entitlements_of_application on entitlements (tenant_id, application_key, name_order, key);

create table identities (
  tenant_id integer not null references tenants,
  key integer not null,
  id text not null,
  display_name text not null,
  email text not null default '',
  username text not null default '',
  department text not null default '',
  job_title text not null default '',
  manager_id text not null default '',
  employment_type text not null default '',
  employment_status text not null default '',
  status text not null check (status in ('enabled', 'disabled', 'deleted')),
  type text not null check (type in ('human', 'service', 'agent', 'system')),
  -- The columns of identities.csv that are not ours, by their own name.
  attributes jsonb not null default '{}',
  name_order text collate "C" not null,
  email_order text collate "C" not null,
  primary key (tenant_id, key),
  unique (tenant_id, id)
);
create index identities_by_name on identities (tenant_id, name_order, key);
create index identities_by_email on identities (tenant_id, email_order);

-- One partition an import, made, filled, attached and dropped by the functions below. No foreign keys: the import has
-- resolved every key, and ten million look-ups would cost more than the copy.
create table grants (
  tenant_id integer not null,
  import_id integer not null,
  identity_key integer not null,
  entitlement_key integer not null,
  granted_at timestamptz,
  last_used_at timestamptz
) partition by list (import_id);

-- Of the ninety days that end with the newest day of the import: on how many an identity used an application, and when last.
create table usage (
  tenant_id integer not null references tenants,
  identity_key integer not null,
  application_key integer not null,
  days_used smallint not null,
  last_day date not null,
  primary key (tenant_id, identity_key, application_key)
);

-- The access in force, as typed arrays for mining. One a tenant; the row says which import it came from.
create table snapshots (
  tenant_id integer primary key references tenants,
  import_id integer not null references imports,
  content_hash bytea not null,
  byte_length bigint not null,
  has_usage boolean not null,
  -- What cohorts may be described by: the built-in attributes, then the custom ones.
  attribute_keys text[] not null,
  created_at timestamptz not null default now()
);

create table snapshot_chunks (
  tenant_id integer not null references tenants,
  import_id integer not null references imports,
  ordinal integer not null,
  data bytea not null,
  primary key (tenant_id, import_id, ordinal)
);
alter table snapshot_chunks alter column data set storage external;

select keep_tenants_apart('imports', 'select, insert, update');
select keep_tenants_apart('import_files', 'select, insert, update, delete');
select keep_tenants_apart('import_file_chunks', 'select, insert, delete');
select keep_tenants_apart('applications', 'select, insert, update');
select keep_tenants_apart('entitlements', 'select, insert, update');
select keep_tenants_apart('identities', 'select, insert, update');
select keep_tenants_apart('grants', 'select');
select keep_tenants_apart('usage', 'select, insert, delete');
select keep_tenants_apart('snapshots', 'select, insert, update');
select keep_tenants_apart('snapshot_chunks', 'select, insert, delete');

-- COPY refuses tables under row level security, so an import copies into a table that has none and that the services'
-- role can write but not read. Tenant and import are not its to write: both come from defaults. Attached, the rows are
-- seen through grants, whose policy holds for them.

-- The import that may be changed here: being committed, and of the tenant in whose scope we are.
create function require_committing(of_import integer) returns integer
language plpgsql stable
set search_path = assay, pg_temp
as $$
declare
  of_tenant constant integer := nullif(current_setting('assay.tenant_id', true), '')::integer;
begin
  if not exists (select from imports where id = of_import and tenant_id = of_tenant and state = 'committing') then
    raise exception 'import % is not being committed', of_import using errcode = 'insufficient_privilege';
  end if;
  return of_tenant;
end $$;

create function create_grant_partition(of_import integer) returns text
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  of_tenant constant integer := require_committing(of_import);
  partition constant text := 'grants_' || of_import;
begin
  execute format('create table %I (like grants)', partition);
  execute format('alter table %I alter tenant_id set default %s, alter import_id set default %s',
    partition, of_tenant, of_import);
  execute format('grant insert (identity_key, entitlement_key, granted_at, last_used_at) on %I to assay_service', partition);
  return partition;
end $$;

-- Keeps of each grant the row that was used last.
create function merge_duplicate_grants(of_import integer) returns bigint
language plpgsql security definer
set search_path = assay, pg_temp
set work_mem = '128MB'
as $$
declare
  merged bigint;
begin
  perform require_committing(of_import);
  execute format(
    'delete from %1$I where ctid = any (array(select ctid from ('
    '  select ctid, row_number() over (partition by identity_key, entitlement_key'
    '    order by last_used_at desc nulls last, granted_at nulls last) as place from %1$I) ranked where place > 1))',
    'grants_' || of_import);
  get diagnostics merged = row_count;
  return merged;
end $$;

-- One identity's grants: the index names the identity alone, which deduplication packs into 6 bytes a grant.
create function index_grant_partition(of_import integer) returns void
language plpgsql security definer
set search_path = assay, pg_temp
set maintenance_work_mem = '256MB'
as $$
begin
  perform require_committing(of_import);
  execute format('create index on %I (identity_key)', 'grants_' || of_import);
  -- Without statistics the planner takes one identity for a two-hundredth of the table.
  execute format('analyze %I (identity_key)', 'grants_' || of_import);
end $$;

-- Attaches the import's grants and drops those of earlier imports of the tenant. Dropping waits for readers at most
-- three seconds: what could not be dropped is found and dropped by the next import, and nobody reads it meanwhile,
-- since readers ask for the import in force.
create function attach_grant_partition(of_import integer) returns void
language plpgsql security definer
set search_path = assay, pg_temp
set lock_timeout = '3s'
as $$
declare
  of_tenant constant integer := require_committing(of_import);
  old integer;
begin
  execute format('revoke all on %I from assay_service', 'grants_' || of_import);
  execute format('alter table grants attach partition %I for values in (%s)', 'grants_' || of_import, of_import);
  begin
    for old in
      select id from imports where tenant_id = of_tenant and id <> of_import and to_regclass('grants_' || id) is not null
    loop
      execute format('drop table %I', 'grants_' || old);
    end loop;
  exception
    when lock_not_available then null;
  end;
end $$;

revoke execute on function require_committing, create_grant_partition, merge_duplicate_grants, index_grant_partition,
  attach_grant_partition from public;
grant execute on function create_grant_partition, merge_duplicate_grants, index_grant_partition, attach_grant_partition
  to assay_service;
