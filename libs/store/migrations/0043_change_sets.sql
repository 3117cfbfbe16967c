-- Change sets: upserts and deletions that build on the load in force.

alter table source_loads
  -- The load that changes build on; null for whole loads, and for a source that had none.
  add column base_load_id integer,
  -- It takes change sets while it is open, and begins by itself, not before this; null for any other load.
  add column gathers_until timestamptz,
  -- What its changes did: {"changeSets", "upserts", "deletions", "absentDeletions", "endedRecords"}.
  add column change_counts jsonb;

-- While a load is read and put together, another may gather the change sets that come next.
drop index source_loads_one_open;
create unique index source_loads_one_open on source_loads (source_id) where state = 'open';
create unique index source_loads_one_under_way on source_loads (source_id)
  where state in ('reading', 'staged', 'awaiting_confirmation');
create index source_loads_of_base on source_loads (base_load_id);

create table source_change_sets (
  tenant_id integer not null references tenants,
  -- Change sets of a load are applied in this order.
  id bigint generated always as identity primary key,
  source_id integer not null references sources,
  -- Chosen by the sender: the same again is answered alike.
  request_id text not null,
  sha256 bytea not null,
  base_load_id integer,
  load_id integer not null references source_loads,
  change_count integer not null,
  -- A change a line, as JSON; null once the load has ended.
  changes text,
  created_by text not null,
  created_at timestamptz not null default now()
);
create unique index source_change_sets_of_request on source_change_sets (source_id, request_id);
create index source_change_sets_of_load on source_change_sets (load_id, id);
select keep_tenants_apart('source_change_sets', 'select, insert, update, delete', 'assay_mining, assay_mining_worker');

alter table source_pulls
  -- Between full pulls only what has changed is asked for; 0: every pull is full.
  add column full_interval_minutes integer not null default 0,
  -- When the newest full pull that opened a load began.
  add column full_at timestamptz,
  -- Until when the newest pull has read, by the clock of the server.
  add column read_until timestamptz;
