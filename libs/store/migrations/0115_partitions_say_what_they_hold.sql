-- A partition of grants holds its rows to its import while they are copied in, so that attaching it need not read all of them once more.

create or replace function create_grant_partition(of_import integer) returns text
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  of_tenant constant integer := require_committing(of_import);
  partition constant text := 'grants_' || of_import;
begin
  execute format('create table %I (like grants)', partition);
  execute format('alter table %I alter tenant_id set default %s, alter import_id set default %s', partition, of_tenant, of_import);
  execute format('alter table %I add check (import_id = %s)', partition, of_import);
  execute format('grant insert (identity_key, entitlement_key, granted_at, last_used_at, source_id) on %I to assay_mining_worker',
    partition);
  return partition;
end $$;
