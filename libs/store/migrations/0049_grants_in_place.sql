-- Grants that are changed in place, where a composition of sources changes few of them, and which sources give them.

alter table grants
  -- The source that says it; of several the one whose row it is. Null where no sources were put together.
  add column source_id integer,
  -- The others that say it as well, ascending; empty where one source says it several times; null where one row says it.
  add column other_sources integer[];

alter table snapshots
  -- The import in whose partition the grants in force lie, which `grants_changed_by` has changed.
  add column grants_import_id integer,
  -- An older process that replaces the snapshot leaves both as they are: they count while this is the import in force.
  add column grants_changed_by integer;

-- By rows under row level security, as identities and entitlements. Partitions that are not attached stay as they were.
grant insert, update, delete on grants to assay_mining_worker;

create or replace function create_grant_partition(of_import integer) returns text
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
  execute format('grant insert (identity_key, entitlement_key, granted_at, last_used_at, source_id) on %I to assay_mining_worker',
    partition);
  return partition;
end $$;

-- Keeps of each grant the row that was used last, and with it the sources of the others.
create or replace function merge_duplicate_grants(of_import integer) returns bigint
language plpgsql security definer
set search_path = assay, pg_temp
set work_mem = '128MB'
as $$
declare
  merged bigint;
begin
  perform require_committing(of_import);
  execute format(
    'create temporary table repeated_grants on commit drop as '
    'select place, identity_key, entitlement_key, source_id from ('
    '  select ctid as place, identity_key, entitlement_key, source_id, row_number() over (partition by identity_key, entitlement_key'
    '    order by last_used_at desc nulls last, granted_at nulls last, source_id) as number from %1$I) ranked where number > 1',
    'grants_' || of_import);
  execute format('delete from %1$I where ctid = any (array(select place from repeated_grants))', 'grants_' || of_import);
  get diagnostics merged = row_count;
  execute format(
    'update %1$I g set other_sources = array('
    '    select distinct source from unnest(also.sources) source where source <> g.source_id order by source) '
    'from (select identity_key, entitlement_key, array_agg(source_id) as sources from repeated_grants '
    '  where source_id is not null group by identity_key, entitlement_key) also '
    'where g.identity_key = also.identity_key and g.entitlement_key = also.entitlement_key',
    'grants_' || of_import);
  return merged;
end $$;

-- As before, but for the partition that is in force, however many imports have changed it since.
create or replace function drop_replaced_grants() returns boolean
language plpgsql security definer
set search_path = assay, pg_temp
set lock_timeout = '50ms'
as $$
declare
  of_tenant constant integer := nullif(current_setting('assay.tenant_id', true), '')::integer;
  replaced integer;
begin
  select id into replaced from imports
  where tenant_id = of_tenant and state = 'committed' and to_regclass('grants_' || id) is not null
    and id < (select case when grants_changed_by = import_id then grants_import_id else import_id end
      from snapshots where tenant_id = of_tenant)
  order by id limit 1;
  if not found then
    return false;
  end if;
  execute format('lock table %I in access exclusive mode nowait', 'grants_' || replaced);
  execute format('drop table %I', 'grants_' || replaced);
  return true;
end $$;

alter table source_loads
  -- The load under whose number the records stand that this one changes; null for a load with records of its own.
  add column records_of integer,
  -- What its grants are like: {"unplaced": some name no application, "ends": some end on a day}; null: not known.
  add column traits jsonb,
  -- What becomes of the source's `defines_people` when the load comes into force; null: it stays.
  add column defines_people boolean,
  -- How it differs from the load before, where people, accounts, applications, entitlements and usage are the same:
  -- {"base": load, "removed": rows, "added": rows}; null where more differs, or it is not known.
  add column difference jsonb;

-- Rows of grants in which a load differs: those of the load before that it lacks, and its own that the one before lacks.
create table source_grant_changes (
  tenant_id integer not null references tenants,
  load_id integer not null references source_loads,
  is_added boolean not null,
  ordinal bigint not null,
  primary key (load_id, is_added, ordinal)
);
select keep_tenants_apart('source_grant_changes', 'select, insert, delete', 'assay_mining_worker');

alter table source_compositions
  -- What the access in force was put together of: {"importKey", "day", "sources", "links"}; null: not known.
  add column composed jsonb;
