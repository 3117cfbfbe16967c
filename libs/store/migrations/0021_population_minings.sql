-- Minings of populations for potential roles, which the session service asks for, and what they have found so far. The
-- caller takes the roles over and then removes the mining.

create table population_minings (
  tenant_id integer not null references tenants,
  id uuid not null,
  -- The caller's own name for it: asking again with the same one goes on with the same mining.
  request_id text not null,
  -- Null: every enabled identity.
  identity_keys integer[],
  settings jsonb not null,
  state text not null default 'running' check (state in ('running', 'completed', 'failed')),
  -- Fences the writes of a worker: the one that takes it up next counts one more.
  attempt integer not null default 0,
  -- A hash of the data that the roles were mined from. The same data give the same roles in the same order, so a worker that
  -- takes over goes on where the one before was; other data begin another generation.
  basis text not null default '',
  generation integer not null default 0,
  -- Share of the whole work that is done.
  progress real not null default 0,
  outline jsonb,
  summary jsonb,
  error_message text not null default '',
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, request_id)
);

create table population_mining_roles (
  tenant_id integer not null,
  mining_id uuid not null,
  -- From 1, in the order in which they were found.
  number integer not null,
  -- JSON, written once and read once.
  role text not null,
  primary key (tenant_id, mining_id, number),
  foreign key (tenant_id, mining_id) references population_minings on delete cascade
);

select keep_tenants_apart('population_minings', 'select, insert, update, delete');
select keep_tenants_apart('population_mining_roles', 'select, insert, delete');
