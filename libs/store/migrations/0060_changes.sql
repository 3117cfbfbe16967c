-- What changed from load to load and from run to run. The chunks of the three newest imports are kept, so that a worker can
-- compare each load with the one before.

alter table role_mining_runs add column import_id integer;

-- The candidates of the last twelve completed runs, as they were; of older ones the run keeps its figures.
create table run_candidates (
  tenant_id integer not null references tenants,
  run_id uuid not null,
  -- [{"id", "name", "filters", "size", "entitlements": [[key, holders]], "confidence", "members": [smallest hashes]}]
  candidates jsonb not null,
  primary key (tenant_id, run_id)
);

-- What a load changed: people by values of attributes, grants by entitlement.
create table load_changes (
  tenant_id integer not null references tenants,
  import_id integer not null,
  previous_import_id integer not null,
  summary jsonb not null,
  measured_at timestamptz not null default now(),
  primary key (tenant_id, import_id)
);

-- How good the accepted profiles were at each load.
create table role_health (
  tenant_id integer not null references tenants,
  import_id integer not null,
  measures jsonb not null,
  measured_at timestamptz not null default now(),
  primary key (tenant_id, import_id)
);

create table role_health_goals (
  tenant_id integer not null references tenants,
  measure text not null,
  goal double precision not null,
  set_by text not null,
  set_at timestamptz not null default now(),
  primary key (tenant_id, measure)
);

-- A suggestion that somebody decided on, and of which the data in force have neither people nor entitlements.
alter table role_mining_suggestions add column stale boolean not null default false;

select keep_tenants_apart('run_candidates', 'select, insert, delete', 'assay_mining, assay_mining_worker');
select keep_tenants_apart('load_changes', 'select, insert, update, delete', 'assay_mining, assay_mining_worker');
select keep_tenants_apart('role_health', 'select, insert, update, delete', 'assay_mining, assay_mining_worker');
select keep_tenants_apart('role_health_goals', 'select, insert, update, delete', 'assay_mining');
grant select on role_health_goals to assay_mining_worker;
