-- Analyses of one cohort that somebody named, with what they found.

create table custom_analyses (
  tenant_id integer not null references tenants,
  id uuid not null,
  status text not null default 'running' check (status in ('running', 'completed', 'failed')),
  created_by text not null,
  -- [{"attribute", "values"}]
  cohort_filters jsonb not null,
  -- {"applicationId", "entitlementId"?}
  access_scope jsonb,
  -- Ids of the applications that were looked at; empty for all.
  resource_scope text[] not null,
  terminal_reason text check (terminal_reason in ('error', 'superseded')),
  superseded_by uuid,
  error_message text not null default '',
  cohort_size integer not null default 0,
  -- Counts by keys of the directory, see custom-analyses.ts; set by completion.
  findings jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  completed_at timestamptz,
  primary key (tenant_id, id)
);
create index custom_analyses_newest on custom_analyses (tenant_id, created_at desc, id desc);

select keep_tenants_apart('custom_analyses', 'select, insert, update, delete');
