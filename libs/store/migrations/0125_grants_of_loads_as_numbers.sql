-- Grants of a large whole load a second time, as numbers of their texts, which a composition reads instead of the rows.
create table source_grant_blocks (
  tenant_id integer not null references tenants,
  load_id integer not null,
  ordinal integer not null,
  row_count integer not null,
  data bytea not null,
  primary key (load_id, ordinal)
);
-- Numbers hardly become smaller.
alter table source_grant_blocks alter column data set storage external;
select keep_tenants_apart('source_grant_blocks', 'select, insert, delete', 'assay_mining_worker');
select keep_within_reader_scope('source_grant_blocks', 'false');

-- As before, and the partition holds its rows to its load while they are copied in, so that attaching it need not read all of them
-- once more.
create or replace function create_source_grant_partition(of_load integer) returns text
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
  execute format('alter table %I add check (own_load = %s)', partition, of_load);
  execute format('grant insert (ordinal, form, holder, holder_application, application, entitlement, granted_at, last_used_at, ends), '
    'select on %I to assay_mining_worker', partition);
  return partition;
end $$;
