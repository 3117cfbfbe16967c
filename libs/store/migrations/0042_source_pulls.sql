-- Sources that are pulled from a server: where it is, which secret opens it, how often, and how it went.
create table source_pulls (
  tenant_id integer not null references tenants,
  source_id integer primary key references sources,
  address text not null,
  -- The name of a secret in the operator's folder; empty: the server asks for none.
  secret text not null,
  interval_minutes integer not null,
  set_by text not null,
  set_at timestamptz not null default now(),
  -- The pull that is due next. A job of another turn has nothing to do.
  turn integer not null default 1,
  next_at timestamptz not null,
  -- The load that the newest pull opened: one that waits for a confirmation is replaced by the next.
  load_id integer references source_loads,
  started_at timestamptz,
  ended_at timestamptz,
  outcome text not null default 'none' check (outcome in ('none', 'loaded', 'failed', 'held_up')),
  message text not null default ''
);
select keep_tenants_apart('source_pulls', 'select, insert, update, delete', 'assay_mining, assay_mining_worker');
