-- People who sign in by an OpenID Connect issuer of their organisation: the issuers, what their groups and people may do, who
-- signed in, and the sessions of these people beside those of links.

-- Public halves of keys by which secrets are sealed for gateways, who alone have the private halves. Of the installation, no tenant's.
create table sealing_keys (
  key_id text primary key,
  public_key jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
-- The key that a gateway started with last.
create function put_sealing_key(new_key_id text, new_public_key jsonb) returns void
language sql security definer
set search_path = assay, pg_temp
as $$
  insert into sealing_keys (key_id, public_key) values (new_key_id, new_public_key)
  on conflict (key_id) do update set created_at = clock_timestamp()
$$;
create function sealing_key_in_use() returns table (key_id text, public_key jsonb)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select k.key_id, k.public_key from sealing_keys k order by k.created_at desc, k.key_id limit 1
$$;
revoke execute on function put_sealing_key, sealing_key_in_use from public;
grant execute on function put_sealing_key to assay_gateway;
grant execute on function sealing_key_in_use to assay_gateway, assay_mining;

create table sign_in_issuers (
  tenant_id integer not null references tenants,
  -- Made of the tenant and the issuer, so that the address at which people come back is known before the issuer is.
  id text not null,
  -- On the button: "Sign in with ...".
  display_name text not null,
  -- As tokens name it.
  issuer text not null,
  client_id text not null,
  -- Sealed for gateways; null: the client has none.
  client_secret jsonb,
  -- Asked for besides openid, profile, email and offline_access.
  scopes text[] not null default '{}',
  groups_claim text not null,
  -- The claim that names the identity of the access data that a person is, by its id or its mail address; null: none does.
  identity_claim text,
  identity_by text not null default 'id' check (identity_by in ('id', 'mail')),
  -- Whom to ask for access, in words.
  contact text not null default '',
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  -- Looked up before the tenant is known.
  constraint sign_in_issuers_id_key unique (id)
);

-- What the members of a group may do, or one person. All that match somebody hold together.
create table access_of_people (
  tenant_id integer not null references tenants,
  id uuid not null,
  issuer_id text not null,
  kind text not null check (kind in ('group', 'person')),
  -- A group as the issuer names it; a person's subject, or mail address in lower case.
  value text not null,
  role text not null check (role in ('admin', 'role-miner', 'reviewer', 'auditor')),
  -- Null: everybody is seen.
  reader_scope_id uuid,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint access_of_people_once unique (tenant_id, issuer_id, kind, value),
  foreign key (tenant_id, issuer_id) references sign_in_issuers on delete cascade
);

-- Who signed in, as the issuer said it last.
create table console_people (
  tenant_id integer not null references tenants,
  -- person-<uuid>, made of tenant, issuer and subject.
  id text not null,
  issuer_id text not null,
  subject text not null,
  display_name text not null,
  mail text,
  -- The identity of the access data that the person is; null: none.
  identity_id text,
  groups text[] not null,
  first_signed_in_at timestamptz not null default now(),
  signed_in_at timestamptz not null default now(),
  -- When the issuer said so.
  read_at timestamptz not null default now(),
  -- Nobody lets the person in, whatever groups say.
  revoked_at timestamptz,
  primary key (tenant_id, id),
  constraint console_people_once unique (tenant_id, issuer_id, subject),
  foreign key (tenant_id, issuer_id) references sign_in_issuers on delete cascade
);
create index console_people_by_identity on console_people (tenant_id, identity_id);
create index console_people_by_mail on console_people (tenant_id, mail);

-- Sign-ins that came to an end, so that none comes to an end twice.
create table used_sign_ins (
  tenant_id integer not null references tenants,
  state_hash bytea not null check (octet_length(state_hash) = 32),
  forget_at timestamptz not null,
  primary key (tenant_id, state_hash)
);

alter table console_sessions
  alter column client_id drop not null,
  -- By which it is listed and ended; the id is the browser's alone.
  add column name uuid not null default gen_random_uuid(),
  add column person_id text,
  -- Sealed for gateways. Without a refresh token the session lasts as long as what was read counts.
  add column refresh_token jsonb,
  add column id_token jsonb,
  -- When the issuer said last that the person is still there, and with which groups.
  add column read_at timestamptz not null default now(),
  -- A gateway asks the issuer meanwhile: a refresh token works once.
  add column reading_until timestamptz not null default '-infinity',
  add constraint console_sessions_of_somebody check ((client_id is null) <> (person_id is null)),
  add constraint console_sessions_name unique (tenant_id, name),
  add constraint console_sessions_person foreign key (tenant_id, person_id) references console_people on delete cascade;
create index console_sessions_of_person on console_sessions (tenant_id, person_id);

select keep_tenants_apart('sign_in_issuers', 'select', 'assay_gateway');
select keep_tenants_apart('access_of_people', 'select', 'assay_gateway');
select keep_tenants_apart('console_people', 'select, insert, update', 'assay_gateway');
select keep_tenants_apart('used_sign_ins', 'select, insert, delete', 'assay_gateway');
grant select, insert, update, delete on console_sessions to assay_gateway;
-- The calls that list and change them. No service but the gateway gets at what is sealed or at the hash of a session's id.
grant select, insert, update, delete on access_of_people to assay_mining;
grant select (tenant_id, id, display_name, issuer, client_id, scopes, groups_claim, identity_claim, identity_by, contact, created_at),
  insert, update, delete on sign_in_issuers to assay_mining;
grant select, update (revoked_at) on console_people to assay_mining;
grant select (tenant_id, name, client_id, person_id, signed_in_at, used_at, ends_at, read_at), delete
  on console_sessions to assay_mining;
grant insert, delete on reader_scopes to assay_mining;

-- No bounded reader asks for people or their access: those calls are refused.
select keep_within_reader_scope(whole, 'false')
from unnest('{sign_in_issuers, access_of_people, console_people, console_sessions}'::regclass[]) whole;

-- Of an organisation by its name, or without a name of the only one that has issuers. Without rows: there is none, or there are
-- several and one has to be named.
create function sign_in_choices(of_tenant text)
returns table (tenant text, id text, display_name text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select t.name, i.id, i.display_name
  from sign_in_issuers i join tenants t using (tenant_id)
  where t.state = 'active' and case when of_tenant is not null then t.name = of_tenant
    else (select count(distinct one.tenant_id) from sign_in_issuers one join tenants two using (tenant_id) where two.state = 'active') = 1 end
  order by i.created_at, i.id
$$;
-- How many organisations have issuers: 0, 1 or 2, which stands for more.
create function sign_in_organisations() returns integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select count(*)::integer from (
    select distinct i.tenant_id from sign_in_issuers i join tenants t using (tenant_id) where t.state = 'active' limit 2) found
$$;

create function sign_in_issuer_by_id(wanted text)
returns table (tenant_id integer, tenant text, id text, display_name text, issuer text, client_id text, client_secret jsonb,
  scopes text[], groups_claim text, identity_claim text, identity_by text, contact text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select i.tenant_id, t.name, i.id, i.display_name, i.issuer, i.client_id, i.client_secret, i.scopes, i.groups_claim,
    i.identity_claim, i.identity_by, i.contact
  from sign_in_issuers i join tenants t using (tenant_id) where i.id = wanted
$$;
revoke execute on function sign_in_choices, sign_in_organisations, sign_in_issuer_by_id from public;
grant execute on function sign_in_choices, sign_in_organisations, sign_in_issuer_by_id to assay_gateway;

-- As before, and of a person's session the tenant, the person and when the issuer said last who that is.
drop function console_session_by_hash;
create function console_session_by_hash(presented bytea, idle_seconds integer)
returns table (client_id text, ends_at timestamptz, tenant_id integer, tenant text, person_id text, read_at timestamptz,
  is_lasting boolean)
language sql volatile security definer
set search_path = assay, pg_temp
as $$
  with found as (
    select s.* from console_sessions s
    where s.id_hash = presented and s.ends_at > now() and s.used_at > now() - make_interval(secs => idle_seconds)
  ), noted as (
    update console_sessions s set used_at = now() from found
    where s.tenant_id = found.tenant_id and s.id_hash = found.id_hash and found.used_at < now() - interval '1 minute'
  )
  select found.client_id, found.ends_at, found.tenant_id, t.name, found.person_id, found.read_at, found.refresh_token is not null
  from found join tenants t using (tenant_id)
$$;
revoke execute on function console_session_by_hash from public;
grant execute on function console_session_by_hash to assay_gateway;

-- As before, and says whose session of an issuer it was, so that the person signs out there too.
drop function end_console_session;
create function end_console_session(presented bytea) returns table (name uuid, issuer_id text, id_token jsonb)
language sql volatile security definer
set search_path = assay, pg_temp
as $$
  with gone as (delete from console_sessions where id_hash = presented returning *)
  select gone.name, p.issuer_id, gone.id_token
  from gone join console_people p on p.tenant_id = gone.tenant_id and p.id = gone.person_id
$$;
revoke execute on function end_console_session from public;
grant execute on function end_console_session to assay_gateway;

-- The user ids of people who signed in, by their ids or their mail addresses: for whoever names a person. Of a mail address that
-- several have, none.
create function users_behind_people(given text[]) returns table (given_id text, person_id text, identity_id text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select one.id, min(p.id), min(p.identity_id)
  from unnest(given) as one (id) join console_people p on p.id = one.id or p.mail = lower(one.id)
  where p.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer) and p.revoked_at is null
  group by one.id having count(*) = 1
$$;
revoke execute on function users_behind_people from public;
grant execute on function users_behind_people to assay_mining;

-- The identity of the access data that a claim names: by its id, or by a mail address (as it is sorted) that one identity alone has.
create function identity_named_by(of_tenant integer, by_member text, value text) returns text
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select case when count(*) = 1 then min(i.id) end
  from identities i
  where i.tenant_id = of_tenant and i.status <> 'deleted'
    and ((by_member = 'id' and i.id = value) or (by_member = 'mail' and value <> '' and i.email_order = value))
$$;

-- A scope of everybody whom one of some scopes has, and of what they have in common otherwise; null where no scope says exactly
-- that: some applications of some people and other applications of others. The same scopes give the same one, while they stay as
-- they are.
create function combine_reader_scopes(of_tenant integer, members uuid[]) returns uuid
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  people jsonb[];
  applications jsonb[];
  combined jsonb;
  combined_id uuid;
begin
  select array_agg(distinct conditions - 'applicationIds'), array_agg(distinct conditions -> 'applicationIds')
  into people, applications
  from reader_scopes where tenant_id = of_tenant and id = any (members);
  if people is null then
    return null;
  end if;
  if cardinality(people) = 1 and cardinality(applications) = 1 then
    return (select min(id::text)::uuid from reader_scopes where tenant_id = of_tenant and id = any (members));
  elsif cardinality(applications) = 1 then
    combined := jsonb_build_object('filters', '[]'::jsonb, 'applicationIds', applications[1], 'anyOf', to_jsonb(people));
  elsif cardinality(people) = 1 then
    -- No list of applications stands for all of them.
    combined := people[1] || jsonb_build_object('applicationIds', case when '[]'::jsonb = any (applications) then '[]'::jsonb
      else (select jsonb_agg(distinct one.id order by one.id)
        from unnest(applications) list, jsonb_array_elements_text(list) one (id)) end);
  else
    return null;
  end if;
  combined_id := md5(of_tenant || ' ' || combined)::uuid;
  insert into reader_scopes (tenant_id, id, conditions) values (of_tenant, combined_id, combined) on conflict do nothing;
  return combined_id;
end $$;
revoke execute on function identity_named_by, combine_reader_scopes from public;
grant execute on function identity_named_by, combine_reader_scopes to assay_gateway;
