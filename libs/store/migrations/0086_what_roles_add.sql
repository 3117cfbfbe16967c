-- What a role of a model adds: grants that no other role gives, and grants that its people do not hold. Null in models mined before.
alter table role_model_roles add column sole_grants integer, add column added_grants integer;

-- Models are listed by their age.
create index role_models_by_age on role_models (tenant_id, created_at desc, id);

-- What other tightnesses of a session's roles would come to: [{"tightness", "descriptionLength", "memberships", "missingGrants"}].
alter table mining_sessions add column tightness_curve jsonb not null default '[]';

-- API clients of the tenant in scope, for whoever administers them by the API: a service may do this and nothing else with them. What
-- proves a client is written and never read.
create function clients_of_tenant()
returns table (
  client_id text, dialect text, role text, display_name text, identity_id text, scopes text[], trusted_issuer text,
  reader_scope_id uuid, created_at timestamptz, revoked_at timestamptz
)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select c.client_id, c.dialect, c.role, c.display_name, c.identity_id, c.scopes, t.issuer, c.reader_scope_id, c.created_at,
    c.revoked_at
  from api_clients c left join client_trusts t using (tenant_id, client_id)
  where c.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer)
$$;

create function make_client(
  of_id text, of_dialect text, of_role text, of_name text, of_identity text, of_scopes text[], of_secret_hash bytea,
  of_public_key jsonb
) returns void
language sql security definer
set search_path = assay, pg_temp
as $$
  insert into api_clients (tenant_id, client_id, dialect, role, display_name, identity_id, scopes, secret_hash, public_key)
  values (nullif(current_setting('assay.tenant_id', true), '')::integer, of_id, of_dialect, of_role, of_name, of_identity,
    of_scopes, of_secret_hash, of_public_key)
$$;

-- Null: there is no such client. False: it was revoked before.
create function revoke_client(of_id text) returns boolean
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  was timestamptz;
  own constant integer := nullif(current_setting('assay.tenant_id', true), '')::integer;
begin
  select revoked_at into was from api_clients where tenant_id = own and client_id = of_id for update;
  if not found then
    return null;
  end if;
  update api_clients set revoked_at = now() where tenant_id = own and client_id = of_id and revoked_at is null;
  return was is null;
end $$;

-- A client that is there and not revoked, held until the transaction ends, with the scope that it is bound to.
create function hold_client(of_id text) returns table (reader_scope_id uuid)
language sql security definer
set search_path = assay, pg_temp
as $$
  select c.reader_scope_id from api_clients c
  where c.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer) and c.client_id = of_id
    and c.revoked_at is null
  for update
$$;

create function bind_client(of_id text, to_scope uuid) returns void
language sql security definer
set search_path = assay, pg_temp
as $$
  update api_clients set reader_scope_id = to_scope
  where tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer) and client_id = of_id
$$;

revoke execute on function clients_of_tenant, make_client, revoke_client, hold_client, bind_client from public;
grant execute on function clients_of_tenant, make_client, revoke_client, hold_client, bind_client to assay_mining;
-- Scopes of clients are made and taken away with them.
grant insert, delete on reader_scopes to assay_mining;
