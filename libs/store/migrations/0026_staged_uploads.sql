-- Uploads stand aside until they are whole, so that none holds a transaction while its bytes come over the network.

create table import_uploads (
  tenant_id integer not null references tenants,
  id bigint generated always as identity primary key,
  import_id integer not null references imports on delete cascade,
  file_name text not null,
  -- An upload under way is taken to be alive until then; its process moves this on every few seconds. Null: it is whole.
  live_until timestamptz
);
create unique index import_uploads_whole on import_uploads (import_id, file_name) where live_until is null;
create index import_uploads_of_import on import_uploads (import_id);
create index import_uploads_under_way on import_uploads (live_until) where live_until is not null;
select keep_tenants_apart('import_uploads', 'select, insert, update, delete');

-- What open imports hold already is whole.
insert into import_uploads (tenant_id, import_id, file_name)
select distinct tenant_id, import_id, file_name from import_file_chunks;
alter table import_file_chunks add column upload_id bigint references import_uploads on delete cascade;
update import_file_chunks c set upload_id = u.id
from import_uploads u where u.import_id = c.import_id and u.file_name = c.file_name;
alter table import_file_chunks
  drop constraint import_file_chunks_pkey,
  drop column import_id,
  drop column file_name,
  alter column upload_id set not null,
  add primary key (upload_id, ordinal);

-- Removes what uploads of processes that died have left, of all tenants, and gives the number of those uploads.
create function remove_dead_uploads() returns integer
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  removed integer;
begin
  delete from import_uploads where live_until < now();
  get diagnostics removed = row_count;
  return removed;
end $$;
revoke execute on function remove_dead_uploads from public;
grant execute on function remove_dead_uploads to assay_service;

-- Attaches the import's grants and no more: dropping those of earlier imports would make all readers of grants wait, for as long as
-- one reader is there already. `drop_replaced_grants` drops them later.
create or replace function attach_grant_partition(of_import integer) returns void
language plpgsql security definer
set search_path = assay, pg_temp
-- Behind another import, which attaches its own at the moment. Readers do not wait behind this lock.
set lock_timeout = '1min'
as $$
begin
  perform require_committing(of_import);
  execute format('revoke all on %I from assay_service', 'grants_' || of_import);
  execute format('alter table grants attach partition %I for values in (%s)', 'grants_' || of_import, of_import);
end $$;

-- Drops the grants of one import of the tenant in scope that a later one has replaced, and says whether there were any.
-- The lock that this takes on `grants` queues all other readers, so it waits 50 ms at most (55P03 after that)
-- and belongs into a transaction that does nothing else. The partition's own lock comes first, at once or not at all, so
-- that nothing is waited for behind the lock that the others wait for.
create function drop_replaced_grants() returns boolean
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
    and id < (select import_id from snapshots where tenant_id = of_tenant)
  order by id limit 1;
  if not found then
    return false;
  end if;
  execute format('lock table %I in access exclusive mode nowait', 'grants_' || replaced);
  execute format('drop table %I', 'grants_' || replaced);
  return true;
end $$;
revoke execute on function drop_replaced_grants from public;
grant execute on function drop_replaced_grants to assay_service;

-- The same for a removed tenant, which waited for both locks.
create or replace function drop_grants_of_removed_tenant(of_tenant integer) returns boolean
language plpgsql security definer
set search_path = assay, pg_temp
set lock_timeout = '50ms'
as $$
declare
  of_import integer;
begin
  if of_tenant not in (select tenants_due_for_removal()) then
    return false;
  end if;
  select id into of_import from imports
  where tenant_id = of_tenant and to_regclass('grants_' || id) is not null order by id limit 1;
  if not found then
    return false;
  end if;
  execute format('lock table %I in access exclusive mode nowait', 'grants_' || of_import);
  execute format('drop table %I', 'grants_' || of_import);
  return true;
end $$;
