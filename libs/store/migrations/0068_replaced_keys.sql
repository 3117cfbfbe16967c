-- Keys of tokens that were replaced because of their age, by a gateway, which writes no ledger: a worker writes the entry of each
-- tenant, in the transaction that removes the row.
create table replaced_keys (
  tenant_id integer not null references tenants,
  -- The key that took its place.
  key_id text not null,
  replaced_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, key_id)
);
select keep_tenants_apart('replaced_keys', 'select, delete', 'assay_mining_worker');

-- For workers, which know no tenant before they ask.
create function tenants_with_replaced_keys() returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select distinct k.tenant_id from replaced_keys k order by 1
$$;
revoke execute on function tenants_with_replaced_keys from public;
grant execute on function tenants_with_replaced_keys to assay_mining_worker;

-- As before; a key that takes the place of one that was too old is told. What a command replaces (an age of 0), it tells itself.
create or replace function put_signing_key(
  new_key_id text,
  new_public_key jsonb,
  new_private_key jsonb,
  unless_younger_than_seconds double precision,
  keep_retired_seconds double precision
) returns boolean
language plpgsql security definer
set search_path = assay, pg_temp
as $$
begin
  lock table signing_keys in share row exclusive mode;
  if exists (
    select from signing_keys
    where retired_at is null and created_at > clock_timestamp() - make_interval(secs => unless_younger_than_seconds)
  ) then
    return false;
  end if;
  if unless_younger_than_seconds > 0 and exists (select from signing_keys where retired_at is null) then
    insert into replaced_keys (tenant_id, key_id) select t.tenant_id, new_key_id from tenants t;
  end if;
  update signing_keys set retired_at = clock_timestamp(), private_key = null where retired_at is null;
  delete from signing_keys where retired_at < clock_timestamp() - make_interval(secs => keep_retired_seconds);
  insert into signing_keys (key_id, public_key, private_key, created_at)
  values (new_key_id, new_public_key, new_private_key, clock_timestamp());
  return true;
end $$;
