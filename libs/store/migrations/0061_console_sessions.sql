-- How people sign in to the console: links that work once, and the sessions behind them. Secrets are 256 random bits, of which
-- the database has SHA-256 only. Both stand for an API client, whose role and scopes they have and with which they end.

create table sign_in_links (
  tenant_id integer not null references tenants,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  client_id text not null references api_clients (client_id),
  expires_at timestamptz not null,
  primary key (tenant_id, secret_hash),
  -- A link is used before its tenant is known.
  constraint sign_in_links_secret_hash_key unique (secret_hash)
);
create index sign_in_links_of_client on sign_in_links (client_id);

create table console_sessions (
  tenant_id integer not null references tenants,
  id_hash bytea not null check (octet_length(id_hash) = 32),
  client_id text not null references api_clients (client_id),
  signed_in_at timestamptz not null default now(),
  -- Kept to the minute.
  used_at timestamptz not null default now(),
  -- Whether it is used or not.
  ends_at timestamptz not null,
  primary key (tenant_id, id_hash),
  -- A session is looked up before its tenant is known.
  constraint console_sessions_id_hash_key unique (id_hash)
);
create index console_sessions_of_client on console_sessions (client_id);

-- For the gateway alone, and by the functions below.
select keep_tenants_apart('sign_in_links', 'select', 'assay_gateway');
revoke all on sign_in_links from assay_gateway;
select keep_tenants_apart('console_sessions', 'select', 'assay_gateway');
revoke all on console_sessions from assay_gateway;

-- Uses the link up and begins a session in its place, which ends after so many seconds. Says whether the link was good. What is
-- over is removed on the way.
create function use_sign_in_link(presented bytea, session_hash bytea, lasts_seconds integer, idle_seconds integer)
returns boolean
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  used sign_in_links;
begin
  delete from sign_in_links where expires_at <= now();
  delete from console_sessions where ends_at <= now() or used_at <= now() - make_interval(secs => idle_seconds);
  delete from sign_in_links where secret_hash = presented returning * into used;
  if used.client_id is null then
    return false;
  end if;
  insert into console_sessions (tenant_id, id_hash, client_id, ends_at)
  values (used.tenant_id, session_hash, used.client_id, now() + make_interval(secs => lasts_seconds));
  return true;
end $$;

-- The client of a session that goes on, and notes that it is used.
create function console_session_by_hash(presented bytea, idle_seconds integer)
returns table (client_id text, ends_at timestamptz)
language sql volatile security definer
set search_path = assay, pg_temp
as $$
  with found as (
    select s.tenant_id, s.id_hash, s.client_id, s.used_at, s.ends_at from console_sessions s
    where s.id_hash = presented and s.ends_at > now() and s.used_at > now() - make_interval(secs => idle_seconds)
  ), noted as (
    update console_sessions s set used_at = now() from found
    where s.tenant_id = found.tenant_id and s.id_hash = found.id_hash and found.used_at < now() - interval '1 minute'
  )
  select found.client_id, found.ends_at from found
$$;

create function end_console_session(presented bytea) returns void
language sql volatile security definer
set search_path = assay, pg_temp
as $$
  delete from console_sessions where id_hash = presented
$$;

revoke execute on function use_sign_in_link, console_session_by_hash, end_console_session from public;
grant execute on function use_sign_in_link, console_session_by_hash, end_console_session to assay_gateway;
