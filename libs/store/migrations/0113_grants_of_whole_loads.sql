-- Grants of a large whole load lie in a partition of its own: they are copied in without a twin and without an index to keep, and
-- go at once when another load replaces them. Those of small loads and of change sets stay together.

alter table source_grants rename to source_grants_shared;
alter table source_grants_shared add column own_load integer not null default 0;
drop policy own_tenant on source_grants_shared;
drop policy within_reader_scope on source_grants_shared;
alter table source_grants_shared disable row level security;
revoke all on source_grants_shared from assay_mining, assay_mining_worker;

-- `own_load` is the load in whose partition a row lies, 0 in the one that all share.
create table source_grants (like source_grants_shared including defaults) partition by list (own_load);
select keep_tenants_apart('source_grants', 'select', 'assay_mining');
select keep_within_reader_scope('source_grants', 'false');
grant select, insert, update, delete on source_grants to assay_mining_worker;
alter table source_grants attach partition source_grants_shared for values in (0);

-- The tenant in scope, if the load is one of its own that is read.
create function require_reading(of_load integer) returns integer
language plpgsql stable
set search_path = assay, pg_temp
as $$
declare
  of_tenant integer;
begin
  select tenant_id into of_tenant from source_loads
  where id = of_load and state = 'reading' and tenant_id = nullif(current_setting('assay.tenant_id', true), '')::integer;
  if not found then
    raise exception 'load % is not being read', of_load using errcode = 'insufficient_privilege';
  end if;
  return of_tenant;
end $$;

-- A table for the grants of a load, which the worker fills and nobody else sees.
create function create_source_grant_partition(of_load integer) returns text
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  of_tenant constant integer := require_reading(of_load);
  partition constant text := 'source_grants_of_' || of_load;
begin
  execute format('create table %I (like source_grants including defaults)', partition);
  execute format('alter table %1$I alter tenant_id set default %2$s, alter load_id set default %3$s, alter own_load set default %3$s',
    partition, of_tenant, of_load);
  execute format('grant insert (ordinal, form, holder, holder_application, application, entitlement, granted_at, last_used_at, ends), '
    'select on %I to assay_mining_worker', partition);
  return partition;
end $$;

-- To be called last, since from here to the commit other loads that attach theirs wait.
create function attach_source_grant_partition(of_load integer) returns void
language plpgsql security definer
set search_path = assay, pg_temp
set lock_timeout = '1min'
as $$
declare
  partition constant text := 'source_grants_of_' || of_load;
begin
  perform require_reading(of_load);
  execute format('revoke all on %I from assay_mining_worker', partition);
  execute format('alter table source_grants attach partition %I for values in (%s)', partition, of_load);
end $$;

create function index_source_grant_partition(of_load integer) returns void
language plpgsql security definer
set search_path = assay, pg_temp
set maintenance_work_mem = '256MB'
as $$
begin
  perform require_reading(of_load);
  execute format('create unique index on %I (ordinal)', 'source_grants_of_' || of_load);
end $$;

-- Drops the partition of a load of the tenant that is neither in force nor on its way, and says whether it has none. Waits for no
-- reader: where others read grants of other loads it is emptied, and lock_not_available where they read these.
create function drop_source_grant_partition(of_load integer) returns boolean
language plpgsql security definer
set search_path = assay, pg_temp
set lock_timeout = '50ms'
as $$
declare
  partition constant text := 'source_grants_of_' || of_load;
begin
  perform from source_loads l
  where l.id = of_load and l.tenant_id = nullif(current_setting('assay.tenant_id', true), '')::integer
    and l.state not in ('reading', 'staged', 'awaiting_confirmation')
    and not exists (select from sources s where l.id in (s.records_load_id, s.load_id) and s.retired_at is null);
  if not found then
    return false;
  end if;
  if to_regclass(partition) is null then
    return true;
  end if;
  execute format('lock table %I in access exclusive mode nowait', partition);
  begin
    execute format('drop table %I', partition);
  exception when lock_not_available then
    execute format('truncate %I', partition);
    return false;
  end;
  return true;
end $$;

revoke execute on function require_reading, create_source_grant_partition, attach_source_grant_partition,
  index_source_grant_partition, drop_source_grant_partition from public;
grant execute on function create_source_grant_partition, attach_source_grant_partition, index_source_grant_partition,
  drop_source_grant_partition to assay_mining_worker;

-- As before, and the partitions of loads as well.
create or replace function drop_grants_of_removed_tenant(of_tenant integer) returns boolean
language plpgsql security definer
set search_path = assay, pg_temp
set lock_timeout = '50ms'
as $$
declare
  partition text;
begin
  if of_tenant not in (select tenants_due_for_removal()) then
    return false;
  end if;
  select name into partition from (
    select 'grants_' || id as name from imports where tenant_id = of_tenant
    union all select 'source_grants_of_' || id from source_loads where tenant_id = of_tenant) partitions
  where to_regclass(name) is not null order by name limit 1;
  if not found then
    return false;
  end if;
  execute format('drop table %I', partition);
  return true;
end $$;
