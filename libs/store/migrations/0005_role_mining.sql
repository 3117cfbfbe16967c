-- Runs of the analysis, the suggestions they made, and each tenant's settings.

create table role_mining_configs (
  tenant_id integer primary key references tenants,
  min_cohort_size integer not null check (min_cohort_size between 2 and 100000),
  max_suggestions integer not null check (max_suggestions between 1 and 1000),
  cohort_hints jsonb not null,
  updated_at timestamptz not null default now()
);

create table role_mining_runs (
  tenant_id integer not null references tenants,
  id uuid not null,
  status text not null check (status in ('waiting', 'running', 'completed', 'failed')),
  -- Counts the workers that took this run up: writes of an earlier one, thought dead but alive, are refused.
  attempt integer not null default 0,
  trigger_type text not null check (trigger_type in ('manual', 'import', 'schedule')),
  trigger_detail text not null,
  total_users integer not null default 0,
  cohorts_analyzed integer not null default 0,
  suggestions_generated integer not null default 0,
  -- Why there are no more suggestions: rejected candidates by reason, attributes left out, common access.
  report jsonb,
  error_message text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  completed_at timestamptz,
  primary key (tenant_id, id)
);
create unique index role_mining_runs_one_waiting on role_mining_runs (tenant_id) where status = 'waiting';
create unique index role_mining_runs_one_running on role_mining_runs (tenant_id) where status = 'running';
create index role_mining_runs_newest on role_mining_runs (tenant_id, created_at desc, id desc);

create table role_mining_suggestions (
  tenant_id integer not null references tenants,
  -- Made from the cohort's filters, so that a suggestion keeps its id from run to run.
  id uuid not null,
  run_id uuid not null,
  state text not null check (state in ('new', 'dismissed', 'accepted')),
  suggested_name text not null,
  description text not null,
  cohort_filters jsonb not null,
  -- Name, description and filter values in lower case: what Search looks through, parts of words included.
  search_text text not null,
  cohort_size integer not null,
  -- [{"key": entitlement key, "grantedCount": n, "coverage": x}], most common first.
  entitlements jsonb not null,
  users_with_all integer not null,
  avg_coverage double precision not null,
  confidence double precision not null,
  insights jsonb not null,
  -- [{"profileId", "displayName", "type", "overlapRatio", "missing": [entitlement key]}], closest first.
  profile_matches jsonb not null,
  created_profile_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_generated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index role_mining_suggestions_listed
  on role_mining_suggestions (tenant_id, (state <> 'new'), confidence desc, id);

select keep_tenants_apart('role_mining_configs', 'select, insert, update');
select keep_tenants_apart('role_mining_runs', 'select, insert, update');
select keep_tenants_apart('role_mining_suggestions', 'select, insert, update, delete');
