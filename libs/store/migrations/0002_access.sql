-- Who may call: API clients of each tenant, and the keys that sign their tokens.

create table api_clients (
  tenant_id integer not null references tenants,
  client_id text not null,
  dialect text not null check (dialect in ('c1', 'sailpoint')),
  role text not null check (role in ('admin', 'role-miner', 'reviewer', 'auditor')),
  display_name text not null,
  -- The identity that the client acts for; null: it acts for itself.
  identity_id text,
  -- SHA-256 of the whole secret. Secrets are 256 random bits or more, so nothing can be gained by guessing and a slow,
  -- salted hash would only slow the token endpoint down.
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  -- C1: the public half of the secret's Ed25519 key, a JWK, to verify signed assertions with.
  public_key jsonb,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (tenant_id, client_id),
  -- A client is looked up before its tenant is known.
  constraint api_clients_client_id_key unique (client_id)
);
select keep_tenants_apart('api_clients', 'select, insert, update');

-- One client by its id, of whatever tenant: the one question that has to be asked before a tenant is known. Services may
-- ask it for an id that somebody presents, and cannot list what there is.
create function api_client_by_id(wanted_client_id text)
returns table (
  tenant_id integer,
  tenant text,
  client_id text,
  dialect text,
  role text,
  display_name text,
  identity_id text,
  secret_hash bytea,
  public_key jsonb
)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select c.tenant_id, t.name, c.client_id, c.dialect, c.role, c.display_name, c.identity_id, c.secret_hash, c.public_key
  from api_clients c join tenants t using (tenant_id)
  where c.client_id = wanted_client_id and c.revoked_at is null
$$;
revoke execute on function api_client_by_id from public;
grant execute on function api_client_by_id to assay_service;

-- Keys belong to the installation and not to a tenant, so services get at them by the three functions below alone.
create table signing_keys (
  key_id text primary key,
  public_key jsonb not null,
  private_key jsonb not null,
  created_at timestamptz not null default now(),
  -- Signs nothing any more, but verifies what it has signed until that has expired.
  retired_at timestamptz
);
create unique index signing_keys_one_in_use on signing_keys ((true)) where retired_at is null;

create function signing_key_in_use()
returns table (key_id text, private_key jsonb, age_seconds double precision)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select k.key_id, k.private_key, extract(epoch from now() - k.created_at)::double precision
  from signing_keys k where k.retired_at is null
$$;
revoke execute on function signing_key_in_use from public;
grant execute on function signing_key_in_use to assay_service;

create function verification_keys()
returns table (key_id text, public_key jsonb)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select k.key_id, k.public_key from signing_keys k
$$;
revoke execute on function verification_keys from public;
grant execute on function verification_keys to assay_service;

-- Puts a key into use unless the present one is younger than that; of many processes that try at once, one succeeds.
-- Keys that were retired longer ago than any token lives are removed. Says whether the key was taken.
create function put_signing_key(
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
  update signing_keys set retired_at = clock_timestamp() where retired_at is null;
  delete from signing_keys where retired_at < clock_timestamp() - make_interval(secs => keep_retired_seconds);
  insert into signing_keys (key_id, public_key, private_key, created_at)
  values (new_key_id, new_public_key, new_private_key, clock_timestamp());
  return true;
end $$;
revoke execute on function put_signing_key from public;
grant execute on function put_signing_key to assay_service;
