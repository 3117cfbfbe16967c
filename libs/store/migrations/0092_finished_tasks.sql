-- Tasks that ended before their caller was answered, kept for a while, so that whoever was given an id can ask for it.

create table finished_tasks (
  tenant_id integer not null references tenants,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('profiles.delete', 'drift.measure')),
  -- An identity's id, or an API client's.
  launched_by text not null,
  -- What came of it, by its kind.
  outcome jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index finished_tasks_by_age on finished_tasks (tenant_id, created_at desc, id);

select keep_tenants_apart('finished_tasks', 'select, insert, delete', 'assay_mining');
