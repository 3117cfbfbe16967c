-- Sources of access data: their maps, loads and files, the records of each one's newest load, and how accounts belong to people.

create table sources (
  tenant_id integer not null references tenants,
  id integer generated always as identity primary key,
  -- How people name it: `hr`, `ad`.
  name text not null,
  display_name text not null default '',
  -- The first source with a value wins.
  position integer not null,
  -- False: its people are accounts, which belong to people of other sources.
  defines_people boolean not null default true,
  -- A ready map that reads its files; empty: its own newest map, or the ready map that the files show.
  ready_map text not null default '',
  -- The newest committed load, and the load under which its records stand: a change set changes them in place. No records: they
  -- are those of the import in force. No foreign keys, since loads refer to sources.
  load_id integer,
  records_load_id integer,
  created_by text not null,
  created_at timestamptz not null default now(),
  -- Its access has ended, or ends with the composition that is asked for.
  retired_at timestamptz
);
create unique index sources_name on sources (tenant_id, name) where retired_at is null;

create table source_maps (
  tenant_id integer not null references tenants,
  source_id integer not null references sources,
  version integer not null,
  content text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (source_id, version)
);

create table source_loads (
  tenant_id integer not null references tenants,
  id integer generated always as identity primary key,
  source_id integer not null references sources,
  kind text not null default 'whole' check (kind in ('whole', 'changes')),
  state text not null default 'open'
    check (state in ('open', 'reading', 'staged', 'awaiting_confirmation', 'committed', 'failed', 'aborted')),
  skip_invalid boolean not null default false,
  -- How its files are read: {"encoding", "delimiter", "split"}.
  reading jsonb not null default '{}',
  -- The version of the source's own map; null for ready maps.
  map_version integer,
  -- It waits for the commit of another load, and comes into force with that.
  is_held boolean not null default false,
  -- Sources without a load of the same composition retire.
  is_only boolean not null default false,
  asks_analysis boolean not null default false,
  -- Somebody has seen what the load removes, and wants it.
  confirmed_by text,
  -- What it would remove: {"people", "grants", "links"}, each {"before", "removed"}.
  removals jsonb,
  -- How records name others: {"holders": [...], "keys": [...]}; see libs/source-loads.
  forms jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  committed_at timestamptz,
  -- The import that brought it into force.
  import_id integer references imports,
  counts jsonb,
  -- What was recognised, left out and warned of.
  report jsonb,
  -- The first hundred faults: [{"file", "at", "column", "reason"}].
  faults jsonb not null default '[]',
  fault_count bigint not null default 0,
  error_message text not null default ''
);
create unique index source_loads_one_open on source_loads (source_id)
  where state in ('open', 'reading', 'staged', 'awaiting_confirmation');
create index source_loads_newest on source_loads (tenant_id, id desc);
create index source_loads_of_source on source_loads (source_id, id desc);

-- Files of open loads, as they came. `live_until` as in import_uploads: null for a file that is whole.
create table source_files (
  tenant_id integer not null references tenants,
  id bigint generated always as identity primary key,
  load_id integer not null references source_loads on delete cascade,
  name text not null,
  size_bytes bigint not null default 0,
  sha256 bytea,
  live_until timestamptz
);
create unique index source_files_whole on source_files (load_id, name) where live_until is null;
create index source_files_of_load on source_files (load_id);

create table source_file_chunks (
  tenant_id integer not null references tenants,
  file_id bigint not null references source_files on delete cascade,
  ordinal integer not null,
  compression text not null check (compression in ('none', 'zstd')),
  data bytea not null,
  primary key (file_id, ordinal)
);
alter table source_file_chunks alter column data set storage external;

-- Records of whole loads, in the order in which they were read. What a record names is found when sources are composed.
create table source_people (
  tenant_id integer not null references tenants,
  load_id integer not null references source_loads,
  ordinal integer not null,
  id text not null,
  record jsonb not null,
  primary key (load_id, ordinal),
  unique (load_id, id)
);

create table source_accounts (
  tenant_id integer not null references tenants,
  load_id integer not null references source_loads,
  ordinal integer not null,
  application text not null,
  id text not null,
  record jsonb not null,
  primary key (load_id, ordinal),
  unique (load_id, application, id)
);

create table source_applications (
  tenant_id integer not null references tenants,
  load_id integer not null references source_loads,
  ordinal integer not null,
  id text not null,
  record jsonb not null,
  primary key (load_id, ordinal),
  unique (load_id, id)
);

create table source_entitlements (
  tenant_id integer not null references tenants,
  load_id integer not null references source_loads,
  ordinal integer not null,
  application text not null,
  id text not null,
  record jsonb not null,
  primary key (load_id, ordinal),
  unique (load_id, application, id)
);

-- `form` is the place in the load's forms that says how holder and entitlement are found.
create table source_grants (
  tenant_id integer not null,
  load_id integer not null,
  ordinal bigint not null,
  form smallint not null,
  holder text not null,
  application text not null,
  entitlement text not null,
  granted_at text not null default '',
  last_used_at text not null default '',
  -- The last day on which it is held; empty: for as long as it is there.
  ends text not null default '',
  primary key (load_id, ordinal)
) partition by hash (load_id);
create table source_grants_0 partition of source_grants for values with (modulus 8, remainder 0);
create table source_grants_1 partition of source_grants for values with (modulus 8, remainder 1);
create table source_grants_2 partition of source_grants for values with (modulus 8, remainder 2);
create table source_grants_3 partition of source_grants for values with (modulus 8, remainder 3);
create table source_grants_4 partition of source_grants for values with (modulus 8, remainder 4);
create table source_grants_5 partition of source_grants for values with (modulus 8, remainder 5);
create table source_grants_6 partition of source_grants for values with (modulus 8, remainder 6);
create table source_grants_7 partition of source_grants for values with (modulus 8, remainder 7);

create table source_usage (
  tenant_id integer not null references tenants,
  load_id integer not null references source_loads,
  ordinal bigint not null,
  form smallint not null,
  holder text not null,
  application text not null,
  day date not null,
  primary key (load_id, ordinal)
);

-- Whose accounts are, by the composition in force. An account of a person is `linked`.
create table source_account_owners (
  tenant_id integer not null references tenants,
  source_id integer not null references sources,
  application text not null,
  account_id text not null,
  -- The customer's id of the identity; null for an orphan.
  identity_id text,
  -- Which rule found it: `link`, `map`, `email`, `username`, `id`, `service`, `self`; empty for an orphan.
  rule text not null,
  primary key (source_id, application, account_id)
);
create index source_account_owners_of_identity on source_account_owners (tenant_id, identity_id);

create table source_orphans (
  tenant_id integer not null references tenants,
  id bigint generated always as identity primary key,
  source_id integer not null references sources,
  -- Empty for what only grants name.
  application text not null,
  value text not null,
  reason text not null check (reason in ('none', 'ambiguous', 'conflict')),
  -- Ids of the people that it could be.
  candidates text[] not null,
  -- Rows that name it.
  row_count bigint not null,
  -- Where the first of them stands.
  place text not null
);
create index source_orphans_of_source on source_orphans (source_id, id);

-- Links that people made: they outrank rules and survive loads.
create table source_account_links (
  tenant_id integer not null references tenants,
  source_id integer not null references sources,
  application text not null,
  account_id text not null,
  identity_id text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (source_id, application, account_id)
);

do $$
declare
  one regclass;
begin
  foreach one in array array['sources', 'source_loads', 'source_files']::regclass[] loop
    perform keep_tenants_apart(one, 'select, insert, update, delete', 'assay_mining, assay_mining_worker');
  end loop;
  perform keep_tenants_apart('source_maps', 'select, insert', 'assay_mining, assay_mining_worker');
  perform keep_tenants_apart('source_file_chunks', 'select, insert, delete', 'assay_mining, assay_mining_worker');
  perform keep_tenants_apart('source_account_links', 'select, insert, update, delete', 'assay_mining, assay_mining_worker');
  foreach one in array array['source_people', 'source_accounts', 'source_applications', 'source_entitlements',
    'source_grants', 'source_usage', 'source_account_owners', 'source_orphans']::regclass[] loop
    perform keep_tenants_apart(one, 'select', 'assay_mining');
    execute format('grant select, insert, update, delete on %s to assay_mining_worker', one);
  end loop;
end $$;

-- Access data that are in force are the newest load of the source `native`.
insert into sources (tenant_id, name, display_name, position, created_by)
select s.tenant_id, 'native', 'Imports', 1, i.created_by from snapshots s join imports i on i.id = s.import_id;
insert into source_loads (tenant_id, source_id, state, skip_invalid, created_by, created_at, committed_at, import_id, counts)
select o.tenant_id, o.id, 'committed', i.skip_invalid, i.created_by, i.created_at, i.committed_at, i.id,
  case when i.counts is null then null else jsonb_build_object('people', i.counts -> 'identities', 'accounts', 0,
    'applications', i.counts -> 'applications', 'entitlements', i.counts -> 'entitlements', 'grants', i.counts -> 'grants',
    'usageRows', i.counts -> 'usageRows') end
from sources o join snapshots s on s.tenant_id = o.tenant_id join imports i on i.id = s.import_id;
update sources o set load_id = l.id from source_loads l where l.source_id = o.id;

-- How often a tenant's sources were asked to be put together, and up to which asking they are.
create table source_compositions (
  tenant_id integer primary key references tenants,
  wanted integer not null default 0,
  done integer not null default 0,
  -- The import that puts them together at the moment.
  import_id integer
);
select keep_tenants_apart('source_compositions', 'select, insert, update', 'assay_mining, assay_mining_worker');
