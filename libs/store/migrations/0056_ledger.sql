-- The ledger: what people, clients and jobs decided and changed. Services insert, and neither update nor delete.

create table ledger_entries (
  tenant_id integer not null references tenants,
  -- UUIDv7 of the time of the entry: ids sort by time.
  id uuid not null,
  -- The entry as JSON in its canonical form (RFC 8785). What can be erased stands in ledger_values; here is its hash.
  content text not null,
  -- SHA-256 of the content in UTF-8.
  hash bytea not null,
  -- For the filters; made of the content, so that they cannot say otherwise.
  kind text not null generated always as (content::jsonb ->> 'kind') stored,
  subject_id text generated always as (content::jsonb #>> '{subject,id}') stored,
  client text generated always as (content::jsonb #>> '{actor,client}') stored,
  primary key (tenant_id, id)
);
create index ledger_entries_of_kind on ledger_entries (tenant_id, kind, id);
create index ledger_entries_of_subject on ledger_entries (tenant_id, subject_id, id) where subject_id is not null;
create index ledger_entries_of_client on ledger_entries (tenant_id, client, id) where client is not null;

-- What may have to be erased: names, values, comments, ids of people. The content of the entry has SHA-256(salt, value).
create table ledger_values (
  tenant_id integer not null references tenants,
  entry_id uuid not null,
  -- actor, subject, before, after, comment, people.0, ...
  field text not null,
  -- Salt and value, which is canonical JSON, are null once erased: short values could be guessed by their salt.
  salt bytea,
  value text,
  -- The id that the entry is found by: of the acting person, of a subject that is personal, of a person concerned.
  found_by text,
  primary key (tenant_id, entry_id, field)
);
create index ledger_values_found_by on ledger_values (tenant_id, found_by, entry_id) where found_by is not null;

-- Entries that no link follows yet; written with the entry, removed with its link. Only a hint: who verifies looks at the entries.
create table ledger_unsealed (
  tenant_id integer not null references tenants,
  entry_id uuid not null,
  primary key (tenant_id, entry_id)
);

-- The chain: one sealer at a time of each tenant appends.
create table ledger_links (
  tenant_id integer not null references tenants,
  -- From 1, without gaps.
  position bigint not null,
  entry_id uuid not null,
  -- The hash of the entry as it was sealed.
  entry_hash bytea not null,
  -- SHA-256 over the link before, the position and the hash of the entry.
  link_hash bytea not null,
  sealed_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, position),
  constraint ledger_links_once unique (tenant_id, entry_id)
);

-- Signed heads. The oldest that is left after old entries were removed is the checkpoint that the chain begins at.
create table ledger_heads (
  tenant_id integer not null references tenants,
  position bigint not null,
  link_hash bytea not null,
  key_id text not null,
  -- Ed25519, of the text that docs/ledger.md describes.
  signature bytea not null,
  signed_at timestamptz not null,
  -- Entries up to here were removed on purpose.
  is_checkpoint boolean not null default false,
  primary key (tenant_id, position)
);

select keep_tenants_apart('ledger_entries', 'select, insert', 'assay_mining, assay_mining_worker, assay_sessions');
select keep_tenants_apart('ledger_values', 'select, insert', 'assay_mining, assay_mining_worker, assay_sessions');
select keep_tenants_apart('ledger_unsealed', 'insert', 'assay_mining, assay_mining_worker, assay_sessions');
grant select, delete on ledger_unsealed to assay_mining_worker;
grant select on ledger_unsealed to assay_mining;
select keep_tenants_apart('ledger_links', 'select', 'assay_mining, assay_mining_worker');
grant insert on ledger_links to assay_mining_worker;
select keep_tenants_apart('ledger_heads', 'select', 'assay_mining, assay_mining_worker');

-- For workers, which know no tenant before they ask. One look into the index for each tenant, however many entries wait.
create function tenants_with_unsealed_entries() returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  with recursive found as (
    (select u.tenant_id from ledger_unsealed u order by u.tenant_id limit 1)
    union all
    select (select min(u.tenant_id) from ledger_unsealed u where u.tenant_id > found.tenant_id) from found
    where found.tenant_id is not null
  )
  select tenant_id from found where tenant_id is not null
$$;
revoke execute on function tenants_with_unsealed_entries from public;
grant execute on function tenants_with_unsealed_entries to assay_mining_worker;

-- Keys that sign heads: of the deployment, private halves encrypted as those of tokens, public halves for good.
create table ledger_keys (
  key_id text primary key,
  public_key jsonb not null,
  private_key jsonb not null,
  created_at timestamptz not null default now()
);

create function ledger_key_in_use() returns table (key_id text, private_key jsonb)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select k.key_id, k.private_key from ledger_keys k order by k.created_at desc, k.key_id limit 1
$$;

-- Keeps the key unless another process was faster (`replaces` is the id of the key that was in use, null for none).
create function put_ledger_key(id text, public_half jsonb, private_half jsonb, replaces text) returns void
language plpgsql security definer
set search_path = assay, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('assay ledger key', 0));
  if replaces is distinct from (select k.key_id from ledger_key_in_use() k) then
    return;
  end if;
  insert into ledger_keys (key_id, public_key, private_key, created_at) values (id, public_half, private_half, clock_timestamp());
end $$;

create function ledger_public_keys() returns table (key_id text, public_key jsonb)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select k.key_id, k.public_key from ledger_keys k order by k.created_at, k.key_id
$$;

-- The newest link of each tenant whose head is not signed.
create function unsigned_ledger_heads() returns table (tenant_id integer, "position" bigint, link_hash bytea)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  with recursive newest as (
    (select l.tenant_id, l.position, l.link_hash from ledger_links l order by l.tenant_id desc, l.position desc limit 1)
    union all
    select l.* from newest cross join lateral (
      select l.tenant_id, l.position, l.link_hash from ledger_links l where l.tenant_id < newest.tenant_id
      order by l.tenant_id desc, l.position desc limit 1) l
  )
  select n.tenant_id, n.position, n.link_hash from newest n
  where not exists (select from ledger_heads h where h.tenant_id = n.tenant_id and h.position = n.position)
$$;

-- Keeps a signature of a link that stands. Twice is once.
create function put_ledger_head(of_tenant integer, at_position bigint, of_link bytea, by_key text, with_signature bytea,
  at_time timestamptz) returns void
language sql security definer
set search_path = assay, pg_temp
as $$
  insert into ledger_heads (tenant_id, position, link_hash, key_id, signature, signed_at)
  select of_tenant, at_position, of_link, by_key, with_signature, at_time
  where exists (select from ledger_links l where l.tenant_id = of_tenant and l.position = at_position and l.link_hash = of_link)
  on conflict do nothing
$$;

revoke execute on function ledger_key_in_use, put_ledger_key, ledger_public_keys, unsigned_ledger_heads, put_ledger_head
  from public;
grant execute on function ledger_key_in_use, put_ledger_key, unsigned_ledger_heads, put_ledger_head to assay_gateway;
grant execute on function ledger_public_keys to assay_mining;
