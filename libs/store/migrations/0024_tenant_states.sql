-- Tenants that are suspended, and tenants that are deleted after a grace time.

alter table tenants
  -- active: served. suspended: its clients are refused and its queued work waits. deleting: the same, and after delete_after
  -- its rows go.
  add column state text not null default 'active' constraint tenants_state check (state in ('active', 'suspended', 'deleting')),
  add column state_since timestamptz not null default now(),
  add column delete_after timestamptz,
  add constraint tenants_delete_after check ((state = 'deleting') = (delete_after is not null));

update tenants set state_since = created_at;

-- Work that is queued for a tenant while it is not active waits until it is active again, whoever enqueues it: a call that
-- was on its way, a schedule, a worker that hands a job back. The lock on the
-- tenant's row orders this with a suspension: either the suspension sees the job, or the job sees the suspension.
-- `prepareQueues` makes the trigger, since the table of jobs is pg-boss's.
create function hold_job_of_inactive_tenant() returns trigger
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  of_tenant constant text := new.data ->> 'tenantId';
begin
  if of_tenant ~ '^[0-9]{1,9}$' and exists (
    select from (select state from tenants where tenant_id = of_tenant::integer for share) tenant where state <> 'active'
  ) then
    new.start_after := 'infinity';
    new.keep_until := 'infinity';
  end if;
  return new;
end $$;
revoke execute on function hold_job_of_inactive_tenant from public;

-- The tenants whose grace time is over. Workers remove them, one tenant at a time, by the two functions after this one, which
-- do nothing to any other tenant.
create function tenants_due_for_removal() returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select tenant_id from tenants where state = 'deleting' and delete_after <= now() order by delete_after, tenant_id
$$;
revoke execute on function tenants_due_for_removal from public;
grant execute on function tenants_due_for_removal to assay_service;

-- Drops one partition of the tenant's grants, and says whether there was one. Dropping locks the table that every tenant
-- reads, so it waits 50 ms at most (55P03 after that) and belongs into a transaction that does nothing else.
create function drop_grants_of_removed_tenant(of_tenant integer) returns boolean
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
  execute format('drop table %I', 'grants_' || of_import);
  return true;
end $$;
revoke execute on function drop_grants_of_removed_tenant from public;
grant execute on function drop_grants_of_removed_tenant to assay_service;

-- Deletes every row of the tenant, the tenant's own last, in every table that has tenants' rows: first in tables that no other
-- table refers to, and so on. Says whether the tenant was there and its time had come.
create function remove_due_tenant(of_tenant integer) returns boolean
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  remaining oid[];
  unreferenced oid[];
  one oid;
begin
  perform from tenants
  where tenant_id = of_tenant and state = 'deleting' and delete_after <= now() for update;
  if not found then
    return false;
  end if;
  if exists (select from imports where tenant_id = of_tenant and to_regclass('grants_' || id) is not null) then
    raise exception 'the grants of tenant % must be dropped first', of_tenant;
  end if;
  remaining := array(
    select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'assay'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      -- Grants of imports that are being committed now, of other tenants.
      and c.relname !~ '^grants_[0-9]+$');
  while cardinality(remaining) > 0 loop
    unreferenced := array(
      select t.oid from unnest(remaining) t (oid)
      where not exists (
        select from pg_constraint k
        where k.contype = 'f' and k.confrelid = t.oid and k.conrelid <> t.oid and k.conrelid = any (remaining)));
    if cardinality(unreferenced) = 0 then
      raise exception 'tables refer to each other in a circle: %', array(select t::regclass from unnest(remaining) t);
    end if;
    foreach one in array unreferenced loop
      execute format('delete from %s where tenant_id = $1', one::regclass) using of_tenant;
    end loop;
    remaining := array(select unnest(remaining) except select unnest(unreferenced));
  end loop;
  return true;
end $$;
revoke execute on function remove_due_tenant from public;
grant execute on function remove_due_tenant to assay_service;
