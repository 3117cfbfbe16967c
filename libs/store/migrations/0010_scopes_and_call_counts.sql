-- What SailPoint's clients are held to: the scopes of their tokens, and how often they may call.

alter table api_clients
  -- Null: whatever the role allows.
  add column scopes text[];

drop function api_client_by_id;
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
  public_key jsonb,
  scopes text[]
)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select c.tenant_id, t.name, c.client_id, c.dialect, c.role, c.display_name, c.identity_id, c.secret_hash, c.public_key,
    c.scopes
  from api_clients c join tenants t using (tenant_id)
  where c.client_id = wanted_client_id and c.revoked_at is null
$$;
revoke execute on function api_client_by_id from public;
grant execute on function api_client_by_id to assay_service;

-- Calls of one client in the present window. The first three columns are those of rate-limiter-flexible, which inserts by
-- position; the tenant is whoever is in scope.
create table call_counts (
  key varchar(255) primary key,
  points integer not null default 0,
  -- Milliseconds since 1970.
  expire bigint,
  tenant_id integer not null default (nullif(current_setting('assay.tenant_id', true), ''))::integer references tenants
);
select keep_tenants_apart('call_counts', 'select, insert, update, delete');
