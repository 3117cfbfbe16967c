-- The program encrypts the private half of a signing key; what was plain before, it encrypts when it next meets it. A retired key
-- signs nothing, so it keeps its public half alone.

alter table signing_keys alter column private_key drop not null;
update signing_keys set private_key = null where retired_at is not null;
alter table signing_keys
  add constraint signing_keys_private_key check ((retired_at is null) = (private_key is not null));

-- As before; a key that retires loses its private half.
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
  update signing_keys set retired_at = clock_timestamp(), private_key = null where retired_at is null;
  delete from signing_keys where retired_at < clock_timestamp() - make_interval(secs => keep_retired_seconds);
  insert into signing_keys (key_id, public_key, private_key, created_at)
  values (new_key_id, new_public_key, new_private_key, clock_timestamp());
  return true;
end $$;

-- The same key, encrypted, or encrypted by another one. Says whether it still signs.
create function replace_private_key(of_key_id text, encrypted jsonb) returns boolean
language sql security definer
set search_path = assay, pg_temp
as $$
  with replaced as (
    update signing_keys set private_key = encrypted where key_id = of_key_id and retired_at is null returning 1
  )
  select exists (select from replaced)
$$;
revoke execute on function replace_private_key from public;
grant execute on function replace_private_key to assay_gateway;
